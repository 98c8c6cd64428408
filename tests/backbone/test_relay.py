"""Facts leave over the real broker: each once committed, in order, and never because of a refusal."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from kombu import Queue
from sqlalchemy import create_engine, text

from services.backbone.envelope import read_envelope
from services.backbone.topology import facts_exchange
from tests.running import Caller, Process, running


@pytest.fixture
def ear(caller: Caller) -> Iterator[Queue]:
    """A queue that hears everything the people service tells, for one test."""
    queue = Queue(f"test-{uuid4().hex}", facts_exchange("people"), routing_key="#", durable=False)(caller.channel)
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


def test_a_second_relay_stands_by_and_takes_over(
    caller: Caller, service: Process, relay: Process, ear: Queue, network: dict[str, str]
) -> None:
    with running("services.backbone.relay", "people", ready="relaying", **network) as second:
        assert relay.stop() == 0
        caller.value("people.declare_organisation", name="Relève", kind="INFORMAL")
        assert read_envelope(caller.next_message(ear).body).data["slug"] == "releve"
        assert second.stop() == 0
