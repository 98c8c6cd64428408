"""What is told of a command whose commit is in doubt: never that nothing was done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from services.backbone.actor import SYSTEM
from services.backbone.perform import Call, OutcomeUnknown
from services.people.use_cases.declare_organisation import declare_organisation
from tests.backbone.trial import CAREFUL, ask, done, settings_of_trial
from tests.bench import Bench
from tests.middleman import COMMITTED, Middleman, middleman
from tests.running import Caller, Keys, running

COMMAND = b"command_log"


@pytest.fixture(scope="module")
def settings(new_database: Callable[[str], str], amqp_url: str, keys: Keys) -> dict[str, str]:
    return settings_of_trial(new_database, amqp_url, keys)


@pytest.fixture(scope="module")
def between(settings: dict[str, str]) -> Iterator[Middleman]:
    """Stands between the careful service and its database."""
    with middleman(settings["MAILLAGE_DATABASE_URL"]) as between:
        direct = {**settings, "MAILLAGE_DATABASE_URL": between.url}
        with running(CAREFUL, ready="started", **direct):
            yield between


@pytest.fixture
def caller(settings: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


def in_seconds(seconds: float) -> dict[str, Any]:
    return {"nameko.deadline": int((time.time() + seconds) * 1000), "nameko.idempotency_key": "in doubt"}


def test_a_commit_whose_answer_was_lost_is_answered_from_what_was_committed(
    settings: dict[str, str], between: Middleman, caller: Caller
) -> None:
    lost = between.lose(COMMITTED, after=COMMAND)
    call = ask(caller, 1, {"nameko.deadline": int((time.time() + 20) * 1000)})
    assert caller.reply(call)["result"]["value"] == {"number": 1}
    assert lost.is_set()
    assert done(settings, 1) == 1


def test_when_the_database_stays_away_after_it_the_outcome_is_unknown_and_the_key_tells_it_later(
    settings: dict[str, str], between: Middleman, caller: Caller
) -> None:
    lost = between.lose(COMMITTED, after=COMMAND, then_refuse=True)
    reply = caller.reply(ask(caller, 2, in_seconds(2)))
    between.heal()
    assert lost.is_set()
    assert reply["error"]["exc_type"] == "OUTCOME_UNKNOWN"
    assert done(settings, 2) == 1

    again = caller.reply(ask(caller, 2, in_seconds(20)))
    assert again["result"]["value"] == {"number": 2}
    assert done(settings, 2) == 1


def test_when_the_database_went_before_the_commit_nothing_was_done(
    settings: dict[str, str], between: Middleman, caller: Caller
) -> None:
    between.lose(COMMAND, from_server=False, then_refuse=True)
    reply = caller.reply(ask(caller, 3, {"nameko.deadline": int((time.time() + 2) * 1000)}))
    between.heal()
    assert reply["error"]["exc_type"] == "UNAVAILABLE"
    assert done(settings, 3) == 0


@pytest.mark.parametrize(("state", "code"), [("23514", "DUPLICATE"), ("40001", "STALE_VERSION")])
def test_a_commit_that_the_database_refuses_leaves_neither_change_nor_fact(
    people: Bench, state: str, code: str
) -> None:
    """As a deferred constraint or a lost serialisation does, after the facts were written (F8)."""
    with people.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'refused at the commit' USING ERRCODE = '{state}'; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON outbox "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )
    try:
        assert people.refused(declare_organisation, name="Jamais", kind="INFORMAL")["code"] == code
    finally:
        with people.engine.begin() as connection:
            connection.execute(text("DROP FUNCTION refuse() CASCADE"))
    assert people.perform(declare_organisation, name="Jamais", kind="INFORMAL")["id"]
    assert len(people.facts("organisation.declared")) == 1


def test_a_key_that_is_held_by_the_same_command_leaves_the_outcome_unknown(people: Bench) -> None:
    asked = {"name": "En cours", "kind": "INFORMAL"}
    call = Call(actor=SYSTEM, idempotency_key="under way", deadline=time.time() + 1)
    with people.engine.begin() as elsewhere:
        elsewhere.execute(
            text("INSERT INTO command_log (asker, key, request_hash) VALUES ('SYSTEM/', 'under way', 'x')")
        )
        with pytest.raises(OutcomeUnknown):
            people.performer.perform(declare_organisation, asked, call)
    assert people.rows("SELECT 1 FROM organisations") == []
