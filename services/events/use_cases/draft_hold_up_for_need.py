"""A project asks for help with a challenge: draft a hold-up, for an organiser to take up."""

from __future__ import annotations

from services.events.domain.drafts import hold_up_for_need
from services.events.received import NeedPublished
from services.events.use_cases.draft_gathering import draft_gathering
from services.events.use_cases.ports import EventsWork


def draft_hold_up_for_need(fact: NeedPublished, work: EventsWork) -> None:
    """Only a CHALLENGE makes a hold-up; other needs are met otherwise."""
    if fact.kind != "CHALLENGE":
        return
    draft = hold_up_for_need(
        project=fact.project,
        project_name=fact.name,
        need=fact.need,
        title=fact.title,
        themes=fact.themes,
        city=fact.city,
        visibility=fact.visibility,
    )
    draft_gathering(draft, work)
