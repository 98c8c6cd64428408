"""One transaction in the making: the things it changes, the facts they record, the history they leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, event, text
from sqlalchemy.orm import Session

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate, Fact, Move
from services.backbone.contracts import Contracts
from services.backbone.envelope import Envelope, fact_actor, schema_name
from services.backbone.failpoints import failpoint
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule
from services.backbone.stand_in import put_stand_in


class UnsaidChange(RuntimeError):
    """An aggregate was changed and recorded no fact: the others would never learn of it."""


class Work:
    """What a use case is handed: who asks, when, and (in each service's own subclass) its repositories.

    ``now`` is aware UTC and the same for the whole transaction. ``cause`` is the fact that is being reacted to.
    """

    def __init__(
        self,
        session: Session,
        *,
        service: str,
        metadata: MetaData,
        contracts: Contracts,
        actor: Actor,
        now: datetime,
        correlation_id: str,
        cause: Envelope | None = None,
    ) -> None:
        self.session = session
        self.service = service
        self.actor = actor
        self.now = now
        self.correlation_id = correlation_id
        self.cause = cause
        self._metadata = metadata
        self._tables = metadata.tables
        self._contracts = contracts
        self._touched: dict[int, Aggregate] = {}
        event.listen(session, "loaded_as_persistent", self._touch)
        event.listen(session, "after_attach", self._touch)
        event.listen(session, "before_flush", self._refuse_unsaid_changes)

    def expect(self, thing: Aggregate, version: int | None) -> None:
        """Refuse with STALE_VERSION when the caller looked at an older version than the one stored now."""
        if version is not None and version != thing.version:
            raise BrokenRule(
                "STALE_VERSION",
                "command.stale_version",
                f"This {thing.kind} is at version {thing.version} now; read it again, then decide.",
                field="expectedVersion",
                values={"version": thing.version},
            )

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One item of a batch: when it is refused, it alone is undone, facts and history included."""
        self.settle()
        savepoint = self.session.begin_nested()
        try:
            yield
            self.settle()
        except BaseException:
            savepoint.rollback()
            self._forget()
            raise
        savepoint.commit()

    def settle(self) -> None:
        """Store what changed, with its facts in the outbox and its moves in the history."""
        facts = [(thing, version, fact) for thing in self._aggregates() for version, fact in self._facts_of(thing)]
        moves = [move for thing in self._aggregates() for move in thing.take_moves()]
        self.session.flush()
        for thing in self._aggregates():
            thing.take_facts()
        if facts:
            failpoint("inside_transaction")
            rows = [self._outbox_row(thing, version, fact) for thing, version, fact in facts]
            self.session.execute(self._tables["outbox"].insert(), rows)
            self.session.execute(text("SELECT pg_notify('outbox', '')"))
        self.keep_moves(moves)

    def keep_moves(self, moves: list[Move]) -> None:
        """Keep rows of history; those of aggregates are kept when their change is stored."""
        rows = [
            {
                "subject": move.subject,
                "aspect": move.aspect,
                "from_state": move.from_state,
                "to_state": move.to_state,
                "actor_kind": move.actor.kind.value,
                "actor_id": move.actor.id,
                "reason": move.reason,
                "rule": move.rule,
                "waived": list(move.waived),
                "at": move.at,
                "correlation_id": self.correlation_id,
            }
            for move in moves
        ]
        if rows:
            self.session.execute(self._tables["history"].insert(), rows)

    def tell_of(self, thing: Aggregate) -> None:
        """Let a thing that this service does not store tell its facts."""
        self._touched[id(thing)] = thing

    def put_stand_in(self, person: UUID) -> Counter[str]:
        """Replace a person wherever their id stands in this service; see stand_in. Afterwards nothing is changed."""
        self.settle()
        return put_stand_in(self.session, self._metadata, person)

    def _facts_of(self, thing: Aggregate) -> list[tuple[int, Fact]]:
        return list(thing.__dict__.get("_facts", ()))

    def _outbox_row(self, thing: Aggregate, version: int, fact: Fact) -> dict[str, Any]:
        identity = new_id()
        data = self._contracts.data_of(fact)
        envelope = {
            "specversion": "1.0",
            "id": str(identity),
            "source": self.service,
            "type": fact.type,
            "subject": thing.subject,
            "time": self.now.isoformat(),
            "dataschema": schema_name(self.service, fact.type, fact.major),
            "datacontenttype": "application/json",
            "actor": {"kind": fact_actor(self.actor).kind, "id": str(self.actor.id) if self.actor.id else None},
            "correlationid": self.correlation_id,
            "causationid": str(self.cause.id) if self.cause else None,
            "aggregateversion": version,
            "data": data,
        }
        return {
            "fact": identity,
            "type": fact.type,
            "subject": thing.subject,
            "version": version,
            "envelope": envelope,
        }

    def _aggregates(self) -> list[Aggregate]:
        return list(self._touched.values())

    def _touch(self, session: Session, instance: object) -> None:
        # Held strongly: the identity map alone would let a flushed thing go, with its facts.
        if isinstance(instance, Aggregate):
            self._touched[id(instance)] = instance

    def _forget(self) -> None:
        for thing in self._aggregates():
            thing.take_facts()
            thing.take_moves()
        self._touched = {key: thing for key, thing in self._touched.items() if thing in self.session}

    def _refuse_unsaid_changes(self, session: Session, *_: object) -> None:
        for thing in [*session.new, *session.dirty]:
            changed = isinstance(thing, Aggregate) and (thing in session.new or session.is_modified(thing))
            if changed and not thing.has_facts:
                raise UnsaidChange(f"{thing.subject} was changed and recorded no fact.")
