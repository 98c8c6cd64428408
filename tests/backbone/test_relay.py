"""Facts leave over the real broker: each once committed, in order, and never because of a refusal."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu import Queue, binding
from sqlalchemy import create_engine, text

from services.backbone.envelope import Envelope, FactActor, read_envelope, schema_name
from services.backbone.identifiers import new_id
from services.backbone.relay import Relay, Stopping
from services.backbone.settings import Settings
from services.backbone.topology import WATERMARKS, facts_exchange
from services.backbone.wire import encode
from tests.running import Caller, Process, running


@pytest.fixture
def ear(caller: Caller) -> Iterator[Queue]:
    """A queue that hears everything the people service tells, for one test."""
    queue = Queue(f"test-{uuid4().hex}", facts_exchange("people"), routing_key="#", durable=False)(caller.channel)
    queue.declare()
    yield queue
    queue.delete()


@pytest.fixture
def both_ears(caller: Caller) -> Iterator[Queue]:
    """A queue that hears the facts, and how far the relay has come, in the order in which the broker was told."""
    bindings = [binding(facts_exchange("people"), "#"), binding(WATERMARKS, "people")]
    queue = Queue(f"test-{uuid4().hex}", bindings=bindings, durable=False)(caller.channel)
    queue.declare()
    yield queue
    queue.delete()


def test_a_committed_change_is_told_in_an_envelope(
    caller: Caller, service: Process, relay: Process, ear: Queue
) -> None:
    made = caller.value("people.declare_organisation", name="Maison Tournesol", kind="ASSOCIATION")

    fact = read_envelope(caller.next_message(ear).body)

    assert fact.type == "organisation.declared"
    assert fact.subject == f"organisation/{made['id']}"
    assert (fact.source, fact.aggregateversion, fact.major) == ("people", 1, 1)
    assert fact.data["slug"] == "maison-tournesol"


def test_facts_of_one_thing_come_in_order_and_are_marked_once_the_broker_has_them(
    caller: Caller, service: Process, relay: Process, ear: Queue, network: dict[str, str]
) -> None:
    made = caller.value("people.declare_organisation", name="Ordre", kind="INFORMAL")
    caller.value("people.verify_organisation", organisation=made["id"])
    caller.value("people.suspend_organisation", organisation=made["id"], reason="Essai")
    caller.value("people.verify_organisation", organisation=made["id"])

    told = [read_envelope(caller.next_message(ear).body) for _ in range(4)]

    assert [fact.aggregateversion for fact in told] == [1, 2, 3, 4]
    with create_engine(network["MAILLAGE_DATABASE_URL"]).connect() as connection:
        marked = text("SELECT count(*) FROM outbox WHERE subject = :subject AND published_at IS NOT NULL")
        until_marked = 50
        while connection.scalar(marked, {"subject": f"organisation/{made['id']}"}) < 4 and until_marked:
            connection.rollback()
            connection.execute(text("SELECT pg_sleep(0.1)"))
            until_marked -= 1
        assert until_marked


def test_a_fact_that_nobody_listens_to_is_kept_among_the_unrouted(
    caller: Caller, service: Process, relay: Process
) -> None:
    made = caller.value("people.declare_organisation", name="Sans auditeur", kind="INFORMAL")
    unrouted = caller.queue("unrouted")
    while True:
        fact = read_envelope(caller.next_message(unrouted).body)
        if fact.subject == f"organisation/{made['id']}":
            break
    assert fact.type == "organisation.declared"


def test_what_was_committed_before_the_moment_that_a_relay_names_was_told_before_it_says_so(
    caller: Caller, service: Process, relay: Process, both_ears: Queue
) -> None:
    committed: dict[str, float] = {}
    for number in range(10):
        made = caller.value("people.declare_organisation", name=f"Flot {number}", kind="INFORMAL")
        committed[f"organisation/{made['id']}"] = time.time()
    end, moments = time.time(), [0.0]
    numbers: dict[str, list[int]] = {}

    while moments[-1] < end:
        said = read_envelope(caller.next_message(both_ears).body)
        if said.type == "relay.watermark":
            moments.append(said.time.timestamp())
            numbers.setdefault(said.subject, []).append(said.aggregateversion)
        else:
            assert committed.pop(said.subject) > moments[-1]

    assert committed == {}
    assert moments == sorted(moments)
    [of_this_session] = numbers.values()
    assert of_this_session == list(range(of_this_session[0], of_this_session[0] + len(of_this_session)))


def test_what_a_fact_of_others_changed_is_told_once_by_its_kind(
    caller: Caller, service: Process, relay: Process, both_ears: Queue
) -> None:
    person = UUID(caller.value("people.sign_in", issuer="https://a.example", subject="effect", display_name="E")["id"])
    passport = caller.keys.passport("PERSON", str(person))
    erasure = caller.call("people.erase_person", passport=passport)["result"]["value"]["id"]
    fact = Envelope(
        id=new_id(), source="incubator", type="person.erased_in", subject=f"person/{person}", time=datetime.now(UTC),
        dataschema=schema_name("incubator", "person.erased_in", 1), actor=FactActor("SYSTEM"), correlationid="effect",
        aggregateversion=1, data={"person": str(person), "request": erasure, "service": "incubator"},
    )  # fmt: skip

    for _ in range(2):
        caller.send("person.erased_in", encode(fact), exchange=facts_exchange("incubator"), delivery_mode=2)
    for outcome in ("DONE", "DUPLICATE"):
        service.wait_for("fact", fact=str(fact.id), outcome=outcome)
    end, effects, moment = time.time(), [], 0.0
    while moment < end:
        said = read_envelope(caller.next_message(both_ears).body)
        if said.type == "relay.watermark":
            moment = said.time.timestamp()
            effects += said.data["effects"]

    assert effects == ["person"]


def test_a_second_relay_stands_by_and_takes_over(
    caller: Caller, service: Process, relay: Process, ear: Queue, both_ears: Queue, network: dict[str, str]
) -> None:
    before = read_envelope(caller.next_message(both_ears).body)
    with running("services.backbone.relay", "people", ready="relaying", **network) as second:
        assert relay.stop() == 0
        caller.value("people.declare_organisation", name="Relève", kind="INFORMAL")
        assert read_envelope(caller.next_message(ear).body).data["slug"] == "releve"
        assert second.stop() == 0

    while (after := read_envelope(caller.next_message(both_ears).body)).subject == before.subject:
        pass
    assert (after.type, after.aggregateversion) == ("relay.watermark", 1), "another session counts from one"


def test_what_is_committed_while_the_relay_is_busy_is_told_without_another_call(
    caller: Caller, service: Process, ear: Queue, network: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call that comes with it is heard together with those of effects: nobody calls again, and nobody may wait."""
    monkeypatch.setattr("services.backbone.relay.TELL_EVERY", 3600.0)
    for name, value in network.items():
        monkeypatch.setenv(name, value)
    busy = Busy("people", Settings.from_environment(), stopping := Stopping())
    thread = threading.Thread(target=busy.run)
    thread.start()
    try:
        caller.value("people.declare_organisation", name="Avant", kind="INFORMAL")
        assert busy.looked.wait(30)
        caller.value("people.declare_organisation", name="Pendant", kind="INFORMAL")
        busy.go_on.set()
        assert [read_envelope(caller.next_message(ear).body).data["slug"] for _ in range(2)] == ["avant", "pendant"]
    finally:
        stopping.now = True
        busy.go_on.set()
        with create_engine(network["MAILLAGE_DATABASE_URL"]).begin() as connection:
            connection.execute(text("SELECT pg_notify('outbox', '')"))
        thread.join(30)
    assert not thread.is_alive()


class Busy(Relay):
    """A relay that is held up when it has told its first facts."""

    def __init__(self, service: str, settings: Settings, stopping: Stopping) -> None:
        super().__init__(service, settings, stopping)
        self.looked, self.go_on = threading.Event(), threading.Event()

    def _relay_batch(self, database: Any, confirming: Any) -> bool:
        told_before = confirming._sent
        more = super()._relay_batch(database, confirming)
        if confirming._sent > told_before and not self.looked.is_set():
            self.looked.set()
            assert self.go_on.wait(30)
        return more
