"""Votes of a consultation on their way to the many that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.coalitions.domain.consultation import Vote


@dataclass(frozen=True, kw_only=True)
class CastVote:
    """What a person said of a statement, when. ``order`` settles two votes of the same instant: the higher counts."""

    statement: UUID
    voter: UUID
    vote: Vote
    at: datetime
    order: int = 0

    @property
    def rank(self) -> tuple[datetime, int]:
        return self.at, self.order


@dataclass(frozen=True, kw_only=True)
class VoteCount:
    """What keeping votes came to: people that had not voted here before, votes on statements that they had not voted
    on before, and votes that took the place of an earlier one."""

    voters: int
    added: int
    changed: int
    unchanged: int


def last_votes(votes: list[CastVote]) -> list[CastVote]:
    """Each person's last vote per statement: by instant, then by order, then by place in the list."""
    last: dict[tuple[UUID, UUID], CastVote] = {}
    for vote in votes:
        earlier = last.get((vote.statement, vote.voter))
        if earlier is None or vote.rank >= earlier.rank:
            last[vote.statement, vote.voter] = vote
    return list(last.values())
