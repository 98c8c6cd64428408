"""Facts that wait or were set aside in a service's database: looked at, replayed or discarded by an operator.

What the broker itself set aside (its queues ``dead`` and ``unrouted``) is looked after by ``maillage dead-letters``.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from services.backbone.aggregate import Move
from services.backbone.database import CommitInDoubt, is_out_of_reach
from services.backbone.envelope import Envelope
from services.backbone.logs import log
from services.backbone.perform import OutcomeUnknown, Reader, problem_of
from services.backbone.receive import Reaction, Receiver
from services.backbone.rules import BrokenRule, not_found, refuse_unless
from services.backbone.wire import Unreadable, shape
from services.backbone.work import Work

_SHOWN = "fact, source, subject, version, type, reason, attempts, last_error, received_at, due_at"
_LIST = f"""
SELECT {_SHOWN} FROM waiting
WHERE (CAST(:reason AS text) IS NULL OR reason = :reason)
AND (CAST(:after AS uuid) IS NULL OR (received_at, fact) > (CAST(:after_at AS timestamptz), CAST(:after AS uuid)))
ORDER BY received_at, fact LIMIT :limit
"""
_ONE = f"""
SELECT {_SHOWN}, envelope,
    (SELECT version FROM positions p WHERE p.source = w.source AND p.subject = w.subject) AS position
FROM waiting w WHERE fact = :id
"""


@dataclass(frozen=True, kw_only=True)
class DeadLetters:
    """Which facts: those of one ``reason`` (DEAD, RETRY or GAP), or all; of these so many, those that follow the fact
    ``after``, which came at ``after_at``, whether or not it is still there."""

    reason: str | None = None
    after: UUID | None = None
    after_at: datetime | None = None
    limit: int = 1000


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    id: UUID


@dataclass(frozen=True, kw_only=True)
class DiscardDeadLetter:
    id: UUID
    reason: str


def dead_letters(request: DeadLetters, reader: Reader) -> list[dict[str, Any]]:
    """The facts that wait, oldest first, without their content."""
    rows = reader.connection.execute(text(_LIST), asdict(request))
    return [dict(row) for row in rows.mappings()]


def dead_letter(request: DeadLetter, reader: Reader) -> dict[str, Any]:
    """One fact with its whole envelope, and the number of its thing's fact that took effect last (``position``)."""
    row = reader.connection.execute(text(_ONE), {"id": request.id}).mappings().first()
    if row is None:
        raise not_found("dead_letter", request.id)
    return dict(row)


def discard_dead_letter(command: DiscardDeadLetter, work: Work) -> dict[str, Any]:
    """Forget a fact that was set aside; that it was, and why, stays in the history of its thing."""
    row = work.session.execute(
        text("SELECT subject, type, reason FROM waiting WHERE fact = :id FOR UPDATE"), {"id": command.id}
    ).first()
    if row is None:
        raise not_found("dead_letter", command.id)
    refuse_unless(
        row.reason == "DEAD",
        "ILLEGAL_TRANSITION",
        "dead_letter.still_waits",
        "This fact still waits for its turn; only one that was set aside can be discarded.",
    )
    refuse_unless(bool(command.reason.strip()), "VALIDATION", "dead_letter.reason_missing", "Say why.", field="reason")
    work.session.execute(text("DELETE FROM waiting WHERE fact = :id"), {"id": command.id})
    discarded = Move(
        subject=row.subject,
        aspect=f"dead letter {command.id}",
        from_state="DEAD",
        to_state="DISCARDED",
        actor=work.actor,
        at=work.now,
        reason=command.reason,
        rule=row.type,
    )
    work.keep_moves([discarded])
    log().warning("dead_letter_discarded", fact=str(command.id), type=row.type, reason=command.reason)
    return {"id": command.id}


def replay_dead_letter(service: type[Any], receiver: Receiver, request: Any) -> dict[str, Any]:
    """Let a fact that was set aside take effect after all, in the answer's form of a command."""
    try:
        asked: DeadLetter = shape(request, DeadLetter)
        envelope = _set_aside(receiver, asked.id)
        outcome = receiver.replay(reaction_to(service, envelope), envelope)
    except Unreadable as error:
        return {"value": None, "problems": [problem_of(BrokenRule("VALIDATION", "request.invalid", str(error)))]}
    except BrokenRule as broken:
        return {"value": None, "problems": [problem_of(broken)]}
    except CommitInDoubt as error:
        raise OutcomeUnknown from error
    except Exception as error:
        if is_out_of_reach(error):
            raise
        receiver.keep_dead(envelope, error)
        again = BrokenRule(
            "ILLEGAL_TRANSITION", "dead_letter.failed_again", f"It failed again: {type(error).__name__}: {error}"[:500]
        )
        return {"value": None, "problems": [problem_of(again)]}
    log().info("dead_letter_replayed", fact=str(envelope.id), type=envelope.type)
    return {"value": {"id": envelope.id, "outcome": outcome}, "problems": []}


def reaction_to(service: type[Any], envelope: Envelope) -> Reaction:
    """The use case with which a service reacts to a fact, found through its own table of contents."""
    reactions = {
        (getattr(entrypoint, "source", ""), getattr(entrypoint, "fact_type", "")): name
        for name, method in inspect.getmembers(service, inspect.isfunction)
        for entrypoint in getattr(method, "nameko_entrypoints", ())
    }
    name = reactions.get((envelope.source, envelope.type)) or reactions.get((envelope.source, "#"))
    if name is None:
        raise BrokenRule("NOT_FOUND", "dead_letter.no_reaction", f"Nothing reacts to {envelope.type} here any more.")
    asked = service()
    asked.desk = hearing = _Hearing()
    getattr(asked, name)(envelope)
    return hearing.heard


class _Hearing:
    """A desk that only hears which use case a method hands over."""

    heard: Reaction

    def react(self, reaction: Reaction, fact: Envelope) -> str:
        self.heard = reaction
        return ""


def _set_aside(receiver: Receiver, fact: UUID) -> Envelope:
    with receiver.performer.engine.connect() as connection:
        row = connection.execute(text("SELECT reason, envelope FROM waiting WHERE fact = :id"), {"id": fact}).first()
    if row is None:
        raise not_found("dead_letter", fact)
    refuse_unless(
        row.reason == "DEAD",
        "ILLEGAL_TRANSITION",
        "dead_letter.still_waits",
        "This fact still waits for its turn and is tried by itself.",
    )
    return msgspec.convert(row.envelope, Envelope)
