"""What a question may do to its database, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from services.backbone.actor import SYSTEM
from services.backbone.perform import Call, DeadlinePassed, Reader
from tests.bench import Bench


@dataclass(frozen=True, kw_only=True)
class Nothing:
    pass


def how_long(asked: Nothing, reader: Reader) -> str:
    """For how long the database lets a statement of this question run."""
    return str(reader.connection.scalar(text("SHOW statement_timeout")))


def outside_a_transaction(asked: Nothing, reader: Reader) -> bool:
    return len({reader.connection.scalar(text("SELECT now()")) for _ in range(2)}) == 2


def ask(people: Bench, seconds: float | None = None) -> str:
    deadline = None if seconds is None else time.time() + seconds
    return str(people.performer.answer(how_long, {}, Call(actor=SYSTEM, deadline=deadline))["value"])


@pytest.fixture
def sent(people: Bench) -> Iterator[list[str]]:
    """What questions send to the database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(people.reading, "before_cursor_execute", note)
    yield statements
    event.remove(people.reading, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO role_grants (id, person, role) SELECT gen_random_uuid(), gen_random_uuid(), 'ADMIN'",
     "UPDATE organisations SET name = 'x'", "TRUNCATE outbox", "CREATE TABLE more (id int)"],
)  # fmt: skip
def test_a_question_changes_nothing_whatever_it_tries(people: Bench, statement: str) -> None:
    def changes(asked: Nothing, reader: Reader) -> None:
        reader.connection.execute(text(statement))

    before = people.everything()
    with pytest.raises(DBAPIError, match="read-only transaction"):
        people.performer.answer(changes, {}, Call(actor=SYSTEM))
    assert people.everything() == before


def test_its_statements_are_bounded_by_the_time_in_which_somebody_waits_and_no_other_call_inherits_that(
    people: Bench,
) -> None:
    assert [ask(people, seconds) for seconds in (600, 86_399.5, None, 600)] == ["10min", "1d", "30s", "10min"]
    with pytest.raises(DeadlinePassed):
        ask(people, -1)
    assert ask(people) == "30s"


def test_a_bound_that_stands_already_is_not_sent_again(people: Bench, sent: list[str]) -> None:
    for _ in range(3):
        assert ask(people) == "30s"
    assert sent.count("SHOW statement_timeout") == 3
    assert len(sent) - 3 <= 1, "at most one to undo another call's bound"


def test_each_statement_is_by_itself(people: Bench) -> None:
    """A question that waits for something holds no transaction open meanwhile."""
    assert people.performer.answer(outside_a_transaction, {}, Call(actor=SYSTEM))["value"] is True
