"""What may not come over a WebSocket: rows B19 and B26-B28 of the matrix in reliability.md, 9.1 (B29: test_unread.py).

The protocol is graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving, receive, subscribe
from tests.gateway.test_activity import wait_for_followers
from tests.gateway.test_facts import Teller, fact

Serve = Callable[..., AbstractContextManager[Serving]]
ACTIVITY = "subscription { activity { type } }"


@pytest.fixture(autouse=True)
def the_next_request_is_fine(served: Serving) -> Iterator[None]:
    yield
    assert served.post("{ hello }")["data"] == {"hello": "bonjour"}


def conversation(connection: Any) -> list[Any]:
    """All that the server still says, and the code with which it closes."""
    said: list[Any] = []
    with suppress(ConnectionClosed):
        while True:
            said.append(json.loads(connection.recv(20)))
    return [*said, connection.close_code]


def closing_code(connection: Any) -> int:
    """The code with which the server closes, whatever it says before."""
    return int(conversation(connection)[-1])


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://front.example:8443", "http://front.example"]
)
def test_b19_a_page_of_another_origin_may_open_no_socket(served: Serving, origin: str) -> None:
    with pytest.raises(InvalidStatus) as raised, served.raw_socket(origin=origin):
        pass
    assert raised.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://front.example", None])
def test_b19_a_page_that_is_allowed_and_what_is_no_page_may(served: Serving, origin: str | None) -> None:
    """What sends no Origin is no browser, and there are no cookies: it has no rights but those that it brings."""
    with served.socket(origin=origin) as connection:
        subscribe(connection, "subscription { greetings }")
        assert receive(connection)["type"] == "next"


SUBSCRIBE = '{"id": "1", "type": "subscribe", "payload": {"query": "subscription { greetings }"}}'


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (SUBSCRIBE, 4401),
        ('{"type": "start", "id": "1", "payload": {"query": "{ hello }"}}', 4400),
        ("not JSON", 4400),
        (b"\x00\x01", 4400),
        (SUBSCRIBE.encode(), 4400),
        ('{"type": "nonsense"}', 4400),
        ('{"no": "type"}', 4400),
        ("[" * 5000, 4400),
        ("[]", 4400),
        ("5", 4400),
        ('{"type": "connection_init", "payload": []}', 4400),
        ('{"type": "connection_init", "type": "ping"}', 4400),
        ('{"type": "connection_init", "payload": {"authorization": 5}}', 4403),
        ('{"type": "connection_init", "payload": {"authorization": "Bearer nonsense"}}', 4403),
        ('"' + "x" * 1_000_000 + '"', 1009),
    ],
)
def test_b26_what_is_said_first_and_is_no_beginning_closes_the_socket(served: Serving, said: Any, code: int) -> None:
    """The first is CVE-2026-35526's way in: to subscribe before anybody was asked who is there."""
    with served.raw_socket() as connection:
        connection.send(said)
        assert closing_code(connection) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"type": "connection_init"}', 4429),
        ('{"id": "1", "type": "subscribe"}', 4400),
        ('{"id": "1", "type": "subscribe", "payload": {}}', 4400),
        ('{"id": "1", "type": "subscribe", "payload": {"documentId": "unknown"}}', 4400),
        ('{"type": "subscribe", "payload": {"query": "{ hello }"}}', 4400),
        ("\ud7ff" * 3, 4400),
    ],
)
def test_b26_what_is_said_later_and_is_not_of_the_protocol_closes_the_socket(
    served: Serving, said: str, code: int
) -> None:
    with served.socket() as connection:
        connection.send(said)
        assert closing_code(connection) == code


@pytest.mark.parametrize(
    "payload",
    [
        '{"query": 5}',
        '{"query": "{ hello }", "variables": [1]}',
        '{"query": "{ hello }", "variables": "x"}',
        '{"query": "query A { hello }", "operationName": 5}',
    ],
)
def test_b26_a_query_of_another_form_closes_the_socket(served: Serving, payload: str) -> None:
    with served.socket() as connection:
        connection.send('{"id": "1", "type": "subscribe", "payload": ' + payload + "}")
        assert conversation(connection) == [4400]


@pytest.mark.parametrize("protocol", ["graphql-ws", "nonsense", None])
def test_b26_another_protocol_is_not_spoken(served: Serving, protocol: str | None) -> None:
    with served.raw_socket(protocol=protocol) as connection:
        assert closing_code(connection) == 4406


def test_b26_who_says_nothing_is_not_waited_for(serve: Serve) -> None:
    with serve(init_within=0.2) as gateway, gateway.raw_socket() as connection:
        assert closing_code(connection) == 4408


def test_b26_the_same_id_twice_closes_the_socket(served: Serving) -> None:
    with served.socket() as connection:
        subscribe(connection, ACTIVITY)
        subscribe(connection, ACTIVITY)
        assert closing_code(connection) == 4409


def test_b26_one_socket_holds_twenty_subscriptions_at_most(served: Serving) -> None:
    """CVE-2026-35523: a socket could hold as many as it liked."""
    with served.socket() as connection:
        for number in range(21):
            subscribe(connection, ACTIVITY, id=str(number))
        refused = receive(connection)
        assert (refused["type"], refused["id"]) == ("error", "20")


def test_b26_completing_what_is_not_there_does_nothing(served: Serving) -> None:
    with served.socket() as connection:
        connection.send('{"id": "nobody", "type": "complete"}')
        connection.send('{"type": "ping"}')
        assert receive(connection)["type"] == "pong"


@pytest.mark.parametrize("message", ['{"type": "ping"}', '{"id": "x", "type": "complete"}', SUBSCRIBE])
def test_b26_a_flood_of_messages_closes_the_socket(served: Serving, message: str) -> None:
    with served.socket() as connection:
        try:
            for _ in range(10_000):
                connection.send(message)
        except ConnectionClosed:
            pass
        assert closing_code(connection) in (4429, 4409)


def test_b26_queries_on_a_socket_are_paid_for_as_elsewhere(serve: Serve) -> None:
    with serve(cost_per_minute=100) as gateway, gateway.socket() as connection:
        kinds = []
        for number in range(20):
            subscribe(connection, "{ hello }", id=str(number))
            kinds.append((said := receive(connection))["type"])
            if said["type"] == "error":
                assert said["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
                assert said["payload"][0]["extensions"]["retryAfter"] >= 1
            else:
                assert receive(connection)["type"] == "complete"
        assert {"next", "error"} == set(kinds)


def test_b26_one_address_and_one_caller_hold_so_many_sockets_and_no_more(serve: Serve, issuing: Issuing) -> None:
    with serve(sockets_each=2) as gateway:
        with gateway.socket(), gateway.socket():
            with pytest.raises(InvalidStatus) as raised, gateway.raw_socket():
                pass
            assert raised.value.response.status_code == 429
            assert raised.value.response.headers["retry-after"]
        for _ in range(2000):
            if gateway.gateway.shares.sockets.held == 0:
                break
            gateway.post("{ hello }")
        with gateway.socket():
            pass


def test_b27_a_socket_ends_with_the_token_that_it_was_opened_with(served: Serving, issuing: Issuing) -> None:
    """Its last second has begun: the clocks of issuer and gateway may differ by 30 seconds."""
    token = issuing.token(exp=int(time.time()) - 28)
    with served.socket({"authorization": f"Bearer {token}"}) as connection:
        subscribe(connection, ACTIVITY)
        assert closing_code(connection) == 4401
    for _ in range(2000):
        if served.gateway.broker.facts.followers == 0:
            break
        served.post("{ hello }")
    assert served.gateway.broker.facts.followers == 0


@pytest.fixture
def teller(gateway_vhost: str, served: Serving) -> Iterator[Teller]:
    teller = Teller(gateway_vhost)
    yield teller
    teller.close()


@pytest.mark.parametrize("wildcard", ["#", "*", "project.#", "*.admitted", "project.*"])
def test_b28_a_wildcard_in_an_argument_is_a_name_like_any_other(served: Serving, teller: Teller, wildcard: str) -> None:
    asked = f'subscription {{ activity(filter: {{types: ["{wildcard}", "theme.recorded"]}}) {{ type }} }}'
    with served.socket() as connection:
        subscribe(connection, asked)
        wait_for_followers(served, connection, 1)
        teller.tell(fact(), fact(type="theme.recorded", subject="theme/x", data={"theme": "x"}))
        assert receive(connection)["payload"]["data"]["activity"]["type"] == "theme.recorded"
        connection.send('{"id": "1", "type": "complete"}')
        wait_for_followers(served, connection, 0)
