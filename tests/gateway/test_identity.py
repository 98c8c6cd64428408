"""Whose token is believed, and what becomes of the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.gateway.issuing import Issuing, key, signed
from tests.gateway.serving import Serving, receive, subscribe
from tests.gateway.test_facts import Teller, fact

ME = "{ me }"
Alone = tuple[Serving, Issuing]


@pytest.fixture
def alone(serve: Callable[..., AbstractContextManager[Serving]]) -> Iterator[Alone]:
    """A gateway whose issuer nobody else uses."""
    with Issuing.running() as issuing, serve(issuer_url=issuing.url) as gateway:
        yield gateway, issuing


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


def test_who_is_erased_is_made_known_anew_with_the_token_they_had(
    gateway_vhost: str, served: Serving, issuing: Issuing
) -> None:
    leaving, staying = issuing.token(sub="leaving"), issuing.token(sub="staying")
    person = served.post(ME, leaving)["data"]["me"].split(" ")[1]
    served.post(ME, staying)

    def known_anew(token: str) -> bool:
        before = sign_ins(served.post('{ ask(method: "calls") }')["data"]["ask"])
        served.post(ME, token)
        return sign_ins(served.post('{ ask(method: "calls") }')["data"]["ask"]) > before

    assert not known_anew(leaving)
    teller = Teller(gateway_vhost)
    erased = fact(source="people", type="person.erasure_started", subject=f"person/{person}", data={"person": person})
    teller.tell(erased, service="people", type="person.erasure_started")
    teller.close()
    assert any(known_anew(leaving) for _ in range(200))
    assert not known_anew(staying)


def test_only_global_roles_are_read_of_a_token(served: Serving, issuing: Issuing) -> None:
    token = issuing.token(roles=["DIRECTOR", "INCUBATOR_STAFF", 7, None])
    assert served.post(ME, token)["data"]["me"].endswith("['DIRECTOR']")


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
