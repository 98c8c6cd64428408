"""A position is open for amendments: draft a working meeting of its coalition."""

from __future__ import annotations

from services.events.domain.drafts import working_meeting
from services.events.received import AmendmentsOpened
from services.events.use_cases.draft_gathering import draft_gathering
from services.events.use_cases.ports import EventsWork


def draft_working_meeting(fact: AmendmentsOpened, work: EventsWork) -> None:
    """Once for each text that is opened, half way to the closing time when that is near."""
    draft = working_meeting(
        position=fact.position,
        coalition=fact.coalition,
        title=fact.title,
        themes=fact.themes,
        text_version=fact.text_version,
    )
    draft_gathering(draft, work, before=fact.closes_at)
