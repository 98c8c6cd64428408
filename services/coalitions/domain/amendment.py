"""A change that a member proposes to the frozen text of a position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Operation(StrEnum):
    """What is done to a paragraph, or (GLOBAL) to the whole text."""

    REPLACE = "REPLACE"
    INSERT_AFTER = "INSERT_AFTER"
    DELETE = "DELETE"
    GLOBAL = "GLOBAL"


class AmendmentState(StrEnum):
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    ACCEPTED_MODIFIED = "ACCEPTED_MODIFIED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    OBSOLETE = "OBSOLETE"
    TO_VOTE = "TO_VOTE"
    PROMOTED = "PROMOTED"


class Decision(StrEnum):
    """What editors may decide of an amendment."""

    ACCEPTED = "ACCEPTED"
    ACCEPTED_MODIFIED = "ACCEPTED_MODIFIED"
    REJECTED = "REJECTED"


ACCEPTED = frozenset({AmendmentState.ACCEPTED, AmendmentState.ACCEPTED_MODIFIED})


@dataclass(eq=False, kw_only=True)
class Amendment:
    """Part of its position. ``number`` counts the amendments of a position from 1; ``applied_order`` is the rank in
    which accepted ones are applied; ``final_text`` what the editors made of it when they accepted it with changes.
    """

    id: UUID
    position: UUID
    number: int
    base_text_version: int
    operation: str
    pid: str | None
    new_text: str
    rationale: str
    organisation: UUID
    submitted_by: UUID
    submitted_at: datetime
    co_sponsors: list[UUID] = field(default_factory=list)
    state: str = AmendmentState.SUBMITTED
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    decision_reason: str | None = None
    final_text: str | None = None
    applied_order: int = 0
    promoted_to: UUID | None = None

    @property
    def is_accepted(self) -> bool:
        return self.state in ACCEPTED

    @property
    def applied_text(self) -> str:
        """The words that enter the text when it is accepted."""
        return self.new_text if self.final_text is None else self.final_text

    def collides_with(self, other: Amendment) -> bool:
        """Whether both cannot simply be applied: the same paragraph of the same text, or one of them is GLOBAL."""
        if self is other or self.base_text_version != other.base_text_version:
            return False
        return Operation.GLOBAL in (self.operation, other.operation) or self.pid == other.pid


def collisions(amendment: Amendment, others: Iterable[Amendment]) -> list[Amendment]:
    """Those of the others that are still in play and collide with this one."""
    in_play = {AmendmentState.SUBMITTED, AmendmentState.TO_VOTE, *ACCEPTED}
    return [other for other in others if other.state in in_play and amendment.collides_with(other)]
