"""A connection that the database has ended is found out before it is used, or by the first statement over it."""

import time

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from services.backbone import database
from services.backbone.actor import SYSTEM
from services.backbone.database import engine_for, is_out_of_reach, reading_engine_for
from services.backbone.dead_letters import dead_letters
from services.backbone.perform import Call
from tests.bench import Bench


def end_others(people: Bench, name: str) -> None:
    """End all connections of this name, as a database does that is started anew."""
    with people.engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = :name"),
            {"name": name},
        )


def used_by(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_one_that_was_idle_is_tried_and_replaced(people: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WORKS_STILL", -1.0)
    engine = engine_for(people.url, pool=2, name="idle")
    try:
        before = used_by(engine)
        assert used_by(engine) == before
        end_others(people, "idle")
        assert used_by(engine) != before
    finally:
        engine.dispose()


def test_one_that_was_in_use_a_moment_ago_is_not_tried_and_a_question_is_asked_again(
    people: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WORKS_STILL", float("inf"))
    usual = people.performer.reading
    engine = people.performer.reading = reading_engine_for(people.url, pool=2, name="busy")
    try:
        used_by(engine)
        end_others(people, "busy")
        with pytest.raises(OperationalError) as raised:
            used_by(engine)
        assert is_out_of_reach(raised.value)
        used_by(engine)
        end_others(people, "busy")
        asked = Call(actor=SYSTEM, idempotency_key="again", deadline=time.time() + 600)
        assert people.performer.answer(dead_letters, {}, asked)["problems"] == []
    finally:
        people.performer.reading = usual
        engine.dispose()
