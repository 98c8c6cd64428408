"""One service's connection to its own database."""

from __future__ import annotations

import math
import time
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

#: Seconds a statement may wait for a lock before it gives up; no handler holds a lock for long.
LOCK_TIMEOUT = 5
#: Seconds a statement may take when nothing else bounds it.
STATEMENT_TIMEOUT = 30
#: Seconds after its last use in which a connection is taken to work still; to try it is a way to the database and back.
WORKS_STILL = 1.0
#: SQLSTATEs of a database that lets nobody in, ends its sessions or has nothing left to work with. Not 08P01: the
#: connection works, and what was sent over it will be wrong again.
GOING_AWAY = ("080", "57P", "53")


class CommitInDoubt(OperationalError):
    """The database went out of reach while it committed: nobody knows whether it did."""


def engine_for(url: str, *, pool: int, name: str) -> Engine:
    """An engine whose pool has a place for every worker, and whose connections are tried before they are used again.

    The session settings bound what one handler can hold: a greenlet that was killed leaves its query running.
    """
    return _engine(url, name, "-c idle_in_transaction_session_timeout=60s", pool_size=pool, max_overflow=4)


def reading_engine_for(url: str, *, pool: int, name: str) -> Engine:
    """An engine for questions, whose connections change nothing, by themselves.

    A question sees each statement's own moment, so a transaction around its statements would add nothing but two ways
    to the database and back.
    """
    return _engine(
        url,
        name,
        "-c default_transaction_read_only=on",
        pool_size=pool,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
    )


def bound_each_statement(connection: Connection, seconds: float) -> None:
    """Let no statement of this session take longer, to the next whole second.

    The session keeps it, and calls are given the same time mostly: then there is nothing to send.
    """
    bound = math.ceil(seconds)
    if connection.info.get("bound", STATEMENT_TIMEOUT) != bound:
        connection.exec_driver_sql(f"SET statement_timeout = '{bound}s'")
        connection.info["bound"] = bound


def _engine(url: str, name: str, settings: str, **options: Any) -> Engine:
    engine = create_engine(
        url,
        pool_timeout=5,
        hide_parameters=True,  # what people wrote is no business of the logs
        connect_args={
            "connect_timeout": 5,
            "application_name": name,
            "options": f"-c lock_timeout={LOCK_TIMEOUT}s -c statement_timeout={STATEMENT_TIMEOUT}s -c timezone=UTC "
            + settings,
        },
        **options,
    )
    _try_what_was_idle(engine)
    _take_what_cannot_be_reached_for_lost(engine)
    return engine


def _try_what_was_idle(engine: Engine) -> None:
    """Try a connection before it is used, unless it was in use a moment ago; one that broke takes all others along."""

    def used(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    def try_it(connection: Any, record: Any, _fairy: Any) -> None:
        if time.monotonic() - record.info["used"] > WORKS_STILL:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error:
                raise InvalidatePoolError from None

    event.listen(engine, "connect", used)
    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", try_it)


def _take_what_cannot_be_reached_for_lost(engine: Engine) -> None:
    """A connection that cannot be made is as lost as one that broke; SQLAlchemy tells only of the latter."""

    def unreached(context: ExceptionContext) -> None:
        if context.connection is None:
            context.is_disconnect = True

    event.listen(engine, "handle_error", unreached)


def commit(session: Session) -> None:
    """Commit; raises CommitInDoubt when the answer was lost: only the database's own word says that it did not."""
    session.flush()
    try:
        session.commit()
    except DBAPIError as error:
        if has_answered(error) and not is_out_of_reach(error):
            raise
        raise CommitInDoubt(
            error.statement, error.params, error.orig or error, connection_invalidated=error.connection_invalidated
        ) from error


def is_reachable(engine: Engine) -> bool:
    """Whether the database answers now."""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except DBAPIError:
        return False
    return True


def is_out_of_reach(error: BaseException) -> bool:
    """Whether an error means that the database could not be reached; what it was asked to commit is then in doubt.

    What the driver refuses by itself is none: it never reached the database, and never will, however often it is tried.
    """
    if isinstance(error, PoolTimeout | CommitInDoubt):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or _state(error).startswith(GOING_AWAY)


def has_answered(error: DBAPIError) -> bool:
    """Whether the database itself said what was wrong, not the driver before it."""
    return _state(error) != ""


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
