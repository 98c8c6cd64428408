"""Facts from other services take effect here exactly once and in order. Knows nothing of nameko.

Each thing's facts are numbered. The next number takes effect at once; one that comes too early waits (GAP); one whose
reaction fails waits and is tried again with growing delays (RETRY), and whatever follows it of the same thing waits
behind it; after the last try it is set aside (DEAD), the others go on, and it can be replayed.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.backbone.actor import SYSTEM
from services.backbone.database import is_out_of_reach
from services.backbone.envelope import Envelope
from services.backbone.logs import log
from services.backbone.metrics import FACTS
from services.backbone.perform import Call, Performer
from services.backbone.wire import encode, shape
from services.backbone.work import Work

#: Delays before the next try of a reaction that failed, in seconds (reliability.md section 2, R7).
DELAYS = (1, 10, 60, 600)

Reaction = Callable[[Any, Any], None]


@dataclass
class Receiver:
    """Lets the facts of others take effect in one service's database.

    ``woken`` is told when a fact took effect for which another waited, so that the other need not wait any longer.
    Without ``in_order`` each fact takes effect once, as it comes: for who only keeps what is told, and need not have
    heard all that went before.
    """

    performer: Performer
    woken: Callable[[], None] = field(default=lambda: None)
    in_order: bool = True

    def receive(self, reaction: Reaction | None, envelope: Envelope) -> str:
        """Take one delivery; returns what became of it: DONE, DUPLICATE, GAP, RETRY or DEAD.

        Without a reaction only the thing's position moves on. Raises only when the database is out of reach.
        """
        try:
            if reaction is None or self.in_order:
                outcome = self._take_effect(reaction, envelope)
            else:
                outcome = self._take_effect_as_it_comes(reaction, envelope)
        except Exception as error:
            if is_out_of_reach(error):
                raise
            outcome = self._set_back(envelope, error)
        _tell(reaction, envelope, outcome)
        return outcome

    def receive_together(self, told: list[tuple[Reaction, Envelope]]) -> None:
        """Let several facts take effect as they come, in one transaction: all of them, or none and what is wrong is
        raised. Then each may be received by itself."""
        outcomes = []
        with self._transaction(told[0][1]) as work:
            for reaction, envelope in told:
                work.cause, work.correlation_id = envelope, envelope.correlationid
                outcomes.append(self._once(work, reaction, envelope))
        for (reaction, envelope), outcome in zip(told, outcomes, strict=True):
            _tell(reaction, envelope, outcome)

    def replay(self, reaction: Reaction, envelope: Envelope) -> str:
        """Let a fact that was set aside take effect after all, out of its order; once, whatever else happens."""
        with self._transaction(envelope) as work:
            if self._into_inbox(work.session, envelope):
                self._react(reaction, envelope, work)
            self._no_longer_waits(work.session, envelope.id)
        return "DONE"

    def keep_dead(self, envelope: Envelope, error: Exception) -> None:
        """Note that a replay failed, and why; the fact stays set aside."""
        with self._transaction(envelope) as work:
            work.session.execute(
                text("UPDATE waiting SET attempts = attempts + 1, last_error = :error WHERE fact = :fact"),
                {"fact": envelope.id, "error": f"{type(error).__name__}: {error}"[:2000]},
            )

    def due(self, limit: int = 50) -> list[Envelope]:
        """Facts whose next try has come, oldest first; each is claimed for a minute, so that instances share them."""
        with self.performer.engine.begin() as connection:
            rows = connection.execute(
                text(
                    "UPDATE waiting SET due_at = CAST(:now AS timestamptz) + interval '1 minute' WHERE fact IN ("
                    "SELECT fact FROM waiting WHERE due_at <= :now AND reason <> 'DEAD' "
                    "ORDER BY due_at, version LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING envelope, version"
                ),
                {"limit": limit, "now": self.performer.clock()},
            ).all()
        return [msgspec.convert(row.envelope, Envelope) for row in sorted(rows, key=lambda row: row.version)]

    def _take_effect(self, reaction: Reaction | None, envelope: Envelope) -> str:
        with self._transaction(envelope) as work:
            last = self._position(work.session, envelope)
            if envelope.aggregateversion <= last:
                return "DUPLICATE"
            if envelope.aggregateversion > last + 1:
                self._wait(work.session, envelope, reason="GAP", due_in=None)
                return "GAP"
            if reaction is not None and self._into_inbox(work.session, envelope):
                self._react(reaction, envelope, work)
            another_waited = self._move_on(work.session, envelope)
            self._no_longer_waits(work.session, envelope.id)
        if another_waited:
            self.woken()
        return "DONE"

    def _take_effect_as_it_comes(self, reaction: Reaction, envelope: Envelope) -> str:
        with self._transaction(envelope) as work:
            return self._once(work, reaction, envelope)

    def _once(self, work: Work, reaction: Reaction, envelope: Envelope) -> str:
        """In as few statements as can be: all facts of the network come this way. Nobody is told of the effect."""
        is_new = work.session.execute(
            text(
                "WITH waited AS (DELETE FROM waiting WHERE fact = :fact) "
                "INSERT INTO inbox (fact, type) VALUES (:fact, :type) ON CONFLICT DO NOTHING RETURNING fact"
            ),
            {"fact": envelope.id, "type": envelope.type},
        ).first()
        if is_new is None:
            return "DUPLICATE"
        reaction(self._read(reaction, envelope), work)
        work.settle()
        return "DONE"

    def _react(self, reaction: Reaction, envelope: Envelope, work: Work) -> None:
        """Let it take effect. What that changes beside things that tell facts of their own is told by the relay."""
        reaction(self._read(reaction, envelope), work)
        work.settle()
        kind = envelope.subject.partition("/")[0]
        work.session.execute(text("SELECT pg_notify('outbox', :kind)"), {"kind": kind})

    def _set_back(self, envelope: Envelope, error: Exception) -> str:
        reason = f"{type(error).__name__}: {error}"[:2000]
        with self._transaction(envelope) as work:
            if self.in_order and envelope.aggregateversion <= self._position(work.session, envelope):
                return "DUPLICATE"
            tries = self._tries(work.session, envelope.id) + 1
            dead = tries > len(DELAYS)
            delay = None if dead else DELAYS[tries - 1]
            outcome = "DEAD" if dead else "RETRY"
            self._wait(work.session, envelope, reason=outcome, due_in=delay, attempts=tries, error=reason)
            another_waited = dead and self.in_order and self._move_on(work.session, envelope)
        if another_waited:
            self.woken()
        log().warning(
            "fact_failed",
            type=envelope.type,
            fact=str(envelope.id),
            outcome=outcome,
            attempts=tries,
            error=reason,
            correlation_id=envelope.correlationid,
        )
        return outcome

    def _transaction(self, envelope: Envelope) -> Any:
        return self.performer.transaction(Call(actor=SYSTEM, correlation_id=envelope.correlationid), cause=envelope)

    def _position(self, session: Session, envelope: Envelope) -> int:
        """The number of this thing's last fact that took effect, locked until the transaction ends."""
        where = {"source": envelope.source, "subject": envelope.subject}
        session.execute(
            text(
                "INSERT INTO positions (source, subject, version) VALUES (:source, :subject, 0) ON CONFLICT DO NOTHING"
            ),
            where,
        )
        return int(
            session.scalar(
                text("SELECT version FROM positions WHERE source = :source AND subject = :subject FOR UPDATE"), where
            )
            or 0
        )

    def _move_on(self, session: Session, envelope: Envelope) -> bool:
        """Remember that this number took effect, and wake the next one; whether that one waits already."""
        values = {
            "source": envelope.source,
            "subject": envelope.subject,
            "version": envelope.aggregateversion,
            "now": self.performer.clock(),
        }
        session.execute(
            text("UPDATE positions SET version = :version WHERE source = :source AND subject = :subject"), values
        )
        woken = session.execute(
            text(
                "UPDATE waiting SET due_at = :now WHERE source = :source AND subject = :subject "
                "AND version = :version + 1 AND reason = 'GAP' RETURNING fact"
            ),
            values,
        )
        return woken.first() is not None

    def _into_inbox(self, session: Session, envelope: Envelope) -> bool:
        """Whether this fact is new here."""
        row = session.execute(
            text("INSERT INTO inbox (fact, type) VALUES (:fact, :type) ON CONFLICT DO NOTHING RETURNING fact"),
            {"fact": envelope.id, "type": envelope.type},
        ).first()
        return row is not None

    def _wait(
        self,
        session: Session,
        envelope: Envelope,
        *,
        reason: str,
        due_in: int | None,
        attempts: int = 0,
        error: str | None = None,
    ) -> None:
        due = self.performer.clock() + timedelta(seconds=due_in) if due_in is not None else None
        session.execute(
            text(
                "INSERT INTO waiting (fact, source, subject, version, type, envelope, reason, attempts, last_error, "
                "due_at) VALUES (:fact, :source, :subject, :version, :type, CAST(:envelope AS jsonb), :reason, "
                ":attempts, :error, :due) ON CONFLICT (fact) DO UPDATE SET reason = :reason, attempts = :attempts, "
                "last_error = :error, due_at = :due WHERE NOT (waiting.reason = 'RETRY' AND :reason = 'GAP')"
            ),
            {
                "fact": envelope.id,
                "source": envelope.source,
                "subject": envelope.subject,
                "version": envelope.aggregateversion,
                "type": envelope.type,
                "envelope": encode(envelope).decode(),
                "reason": reason,
                "attempts": attempts,
                "error": error,
                "due": due,
            },
        )

    def _tries(self, session: Session, fact: UUID) -> int:
        return int(session.scalar(text("SELECT attempts FROM waiting WHERE fact = :fact"), {"fact": fact}) or 0)

    def _no_longer_waits(self, session: Session, fact: UUID) -> None:
        session.execute(text("DELETE FROM waiting WHERE fact = :fact"), {"fact": fact})

    def _read(self, reaction: Reaction, envelope: Envelope) -> Any:
        first = next(iter(inspect.signature(reaction).parameters))
        return shape(envelope.data, typing.get_type_hints(reaction)[first])


def _tell(reaction: Reaction | None, envelope: Envelope, outcome: str) -> None:
    FACTS.labels(envelope.type, outcome).inc()
    log().info(
        "fact",
        type=envelope.type,
        fact=str(envelope.id),
        outcome=outcome,
        reaction=reaction.__name__ if reaction else None,
        correlation_id=envelope.correlationid,
    )
