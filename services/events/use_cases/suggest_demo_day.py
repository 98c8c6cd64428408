"""A project reaches its launch: suggest a demo day."""

from __future__ import annotations

from services.events.domain.drafts import demo_day
from services.events.received import StageChanged
from services.events.use_cases.draft_gathering import draft_gathering
from services.events.use_cases.ports import EventsWork

LAUNCH = "LAUNCH"


def suggest_demo_day(fact: StageChanged, work: EventsWork) -> None:
    """Once for a project, and not when it falls back to its launch."""
    if fact.to != LAUNCH or fact.direction == "BACKWARD":
        return
    known = work.neighbours.project_card(fact.project) or {}
    draft = demo_day(
        project=fact.project,
        project_name=fact.name or known.get("name"),
        themes=tuple(known.get("themes", ())),
        city=known.get("city"),
        visibility=fact.visibility,
    )
    draft_gathering(draft, work)
