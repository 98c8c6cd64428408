"""A suggestion between a project and a coalition, and what became of it, for the project's own people."""

from __future__ import annotations

from services.incubator.domain.elsewhere import note_elsewhere
from services.incubator.received import SuggestionTold
from services.incubator.use_cases.ports import IncubatorWork, cause_of


def note_suggestion(fact: SuggestionTold, work: IncubatorWork) -> None:
    """Proposed, answered or expired: written down once; a project that is not known here (yet) is passed over."""
    cause = cause_of(work)
    project = work.projects.find(id=fact.project)
    if project is not None:
        title = " ".join(filter(None, [fact.coalition_slug, fact.answer]))
        note_elsewhere(
            project, what=cause.type, about=f"coalition/{fact.coalition}", title=title, source=cause.source,
            cause=cause.id, at=cause.time, for_team=True,
        )  # fmt: skip
