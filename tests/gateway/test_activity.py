"""The live log of the network: who sees what of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving, receive, subscribe
from tests.gateway.test_facts import FACT, Teller, fact

ASK = "subscription { activity { type subject at data cause actor { kind person { id } } } }"


@pytest.fixture
def teller(gateway_vhost: str, served: Serving) -> Iterator[Teller]:
    teller = Teller(gateway_vhost)
    yield teller
    teller.close()


def seen(served: Serving, teller: Teller, bodies: list[bytes], token: str | None = None, ask: str = ASK) -> list[Any]:
    """What a subscriber is sent of these facts, up to one that everybody sees."""
    found: list[Any] = []
    assert served.gateway.broker.facts.followers == 0
    with served.socket({"authorization": f"Bearer {token}"} if token else {}) as connection:
        subscribe(connection, ask)
        wait_for_followers(served, connection, 1)
        teller.tell(*bodies, fact(type="theme.recorded", subject="theme/x", data={"theme": "x"}))
        while (item := receive(connection)["payload"]["data"]["activity"])["type"] != "theme.recorded":
            found.append(item)
        connection.send('{"id": "1", "type": "complete"}')
        wait_for_followers(served, connection, 0)
    return found


def wait_for_followers(served: Serving, connection: Any, count: int) -> None:
    for _ in range(200):
        if served.gateway.broker.facts.followers == count:
            return
        connection.send('{"type": "ping"}')
        assert receive(connection)["type"] == "pong"
    raise AssertionError(f"{served.gateway.broker.facts.followers} follow")


def shown_as(visibility: str | None, type: str = "project.admitted") -> bytes:
    data = {"themes": ["mieux-vieillir"], **({"visibility": visibility} if visibility else {})}
    return fact(type=type, data=data)


def test_an_entry_says_what_happened_to_what_when_and_why(served: Serving, teller: Teller) -> None:
    (item,) = seen(served, teller, [fact()])
    assert item["type"] == "project.admitted"
    assert item["at"] == "2026-03-01T10:00:00+00:00"
    assert item["cause"] == FACT["causationid"]
    assert item["data"] == FACT["data"]
    assert item["actor"] == {"kind": "PERSON", "person": None}


@pytest.mark.parametrize(
    ("visibility", "to_anybody", "to_the_signed_in"),
    [("PUBLIC", 1, 1), ("NETWORK", 0, 1), ("PRIVATE", 0, 0), ("SOMETHING", 0, 0), (None, 0, 0)],
)
def test_a_fact_is_shown_to_those_who_may_see_it(
    served: Serving, teller: Teller, issuing: Issuing, visibility: str | None, to_anybody: int, to_the_signed_in: int
) -> None:
    assert len(seen(served, teller, [shown_as(visibility)])) == to_anybody
    assert len(seen(served, teller, [shown_as(visibility)], issuing.token())) == to_the_signed_in


@pytest.mark.parametrize(
    "type", ["role.granted", "mandate.granted", "person.known", "suggestion.proposed", "something.new"]
)
def test_what_says_nothing_of_who_may_see_it_is_shown_to_nobody(served: Serving, teller: Teller, type: str) -> None:
    assert seen(served, teller, [shown_as(None, type)]) == []


@pytest.mark.parametrize("type", ["project.reviewed", "project.conflict_declared", "position.stance_cast"])
def test_what_people_do_among_themselves_is_shown_to_nobody(
    served: Serving, teller: Teller, issuing: Issuing, type: str
) -> None:
    assert seen(served, teller, [shown_as("PUBLIC", type)], issuing.token(roles=["ADMIN"])) == []


def test_a_subscriber_may_ask_for_some_of_it_only(served: Serving, teller: Teller) -> None:
    told = [shown_as("PUBLIC"), shown_as("PUBLIC", "project.graduated"), fact(data={"visibility": "PUBLIC"})]
    ask = 'subscription { activity(filter: {types: ["project.graduated", "theme.recorded"]}) { type } }'
    assert [item["type"] for item in seen(served, teller, told, ask=ask)] == ["project.graduated"]


def test_names_that_the_caller_chooses_never_reach_the_broker(served: Serving, teller: Teller) -> None:
    types = json.dumps(["#", "*", "project.*", "theme.recorded"])
    ask = f"subscription {{ activity(filter: {{types: {types}}}) {{ type }} }}"
    assert seen(served, teller, [shown_as("PUBLIC")], ask=ask) == []
