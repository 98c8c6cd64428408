"""What counts as a lost database, and what is only refused: by the database, or by its driver before it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.backbone.actor import SYSTEM
from services.backbone.database import CommitInDoubt, commit, engine_for, has_answered, is_out_of_reach
from services.backbone.perform import Call, Reader
from services.people.use_cases.declare_organisation import DeclareOrganisation, declare_organisation
from tests.bench import Bench
from tests.middleman import COMMITTED, middleman

#: More values than one statement of PostgreSQL's protocol holds.
TOO_MANY = 65_536
REFUSED: dict[str, tuple[str, tuple[Any, ...]]] = {
    "by the driver, a NUL": ("SELECT %s", ("a\0b",)),
    "by the driver, what has no type": ("SELECT %s", (object(),)),
    "by the driver, too many values": (f"SELECT {', '.join(['%s'] * TOO_MANY)}", (1,) * TOO_MANY),
    "by the database, no number": ("SELECT CAST(%s AS integer)", ("x",)),
    "by the database, too large a number": ("SELECT CAST(%s AS smallint)", (70_000,)),
    "by the database, no such table": ("SELECT * FROM nowhere", ()),
    "by the database, too slow": ("SELECT pg_sleep(60)", ()),
}


@pytest.fixture
def engine(people: Bench) -> Iterator[Engine]:
    engine = engine_for(people.url, pool=1, name="reach")
    yield engine
    engine.dispose()


def failed(connection: Connection, statement: str, values: tuple[Any, ...] = ()) -> DBAPIError:
    with pytest.raises(DBAPIError) as raised:
        connection.exec_driver_sql(statement, values)
    return raised.value


def backend(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def end(people: Bench, pid: int) -> None:
    with people.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_not_lost_and_the_connection_goes_on(engine: Engine, case: str) -> None:
    statement, values = REFUSED[case]
    with engine.connect() as connection:
        before = backend(connection)
        connection.execute(text("SET LOCAL statement_timeout = 200"))
        error = failed(connection, statement, values)
        connection.rollback()
        assert backend(connection) == before
    assert not is_out_of_reach(error)
    assert has_answered(error) == case.startswith("by the database")


def test_a_connection_that_is_ended_is_lost(people: Bench, engine: Engine) -> None:
    with engine.connect() as connection:
        end(people, backend(connection))
        assert is_out_of_reach(failed(connection, "SELECT 1"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_connection_that_the_database_ended_for_its_idleness_is_lost(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 1"))
        driver: Any = connection.connection.dbapi_connection
        with socket.socket(fileno=socket.dup(driver.fileno())) as ours:
            ours.setblocking(True)
            ours.recv(1, socket.MSG_PEEK)
        assert is_out_of_reach(failed(connection, "SELECT 1"))


def test_a_connection_that_is_cut_on_its_way_is_lost(people: Bench) -> None:
    with middleman(people.url) as between:
        engine = engine_for(between.url, pool=1, name="reach")
        with engine.connect() as connection:
            backend(connection)
            between.refuse()
            assert is_out_of_reach(failed(connection, "SELECT 1"))
        engine.dispose()


def nobody_listens(url: str) -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return make_url(url).set(port=port).render_as_string(hide_password=False)


def hung_up(url: str) -> str:
    with middleman(url) as between:
        between.refuse()
        return between.url


def not_there(url: str) -> str:
    return make_url(url).set(database="nowhere").render_as_string(hide_password=False)


def no_such_host(url: str) -> str:
    return make_url(url).set(host="nowhere.invalid").render_as_string(hide_password=False)


@pytest.mark.parametrize("away", [nobody_listens, hung_up, not_there, no_such_host])
def test_a_database_that_lets_nobody_in_is_lost(people: Bench, away: Callable[[str], str]) -> None:
    engine = engine_for(away(people.url), pool=1, name="reach")
    with pytest.raises(DBAPIError) as raised, engine.connect():
        pass
    assert is_out_of_reach(raised.value)
    with pytest.raises(DBAPIError) as raised, Session(engine) as session:
        session.connection()
    assert is_out_of_reach(raised.value)


def test_a_commit_over_a_connection_that_is_gone_is_in_doubt(people: Bench, engine: Engine) -> None:
    with Session(engine) as session:
        end(people, backend(session.connection()))
        with pytest.raises(CommitInDoubt) as raised:
            commit(session)
    assert is_out_of_reach(raised.value)


def test_a_commit_whose_answer_is_lost_is_in_doubt(people: Bench) -> None:
    with middleman(people.url) as between:
        engine = engine_for(between.url, pool=1, name="reach")
        with Session(engine) as session:
            lost = between.lose(COMMITTED, after=b"kept")
            session.execute(text("CREATE TABLE kept ()"))
            with pytest.raises(CommitInDoubt) as raised:
                commit(session)
        engine.dispose()
    assert lost.is_set()
    assert is_out_of_reach(raised.value)
    with people.engine.begin() as connection:
        connection.execute(text("DROP TABLE kept"))


@dataclass
class Tried:
    """A use case that changes something and then asks what is refused, and how often it was tried."""

    statement: str
    values: tuple[Any, ...]
    times: int = 0

    def command(self, command: DeclareOrganisation, work: Any) -> dict[str, Any]:
        self.times += 1
        answer = declare_organisation(command, work)
        work.settle()
        work.session.connection().exec_driver_sql(self.statement, self.values)
        return answer

    def question(self, asked: DeclareOrganisation, reader: Reader) -> None:
        self.times += 1
        reader.connection.exec_driver_sql(self.statement, self.values)


@pytest.mark.parametrize("case", [case for case in REFUSED if case.startswith("by the driver")])
def test_what_the_driver_refuses_is_tried_once_however_long_somebody_waits(people: Bench, case: str) -> None:
    tried = Tried(*REFUSED[case])
    request = {"name": "Refusée", "kind": "INFORMAL"}
    waiting = Call(actor=SYSTEM, idempotency_key=case, deadline=time.time() + 60)
    both: list[Any] = [(people.performer.perform, tried.command), (people.performer.answer, tried.question)]
    for todo, handler in both:
        tried.times = 0
        with pytest.raises(DBAPIError) as raised:
            todo(handler, request, waiting)
        assert not is_out_of_reach(raised.value)
        assert tried.times == 1
    assert people.rows("SELECT 1 FROM organisations") == people.rows("SELECT 1 FROM command_log") == []
    assert people.facts("organisation.declared") == []
    assert people.performer.perform(declare_organisation, request, waiting)["value"]["slug"] == "refusee"
