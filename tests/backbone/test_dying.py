"""A process dies at the worst moments, or is asked to go with its hands full; nothing is lost nor done twice."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.backbone.envelope import Envelope, FactActor, read_envelope, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.topology import facts_exchange
from services.backbone.wire import encode
from tests.running import Caller, Keys, Process, running

CAREFUL = "tests.backbone.traps.careful"
KILLED = -signal.SIGKILL


@pytest.fixture
def settings(new_database: Callable[[str], str], new_vhost: Callable[[str], str], keys: Keys) -> dict[str, str]:
    """A fresh database with the backbone's tables and a fresh virtual host."""
    database = new_database("dying")
    upgrade("people", database)
    return {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("dying"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }


def rows(settings: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings["MAILLAGE_DATABASE_URL"].replace("+psycopg", "")) as connection:
        return connection.execute(sql.encode()).fetchall()


def until(true: Callable[[], Any], within: float = 30.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.05)


def left(process: Process) -> int:
    return process.child.wait(30)


def told(number: int, **data: Any) -> Envelope:
    return Envelope(
        id=new_id(),
        source="elsewhere",
        type="thing.told",
        subject=f"thing/{uuid4()}",
        time=datetime.now(UTC),
        dataschema=schema_name("elsewhere", "thing.told", 1),
        actor=FactActor("SYSTEM"),
        correlationid="dying",
        aggregateversion=1,
        data={"number": number, **data},
    )


def ask(caller: Caller, number: int, seconds: float = 0, **headers: Any) -> str:
    body = {"args": [], "kwargs": {"request": {"number": number, "seconds": seconds}}}
    passport = {"nameko.passport": caller.keys.passport(), **headers}
    return caller.send("careful.slowly", json.dumps(body), headers=passport, delivery_mode=2)


def done(settings: dict[str, str], number: int) -> int:
    return len(rows(settings, f"SELECT 1 FROM history WHERE aspect = 'done' AND to_state = '{number}'"))


@pytest.mark.parametrize("point", ["after_commit:2", "before_acknowledge:1"])
def test_a_service_that_dies_between_commit_and_acknowledgement_does_a_command_once_even_without_a_key(
    settings: dict[str, str], keys: Keys, point: str
) -> None:
    with running(CAREFUL, ready="started", **settings, MAILLAGE_FAILPOINT=point) as first:
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        call = ask(caller, 1)
        assert left(first) == KILLED
    assert done(settings, 1) == 1
    with running(CAREFUL, ready="started", **settings):
        reply = caller.reply(call)
    assert reply["result"]["value"] == {"number": 1}
    assert done(settings, 1) == 1
    caller.close()


def test_a_service_that_dies_before_it_acknowledges_a_fact_lets_it_take_effect_once(
    settings: dict[str, str], keys: Keys
) -> None:
    with running(CAREFUL, ready="started", **settings, MAILLAGE_FAILPOINT="before_acknowledge:1") as first:
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        caller.send("thing.told", encode(told(5)), exchange=facts_exchange("elsewhere"), delivery_mode=2)
        assert left(first) == KILLED
    with running(CAREFUL, ready="started", **settings) as second:
        second.wait_for("fact", outcome="DUPLICATE")
    assert rows(settings, "SELECT to_state FROM history WHERE aspect = 'told'") == [("5",)]
    caller.close()


def test_a_relay_that_dies_between_the_broker_and_its_mark_tells_again_the_same_fact(
    settings: dict[str, str], keys: Keys
) -> None:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    with running("services.people", ready="started", **settings):
        with running("services.backbone.relay", "people", ready="relaying", **settings) as relay:
            ear = caller.queue("ear")
            caller.channel.queue_declare("ear", durable=False, auto_delete=False)
            caller.channel.queue_bind("ear", "people.facts", "#")
            relay.stop()
        caller.value("people.declare_organisation", name="Deux fois", kind="INFORMAL")
    with running(
        "services.backbone.relay", "people", ready="relaying", **settings, MAILLAGE_FAILPOINT="before_mark"
    ) as first:
        assert left(first) == KILLED
    assert rows(settings, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(1,)]
    with running("services.backbone.relay", "people", ready="relaying", **settings) as second:
        once, again = (read_envelope(caller.next_message(ear).body) for _ in range(2))
        until(lambda: rows(settings, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(0,)])
        assert second.stop() == 0
    assert once == again
    caller.close()


def test_a_service_that_dies_inside_its_transaction_leaves_neither_change_nor_fact(
    settings: dict[str, str], keys: Keys
) -> None:
    with running("services.people", ready="started", **settings, MAILLAGE_FAILPOINT="inside_transaction") as first:
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        body = {"args": [], "kwargs": {"request": {"name": "Jamais", "kind": "INFORMAL"}}}
        caller.send("people.declare_organisation", json.dumps(body), headers={"nameko.passport": keys.passport()})
        assert left(first) == KILLED
    assert rows(settings, "SELECT count(*) FROM organisations") == [(0,)]
    assert rows(settings, "SELECT count(*) FROM outbox") == [(0,)]
    caller.close()


def test_asked_to_stop_with_calls_in_hand_a_service_finishes_them_and_gives_the_others_back(
    settings: dict[str, str], keys: Keys
) -> None:
    count = 12
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    with running(CAREFUL, ready="started", **settings, MAILLAGE_WORKERS=4) as first:
        calls = [ask(caller, number, seconds=1.0) for number in range(count)]
        first.wait_for("working")
        began = time.monotonic()
        assert first.stop() == 0
        assert time.monotonic() - began < 30
    with running(CAREFUL, ready="started", **settings):
        answers = [json.loads(caller.next_message(caller.replies).body)["result"]["value"] for _ in calls]
    assert sorted(answer["number"] for answer in answers) == list(range(count))
    assert [done(settings, number) for number in range(count)] == [1] * count
    caller.close()


def test_facts_wait_out_a_database_that_is_away_without_being_handed_out_again(
    settings: dict[str, str], keys: Keys, postgres_url: str
) -> None:
    """Given back to the broker, they would come again at once, and after twenty times lie among the dead."""
    name = settings["MAILLAGE_DATABASE_URL"].rsplit("/", 1)[1]
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    with (
        running(CAREFUL, ready="started", **settings) as careful,
        psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server,
    ):
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        server.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % name.encode())
        for number in range(3):
            caller.send("thing.told", encode(told(number)), exchange=facts_exchange("elsewhere"), delivery_mode=2)
        call = ask(caller, 9, **{"nameko.deadline": int(time.time() * 1000) + 20_000})
        careful.wait_for("waiting_facts_not_read")
        careful.wait_for("waiting_facts_not_read")
        careful.wait_for("waiting_facts_not_read")
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
        until(lambda: len(rows(settings, "SELECT 1 FROM history WHERE aspect = 'told'")) == 3)
        assert caller.reply(call)["result"]["value"] == {"number": 9}
    caller.channel.queue_declare("dead", passive=True)
    assert caller.channel.queue_declare("dead", passive=True).message_count == 0
    assert rows(settings, "SELECT count(*) FROM waiting") == [(0,)]
    caller.close()
