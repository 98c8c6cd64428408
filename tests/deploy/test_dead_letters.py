"""``maillage dead-letters``: what a service and the broker set aside is seen, replayed, or let go with a reason.

One real service (events) reacts to facts that the test tells; its reaction fails while its table of roles is away.
"""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import amqp
import psycopg
import pytest
import structlog
from kombu.utils.url import parse_url
from typer.testing import CliRunner, Result

from deploy.cli import application
from deploy.commands import dead_letters
from deploy.local import ports
from deploy.local.keys import make_pair
from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.receive import DELAYS
from services.backbone.wire import encode
from tests.running import Process, running, until

OTHERS = "coalitions, incubator, journal, people"


@dataclass
class Place:
    """The events service with what it sets aside, and the command line that looks after it."""

    database: str
    url: str
    metrics_port: int
    service: Process

    def maillage(self, *arguments: str) -> Result:
        result = CliRunner().invoke(application, ["dead-letters", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database.replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def channel(self) -> Iterator[amqp.Channel]:
        parts = parse_url(self.url)
        with amqp.Connection(
            host=f"{parts['hostname']}:{parts['port']}",
            userid=parts["userid"],
            password=parts["password"],
            virtual_host=parts["virtual_host"],
        ) as connection:
            channel = connection.channel()
            channel.confirm_select()
            yield channel

    def publish(self, exchange: str, key: str, body: bytes, **properties: object) -> None:
        message = amqp.Message(body, content_type="application/json", delivery_mode=2, **properties)
        with self.channel() as channel:
            channel.basic_publish_confirm(message, exchange=exchange, routing_key=key)

    def tell(self, fact: Envelope, exchange: str = "people.facts") -> None:
        self.publish(exchange, fact.type, encode(fact), message_id=str(fact.id), user_id=f"{fact.source}-relay")

    def lay_dead(self, fact: Envelope) -> None:
        """Among the broker's dead letters, as one lies there that came too often to a reader that died."""
        death = {"queue": "events.letterbox", "reason": "delivery_limit", "count": 1}
        headers = {"x-death": [death]}
        self.publish("dead", fact.type, encode(fact), message_id=str(fact.id), application_headers=headers)

    def figure(self, name: str) -> float:
        """A figure of the service's /metrics."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics") as page:
            lines = page.read().decode().splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


@pytest.fixture(scope="module")
def place(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    database, url = new_database("events"), new_vhost("letters")
    upgrade("events", database)
    key = tmp_path_factory.mktemp("keys") / "passport.pem"
    make_pair(key, key.with_suffix(".pub.pem"))
    [port] = ports.free_ports(1)
    settings = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": url,
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(key.with_suffix(".pub.pem")),
        "MAILLAGE_HEALTH_PORT": str(port),
        "MAILLAGE_MODE": "local",
    }
    with pytest.MonkeyPatch.context() as environment, running("services.events", ready="started", **settings) as events:
        # As the command's own main() does.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        environment.setenv("MAILLAGE_AMQP_URL", url)
        environment.setenv("MAILLAGE_PASSPORT_PRIVATE_KEY", str(key))
        yield Place(database, url, port, events)
        structlog.reset_defaults()


@pytest.fixture(autouse=True)
def nothing_is_left(place: Place) -> Iterator[None]:
    yield
    place.rows("DELETE FROM waiting")
    with place.channel() as channel:
        channel.queue_purge("dead")
        channel.queue_purge("unrouted")


def granted() -> Envelope:
    grant = uuid4()
    return Envelope(
        id=new_id(),
        source="people",
        type="role.granted",
        subject=f"role/{grant}",
        time=datetime.now(UTC),
        dataschema=schema_name("people", "role.granted", 1),
        actor=FactActor("SYSTEM"),
        correlationid="letters",
        aggregateversion=1,
        data={"grant": str(grant), "person": str(uuid4()), "role": "MENTOR", "scope": None, "until": None},
    )


@contextmanager
def without_roles(place: Place) -> Iterator[None]:
    """The reaction fails within this block."""
    place.rows("ALTER TABLE role_grants RENAME TO role_grants_away")
    try:
        yield
    finally:
        place.rows("ALTER TABLE role_grants_away RENAME TO role_grants")


def set_aside(place: Place, *facts: Envelope) -> None:
    """Let facts fail as often as any is tried; the pauses between are cut short."""
    with without_roles(place):
        for fact in facts:
            place.tell(fact)

        def all_dead() -> bool:
            place.rows("UPDATE waiting SET due_at = now() WHERE reason = 'RETRY'")
            return place.rows("SELECT count(*) FROM waiting WHERE reason = 'DEAD'") == [(len(facts),)]

        until(all_dead)


def roles(place: Place, fact: Envelope) -> int:
    return len(place.rows(f"SELECT 1 FROM role_grants WHERE id = '{fact.data['grant']}'"))


def test_when_nothing_was_set_aside_it_says_so(place: Place) -> None:
    listed = place.maillage("list")
    assert "Nothing waits and nothing was set aside." in listed.output
    assert f"is not seen: {OTHERS}" in listed.output
    assert listed.exit_code == 0


def test_a_fact_that_was_set_aside_is_listed_shown_counted_and_replayed(place: Place) -> None:
    fact = granted()
    set_aside(place, fact)
    assert place.figure('maillage_facts_waiting{reason="DEAD"}') == 1

    listed = place.maillage("list").output
    [line] = [line for line in listed.splitlines() if str(fact.id) in line]
    assert "events" in line
    assert "DEAD" in line
    assert f" {len(DELAYS) + 1} " in line
    assert f"role.granted of {fact.subject}" in line
    assert "UndefinedTable" in listed

    shown = json.loads(place.maillage("show", str(fact.id)).stdout)
    assert (shown["service"], shown["envelope"]["data"]) == ("events", fact.data)

    replayed = place.maillage("replay", str(fact.id))
    assert f"{fact.id}  role.granted: took effect in events" in replayed.output
    assert replayed.exit_code == 0
    assert roles(place, fact) == 1
    assert place.figure('maillage_facts_waiting{reason="DEAD"}') == 0
    assert place.maillage("replay", str(fact.id)).exit_code == 2


def test_replayed_before_the_cause_was_mended_it_stays(place: Place) -> None:
    fact = granted()
    set_aside(place, fact)
    with without_roles(place):
        replayed = place.maillage("replay", str(fact.id))
    assert "It failed again" in replayed.output
    assert replayed.exit_code == 1
    assert place.rows("SELECT reason, attempts FROM waiting") == [("DEAD", len(DELAYS) + 2)]


def test_all_are_replayed_at_once_those_of_the_broker_too_however_many(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "LOT", 2)
    facts = [granted() for _ in range(5)]
    set_aside(place, *facts)
    at_the_broker = [granted() for _ in range(3)]
    for fact in at_the_broker:
        place.lay_dead(fact)
    listed = [line.split()[0] for line in place.maillage("list").output.splitlines() if "role.granted" in line]
    assert sorted(listed[:5]) == sorted(str(fact.id) for fact in facts)
    assert listed[5:] == [str(fact.id) for fact in at_the_broker]

    replayed = place.maillage("replay", "--all")
    until(lambda: all(roles(place, fact) == 1 for fact in at_the_broker))
    assert [roles(place, fact) for fact in facts] == [1] * 5
    assert place.rows("SELECT count(*) FROM waiting") == [(0,)]
    assert "8 replayed, 0 not" in replayed.output
    assert replayed.exit_code == 1, "services that did not answer may have set facts aside"


def test_one_is_discarded_with_a_reason_that_stays(place: Place) -> None:
    fact = granted()
    set_aside(place, fact)
    refused = place.maillage("discard", str(fact.id), "--reason", " ")
    assert "Say why" in refused.output
    assert refused.exit_code == 1
    assert place.maillage("discard", str(fact.id), "--reason", "Told twice").exit_code == 0
    assert place.rows("SELECT count(*) FROM waiting") == [(0,)]
    kept = f"SELECT to_state, reason, rule FROM history WHERE subject = '{fact.subject}'"
    assert place.rows(kept) == [("DISCARDED", "Told twice", "role.granted")]
    assert roles(place, fact) == 0
    assert place.maillage("discard", str(fact.id), "--reason", "Told twice").exit_code == 2


def test_a_fact_that_still_waits_is_shown_and_neither_replayed_nor_discarded(place: Place) -> None:
    fact = granted()
    with without_roles(place):
        place.tell(fact)
        place.service.wait_for("fact_failed", fact=str(fact.id), attempts=1)
        place.rows(f"UPDATE waiting SET due_at = now() + interval '1 hour' WHERE fact = '{fact.id}'")
    assert "RETRY" in place.maillage("list").output
    assert place.figure('maillage_facts_waiting{reason="RETRY"}') == 1
    assert place.maillage("replay", str(fact.id)).exit_code == 2
    assert place.maillage("discard", str(fact.id), "--reason", "Too slow").exit_code == 1
    assert place.rows("SELECT reason FROM waiting") == [("RETRY",)]


def test_what_cannot_be_read_lies_at_the_broker_comes_back_when_replayed_and_is_let_go(place: Place) -> None:
    place.publish("people.facts", "role.granted", b'{"not": "a fact"}')
    place.service.wait_for("message_set_aside")
    until(lambda: place.figure('maillage_queue_messages{queue="dead"}') == 1)

    [line] = [line for line in place.maillage("list").output.splitlines() if "broker" in line]
    identity = line.split()[0]
    for said in ("dead", "role.granted from events.letterbox", "rejected"):
        assert said in line
    assert '{"not": "a fact"}' in place.maillage("show", identity).output

    assert f"{identity}  role.granted: sent back" in place.maillage("replay", identity).output
    place.service.wait_for("message_set_aside")
    until(lambda: identity in place.maillage("list").output)

    assert place.maillage("discard", identity, "--reason", "Nobody knows what it was").exit_code == 0
    assert place.figure('maillage_queue_messages{queue="dead"}') == 0
    assert place.maillage("discard", identity, "--reason", "Again").exit_code == 2


def test_a_fact_that_nobody_heard_is_kept_counted_and_heard_once_somebody_listens(place: Place) -> None:
    fact = granted()
    place.publish("people.facts", "nobody.listens", encode(fact), message_id=str(fact.id))
    until(lambda: place.figure('maillage_queue_messages{queue="unrouted"}') == 1)
    [line] = [line for line in place.maillage("list").output.splitlines() if str(fact.id) in line]
    for said in ("unrouted", "nobody.listens from people.facts", "nobody listens to it"):
        assert said in line

    with place.channel() as channel:
        ear = channel.queue_declare("ear", exclusive=False).queue
        channel.queue_bind(ear, "people.facts", "nobody.*")
        assert place.maillage("replay", str(fact.id)).exit_code == 0
        heard = channel.basic_get(ear, no_ack=True)
        assert heard is not None
        assert heard.properties["message_id"] == str(fact.id)
        channel.queue_delete(ear)
    assert place.figure('maillage_queue_messages{queue="unrouted"}') == 0


def test_a_fact_replayed_from_the_broker_takes_effect_once_however_often(place: Place) -> None:
    fact = granted()
    place.tell(fact)
    until(lambda: roles(place, fact) == 1)
    place.lay_dead(fact)
    assert "sent back" in place.maillage("replay", str(fact.id)).output
    place.service.wait_for("fact", fact=str(fact.id), outcome="DUPLICATE")
    assert roles(place, fact) == 1


@pytest.mark.parametrize("sender", [None, "people", "gateway", "incubator-relay"])
def test_a_fact_is_believed_of_its_services_relay_and_of_the_operator_who_sends_it_back(
    place: Place, sender: str | None
) -> None:
    fact = granted()
    place.publish("people.facts", fact.type, encode(fact), message_id=str(fact.id), user_id=sender)
    place.service.wait_for("message_set_aside", reason=f"fact_sent_by: {sender}")
    until(lambda: str(fact.id) in place.maillage("list").output)
    assert roles(place, fact) == 0
    assert place.rows("SELECT count(*) FROM waiting") == [(0,)]
    with place.channel() as channel:
        letter = channel.basic_get("dead")
        assert letter is not None
        assert letter.properties.get("user_id") == sender, "what the broker moves keeps the name of its sender"

    assert "sent back" in place.maillage("replay", str(fact.id)).output
    until(lambda: roles(place, fact) == 1)


def test_a_call_whose_caller_is_gone_is_not_replayed(place: Place) -> None:
    place.publish("nameko-rpc", "events.list_events", b"{}", message_id="a-call")
    place.service.wait_for("message_set_aside", reason="no_reply_to")
    until(lambda: place.figure('maillage_queue_messages{queue="dead"}') == 1)
    replayed = place.maillage("replay", "a-call")
    assert "a call whose caller is gone: discard it" in replayed.output
    assert replayed.exit_code == 1
    assert place.maillage("discard", "a-call", "--reason", "Nobody waits").exit_code == 0


def test_what_is_only_looked_at_stays_in_its_order(place: Place) -> None:
    for number in range(5):
        place.publish("people.facts", "nobody.listens", b"{}", message_id=f"letter-{number}")
    for _ in range(2):
        listed = place.maillage("list").output
        assert [line.split()[0] for line in listed.splitlines() if "unrouted" in line] == [
            f"letter-{number}" for number in range(5)
        ]


def test_who_asks_for_all_or_one_must_say_which(place: Place, tmp_path: Path) -> None:
    assert place.maillage("replay").exit_code == 2
    assert place.maillage("replay", "--all", str(uuid4())).exit_code == 2
    unknown = place.maillage("show", str(uuid4()))
    assert "Nothing of the id" in unknown.output
    assert unknown.exit_code == 2
