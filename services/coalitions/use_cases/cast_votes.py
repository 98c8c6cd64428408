"""Vote on statements of a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.coalitions.domain.consultation import Vote
from services.coalitions.domain.numbers import CONSULTATION
from services.coalitions.domain.vote import CastVote, last_votes
from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking


@dataclass(frozen=True, kw_only=True)
class VoteGiven:
    statement: UUID
    vote: Vote


@dataclass(frozen=True, kw_only=True)
class CastVotes:
    consultation: UUID
    votes: list[VoteGiven]


def cast_votes(command: CastVotes, work: CoalitionsWork) -> dict[str, Any]:
    """One person's votes, as many statements as they like at once; the last on a statement counts."""
    held = consultation_in_hand(work, command.consultation)
    voter = person_asking(work)
    refuse_unless(
        len(command.votes) <= CONSULTATION.votes_a_call,
        "VALIDATION",
        "consultation.too_many_votes",
        f"A call carries {CONSULTATION.votes_a_call} votes at most.",
        field="votes",
        at_most=CONSULTATION.votes_a_call,
    )
    voted_on = [given.statement for given in command.votes]
    held.consultation.refuse_votes(work.consultations.states_of(held.consultation.id, voted_on), held.now)
    votes = [CastVote(statement=given.statement, voter=voter, vote=given.vote, at=held.now) for given in command.votes]
    kept = work.votes.keep(held.consultation.id, last_votes(votes))
    if kept.added or kept.changed:
        held.consultation.count_votes(voters=kept.voters, votes=kept.added)
    return {**held.answer, "counted": kept.added + kept.changed}
