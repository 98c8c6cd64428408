"""Note that a quoted project replied; the incubator keeps what it said."""

from __future__ import annotations

from services.coalitions.received import ProjectReplied
from services.coalitions.use_cases.ports import CoalitionsWork


def note_reply(fact: ProjectReplied, work: CoalitionsWork) -> None:
    """The publication waits for this project no longer."""
    position = work.positions.find(id=fact.position)
    if position is not None:
        position.note_reply(fact.project, now=work.now)
