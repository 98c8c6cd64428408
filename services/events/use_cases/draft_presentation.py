"""A position is published: draft its presentation."""

from __future__ import annotations

from services.events.domain.drafts import presentation
from services.events.received import PositionPublished
from services.events.use_cases.draft_gathering import draft_gathering
from services.events.use_cases.ports import EventsWork


def draft_presentation(fact: PositionPublished, work: EventsWork) -> None:
    """Once for a position; one that was published elsewhere long ago is no news."""
    if fact.recorded:
        return
    draft = presentation(position=fact.position, coalition=fact.coalition, title=fact.title, themes=fact.themes)
    draft_gathering(draft, work)
