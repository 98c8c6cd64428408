"""The service as it runs: its own process, the real broker, its relay; facts in, facts out."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu import Queue

from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.topology import facts_exchange
from services.backbone.wire import encode
from services.incubator.service import IncubatorService
from tests.bench import NOON
from tests.running import Caller, Keys, Process, running


@pytest.fixture(scope="module")
def network(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path_factory: Any
) -> Iterator[Caller]:
    """An incubator service and its relay, and somebody who calls."""
    keys = Keys.make(tmp_path_factory.mktemp("keys"))
    database = new_database("incubator")
    upgrade("incubator", database)
    settings = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("incubator"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }
    with (
        running("services.incubator", ready="started", **settings) as service,
        running("services.backbone.relay", "incubator", ready="relaying", **settings),
    ):
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        yield caller
        caller.close()
        assert isinstance(service, Process)
        assert service.is_alive()


@pytest.fixture(scope="module")
def told(network: Caller) -> Queue:
    """Everything that the incubator service tells."""
    queue = Queue(f"told-{uuid4().hex}", facts_exchange("incubator"), routing_key="#", expires=300)
    bound = queue(network.channel)
    bound.declare()
    return bound


def wait_for(network: Caller, told: Queue, type_: str) -> dict[str, Any]:
    """The next fact of this type."""
    while True:
        envelope: dict[str, Any] = json.loads(network.next_message(told).body)
        if envelope["type"] == type_:
            return envelope


def tell(network: Caller, type_: str, subject: UUID, **data: Any) -> Envelope:
    """Publish the first fact of an event, twice, as a relay may."""
    fact = Envelope(
        id=new_id(), source="events", type=type_, subject=f"event/{subject}", time=NOON,
        dataschema=schema_name("events", type_, 1), actor=FactActor("SYSTEM"), correlationid="test",
        aggregateversion=1, data={"event": str(subject), **data},
    )  # fmt: skip
    for _ in range(2):
        network.send(type_, encode(fact), exchange=facts_exchange("events"))
    return fact


def test_a_project_is_recorded_told_and_touched_by_an_event_of_another_service(network: Caller, told: Queue) -> None:
    network.value("incubator.record_incubators", incubators=[{"slug": "makesense", "name": "makesense"}])
    made = network.value(
        "incubator.record_project", incubator="makesense", name="Colette", pitch="Ouvrir sa porte.",
        themes=["mieux-vieillir"], founders=[uuid4()],
    )  # fmt: skip
    admitted = wait_for(network, told, "project.admitted")
    assert (admitted["subject"], admitted["data"]["themes"]) == (f"project/{made['id']}", ["mieux-vieillir"])

    event = uuid4()
    cause = tell(
        network, "event.cancelled", event, slug="hold-up", title="Hold-up", kind="HOLD_UP", visibility="PUBLIC",
        project=made["id"],
    )  # fmt: skip
    noted = wait_for(network, told, "project.timeline_noted")
    assert noted["causationid"] == str(cause.id)
    [timeline] = network.value("incubator.timelines_by_project_ids", ids=[made["id"]])
    assert [entry["what"] for entry in timeline["items"]].count("event.cancelled") == 1


def test_every_method_answers_over_the_wire_without_harm(network: Caller) -> None:
    """With no request at all, each says what is wrong or answers; none breaks."""
    methods = [
        name
        for name, method in vars(IncubatorService).items()
        if callable(method) and not name.startswith(("_", "on_", "tell_", "remind_", "expire_", "miss_", "carry_"))
    ]
    assert len(methods) > 50
    for name in methods:
        reply = network.call(f"incubator.{name}")
        assert reply["error"] is None, (name, reply)
        assert all(problem["code"] == "VALIDATION" for problem in reply["result"]["problems"]), (name, reply)


def test_a_stranger_may_look_but_not_act(network: Caller) -> None:
    anonymous = network.keys.passport("ANONYMOUS")
    assert network.call("incubator.list_projects", passport=anonymous)["result"]["value"]["total"] >= 0
    assert network.call("incubator.record_project", passport=anonymous)["error"]["exc_type"] == "UNAUTHENTICATED"
