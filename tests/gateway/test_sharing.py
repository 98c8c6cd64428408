"""What one caller and one address may ask for and hold, and how a gateway that is full says so."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.problems import Failure
from gateway.sharing import MOST_PURSES, Places, Purses, address_of
from tests.gateway.serving import Serving

Serve = Callable[..., AbstractContextManager[Serving]]


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 200)), max_size=60), st.integers(60, 600))
def test_nobody_gets_more_than_a_full_purse_and_what_flowed_in_since(
    asked: list[tuple[float, int]], per_minute: int
) -> None:
    now, paid = 0.0, 0
    purses = Purses(lambda: now)
    for pause, cost in asked:
        now += pause
        cost = min(cost, per_minute)
        try:
            left = purses.pay(cost, ("somebody", per_minute))
        except Failure as refused:
            wait = (refused.extensions or {})["retryAfter"]
            now += wait
            left = purses.pay(cost, ("somebody", per_minute))
        paid += cost
        assert 0 <= left <= per_minute
        assert paid <= per_minute + now * per_minute / 60 + 1e-6


def test_what_one_purse_cannot_pay_is_taken_from_none() -> None:
    purses = Purses(lambda: 0.0)
    assert purses.pay(60, ("caller", 100), ("address", 1000)) == 40
    with pytest.raises(Failure) as refused:
        purses.pay(60, ("caller", 100), ("address", 1000))
    assert refused.value.extensions == {"code": "RATE_LIMITED", "retryAfter": 12}
    assert purses.pay(940, ("address", 1000)) == 0


def test_purses_do_not_grow_without_end() -> None:
    purses = Purses(lambda: 0.0)
    for number in range(MOST_PURSES + 100):
        purses.pay(1, (f"caller-{number}", 100))
    assert len(purses._purses) == MOST_PURSES


def test_places_are_given_back_whatever_happens() -> None:
    places = Places(each=1, most=2)
    with places.one("a"), places.one("b"):
        for holder, code in (("a", "RATE_LIMITED"), ("c", "OVERLOADED")):
            with pytest.raises(Failure) as refused, places.one(holder):
                pass
            assert refused.value.code == code
    with pytest.raises(ZeroDivisionError), places.one("a"):
        raise ZeroDivisionError
    assert places.held == 0


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("2001:db8:1:2:ffff::1", "2001:0db8:0001:0002::/64"),
        (None, "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_is_what_one_household_has(host: str | None, address: str) -> None:
    assert address_of(host) == address


def test_a_full_gateway_refuses_at_once_and_says_when_to_come_back(serve: Serve) -> None:
    with serve(most_requests=2, question_within=3.0) as gateway:
        slow = {"query": '{ ask(method: "silent") }'}
        with ThreadPoolExecutor(12) as together:
            answers = list(together.map(lambda _: gateway.respond(slow, headers={"accept-language": "fr"}), range(12)))
        refused = [answer for answer in answers if answer.status_code == 503]
        assert len(refused) == 10
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        error = refused[0].json()["errors"][0]
        assert error["extensions"]["code"] == "OVERLOADED"
        assert error["message"] == "Le réseau est très sollicité ; réessayez dans 1 s."
        assert gateway.post("{ hello }")["data"] == {"hello": "bonjour"}


def test_one_address_cannot_take_all_places(serve: Serve) -> None:
    with serve(requests_each=1, trusted_proxies="127.0.0.1") as gateway:
        slow = {"query": '{ ask(method: "silent") }'}
        addresses = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"]
        with ThreadPoolExecutor(6) as together:
            answers = list(
                together.map(lambda address: gateway.respond(slow, headers={"x-forwarded-for": address}), addresses)
            )
        assert [answer.status_code for answer in answers].count(200) == 3
        assert [answer.status_code for answer in answers].count(429) == 3


def test_an_address_that_nobody_vouches_for_is_not_believed(serve: Serve) -> None:
    with serve(cost_per_minute=30) as gateway:
        answers = [
            gateway.respond({"query": "{ hello }"}, headers={"x-forwarded-for": f"192.0.2.{number}"})
            for number in range(10)
        ]
        assert 429 in {answer.status_code for answer in answers}


def test_pages_and_calendars_have_their_price_and_health_has_none(serve: Serve) -> None:
    with serve(cost_per_minute=500) as gateway:
        asked = [httpx.get(f"{gateway.url}/calendar/nothing.ics").status_code for _ in range(6)]
        assert 429 in asked
        assert {httpx.get(f"{gateway.url}/healthz").status_code for _ in range(20)} == {200}


def connection_to(gateway: Serving) -> socket.socket:
    host, port = gateway.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def is_cut(connection: socket.socket) -> bool:
    """Whether the server ends it, by itself, without a word."""
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "said", [b"", b"POST /graphql HTTP/1.1\r\nHost: x\r\n", b"GET /healthz HTTP/1.1\r\nX: " + b"y" * 500]
)
def test_who_does_not_come_to_the_point_is_not_waited_for(serve: Serve, said: bytes) -> None:
    with serve(headers_within=0.2) as gateway, closing(connection_to(gateway)) as connection:
        connection.sendall(said)
        assert is_cut(connection)


def test_headers_without_end_are_not_read_to_the_end(serve: Serve) -> None:
    with serve(headers_within=60.0) as gateway, closing(connection_to(gateway)) as connection:
        with suppress(OSError):
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + b"X: " + b"y" * 10_000_000)
        assert is_cut(connection)
        assert gateway.post("{ hello }")["data"] == {"hello": "bonjour"}


def test_one_address_holds_so_many_connections_and_no_more(serve: Serve) -> None:
    with serve(connections_each=5, headers_within=60.0) as gateway, ExitStack() as held:
        opened = [held.enter_context(closing(connection_to(gateway))) for _ in range(4)]
        assert gateway.post("{ hello }")["data"] == {"hello": "bonjour"}
        assert is_cut(held.enter_context(closing(connection_to(gateway))))
        opened[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in opened[0].recv(1000)
