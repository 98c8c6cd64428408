"""Calls over the real broker: what is well-formed is answered, what is not never harms the service."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.running import Caller, Keys, Process

BODY = json.dumps({"args": [], "kwargs": {"request": {}}})


@pytest.fixture(autouse=True)
def the_service_lives_on(service: Process, caller: Caller) -> object:
    """Whatever a test sends, afterwards the service still answers."""
    yield
    assert caller.value("people.list_themes") is not None
    assert service.is_alive()


def error_of(caller: Caller, routing_key: str, body: str | bytes, **properties: object) -> str:
    reply = caller.reply(caller.send(routing_key, body, **properties))
    assert reply["result"] is None
    return str(reply["error"]["exc_type"])


def headers(keys: Keys, **more: object) -> dict[str, object]:
    return {"nameko.passport": keys.passport(), **more}


def test_a_command_is_done_and_answered(caller: Caller) -> None:
    answer = caller.value("people.record_themes", themes=[{"slug": "accueil", "label_fr": "Accueil"}])
    assert answer == {"results": [{"outcome": "CREATED", "slug": "accueil", "problems": []}]}


@pytest.mark.parametrize("key", ["key-1", "une clé à moi ✓", "k" * 4000])
def test_the_same_key_acts_once_and_answers_the_same(caller: Caller, key: str) -> None:
    asked = {"issuer": "https://issuer.test", "subject": uuid4().hex, "display_name": "Amina"}
    passport = caller.keys.passport()
    first = caller.call("people.sign_in", key=key, passport=passport, **asked)
    again = caller.call("people.sign_in", key=key, passport=passport, **asked)
    other = caller.call("people.sign_in", key=key, passport=passport, **{**asked, "subject": "somebody-else"})
    assert first == again
    assert other["result"]["problems"][0]["rule"] == "command.key_reused"


def test_a_refusal_is_data_with_a_code(caller: Caller) -> None:
    reply = caller.call("people.declare_organisation", name="X", kind="ASSOCIATION")
    assert reply["error"] is None
    [problem] = reply["result"]["problems"]
    assert (problem["code"], problem["field"]) == ("VALIDATION", "name")


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("people.list_organisations", {"search": "a\x00"}),
        ("people.declare_organisation", {"name": "\x00", "kind": "ASSOCIATION"}),
        ("people.record_themes", {"themes": [{"slug": "accueil", "label_fr": "Accueil\x00"}]}),
    ],
)
def test_a_text_that_no_database_keeps_is_a_problem_and_not_a_database_out_of_reach(
    caller: Caller, method: str, asked: dict[str, Any]
) -> None:
    """Found by generated queries: the driver's complaint was taken for a lost connection, and held a worker."""
    reply = caller.call(method, **asked)
    assert reply["error"] is None
    assert [(one["code"], one["rule"]) for one in reply["result"]["problems"]] == [("VALIDATION", "request.invalid")]


def test_what_only_looks_like_such_a_text_is_read(caller: Caller) -> None:
    assert caller.value("people.list_organisations", search="\\u0000")["items"] == []


@pytest.mark.parametrize("method", ["people.nothing", "people.__init__", "people.desk", "people.health", "people."])
def test_a_method_that_is_not_there_is_said_so(caller: Caller, keys: Keys, method: str) -> None:
    assert error_of(caller, method, BODY, headers=headers(keys)) == "UNKNOWN_METHOD"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[1, 2]",
        '"text"',
        "{}",
        '{"args": {}, "kwargs": {}}',
        '{"args": [1], "kwargs": {}}',
        '{"args": [], "kwargs": []}',
        '{"args": [], "kwargs": {"request": []}}',
        '{"args": [], "kwargs": {"request": {}, "more": 1}}',
        '{"args": [], "kwargs": {"request": {"a": NaN}}}',
        "[" * 20_000 + "]" * 20_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_body_that_makes_no_sense_is_refused(caller: Caller, keys: Keys, body: str | bytes) -> None:
    assert error_of(caller, "people.list_themes", body, headers=headers(keys)) == "BAD_REQUEST"


@pytest.mark.parametrize(
    "properties",
    [
        {"content_type": "application/x-python-serialize"},
        {"content_type": "application/data"},
        {"content_encoding": "latin-1"},
    ],
)
def test_another_encoding_is_refused(caller: Caller, keys: Keys, properties: dict[str, str]) -> None:
    assert error_of(caller, "people.list_themes", BODY, headers=headers(keys), **properties) == "BAD_REQUEST"


def test_a_python_type_in_json_stays_data(caller: Caller) -> None:
    reply = caller.call(
        "people.declare_organisation", name={"__type__": "bytes", "__value__": "aa"}, kind="ASSOCIATION"
    )
    assert reply["result"]["problems"][0]["code"] == "VALIDATION"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"nameko.passport": "not.a.passport"},
        {"nameko.passport": 7},
        {"user_id": "admin", "roles": ["ADMIN"]},
    ],
)
def test_without_a_passport_no_handler_runs(caller: Caller, wrong: dict[str, object]) -> None:
    assert error_of(caller, "people.list_themes", BODY, headers=wrong) == "UNAUTHENTICATED"


@pytest.mark.parametrize("sender", [None, "people", "coalitions", "people-relay", "guest"])
def test_nobody_but_the_gateway_and_the_operator_calls(
    caller: Caller, service: Process, keys: Keys, sender: str | None
) -> None:
    declared = {"args": [], "kwargs": {"request": {"name": f"Sent by {sender}", "kind": "INFORMAL"}}}
    caller.send("people.declare_organisation", json.dumps(declared), headers=headers(keys), user_id=sender)
    service.wait_for("message_set_aside", reason=f"call_sent_by: {sender}")
    assert f"Sent by {sender}" not in str(caller.value("people.list_organisations"))
    assert caller.next_message(caller.queue("dead")).properties.get("user_id") == sender


def test_the_operator_calls_as_the_gateway_does(caller: Caller, keys: Keys) -> None:
    reply = caller.reply(caller.send("people.list_themes", BODY, headers=headers(keys), user_id="cli"))
    assert reply["error"] is None


@pytest.mark.parametrize(
    "claims",
    [{"aud": "somebody-else"}, {"exp": 1}, {"exp": None}, {"kind": "KING"}, {"kind": "PERSON", "sub": None}],
)
def test_a_passport_that_is_not_in_order_is_refused(caller: Caller, keys: Keys, claims: dict[str, object]) -> None:
    passport = keys.passport(**claims)  # type: ignore[arg-type]
    assert error_of(caller, "people.list_themes", BODY, headers={"nameko.passport": passport}) == "UNAUTHENTICATED"


def test_a_passport_by_another_key_is_refused(caller: Caller, tmp_path: object) -> None:
    forged = Keys.make(tmp_path).passport()  # type: ignore[arg-type]
    assert error_of(caller, "people.list_themes", BODY, headers={"nameko.passport": forged}) == "UNAUTHENTICATED"


def test_somebody_not_signed_in_may_read_and_not_act(caller: Caller, keys: Keys) -> None:
    anonymous = {"nameko.passport": keys.passport(kind="ANONYMOUS")}
    assert caller.reply(caller.send("people.list_themes", BODY, headers=anonymous))["error"] is None
    assert error_of(caller, "people.declare_organisation", BODY, headers=anonymous) == "UNAUTHENTICATED"


def test_a_signed_in_person_may_not_do_what_is_the_networks(caller: Caller, keys: Keys) -> None:
    person = {"nameko.passport": keys.passport(kind="PERSON", sub=str(uuid4()))}
    assert error_of(caller, "people.record_themes", BODY, headers=person) == "FORBIDDEN"


def test_a_call_whose_deadline_passed_is_not_done(caller: Caller, keys: Keys) -> None:
    body = {"args": [], "kwargs": {"request": {"themes": [{"slug": "trop-tard", "label_fr": "Trop tard"}]}}}
    late = headers(keys, **{"nameko.deadline": int(time.time() * 1000) - 1})
    assert error_of(caller, "people.record_themes", json.dumps(body), headers=late) == "DEADLINE_PASSED"
    assert caller.value("people.themes_by_slugs", slugs=["trop-tard"]) == [None]


@pytest.mark.parametrize(
    "properties",
    [
        {"reply_to": None},
        {"correlation_id": None},
        {"reply_to": "coalitions.delete"},
        {"reply_to": "people.list_themes"},
        {"reply_to": ""},
    ],
)
def test_a_call_that_cannot_be_answered_is_set_aside(
    caller: Caller, keys: Keys, service: Process, properties: dict[str, str | None]
) -> None:
    caller.send("people.list_themes", BODY, headers=headers(keys), **properties)
    service.wait_for("message_set_aside", reason="no_reply_to")
    set_aside = caller.next_message(caller.queue("dead"))
    assert set_aside.headers["x-death"][0]["queue"] == "rpc-people"
