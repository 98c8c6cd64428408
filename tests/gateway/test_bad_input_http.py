"""What may not come over HTTP: rows B1-B5, B17, B18 and B20-B25 of the matrix in reliability.md, 9.1."""

from __future__ import annotations

import collections
import gzip
import itertools
import json
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gateway.schema.budget import REQUEST
from gateway.sharing import Purses
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving

Serve = Callable[..., AbstractContextManager[Serving]]
HELLO = b'{"query": "{ hello }"}'


@pytest.fixture(autouse=True)
def the_next_request_is_fine(served: Serving) -> Iterator[None]:
    """Whatever was sent, the process lives and the next request is answered."""
    yield
    assert served.post("{ hello }")["data"] == {"hello": "bonjour"}


def said_over(served: Serving, said: bytes) -> bytes:
    """All that comes back of bytes sent over a connection of their own."""
    host, port = served.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=20)) as raw:
        raw.sendall(said)
        answered = b""
        while piece := raw.recv(65536):
            answered += piece
        return answered


def head(length: str | None, *more: str) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json", "Connection: close", *more]
    lines += [f"Content-Length: {length}"] if length else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def in_pieces(body: bytes) -> Iterator[bytes]:
    return (body[at : at + 50_000] for at in range(0, len(body), 50_000))


@pytest.mark.parametrize("says_its_size", [True, False])
@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "A body has 262144 bytes at most."), ("fr", "Le corps d'une requête compte 262144 octets au plus.")],
)
def test_b1_a_body_over_the_limit_is_refused_whether_it_says_its_size_or_not(
    served: Serving, says_its_size: bool, language: str, message: str
) -> None:
    body = json.dumps({"query": "{ hello } #" + "x" * 300_000}).encode()
    headers = {"content-type": "application/json", "accept-language": language, "x-correlation-id": "b1-too-large"}
    content = body if says_its_size else in_pieces(body)
    response = httpx.post(f"{served.url}/graphql", content=content, headers=headers, timeout=30)
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert response.headers["x-correlation-id"] == "b1-too-large"
    extensions = {"code": "BODY_TOO_LARGE", "correlationId": "b1-too-large"}
    assert response.json() == {"data": None, "errors": [{"message": message, "extensions": extensions}]}


@pytest.mark.parametrize("says_its_size", [True, False])
def test_b1_a_body_is_read_up_to_the_limit_and_not_beyond(serve: Serve, says_its_size: bool) -> None:
    with serve(largest_body=100_000) as gateway:
        for length, status in [(100_000, 200), (100_001, 413)]:
            body = HELLO.ljust(length)
            content = body if says_its_size else in_pieces(body)
            headers = {"content-type": "application/json"}
            assert httpx.post(f"{gateway.url}/graphql", content=content, headers=headers).status_code == status


def test_b1_who_asks_first_is_not_told_to_send_it(served: Serving) -> None:
    answered = said_over(served, head("300000", "Expect: 100-continue"))
    assert answered.startswith(b"HTTP/1.1 413 ")


def test_b1_a_body_without_end_is_hung_up_on(served: Serving) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with closing(socket.create_connection((host, int(port)), timeout=30)) as raw:
        raw.sendall(head(None, "Transfer-Encoding: chunked"))
        with pytest.raises(ConnectionError):
            collections.deque(map(raw.sendall, itertools.repeat(piece)), maxlen=0)


@pytest.mark.parametrize(
    ("method", "headers", "body", "status", "said"),
    [
        ("PUT", {}, HELLO, 405, "Envoyez un POST."),
        ("POST", {"content-type": "text/plain"}, HELLO, 415, "Envoyez du application/json."),
        ("POST", {"content-encoding": "gzip"}, HELLO, 415, "Envoyez le corps sans compression."),
        ("POST", {}, b'{"query": 5}', 400, "Ce n'est pas une requête GraphQL en JSON strict"),
    ],
)
def test_what_never_became_a_query_is_refused_in_french_too(
    served: Serving, method: str, headers: dict[str, str], body: bytes, status: int, said: str
) -> None:
    sent = {"content-type": "application/json", "accept-language": "fr", **headers}
    answer = httpx.request(method, f"{served.url}/graphql", headers=sent, content=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["message"].startswith(said)


@pytest.mark.parametrize("path", ["/events", "/exports/participants/a.csv", "/nowhere"])
def test_b1_the_limit_holds_on_every_path(served: Serving, path: str) -> None:
    response = httpx.request("GET", served.url + path, content=b"x" * 300_000)
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


def test_b1_a_body_that_is_longer_than_it_says_is_not_read_on(served: Serving) -> None:
    assert b" 400 " in said_over(served, head("5") + HELLO).split(b"\r\n")[0]


def test_b1_a_body_that_is_shorter_than_it_says_is_not_waited_for(serve: Serve) -> None:
    with serve(body_within=0.2) as gateway:
        answered = said_over(gateway, head("1000") + HELLO)
        assert b" 408 " in answered.split(b"\r\n")[0]
        assert b"TOO_SLOW" in answered


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
def test_b2_a_compressed_body_is_not_opened(served: Serving, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    response = served.respond(bomb, headers={"content-encoding": encoding})
    assert response.status_code == 415


BAD_BODIES = {
    "nothing": b"",
    "not JSON": b"{",
    "trailing bytes": b'{"query": "{ hello }"} x',
    "a string": b'"{ hello }"',
    "invalid UTF-8": b'{"query": "\xff"}',
    "UTF-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ hello }"}',
    "a key twice": b'{"query": "{ hello }", "query": "{ me }"}',
    "NaN": b'{"query": "{ hello }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ hello }", "variables": {"a": -Infinity}}',
    "a number too large": b'{"query": "{ hello }", "variables": {"a": 1e400}}',
    "a number of 5,000 digits": b'{"query": "{ hello }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "nested 33 deep": b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 32 + b"]" * 32 + b"}}",
    "nested 20,000 deep": b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}}",
    "a lone surrogate": b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}',
}


@pytest.mark.parametrize("case", BAD_BODIES)
def test_b3_a_body_that_is_not_strict_json_is_a_bad_request(served: Serving, case: str) -> None:
    response = served.respond(BAD_BODIES[case])
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {
        "code": "BAD_REQUEST",
        "correlationId": response.headers["x-correlation-id"],
    }


OTHER_FORMS: dict[str, Any] = {
    "no query": {},
    "a query that is null": {"query": None},
    "an empty query": {"query": ""},
    "a query that is a number": {"query": 5},
    "a query that is a list": {"query": ["{ hello }"]},
    "variables that are a list": {"query": "{ hello }", "variables": []},
    "variables that are a string": {"query": "{ hello }", "variables": "{}"},
    "extensions that are a string": {"query": "{ hello }", "extensions": "x"},
    "an operation that is not there": {"query": "query A { hello }", "operationName": "B"},
    "a name that is a number": {"query": "query A { hello }", "operationName": 5},
    "a name that is a list": {"query": "query A { hello }", "operationName": ["A"]},
    "nothing but a fragment": {"query": "fragment A on Query { hello }"},
}


@pytest.mark.parametrize("case", OTHER_FORMS)
def test_b4_an_object_of_another_form_is_a_bad_request(served: Serving, case: str) -> None:
    assert served.respond(OTHER_FORMS[case]).status_code == 400


def test_b4_which_of_two_operations_must_be_said(served: Serving) -> None:
    error = served.post("query A { hello } query B { me }")["errors"][0]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert served.post("query A { hello } query B { me }", operationName="A")["data"] == {"hello": "bonjour"}


def test_b4_endless_extensions_are_refused_by_their_size(served: Serving) -> None:
    assert served.respond({"query": "{ hello }", "extensions": {"x": "y" * 300_000}}).status_code == 413


@pytest.mark.parametrize("query", ["{ hello } #" + "x" * 10**6, '{ ask(method: "' + "x" * 10**6 + '") }'])
def test_b5_a_megabyte_of_anything_is_refused(served: Serving, query: str) -> None:
    assert served.respond({"query": query}).status_code == 413


def test_b5_a_name_without_end_is_not_repeated_without_end(served: Serving) -> None:
    response = served.respond({"query": "{ " + "x" * 200_000 + " }"})
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert len(response.content) < 3000


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
@pytest.mark.parametrize("query", ["{ hello }", 'mutation { do(input: {method: "echo"}) { request } }'])
def test_b17_only_a_post_is_a_query(hardened: Serving, method: str, query: str) -> None:
    response = httpx.request(method, f"{hardened.url}/graphql", params={"query": query})
    assert response.status_code == 405


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/graphql", ""],
)
def test_b17_what_a_form_can_send_is_no_query(served: Serving, kind: str) -> None:
    assert served.respond(HELLO, headers={"content-type": kind}).status_code == 415


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://front.example.evil.example", "http://front.example"]
)
def test_b18_a_page_of_another_origin_may_not_ask_nor_read(served: Serving, origin: str) -> None:
    ask = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    leave = httpx.options(f"{served.url}/graphql", headers=ask)
    assert "access-control-allow-origin" not in leave.headers
    answer = served.respond({"query": "{ hello }"}, headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_b18_a_page_that_is_allowed_may_ask_without_cookies(served: Serving) -> None:
    ask = {"origin": "https://front.example", "access-control-request-method": "POST"}
    leave = httpx.options(f"{served.url}/graphql", headers=ask)
    assert leave.headers["access-control-allow-origin"] == "https://front.example"
    assert "access-control-allow-credentials" not in leave.headers


BROKEN = {
    "{ things(first: 1) { nodes { broken } } }": "INTERNAL",
    '{ ask(method: "garbage") }': "INTERNAL",
    '{ ask(method: "shapeless") }': "INTERNAL",
    '{ ask(method: "empty") }': "INTERNAL",
    '{ ask(method: "large") }': "INTERNAL",
    '{ ask(method: "fails_with_internal") }': "INTERNAL",
    '{ ask(method: "silent") }': "UNAVAILABLE",
    "{ absent }": "UNAVAILABLE",
    'mutation { do(input: {method: "silent"}) { request } }': "OUTCOME_UNKNOWN",
}


@pytest.mark.parametrize("query", BROKEN)
def test_b20_what_breaks_tells_a_code_and_a_correlation_id_and_nothing_else(hardened: Serving, query: str) -> None:
    answer = hardened.post(query, headers={"x-correlation-id": "my-story-1"})
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": BROKEN[query], "correlationId": "my-story-1"}
    assert set(error) <= {"message", "locations", "path", "extensions"}
    assert not re.search("hunter2|secret|Traceback|Error|/work|File|127.0.0.1", json.dumps(answer))


@pytest.mark.parametrize(
    "query",
    [
        "{ helo }",
        "{ things { node { name } } }",
        "{ thing }",
        '{ ask(metod: "x") }',
        "{ hello @skipp(if: true) }",
        'mutation { do(input: {metod: "x"}) { request } }',
        "{ node(id: 1) { ... on Thin { name } } }",
        "query ($x: Thin) { hello }",
        "{ say(aloud: LOUDD) }",
    ],
)
def test_b21_a_name_near_a_real_one_gets_no_hint(hardened: Serving, query: str) -> None:
    answer = json.dumps(hardened.post(query))
    assert "GRAPHQL_VALIDATION_FAILED" in answer
    assert "Did you mean" not in answer


def test_b21_a_value_near_a_real_one_gets_no_hint(hardened: Serving) -> None:
    answer = hardened.post("query ($a: Loudness!) { say(aloud: $a) }", variables={"a": "LOUDD"})
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "LOUD " not in json.dumps(answer).replace("LOUDD", "")
    assert "Did you mean" not in json.dumps(answer)


def test_b22_a_hundred_errors_are_told_as_twenty(served: Serving) -> None:
    answer = served.post("{ things(first: 100) { edges { node { mayBreak } } } }")
    assert len(answer["errors"]) == 20


@pytest.mark.parametrize("given", [b"short", b"x" * 65, b"with space here", "né".encode() * 10, b"a\tb" * 5])
def test_b23_a_correlation_id_of_another_form_is_replaced(served: Serving, given: bytes) -> None:
    response = served.respond({"query": "{ hello }"}, headers={"x-correlation-id": given})
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-correlation-id"])


def test_b23_a_header_cannot_be_smuggled_into_the_answer(served: Serving) -> None:
    answered = said_over(served, head(str(len(HELLO)), "X-Correlation-Id: aaaaaaaa\r\n set-cookie: a=b") + HELLO)
    assert b"set-cookie" not in answered


def test_b23_headers_without_end_are_refused(served: Serving) -> None:
    response = served.respond(HELLO, headers={f"x-{number}": "y" * 1000 for number in range(20)})
    assert response.status_code == 431
    assert response.json()["errors"][0]["extensions"]["code"] == "HEADERS_TOO_LARGE"


def test_b23_two_authorizations_are_one_too_many(served: Serving, issuing: Issuing) -> None:
    headers = [("content-type", "application/json"), *[("authorization", f"Bearer {issuing.token()}")] * 2]
    response = httpx.post(f"{served.url}/graphql", content=HELLO, headers=headers)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": "00-zz-zz-01"},
        {"traceparent": "x" * 4000, "tracestate": "y" * 4000},
        {"baggage": "k=" + "v" * 8000},
        {"apollo-federation-include-trace": "ftv1"},
        {"x-apollo-tracing": "1"},
    ],
)
def test_b24_headers_that_ask_for_traces_are_ignored(served: Serving, headers: dict[str, str]) -> None:
    answer = served.post("{ hello }", headers=headers)
    assert answer["data"] == {"hello": "bonjour"}
    assert set(answer["extensions"]) == {"cost"}


@dataclass
class Clock:
    """The time of purses, in seconds; it stands still unless it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_b25_a_flood_is_answered_as_far_as_it_is_paid_for_and_the_others_are_served(
    serve: Serve, issuing: Issuing
) -> None:
    """A thousand requests over twenty connections: just as many are served as a purse, and then a second, pays for."""
    with serve(cost_per_minute=6600) as gateway:
        clock = Clock()
        gateway.gateway.shares.purses = Purses(clock)
        cost = gateway.post("{ hello }")["extensions"]["cost"]["asked"] + REQUEST
        assert 6600 % cost == 0, "the figures below are for whole requests"
        asked = head(str(len(HELLO))).replace(b"Connection: close\r\n", b"") + HELLO
        last = head(str(len(HELLO))) + HELLO
        with ThreadPoolExecutor(20) as together:
            told = list(together.map(lambda _: said_over(gateway, asked * 49 + last), range(20)))
        answers = b"".join(told)
        served_ones, refused = answers.count(b"HTTP/1.1 200 "), answers.count(b"HTTP/1.1 429 ")
        assert (served_ones, refused) == (6600 // cost - 1, 1000 - (6600 // cost - 1))
        assert answers.count(b"RATE_LIMITED") == refused == answers.count(b"retry-after: ")
        calm = gateway.post("{ hello }", issuing.token(sub="somebody-calm"))
        assert calm["data"] == {"hello": "bonjour"}
        assert httpx.get(f"{gateway.url}/healthz").status_code == 200
        clock.now += 1.0
        later = [gateway.respond(HELLO).status_code for _ in range(110 // cost + 1)]
        assert later == [200] * (110 // cost) + [429]


def test_b25_who_asks_the_dearest_every_second_is_served_as_often_as_they_can_pay(
    serve: Serve, issuing: Issuing
) -> None:
    """Others have purses of their own, and an address one for all of its callers."""
    dear = "{ things(first: 100) { nodes { name } edges { cursor } } }"
    with serve(cost_per_minute=1800, callers_per_address=3) as gateway:
        clock = Clock()
        gateway.gateway.shares.purses = Purses(clock)
        rich, calm = (issuing.token(sub=f"somebody-{kind}") for kind in ("rich", "calm"))
        paid = 0
        for _ in range(90):
            response = gateway.respond({"query": dear}, rich)
            cost = response.json().get("extensions", {}).get("cost", {}).get("asked", 0)
            paid += cost + REQUEST if response.status_code == 200 else 0
            assert response.status_code in (200, 429)
            assert paid <= 1800 + clock.now * 30
            assert gateway.post("{ hello }", calm)["data"] == {"hello": "bonjour"}
            clock.now += 1.0
        assert paid > 1800 + 89 * 30 - 500, "what it could pay for it was given"


def test_b25_what_costs_more_is_paid_with_more(serve: Serve) -> None:
    with serve(cost_per_minute=1000) as gateway:
        dear = "{ things(first: 100) { nodes { name } edges { cursor } } }"
        assert gateway.post(dear)["data"]["things"]
        assert gateway.post(dear)["data"]["things"]
        response = gateway.respond({"query": dear}, headers={"accept-language": "fr"})
        assert response.status_code == 429
        assert re.fullmatch(
            r"Trop de demandes pour l'instant ; réessayez dans \d+ s\.", response.json()["errors"][0]["message"]
        )
        assert gateway.post("{ hello }")["data"] == {"hello": "bonjour"}
