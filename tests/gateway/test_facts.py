"""The stream of facts: what a follower gets, and what happens when it cannot keep up or the broker goes."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
import pytest

from gateway import metrics
from gateway.facts import Fact
from gateway.following import Follower
from gateway.rabbit.broker import Broker
from tests.gateway.conftest import connected_broker

FACT = {
    "id": "0195d9a0-0000-7000-8000-00000000000a",
    "source": "incubator",
    "type": "project.admitted",
    "specversion": "1.0",
    "subject": "project/0195d9a0-0000-7000-8000-000000000001",
    "time": "2026-03-01T10:00:00Z",
    "dataschema": "urn:maillage:incubator/project.admitted/1",
    "actor": {"kind": "PERSON", "id": "0195d9a0-0000-7000-8000-000000000002"},
    "correlationid": "c-1",
    "causationid": "0195d9a0-0000-7000-8000-00000000000b",
    "aggregateversion": 3,
    "data": {"themes": ["mieux-vieillir"], "visibility": "PUBLIC"},
    "a_field_of_tomorrow": True,
}


class Teller:
    """Tells facts as a service's relay does, and in its name."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._channel.confirm_delivery()

    def tell(
        self, *bodies: bytes, service: str = "incubator", type: str = "project.admitted", sender: str | None = ""
    ) -> None:
        """``sender`` where it is another, or None."""
        properties = pika.BasicProperties(user_id=f"{service}-relay" if sender == "" else sender)
        for body in bodies:
            self._channel.basic_publish(f"{service}.facts", type, body, properties)

    def close(self) -> None:
        self._connection.close()


def fact(**changes: Any) -> bytes:
    """A fact as it comes, another each time."""
    return json.dumps({**FACT, "id": str(uuid4()), **changes}).encode()


@pytest.fixture
def teller(gateway_vhost: str, broker: Broker) -> Any:
    teller = Teller(gateway_vhost)
    yield teller
    teller.close()


def everything(_: Fact) -> bool:
    return True


async def soon(follower: Follower) -> Fact:
    async with asyncio.timeout(30):
        return (await anext(follower)).fact


@pytest.mark.parametrize("service", ["people", "incubator", "coalitions", "events"])
async def test_the_facts_of_every_service_reach_a_follower(broker: Broker, teller: Teller, service: str) -> None:
    follower = broker.facts.follow(everything)
    teller.tell(fact(source=service), service=service)
    told = await soon(follower)
    assert (told.type, told.kind, told.key) == ("project.admitted", "project", FACT["subject"].partition("/")[2])  # type: ignore[attr-defined]
    assert told.causationid == FACT["causationid"]


async def test_a_follower_gets_only_what_it_wants(broker: Broker, teller: Teller) -> None:
    follower = broker.facts.follow(lambda fact: fact.aggregateversion == 5)
    teller.tell(*(fact(aggregateversion=number) for number in range(1, 6)))
    assert (await soon(follower)).aggregateversion == 5


async def test_what_cannot_be_read_is_passed_over(broker: Broker, teller: Teller) -> None:
    follower = broker.facts.follow(everything)
    teller.tell(b"\xff", b"[]", b"{}", b"[" * 100_000, fact(time="yesterday"), fact(aggregateversion=9))
    assert (await soon(follower)).aggregateversion == 9


@pytest.mark.parametrize("sender", [None, "incubator", "coalitions-relay", "gateway"])
async def test_a_fact_that_its_relay_did_not_tell_is_passed_over(
    broker: Broker, teller: Teller, sender: str | None
) -> None:
    heeded, follower = list[Fact | None](), broker.facts.follow(everything)
    broker.facts.heed = heeded.append
    refused, begun = metrics.FACTS.labels("refused")._value.get(), broker.facts.recent.last
    forged, believed, again = fact(), fact(), fact()
    teller.tell(forged, sender=sender)
    teller.tell(believed)
    teller.tell(again, sender="cli")
    shown = [await soon(follower) for _ in range(2)]
    assert [one.id for one in shown] == [json.loads(body)["id"] for body in (believed, again)]
    assert heeded == shown
    assert broker.facts.recent.last == begun + 2
    # Other gateways of this process may have heard it too.
    assert metrics.FACTS.labels("refused")._value.get() > refused


async def test_how_far_a_service_has_come_is_its_own_relay_s_word(broker: Broker, teller: Teller) -> None:
    heeded, follower = list[Fact | None](), broker.facts.follow(everything)
    broker.facts.heed = heeded.append
    said = fact(type="relay.watermark", subject="relay/0195d9a0-0000-7000-8000-00000000000c")
    teller.tell(said, service="coalitions")
    teller.tell(said)
    teller.tell(fact())
    await soon(follower)
    assert [one.kind for one in heeded if one] == ["relay", "project"]


async def test_a_fact_that_is_told_again_is_shown_once(broker: Broker, teller: Teller) -> None:
    follower = broker.facts.follow(everything)
    first, second, third = (fact(aggregateversion=number) for number in (1, 2, 3))
    teller.tell(first, second, first, second, third)
    assert [(await soon(follower)).aggregateversion for _ in range(3)] == [1, 2, 3]


async def test_a_filter_that_fails_ends_its_own_follower_only(broker: Broker, teller: Teller) -> None:
    failing, other = broker.facts.follow(lambda fact: fact.nothing), broker.facts.follow(everything)  # type: ignore[attr-defined]
    teller.tell(fact())
    await soon(other)
    with pytest.raises(AttributeError):
        await soon(failing)


async def test_a_follower_is_forgotten_when_nobody_holds_it(broker: Broker) -> None:
    followers = [broker.facts.follow(everything) for _ in range(1000)]
    assert broker.facts.followers == 1000
    followers.clear()
    gc.collect()
    assert broker.facts.followers == 0


async def test_the_gateway_declares_the_exchanges_that_it_reads_and_starts_before_everybody(
    new_vhost: Callable[[str], str], passport_key: Path
) -> None:
    url = await asyncio.to_thread(new_vhost, "first")
    async with connected_broker(url, passport_key) as broker:
        follower = broker.facts.follow(everything)
        teller = Teller(url)
        teller.tell(fact())
        assert (await soon(follower)).type == "project.admitted"
        teller.close()
