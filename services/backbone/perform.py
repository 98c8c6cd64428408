"""Commands, questions and jobs of one service: one transaction each, whoever calls. Knows nothing of nameko."""

from __future__ import annotations

import hashlib
import inspect
import re
import time
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, MetaData, Row, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from services.backbone.contracts import Contracts
from services.backbone.database import (
    STATEMENT_TIMEOUT,
    CommitInDoubt,
    bound_each_statement,
    commit,
    has_answered,
    is_out_of_reach,
)
from services.backbone.envelope import Envelope
from services.backbone.failpoints import failpoint
from services.backbone.grants import grants_of
from services.backbone.identifiers import new_id
from services.backbone.metrics import REPEATED
from services.backbone.rules import BrokenRule
from services.backbone.wire import Unreadable, encode, shape
from services.backbone.work import Work

#: How often a transaction that lost a race is begun again before the asker is told.
TRIES = 3
#: Seconds between two tries while the database is out of reach and the asker still waits.
DATABASE_PAUSE = 0.5


class DeadlinePassed(RuntimeError):
    """Nobody waits for the answer any more, so nothing is done."""


class OutcomeUnknown(RuntimeError):
    """Nobody knows whether the command was done: its commit is in doubt, or it is still being done elsewhere."""


@dataclass(frozen=True)
class Call:
    """What comes with a request beside its content. ``deadline`` is in seconds since the epoch."""

    actor: Actor = ANONYMOUS
    correlation_id: str = "-"
    idempotency_key: str | None = None
    deadline: float | None = None


@dataclass(frozen=True)
class Reader:
    """What a question is handed: a connection to read from, who asks, and the time."""

    connection: Connection
    actor: Actor
    now: datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Performer:
    """Runs the use cases of one service against its database.

    ``work`` is the service's own Work class; ``clock`` is whoever knows the time (tests own theirs). Commands, facts
    and jobs use ``engine``, questions ``reading`` (database.py).
    """

    service: str
    engine: Engine
    metadata: MetaData
    contracts: Contracts
    work: type[Work]
    clock: Callable[[], datetime] = utc_now
    reading: Engine = field(kw_only=True)
    _shapes: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def perform(self, use_case: Callable[..., Any], request: Any, call: Call) -> dict[str, Any]:
        """Do what a command asks, once: ``{"value": answer or None, "problems": [...]}``.

        A refusal leaves nothing behind. A repeated idempotency key gets the first answer again. Whatever is raised says
        that nothing was done, but for OutcomeUnknown.
        """
        try:
            command = self._shaped(use_case, request)
            answer = _while_waited_for(call, lambda: self._tried(lambda: self._once(use_case, command, request, call)))
            failpoint("after_command")
        except BrokenRule as broken:
            return {"value": None, "problems": [problem_of(broken)]}
        return {"value": answer, "problems": []}

    def answer(self, question: Callable[..., Any], request: Any, call: Call) -> dict[str, Any]:
        """Answer a question from the database; it changes nothing."""
        try:
            asked = self._shaped(question, request)
            return {"value": _while_waited_for(call, lambda: self._read(question, asked, call)), "problems": []}
        except BrokenRule as broken:
            return {"value": None, "problems": [problem_of(broken)]}

    def _read(self, question: Callable[..., Any], asked: Any, call: Call) -> Any:
        with self.reading.connect() as connection:
            bound_each_statement(connection, _seconds_left(call))
            return question(asked, Reader(connection, self._known(connection, call.actor), self.clock()))

    def run_due(self, use_case: Callable[..., int], correlation_id: str) -> int:
        """Run a job until nothing is due; each round is a transaction of its own. Returns how many were handled."""
        handled = 0
        while True:
            with self.transaction(Call(actor=SYSTEM, correlation_id=correlation_id)) as work:
                count = use_case(work)
            handled += count
            if count == 0:
                return handled

    @contextmanager
    def transaction(self, call: Call, cause: Envelope | None = None) -> Iterator[Work]:
        """One transaction: committed with its facts and history when the block ends well, else undone."""
        with Session(self.engine) as session:
            if call.deadline is not None:
                left = max(1, int(_seconds_left(call) * 1000))
                session.connection().exec_driver_sql(f"SET LOCAL statement_timeout = {left}")
            work = self.work(
                session,
                service=self.service,
                metadata=self.metadata,
                contracts=self.contracts,
                actor=self._known(session.connection(), call.actor),
                now=self.clock(),
                correlation_id=call.correlation_id,
                cause=cause,
            )
            yield work
            work.settle()
            commit(session)
        failpoint("after_commit")

    def _once(self, use_case: Callable[..., Any], command: Any, request: Any, call: Call) -> Any:
        rehearsal = bool(getattr(command, "dry_run", False))
        try:
            with self.transaction(call) as work:
                log = CommandLog(work.session, self.metadata, call)
                if call.idempotency_key and not rehearsal:
                    earlier = log.begin(encode([use_case.__name__, request]))
                    if earlier is not None:
                        REPEATED.inc()
                        return earlier["answer"]
                answer = use_case(command, work)
                work.settle()
                if rehearsal:
                    raise _Rehearsed(answer)
                if call.idempotency_key:
                    log.finish(answer)
                return answer
        except _Rehearsed as rehearsed:
            return rehearsed.answer

    def _tried(self, attempt: Callable[[], Any]) -> Any:
        for left in reversed(range(TRIES)):
            try:
                return attempt()
            except (StaleDataError, IntegrityError, OperationalError) as error:
                if is_out_of_reach(error) or (isinstance(error, OperationalError) and not has_answered(error)):
                    raise
                if not left:
                    raise _lost(error) from error
        raise AssertionError("unreachable")

    def _shaped(self, handler: Callable[..., Any], request: Any) -> Any:
        if handler not in self._shapes:
            first = next(iter(inspect.signature(handler).parameters))
            self._shapes[handler] = typing.get_type_hints(handler)[first]
        _refuse_unknown_fields(self._shapes[handler], request)
        try:
            return shape(request, self._shapes[handler])
        except Unreadable as error:
            raise _invalid(str(error)) from None

    def _known(self, connection: Connection, actor: Actor) -> Actor:
        if actor.id is None:
            return actor
        return Actor(actor.kind, actor.id, actor.grants | grants_of(connection, actor.id, self.clock()))


class CommandLog:
    """The answers given to commands with a key, kept 48 hours (domain.md section 1)."""

    def __init__(self, session: Session, metadata: MetaData, call: Call) -> None:
        self._session = session
        self._table = metadata.tables["command_log"]
        self._asker = f"{call.actor.kind.value}/{call.actor.id or ''}"
        self._key = call.idempotency_key

    def begin(self, request: bytes) -> dict[str, Any] | None:
        """Take the key for this request; the earlier row when it was used before with the same request.

        Raises OutcomeUnknown when the earlier one holds the key for longer than there is time.
        """
        digest = hashlib.sha256(request).hexdigest()
        if self._take(digest):
            return None
        table = self._table
        row: Row[Any] = self._session.execute(
            select(table).where(table.c.asker == self._asker, table.c.key == self._key)
        ).one()
        if row.request_hash != digest:
            raise BrokenRule(
                "DUPLICATE",
                "command.key_reused",
                "This idempotency key was used for another request; use a new key for a new request.",
                field="idempotencyKey",
            )
        return dict(row._mapping)

    def _take(self, digest: str) -> bool:
        try:
            taken = self._session.execute(
                text(
                    "INSERT INTO command_log (asker, key, request_hash) VALUES (:asker, :key, :digest) "
                    "ON CONFLICT DO NOTHING RETURNING key"
                ),
                {"asker": self._asker, "key": self._key, "digest": digest},
            ).first()
        except OperationalError as error:
            if is_out_of_reach(error):
                raise
            raise OutcomeUnknown from error
        return taken is not None

    def finish(self, answer: Any) -> None:
        """Keep the answer for whoever repeats the key."""
        table = self._table
        where = (table.c.asker == self._asker) & (table.c.key == self._key)
        self._session.execute(table.update().where(where).values(answer=_plain(answer)))


def problem_of(broken: BrokenRule) -> dict[str, Any]:
    """A broken rule as it crosses the wire."""
    return {
        "code": broken.code,
        "rule": broken.rule,
        "message": broken.message,
        "field": broken.field,
        "values": _plain(broken.values),
        "blocked_by": _plain(broken.blocked_by),
    }


class _Rehearsed(Exception):
    def __init__(self, answer: Any) -> None:
        self.answer = answer


def _while_waited_for(call: Call, attempt: Callable[[], Any]) -> Any:
    """Try again while the database is out of reach and somebody waits for the answer.

    A command may have been committed by the try that broke: only one with a key, which acts once, is tried again, and
    what keeps a later try from its answer is no proof that nothing was done.
    """
    in_doubt = False
    while True:
        try:
            return attempt()
        except Exception as error:
            in_doubt |= isinstance(error, CommitInDoubt)
            waits = call.deadline is not None and call.deadline - time.time() > DATABASE_PAUSE
            if not (is_out_of_reach(error) and waits and call.idempotency_key):
                if in_doubt:
                    raise OutcomeUnknown from error
                raise
            time.sleep(DATABASE_PAUSE)


def _seconds_left(call: Call) -> float:
    """How long somebody still waits for the outcome; DeadlinePassed when nobody does."""
    if call.deadline is None:
        return STATEMENT_TIMEOUT
    left = call.deadline - time.time()
    if left <= 0:
        raise DeadlinePassed
    return left


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def _refuse_unknown_fields(wanted: Any, request: Any) -> None:
    known = {one.name for one in fields(wanted)}
    unknown = sorted(set(request) - known) if isinstance(request, dict) else []
    if unknown:
        raise BrokenRule(
            "VALIDATION",
            "request.unknown_field",
            f"There is no field {unknown[0][:60]} here.",
            field=unknown[0][:60],
            values={"field": unknown[0][:60]},
        )


def _invalid(reason: str) -> BrokenRule:
    where = re.search(r" - at `\$\.?([^`]*)`", reason)
    named = re.search(r"`(\w+)`", reason)
    field_name = where.group(1) if where and where.group(1) else named.group(1) if named else None
    return BrokenRule(
        "VALIDATION",
        "request.invalid",
        f"The request cannot be read: {reason}.",
        field=field_name,
        values={"reason": reason},
    )


def _lost(error: Exception) -> BrokenRule:
    if isinstance(error, IntegrityError):
        return BrokenRule("DUPLICATE", "command.duplicate", "This was done already, or somebody was faster.")
    return BrokenRule("STALE_VERSION", "command.lost_race", "Somebody changed this at the same moment; try again.")


def fresh_correlation_id() -> str:
    """A correlation id for what begins inside the network."""
    return new_id().hex


def person_actor(identity: UUID, *grants: Grant) -> Actor:
    """A person with these grants, as the wire would make one."""
    return Actor(ActorKind.PERSON, identity, frozenset(grants))
