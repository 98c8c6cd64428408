"""The service as it runs: its own process, the real broker, its relay; facts in, facts out."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu import Queue

from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.topology import facts_exchange
from services.backbone.wire import encode
from services.coalitions.service import CoalitionsService
from tests.running import Caller, Keys, running

NOT_ASKED = ("_", "on_", "begin_due_", "close_due_", "end_due_", "tell_due_", "expire_", "rest_", "forget_")


@pytest.fixture(scope="module")
def wire(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path_factory: Any
) -> Iterator[Caller]:
    """A coalitions service and its relay, and somebody who calls."""
    keys = Keys.make(tmp_path_factory.mktemp("keys"))
    database = new_database("coalitions")
    upgrade("coalitions", database)
    settings = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("coalitions"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }
    with (
        running("services.coalitions", ready="started", **settings) as service,
        running("services.backbone.relay", "coalitions", ready="relaying", **settings),
    ):
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        yield caller
        caller.close()
        assert service.is_alive()


@pytest.fixture(scope="module")
def told(wire: Caller) -> Queue:
    """Everything that the coalitions service tells."""
    queue = Queue(f"told-{uuid4().hex}", facts_exchange("coalitions"), routing_key="#", expires=300)
    bound = queue(wire.channel)
    bound.declare()
    return bound


def wait_for(wire: Caller, told: Queue, type_: str) -> dict[str, Any]:
    """The next fact of this type."""
    while True:
        envelope: dict[str, Any] = json.loads(wire.next_message(told).body)
        if envelope["type"] == type_:
            return envelope


def tell(wire: Caller, source: str, type_: str, subject: UUID, sequence: int = 1, **data: Any) -> Envelope:
    """Publish a fact of another service, twice, as a relay may."""
    fact = Envelope(
        id=new_id(),
        source=source,
        type=type_,
        subject=f"{type_.split('.')[0]}/{subject}",
        time=datetime.now(UTC),
        dataschema=schema_name(source, type_, 1),
        actor=FactActor("SYSTEM"),
        correlationid="test",
        aggregateversion=sequence,
        data=data,
    )
    for _ in range(2):
        wire.send(type_, encode(fact), exchange=facts_exchange(source))
    return fact


def an_active_coalition(wire: Caller, theme: str) -> tuple[str, UUID]:
    """A coalition with three members on this theme, and its convener."""
    convener = uuid4()
    coalition = wire.value(
        "coalitions.found_coalition",
        name="Mieux vieillir",
        themes=[theme],
        call="Des maisons partagées.",
        charter="Ensemble.",
        convener=convener,
    )["id"]
    members = []
    for _ in range(3):
        organisation = uuid4()
        known = {"organisation": organisation, "slug": f"o-{organisation.hex}", "name": "Une", "kind": "ASSOCIATION"}
        tell(wire, "people", "organisation.verified", organisation, **known)
        members.append(organisation)
        until = time.monotonic() + 20
        while True:
            reply = wire.call(
                "coalitions.apply_for_membership",
                coalition=coalition,
                organisation=organisation,
                accepts_charter=True,
            )
            if not reply["result"]["problems"]:
                break
            assert time.monotonic() < until, reply
        wire.value("coalitions.admit_member", coalition=coalition, membership=reply["result"]["value"]["membership"])
    wire.value("coalitions.choose_steering", coalition=coalition, organisations=members[:2])
    wire.value("coalitions.activate_coalition", coalition=coalition)
    return coalition, convener


def test_an_admitted_project_is_suggested_within_a_second_and_only_once(wire: Caller, told: Queue) -> None:
    coalition, convener = an_active_coalition(wire, "mieux-vieillir")
    project = uuid4()
    card = {
        "project": project, "slug": "colette", "name": "Colette", "visibility": "PUBLIC", "incubator": uuid4(),
        "themes": ["mieux-vieillir"], "city": None, "country": None, "stage": "IDEA", "lifecycle": "ADMITTED",
        "founders": [],
    }  # fmt: skip
    cause = tell(wire, "incubator", "project.admitted", project, **card)
    suggested = wait_for(wire, told, "suggestion.proposed")
    late = datetime.fromisoformat(suggested["time"]) - cause.time
    assert late.total_seconds() < 1
    assert (suggested["causationid"], suggested["data"]["coalition"]) == (str(cause.id), coalition)
    passport = wire.keys.passport("PERSON", str(convener))
    reply = wire.call("coalitions.suggestions_by_projects", passport=passport, ids=[project])
    [[row]] = reply["result"]["value"]
    assert row["state"] == "PROPOSED"
    tell(wire, "incubator", "project.themes_changed", project, 2, **card)
    position = wire.value("coalitions.draft_position", coalition=coalition, title="Une position")
    assert wait_for(wire, told, "position.drafted")["subject"] == f"position/{position['id']}"


def test_a_coalition_that_becomes_active_hears_its_own_fact(wire: Caller, told: Queue) -> None:
    project = uuid4()
    card = {"project": project, "slug": "tom", "name": "Tom", "themes": ["creches"], "lifecycle": "ACTIVE"}
    tell(wire, "incubator", "project.recorded", project, **card)
    coalition, _ = an_active_coalition(wire, "creches")
    suggested = wait_for(wire, told, "suggestion.proposed")
    assert (suggested["data"]["coalition"], suggested["data"]["cause_type"]) == (coalition, "coalition.activated")


def test_every_method_answers_over_the_wire_without_harm(wire: Caller) -> None:
    """With no request at all, each says what is wrong or answers; none breaks."""
    methods = [
        name for name, method in vars(CoalitionsService).items() if callable(method) and not name.startswith(NOT_ASKED)
    ]
    assert len(methods) > 60
    for name in methods:
        reply = wire.call(f"coalitions.{name}")
        assert reply["error"] is None, (name, reply)
        assert all(problem["code"] == "VALIDATION" for problem in reply["result"]["problems"]), (name, reply)


def test_a_stranger_may_look_but_not_act(wire: Caller) -> None:
    anonymous = wire.keys.passport("ANONYMOUS")
    assert wire.call("coalitions.list_positions", passport=anonymous)["result"]["value"]["total"] == 0
    assert wire.call("coalitions.cast_stance", passport=anonymous)["error"]["exc_type"] == "UNAUTHENTICATED"
