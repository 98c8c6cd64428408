"""Record votes that were cast elsewhere, many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.identifiers import derived_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.coalitions.domain.consultation import Statement, Vote
from services.coalitions.domain.numbers import CONSULTATION
from services.coalitions.domain.permissions import refuse_unless_convener
from services.coalitions.domain.vote import CastVote, last_votes
from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.refusals import refused


@dataclass(frozen=True, kw_only=True)
class VoteRecord:
    """``statement`` is a reference, ``voter`` the person's name in the records (kept nowhere: an id is derived of it).

    Of a person's votes on a statement the one with the latest ``at`` counts; of the same instant, the one with the
    highest ``order`` (a line number, say), and of the same order the one that comes later in the list.
    """

    statement: str
    voter: str
    vote: Vote
    at: datetime
    order: int = 0


@dataclass(frozen=True, kw_only=True)
class RecordVotes:
    consultation: UUID
    votes: list[VoteRecord]
    dry_run: bool = False


def record_votes(command: RecordVotes, work: CoalitionsWork) -> dict[str, Any]:
    """Answers how many votes were ``added``, ``changed``, or made no difference, and the refused ones by place."""
    held = consultation_in_hand(work, command.consultation)
    refuse_unless_convener(work.actor, held.coalition)
    refuse_unless(
        len(command.votes) <= CONSULTATION.votes_a_call,
        "VALIDATION",
        "consultation.too_many_votes",
        f"A call carries {CONSULTATION.votes_a_call} votes at most.",
        field="votes",
        at_most=CONSULTATION.votes_a_call,
    )
    statements = {one.reference: one for one in held.consultation.statements if one.reference is not None}
    votes, refusals = [], []
    for place, record in enumerate(command.votes):
        try:
            votes.append(_vote(record, statements, held.consultation.id))
        except BrokenRule as broken:
            refusals.append({**refused(broken), "place": place})
    kept = work.votes.keep(held.consultation.id, last_votes(votes))
    if kept.added or kept.changed:
        held.consultation.count_votes(voters=kept.voters, votes=kept.added)
    return {
        **held.answer,
        "added": kept.added,
        "changed": kept.changed,
        "unchanged": len(votes) - kept.added - kept.changed,
        "refused": refusals,
    }


def _vote(record: VoteRecord, statements: dict[str, Statement], consultation: UUID) -> CastVote:
    statement = statements.get(record.statement)
    if statement is None:
        raise BrokenRule(
            "VALIDATION",
            "vote.unknown_statement",
            f"The consultation has no statement {record.statement}.",
            field="statement",
            values={"statement": record.statement},
        )
    voter = derived_id(consultation, record.voter)
    return CastVote(statement=statement.id, voter=voter, vote=record.vote, at=record.at, order=record.order)
