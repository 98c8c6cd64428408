"""A published position goes on the timeline of every project that it quotes."""

from __future__ import annotations

from services.incubator.domain.elsewhere import note_elsewhere, note_quotation
from services.incubator.received import PositionPublished
from services.incubator.use_cases.ports import IncubatorWork


def note_quoting_position(fact: PositionPublished, work: IncubatorWork) -> None:
    """Projects that are not known here (yet) are passed over."""
    cause = work.cause
    if cause is None:
        raise RuntimeError("A reaction has a cause.")
    for identity in sorted(set(fact.cited)):
        project = work.projects.find(id=identity)
        if project is not None and note_elsewhere(
            project, what=cause.type, about=cause.subject, title=fact.title, source=cause.source,
            cause=cause.id, at=cause.time,
        ):  # fmt: skip
            note_quotation(project, fact.position)
