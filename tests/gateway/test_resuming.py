"""Subscriptions that go on after their connection was lost: nothing missing, nothing twice, never silence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from gateway import together
from gateway.problems import Failure
from gateway.schema.node import global_id
from tests.gateway.conftest import connected_broker
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving
from tests.gateway.test_facts import Teller, everything, fact, soon
from tests.live import opened
from tests.middleman import middleman
from tests.running import until

Serve = Callable[..., AbstractContextManager[Serving]]
Json = dict[str, Any]

ACTIVITY = "subscription($after: String) { activity(after: $after) { id type position } }"
THING = "subscription($key: String!, $after: String) { thingChanged(key: $key, after: $after) { name } }"


@pytest.fixture
def teller(gateway_vhost: str, served: Serving) -> Iterator[Teller]:
    teller = Teller(gateway_vhost)
    yield teller
    teller.close()


def numbered(*numbers: int, **changes: Any) -> list[bytes]:
    return [fact(id=f"00000000-0000-7000-8000-{number:012}", **changes) for number in numbers]


def changed(key: str) -> bytes:
    return fact(type="thing.changed", subject=f"thing/{key}", data={})


def number_of(item: Json) -> int:
    return int(item["id"][-12:])


def test_whoever_comes_back_is_shown_what_came_since_in_order_and_nothing_twice(
    served: Serving, teller: Teller
) -> None:
    with opened(served.url) as client:
        client.subscribe(ACTIVITY, after=client.begun)
        teller.tell(*numbered(*range(10)))
        seen = []
        for _ in range(4):
            item, position = client.item()
            assert item["position"] == position
            seen.append(number_of(item))
    teller.tell(*numbered(*range(10, 15)))
    with opened(served.url) as client:
        client.subscribe(ACTIVITY, after=position)
        seen += [number_of(client.item()[0]) for _ in range(6)]
        teller.tell(*numbered(*range(13, 17)))
        seen += [number_of(client.item()[0]) for _ in range(7)]
    assert seen == list(range(17))


def test_who_was_shown_nothing_yet_goes_on_from_where_the_socket_began(served: Serving, teller: Teller) -> None:
    with opened(served.url) as client:
        begun = client.begun
        client.subscribe('subscription { activity(filter: {types: ["theme.recorded"]}) { type } }')
        teller.tell(*numbered(20))
    with opened(served.url) as client:
        client.subscribe(ACTIVITY, after=begun)
        assert number_of(client.item()[0]) == 20


def test_a_subscription_to_which_nothing_happens_keeps_up_with_what_happens_elsewhere(
    served: Serving, teller: Teller
) -> None:
    with opened(served.url) as client:
        client.subscribe(THING, id="quiet", key="t-1", after=client.begun)
        client.subscribe(ACTIVITY, id="busy", after=client.begun)
        teller.tell(*numbered(30, 31))
        for _ in range(2):
            _, busy = client.item()
        assert client.positions() == {"quiet": busy, "busy": busy}
    teller.tell(changed("t-1"))
    with opened(served.url) as client:
        client.subscribe(THING, key="t-1", after=busy)
        assert client.item()[0] == {"name": "Thing t-1"}
        assert client.positions().keys() == {"1"}


def test_a_hundred_changes_of_one_thing_are_shown_as_one(served: Serving, teller: Teller) -> None:
    many = [changed("t-2") for _ in range(100)]
    with opened(served.url) as client:
        before = client.begun
        client.subscribe(ACTIVITY, after=before)
        teller.tell(*many, *numbered(40))
        assert number_of(client.item()[0]) == 40
        client.subscribe(THING, id="2", key="t-2", after=before)
        shown, position = client.item()
        assert shown == {"name": "Thing t-2"}
        teller.tell(*many[:1], changed("t-2"))
        shown, later = client.item()
        assert _number(later) == _number(position) + 2
        client.subscribe(THING, id="3", key="t-2", after=later)
        assert until(lambda: client.positions().get("3")) == later


def _number(position: str) -> int:
    return int(position.partition("-")[2])


@pytest.mark.parametrize(
    "after", ["", "nonsense", "000000000000-0", "é" * 1000, "0" * 60_000, "{begun}0000", "{begun}'--"]
)
@pytest.mark.parametrize("document", [ACTIVITY, THING])
def test_b16_a_position_of_another_process_or_none_at_all_is_told_to_fetch_again(
    served: Serving, document: str, after: str
) -> None:
    with opened(served.url, additional_headers={"accept-language": "fr"}) as client:
        client.subscribe(document, key="t-1", after=after.replace("{begun}", client.begun))
        code, sentence = client.refusal()
        assert code == "RESYNC"
        assert sentence == "Des nouvelles ont pu manquer : abonnez-vous à nouveau sans position, puis relisez."
        client.subscribe(document, id="2", key="t-1")
        client.positions()


def test_who_comes_back_to_another_process_is_told_to_fetch_again_and_goes_on_there(
    served: Serving, serve: Serve, teller: Teller
) -> None:
    """As after a restart: what one process kept, no other knows."""
    with serve() as other:
        for number, (left, found) in enumerate([(served, other), (other, served)]):
            with opened(left.url) as client:
                client.subscribe(ACTIVITY, after=client.begun)
                teller.tell(*numbered(50 + number))
                _, position = client.item()
            with opened(found.url) as client:
                client.subscribe(ACTIVITY, after=position)
                assert client.refusal()[0] == "RESYNC"
                client.subscribe(ACTIVITY, id="2", after=client.begun)
                teller.tell(*numbered(60 + number))
                assert number_of(client.item()[0]) == 60 + number


async def test_when_facts_may_have_been_missed_nobody_goes_on_as_if_nothing_were(
    gateway_vhost: str, passport_key: Path, peer: object
) -> None:
    with middleman(gateway_vhost) as between:
        async with connected_broker(between.url, passport_key) as broker:
            position, follower = broker.facts.position, broker.facts.follow(everything)
            waiting = asyncio.create_task(soon(follower))
            between.cut()
            with pytest.raises(Failure, match="missed"):
                await waiting
            between.heal()
            async with asyncio.timeout(30):
                await broker.wait_until_ready()
            with pytest.raises(Failure, match="missed"):
                broker.facts.follow(everything, position)
            with pytest.raises(Failure, match="missed"):
                await soon(follower)
            broker.facts.follow(everything, broker.facts.position)


def test_what_may_not_be_seen_any_more_ends_the_subscription_and_is_not_shown_to_who_comes_back(
    served: Serving, teller: Teller
) -> None:
    with opened(served.url) as client:
        begun = client.begun
        client.subscribe(THING, key="hidden", after=begun)
        teller.tell(changed("hidden"))
        assert client.item()[0] == {"name": "Thing hidden"}
        served.post('{ ask(method: "hide") }')
        teller.tell(changed("hidden"))
        assert client.refusal()[0] == "NOT_FOUND"
        client.subscribe(THING, id="2", key="hidden", after=begun)
        assert client.refusal()[0] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("narrowed", "shown"), [("PRIVATE", False), ("NETWORK", False), ("PUBLIC", True), (None, True)]
)
def test_what_was_public_once_is_not_shown_to_who_comes_back_after_it_was_made_private(
    served: Serving, teller: Teller, narrowed: str | None, shown: bool
) -> None:
    def told(subject: str, visibility: str, type: str = "project.admitted") -> bytes:
        return fact(type=type, subject=subject, data={"visibility": visibility})

    of_late = [told("project/p-1", "PUBLIC"), told("project/p-1", "PRIVATE")]
    if narrowed is not None:
        of_late.append(told("project/p-1", narrowed, "project.recorded"))
    with opened(served.url) as client:
        teller.tell(*of_late, told("project/p-2", "PUBLIC"))
        client.subscribe(
            "subscription($after: String, $types: [String!]) "
            "{ activity(after: $after, filter: {types: $types}) { subject } }",
            after=client.begun,
            types=["project.admitted"],
        )
        first = client.item()[0]["subject"]
        assert first == global_id("project", "p-1" if shown else "p-2")


def test_one_fact_is_one_question_for_all_who_may_see_the_same(
    served: Serving, teller: Teller, issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "GOOD_FOR", 600.0)  # however long it takes here

    def asked() -> int:
        return int(
            json.loads(served.post('{ ask(method: "calls") }')["data"]["ask"].replace("'", '"'))["things_by_ids"]
        )

    with opened(served.url) as one, opened(served.url) as other, opened(served.url, issuing.token()) as third:
        clients = [one, other, third]
        for client in clients:
            for number in range(20):
                client.subscribe(THING, id=str(number), key="t-3")
        until(lambda: all(len(client.positions()) == 20 for client in clients))
        before = asked()
        teller.tell(changed("t-3"))
        for client in clients:
            assert [client.item()[0] for _ in range(20)] == [{"name": "Thing t-3"}] * 20
        assert asked() - before == 2
        teller.tell(changed("t-3"))
        for client in clients:
            assert len([client.item()[0] for _ in range(20)]) == 20
        assert asked() - before == 4
