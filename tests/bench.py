"""A bench for one service's use cases: its real database, its own Work, a clock that the test owns, no broker.

What leaves the service is read from the outbox; what comes in is delivered to the receiver. A refusal is only a
refusal when nothing changed and nothing was sent: ``refused`` compares every table before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from services.backbone.actor import SYSTEM, Actor
from services.backbone.contracts import Contracts
from services.backbone.database import engine_for, reading_engine_for
from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.perform import Call, Performer, Reader
from services.backbone.receive import Receiver

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class OwnClock:
    """The time, as the test says it is."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@dataclass
class Bench:
    """One service on its bench."""

    service: str
    url: str
    clock: OwnClock = field(default_factory=OwnClock)

    def __post_init__(self) -> None:
        upgrade(self.service, self.url)
        tables = import_module(f"services.{self.service}.storage.tables")
        repositories = import_module(f"services.{self.service}.storage.repositories")
        self.engine = engine_for(self.url, pool=20, name=f"{self.service}-bench")
        self.reading = reading_engine_for(self.url, pool=20, name=f"{self.service}-bench")
        self.performer = Performer(
            service=self.service,
            engine=self.engine,
            reading=self.reading,
            metadata=tables.metadata,
            contracts=Contracts.of(self.service),
            work=repositories.SqlWork,
            clock=self.clock,
        )
        self.receiver = Receiver(self.performer)
        self._sequence: dict[str, int] = {}
        self._forgetting = self._how_to_forget()

    def _how_to_forget(self) -> str:
        """Rows are deleted: there are few, and to truncate a table with its indexes costs a hundred times as much."""
        deletions = [f'DELETE FROM "{table.name}"' for table in self.performer.metadata.sorted_tables]
        with self.engine.connect() as connection:
            sequences = connection.scalars(text("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S'")).all()
        restarts = [f"SELECT setval('{sequence}', 1, false)" for sequence in sequences]
        return "; ".join(["SET LOCAL session_replication_role = replica", *deletions, *restarts])

    def empty(self) -> None:
        """Forget everything."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(self._forgetting)
        self._sequence.clear()
        self.clock.now = NOON

    def perform(self, use_case: Callable[..., Any], by: Actor = SYSTEM, key: str | None = None, **request: Any) -> Any:
        """Do it; fails the test when it is refused."""
        answer = self.performer.perform(use_case, plain(request), Call(actor=by, idempotency_key=key))
        assert answer["problems"] == [], answer["problems"]
        return plain(answer["value"])

    def refused(self, use_case: Callable[..., Any], by: Actor = SYSTEM, **request: Any) -> dict[str, Any]:
        """The first problem of what must be refused, having seen that nothing changed and nothing was sent."""
        before = self.everything()
        answer = self.performer.perform(use_case, plain(request), Call(actor=by))
        assert answer["problems"], f"accepted: {answer['value']}"
        assert self.everything() == before, "a refused command left something behind"
        problem: dict[str, Any] = answer["problems"][0]
        return problem

    def ask(self, question: Callable[..., Any], by: Actor = SYSTEM, **request: Any) -> Any:
        """The answer to a question, as plain JSON values."""
        answer = self.performer.answer(question, plain(request), Call(actor=by))
        assert answer["problems"] == [], answer["problems"]
        return plain(answer["value"])

    def ask_refused(self, question: Callable[..., Any], by: Actor = SYSTEM, **request: Any) -> dict[str, Any]:
        """The first problem of a question that must be refused."""
        answer = self.performer.answer(question, plain(request), Call(actor=by))
        assert answer["problems"], f"answered: {answer['value']}"
        problem: dict[str, Any] = answer["problems"][0]
        return problem

    def run_due(self, job: Callable[..., int]) -> int:
        return self.performer.run_due(job, "bench")

    def fact(self, source: str, type_: str, subject: UUID | str, **data: Any) -> Envelope:
        """A fact of another service, next in the sequence of its thing."""
        subject = f"{type_.split('.')[0]}/{subject}"
        self._sequence[subject] = self._sequence.get(subject, 0) + 1
        return Envelope(
            id=new_id(),
            source=source,
            type=type_,
            subject=subject,
            time=self.clock.now,
            dataschema=schema_name(source, type_, 1),
            actor=FactActor("SYSTEM"),
            correlationid="bench",
            aggregateversion=self._sequence[subject],
            data=plain(data),
        )

    def deliver(self, reaction: Callable[[Any, Any], None], fact: Envelope) -> None:
        """Deliver a fact twice; the second delivery must leave everything as it was."""
        assert self.receiver.receive(reaction, fact) == "DONE"
        after_one = self.everything()
        assert self.receiver.receive(reaction, fact) == "DUPLICATE"
        assert self.everything() == after_one, "a second delivery had an effect"

    def facts(self, *types: str) -> list[dict[str, Any]]:
        """What was told so far, in order: the envelopes, all or of these types."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT envelope FROM outbox ORDER BY number")).scalars()
            return [row for row in rows if not types or row["type"] in types]

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql), values).mappings()]

    def reader(self, by: Actor = SYSTEM) -> Reader:
        return Reader(self.engine.connect(), by, self.clock.now)

    def everything(self) -> dict[str, list[str]]:
        """All rows of all tables but the keys of repeated commands, as the database writes them."""
        names = [table.name for table in self.performer.metadata.sorted_tables if table.name != "command_log"]
        rows = 'array_agg(one::text ORDER BY one::text COLLATE "C")'
        each = (f"SELECT '{name}', {rows} FROM \"{name}\" one" for name in names)
        with self.engine.connect() as connection:
            return {name: found or [] for name, found in connection.exec_driver_sql(" UNION ALL ".join(each))}


def plain(value: Any) -> Any:
    """The value as it would cross the wire."""
    return msgspec.json.decode(msgspec.json.encode(value))
