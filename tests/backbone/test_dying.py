"""A process dies at the worst moments, or is asked to go with its hands full; nothing is lost nor done twice."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from kombu import Queue

from services.backbone.envelope import read_envelope
from services.backbone.topology import facts_exchange
from tests.backbone.trial import (
    CAREFUL,
    RELAY,
    all_told,
    ask,
    done,
    effects,
    keep_to_tell,
    left_in,
    rows,
    settings_of_trial,
    tell,
    told,
)
from tests.running import Caller, Keys, Process, running, until

KILLED = -signal.SIGKILL


@pytest.fixture(scope="module")
def settings(new_database: Callable[[str], str], new_vhost: Callable[[str], str], keys: Keys) -> dict[str, str]:
    """Of its own, and each process but the dying one is stopped well: what is left in the queues would be counted at
    the points where the next one dies."""
    return settings_of_trial(new_database, new_vhost("dying"), keys)


@pytest.fixture
def caller(settings: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


def left(process: Process) -> int:
    return process.child.wait(30)


@pytest.mark.parametrize(("point", "number"), [("after_command", 1), ("before_acknowledge:1", 2)])
def test_a_service_that_dies_between_commit_and_acknowledgement_does_a_command_once_even_without_a_key(
    settings: dict[str, str], caller: Caller, point: str, number: int
) -> None:
    with running(CAREFUL, ready="started", **settings, MAILLAGE_FAILPOINT=point) as first:
        call = ask(caller, number)
        assert left(first) == KILLED
    assert done(settings, number) == 1
    with running(CAREFUL, ready="started", **settings) as second:
        reply = caller.reply(call)
        assert second.stop() == 0
    assert reply["result"]["value"] == {"number": number}
    assert done(settings, number) == 1


def test_a_call_that_comes_again_after_its_deadline_is_not_said_to_have_done_nothing(
    settings: dict[str, str], caller: Caller
) -> None:
    with running(CAREFUL, ready="started", **settings, MAILLAGE_FAILPOINT="after_command") as first:
        deadline = int(time.time() * 1000) + 2000
        call = ask(caller, 3, {"nameko.deadline": deadline})
        assert left(first) == KILLED
    assert done(settings, 3) == 1
    until(lambda: time.time() * 1000 > deadline)
    with running(CAREFUL, ready="started", **settings) as second:
        assert caller.reply(call)["error"]["exc_type"] == "OUTCOME_UNKNOWN"
        assert second.stop() == 0
    assert done(settings, 3) == 1


def test_a_service_that_dies_before_it_acknowledges_a_fact_lets_it_take_effect_once(
    settings: dict[str, str], caller: Caller
) -> None:
    fact = told(5)
    with running(CAREFUL, ready="started", **settings, MAILLAGE_FAILPOINT="before_acknowledge:1") as first:
        tell(caller, fact)
        assert left(first) == KILLED
    with running(CAREFUL, ready="started", **settings) as second:
        until(lambda: second.times("fact", outcome="DUPLICATE", fact=str(fact.id)))
        assert second.stop() == 0
    assert effects(settings, fact) == 1


def test_a_relay_that_dies_between_the_broker_and_its_mark_tells_again_the_same_fact(
    settings: dict[str, str], caller: Caller
) -> None:
    with running("services.people", ready="started", **settings):
        with running(RELAY, "people", ready="relaying", **settings) as relay:
            ear = caller.queue("ear")
            caller.channel.queue_declare("ear", durable=False, auto_delete=False)
            caller.channel.queue_bind("ear", "people.facts", "#")
            relay.stop()
        caller.value("people.declare_organisation", name="Deux fois", kind="INFORMAL")
    with running(RELAY, "people", ready="relaying", **settings, MAILLAGE_FAILPOINT="before_mark") as first:
        assert left(first) == KILLED
    assert rows(settings, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(1,)]
    with running(RELAY, "people", ready="relaying", **settings) as second:
        once, again = (read_envelope(caller.next_message(ear).body) for _ in range(2))
        until(lambda: rows(settings, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(0,)])
        assert second.stop() == 0
    assert once == again


def test_a_service_that_dies_inside_its_transaction_leaves_neither_change_nor_fact(
    settings: dict[str, str], caller: Caller
) -> None:
    with running("services.people", ready="started", **settings, MAILLAGE_FAILPOINT="inside_transaction") as first:
        body = {"args": [], "kwargs": {"request": {"name": "Jamais", "kind": "INFORMAL"}}}
        passport = {"nameko.passport": caller.keys.passport()}
        caller.send("people.declare_organisation", json.dumps(body), headers=passport)
        assert left(first) == KILLED
    assert rows(settings, "SELECT count(*) FROM organisations WHERE name = 'Jamais'") == [(0,)]
    assert rows(settings, "SELECT count(*) FROM outbox WHERE envelope -> 'data' ->> 'name' = 'Jamais'") == [(0,)]


def test_asked_to_stop_with_its_hands_full_a_service_finishes_what_it_has_and_gives_the_others_back(
    settings: dict[str, str], caller: Caller
) -> None:
    numbers = range(100, 110)
    with running(CAREFUL, ready="started", **settings, MAILLAGE_WORKERS=3) as first:
        facts = [told(number, seconds=0.4) for number in numbers]
        for fact in facts:
            tell(caller, fact)
        calls = [ask(caller, number, seconds=0.4) for number in numbers]
        first.wait_for("working")
        assert first.stop(within=30) == 0
    with running(CAREFUL, ready="started", **settings) as second:
        answers = [json.loads(caller.next_message(caller.replies).body) for _ in calls]
        until(lambda: all(effects(settings, fact) for fact in facts))
        assert second.stop() == 0
    assert [answer["error"] for answer in answers] == [None] * len(numbers)
    assert sorted(answer["result"]["value"]["number"] for answer in answers) == list(numbers)
    assert [done(settings, number) for number in numbers] == [1] * len(numbers)
    assert [effects(settings, fact) for fact in facts] == [1] * len(numbers)


def test_a_relay_that_is_asked_to_stop_with_its_hands_full_leaves_nothing_unsent_and_nothing_marked_unsent(
    settings: dict[str, str], caller: Caller
) -> None:
    thing = told(0).subject_id
    facts = [told(number, thing, number + 1) for number in range(1500)]
    heard = Queue("heard", facts_exchange("hurried"), routing_key="#", durable=False)(caller.channel)
    heard.declare()
    with running(RELAY, "hurried", ready="relaying", **settings) as first:
        keep_to_tell(settings, *facts)
        first.wait_for("told")
        assert first.stop(within=30) == 0
    marked = f"SELECT count(*) FROM outbox WHERE subject = 'thing/{thing}' AND published_at IS NOT NULL"
    assert rows(settings, marked) == [(left_in(caller, "heard"),)]
    with running(RELAY, "hurried", ready="relaying", **settings):
        until(lambda: all_told(settings))
    until(lambda: left_in(caller, "heard") == len(facts))
    heard.delete()


def test_facts_wait_out_a_database_that_is_away_without_being_handed_out_again(
    settings: dict[str, str], caller: Caller, postgres_url: str
) -> None:
    """Given back to the broker, they would come again at once, and after twenty times lie among the dead."""
    name = settings["MAILLAGE_DATABASE_URL"].rsplit("/", 1)[1]
    facts = [told(number) for number in range(3)]
    with (
        running(CAREFUL, ready="started", **settings) as careful,
        psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server,
    ):
        dead = left_in(caller, "dead")
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        server.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" % name.encode())
        for fact in facts:
            tell(caller, fact)
        call = ask(caller, 9, {"nameko.deadline": int(time.time() * 1000) + 20_000})
        careful.wait_for("waiting_facts_not_read")
        careful.wait_for("waiting_facts_not_read")
        careful.wait_for("waiting_facts_not_read")
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
        until(lambda: all(effects(settings, fact) for fact in facts))
        assert caller.reply(call)["result"]["value"] == {"number": 9}
        assert careful.stop() == 0
    assert left_in(caller, "dead") == dead
    assert rows(settings, "SELECT count(*) FROM waiting") == [(0,)]
