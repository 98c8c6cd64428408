"""Whose token is believed, and what becomes of the others."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.gateway.issuing import Issuing, key, signed
from tests.gateway.serving import Serving, receive, subscribe

ME = "{ me }"
Alone = tuple[Serving, Issuing]


@pytest.fixture
def alone(serve: Callable[..., AbstractContextManager[Serving]]) -> Iterator[Alone]:
    """A gateway whose issuer nobody else uses."""
    with Issuing.running() as issuing, serve(issuer_url=issuing.url) as gateway:
        yield gateway, issuing


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_without_a_token_one_is_nobody_in_particular(served: Serving) -> None:
    assert served.post(ME)["data"]["me"] == "ANONYMOUS None []"


@pytest.mark.parametrize("by", ["ed", "ec", "rsa"])
def test_a_token_of_the_issuer_makes_a_person_known(served: Serving, issuing: Issuing, by: str) -> None:
    kind, identity, roles = served.post(ME, issuing.token(by, sub=f"someone-{by}"))["data"]["me"].split(" ", 2)
    assert (kind, roles) == ("PERSON", "[]")
    assert len(identity) == 36


def test_a_person_is_made_known_once_and_is_the_same_ever_after(served: Serving, issuing: Issuing) -> None:
    first = served.post(ME, issuing.token(sub="once"))["data"]["me"]
    before = served.post('{ ask(method: "calls") }')["data"]["ask"]
    assert served.post(ME, issuing.token(sub="once"))["data"]["me"] == first
    after = served.post('{ ask(method: "calls") }')["data"]["ask"]
    assert sign_ins(after) == sign_ins(before)


def sign_ins(calls: str) -> int:
    return int(json.loads(calls.replace("'", '"')).get("sign_in", 0))


def test_only_global_roles_are_read_of_a_token(served: Serving, issuing: Issuing) -> None:
    token = issuing.token(roles=["DIRECTOR", "INCUBATOR_STAFF", 7, None])
    assert served.post(ME, token)["data"]["me"].endswith("['DIRECTOR']")


def bad_tokens(issuing: Issuing) -> dict[str, str]:
    """The matrix of reliability.md 9.1, B30-B38."""
    good = issuing.claims()
    stranger, header = key("ed"), {"alg": "Ed25519", "kid": "ed"}
    public = issuing.keys["rsa"].as_pem(private=False)
    signing_input = f"{b64({'alg': 'HS256', 'kid': 'rsa'})}.{b64(good)}"
    by_public_key = b64(hmac.digest(public, signing_input.encode(), "sha256"))
    return {
        "no signature": f"{b64({'alg': 'none'})}.{b64(good)}.",
        "symmetric with the public key": f"{signing_input}.{by_public_key}",
        "a stranger's key": signed(stranger, header, good),
        "an embedded key": signed(stranger, {**header, "jwk": stranger.as_dict(private=False)}, good),
        "a key elsewhere": signed(stranger, {**header, "jku": "http://127.0.0.1:1/jwks"}, good),
        "a critical header": f"{b64({**header, 'crit': ['x'], 'x': 1})}.{b64(good)}.{b64(b'0' * 64)}",
        "an unknown key": signed(stranger, {"alg": "Ed25519", "kid": "nobody"}, good),
        "a path for a key": signed(stranger, {"alg": "Ed25519", "kid": "../../etc/passwd"}, good),
        "another issuer": issuing.token(iss="https://elsewhere.example"),
        "another audience": issuing.token(aud="another"),
        "expired": issuing.token(exp=1_000_000_000),
        "not yet valid": issuing.token(nbf=32_503_680_000),
        "no end": issuing.token(exp=None),
        "no subject": issuing.token(sub=None),
        "a subject that is a number": issuing.token(sub=5),
        "an endless subject": issuing.token(sub="x" * 300),
        "another kind of token": issuing.token(header={"typ": "id+jwt"}),
        "a megabyte": issuing.token(name="x" * 5000) * 2,
        "two parts": ".".join(issuing.token().split(".")[:2]),
        "a changed claim": changed_claim(issuing.token()),
        "nothing like it": "hello",
        "not in ASCII": "é.é.é",
    }


def changed_claim(token: str) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{b64({'sub': 'somebody-else', 'roles': ['ADMIN']})}.{signature}"


def test_every_other_token_is_refused_with_a_code_and_nothing_more(served: Serving, issuing: Issuing) -> None:
    sentences = set()
    for case, token in bad_tokens(issuing).items():
        response = served.respond({"query": ME}, headers={"authorization": f"Bearer {token}".encode()})
        assert response.status_code == 401, case
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED", case
        assert error["extensions"]["correlationId"] == response.headers["x-correlation-id"]
        sentences.add(error["message"])
    assert len(sentences) == 1
    assert served.post(ME, issuing.token())["data"]["me"].startswith("PERSON")


def test_tokens_with_unknown_keys_do_not_make_a_storm_of_requests(alone: Alone) -> None:
    served, issuing = alone
    before = issuing.asked["/jwks"]
    for number in range(20):
        token = signed(key("ed"), {"alg": "Ed25519", "kid": f"unknown-{number}"}, issuing.claims())
        assert served.respond({"query": ME}, token).status_code == 401
    assert issuing.asked["/jwks"] <= before + 1


def test_a_new_key_of_the_issuer_is_found_by_the_token_that_names_it(alone: Alone) -> None:
    served, issuing = alone
    issuing.keys["ed-2"] = key("ed-2")
    token = signed(issuing.keys["ed-2"], {"alg": "Ed25519", "kid": "ed-2"}, issuing.claims())
    assert served.post(ME, token)["data"]["me"].startswith("PERSON")


def test_keys_fetched_once_are_kept_while_the_issuer_is_away(alone: Alone) -> None:
    served, issuing = alone
    issuing.away = True
    assert served.post(ME, issuing.token())["data"]["me"].startswith("PERSON")


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer .", "token"])
def test_another_way_to_authorize_is_refused(served: Serving, authorization: str) -> None:
    response = served.respond({"query": ME}, headers={"authorization": authorization})
    assert response.status_code == 401


def test_a_socket_is_signed_in_by_its_first_message(served: Serving, issuing: Issuing) -> None:
    with served.socket({"authorization": f"Bearer {issuing.token()}"}) as connection:
        subscribe(connection, "subscription { greetings }")
        assert receive(connection)["payload"]["data"]["greetings"] == "bonjour PERSON"
    with served.socket() as connection:
        subscribe(connection, "subscription { greetings }")
        assert receive(connection)["payload"]["data"]["greetings"] == "bonjour ANONYMOUS"


@pytest.mark.parametrize("payload", [{"authorization": "Bearer nonsense"}, {"authorization": 5}])
def test_a_socket_with_a_bad_token_is_closed(served: Serving, payload: dict[str, Any]) -> None:
    with served.raw_socket() as connection:
        connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        with pytest.raises(ConnectionClosed) as raised:
            connection.recv(5)
    assert raised.value.rcvd is not None
    assert raised.value.rcvd.code == 4403
