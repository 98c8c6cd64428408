"""What comes through the front door, and in what form it may come."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from graphql import build_schema

from gateway.schema.__main__ import COMMITTED
from tests.gateway.serving import Serving, receive, subscribe

Serve = Callable[..., AbstractContextManager[Serving]]


def test_a_query_is_answered(served: Serving) -> None:
    answer = served.post("{ hello }")
    assert set(answer) == {"data", "extensions"}
    assert answer["data"] == {"hello": "bonjour"}


@pytest.mark.parametrize("mode", ["production", "staging", ""])
def test_the_page_with_graphiql_is_shown_in_local_mode_only(serve: Serve, mode: str) -> None:
    with serve(mode=mode) as gateway:
        assert httpx.get(f"{gateway.url}/graphql").status_code == 405
        for path in ("/graphiql/people", "/graphiql/examples", "/graphiql/start.js"):
            assert httpx.get(gateway.url + path).status_code == 404
        assert httpx.post(f"{gateway.url}/graphiql/token?person=staff").status_code == 404


def test_in_local_mode_there_is_a_page_that_needs_nothing_from_elsewhere(served: Serving) -> None:
    page = httpx.get(f"{served.url}/graphql")
    assert page.status_code == 200
    needed = [path for path in re.findall(r'(?:src|href)="([^"]+)"', page.text) if path != "data:,"]
    assert len(needed) == 7
    for path in needed:
        assert path.startswith("/graphiql/"), path
        assert httpx.get(served.url + path).status_code == 200, path


def test_the_page_asks_nobody_else_and_runs_nothing_that_stands_in_it(served: Serving) -> None:
    page = httpx.get(f"{served.url}/graphql")
    policy = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|style=", page.text), "a script or a style within the page"
    own = [httpx.get(f"{served.url}/graphiql/{name}").text for name in ("start.js", "page.css")]
    assert not re.search(r"https?://\w", page.text + "".join(own)), "a host is named"


def test_every_mutation_is_in_the_menu_of_examples_and_few_tabs_are_open(served: Serving) -> None:
    told = httpx.get(f"{served.url}/graphiql/examples").json()
    assert 1 <= len(told["tabs"]) <= 5
    first, *areas = told["menu"]
    assert [area["area"] for area in areas] == ["Projects", "Coalitions", "Gatherings", "People"]
    schema = build_schema(COMMITTED.read_text("utf-8"))
    assert schema.mutation_type is not None
    named = [example["name"] for area in areas for example in area["examples"]]
    assert sorted(named) == sorted(schema.mutation_type.fields)
    assert all(tab["query"] in [example["query"] for example in first["examples"]] for tab in told["tabs"])
    for area in told["menu"]:
        for example in area["examples"]:
            assert re.search(rf"^(query|subscription|mutation) {example['name']}\b", example["query"], re.M | re.I)


def test_a_correlation_id_goes_all_the_way_and_comes_back(served: Serving) -> None:
    response = served.respond({"query": '{ ask(method: "echo") }'}, headers={"x-correlation-id": "story_42-a"})
    assert response.headers["x-correlation-id"] == "story_42-a"
    assert "'nameko.correlation_id': 'story_42-a'" in response.json()["data"]["ask"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ absent }", "UNAVAILABLE"),
        ('{ ask(method: "silent") }', "UNAVAILABLE"),
        ('{ ask(method: "garbage") }', "INTERNAL"),
        ('{ ask(method: "fails_with_unauthenticated") }', "UNAUTHENTICATED"),
        ('{ ask(method: "refused") }', "GATE_NOT_MET"),
        ("{ things(first: 101) { totalCount } }", "PAGE_TOO_LARGE"),
        ("{ things(first: 0) { totalCount } }", "VALIDATION"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello", "GRAPHQL_VALIDATION_FAILED"),
        ('query A { hello } mutation B { do(input: {method: "echo"}) { headers } }', "GRAPHQL_VALIDATION_FAILED"),
        ('mutation { do(input: {method: "silent"}) { problems { code } } }', "OUTCOME_UNKNOWN"),
        ('mutation { do(input: {method: "fails_with_internal"}) { problems { code } } }', "INTERNAL"),
    ],
)
def test_what_fails_has_its_code(served: Serving, query: str, code: str) -> None:
    error = served.post(query)["errors"][0]
    assert error["extensions"]["code"] == code
    assert error["extensions"]["correlationId"]


@pytest.mark.parametrize(
    ("accepts", "language"),
    [("fr", "fr"), ("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB,en;q=0.9,fr;q=0.8", "en"), ("de", "en"), ("", "en")],
)
def test_the_language_is_the_one_that_the_caller_prefers(served: Serving, accepts: str, language: str) -> None:
    assert served.post("{ language }", headers={"accept-language": accepts})["data"]["language"] == language


def test_a_refused_command_is_data_and_its_field_has_its_name_in_the_schema(served: Serving) -> None:
    answer = served.post(
        'mutation { do(input: {method: "refused"}) { problems { code rule message field blockedBy { code fix } } } }'
    )
    assert answer["data"]["do"]["problems"] == [
        {
            "code": "GATE_NOT_MET",
            "rule": "thing.gate",
            "message": "The gate is not met.",
            "field": "stageName",
            "blockedBy": [{"code": "evidence_missing", "fix": "Record it."}],
        }
    ]


def test_a_command_carries_its_key_and_its_version_and_names_things_by_their_own_ids(served: Serving) -> None:
    thing = served.post("{ things(first: 1) { nodes { id } } }")["data"]["things"]["nodes"][0]["id"]
    answer = served.post(
        "mutation ($input: DoInput!) { do(input: $input) { request headers problems { code } } }",
        variables={"input": {"method": "echo", "thing": thing, "idempotencyKey": "k-7", "expectedVersion": 3}},
    )["data"]["do"]
    assert answer["request"] == str({"expected_version": 3, "method": "echo", "thing": "t-0"})
    assert "'nameko.idempotency_key': 'k-7'" in answer["headers"]


@pytest.mark.parametrize("id", ["nonsense", "é", "", "dGhpbmc", "Li4vLi4vZXRjL3Bhc3N3ZA"])
def test_an_id_that_is_none_is_a_problem_of_its_field(served: Serving, id: str) -> None:
    answer = served.post(
        'mutation ($id: ID!) { do(input: {method: "echo", thing: $id}) { problems { code field message } } }',
        variables={"id": id},
        headers={"accept-language": "fr"},
    )
    assert answer["data"]["do"]["problems"] == [
        {"code": "VALIDATION", "field": "thing", "message": "Ce n'est pas un identifiant du réseau."}
    ]
    assert served.post("query ($id: ID!) { node(id: $id) { id } }", variables={"id": id})["data"]["node"] is None


def test_a_node_is_found_again_by_its_id(served: Serving) -> None:
    thing = served.post("{ things(first: 2) { nodes { id } } }")["data"]["things"]["nodes"][1]
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on Thing { name } } }"
    found = served.post(query, variables={"id": thing["id"]})["data"]["node"]
    assert found == {"__typename": "Thing", "id": thing["id"], "name": "Thing t-1"}


def test_a_page_tells_where_it_stands(served: Serving) -> None:
    page = served.post(
        '{ things(first: 3, after: "x") { totalCount edges { cursor node { name } } nodes { name } '
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )["data"]["things"]
    assert page["totalCount"] == 1000
    assert [edge["node"] for edge in page["edges"]] == page["nodes"]
    assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True, "startCursor": "t-0", "endCursor": "t-2"}


def test_fifty_things_with_their_owners_take_one_call_per_level(served: Serving) -> None:
    before = calls(served)
    answer = served.post("{ things(first: 50) { nodes { name owner { name } itself { owner { name } } } } }")
    assert len(answer["data"]["things"]["nodes"]) == 50
    after = calls(served)
    made = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name)}
    assert made == {"list_things": 1, "owners_by_ids": 1, "calls": 1}


def calls(served: Serving) -> dict[str, int]:
    found: dict[str, int] = json.loads(served.post('{ ask(method: "calls") }')["data"]["ask"].replace("'", '"'))
    return found


def test_a_subscription_that_breaks_tells_nothing_of_why(served: Serving) -> None:
    with served.socket() as connection:
        subscribe(connection, "subscription { breaks }")
        assert receive(connection)["payload"]["data"] == {"breaks": "once"}
        broken = json.dumps(receive(connection))
        assert "hunter2" not in broken
        assert "INTERNAL" in broken


def test_a_subscription_that_breaks_before_it_began_tells_nothing_of_why(served: Serving) -> None:
    with served.socket() as connection:
        subscribe(connection, "subscription { breaksAtOnce }")
        broken = json.dumps(receive(connection))
        assert "hunter2" not in broken
        assert "INTERNAL" in broken


@pytest.mark.parametrize("site", ["javascript:alert(1)", "nowhere", 5, ["https://a.example"]])
def test_a_value_of_another_form_is_the_callers_mistake(served: Serving, site: Any) -> None:
    query = "query ($site: URL!) { visit(site: $site) }"
    error = served.post(query, variables={"site": site})["errors"][0]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    error = served.post(f"{{ visit(site: {json.dumps(site)}) }}")["errors"][0]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_a_subscription_that_asks_for_too_much_is_refused(served: Serving) -> None:
    with served.socket() as connection:
        many = " ".join(f"a{number}: __typename" for number in range(100))
        subscribe(connection, f"subscription {{ activity {{ {many} }} }}")
        refused = receive(connection)
        assert refused["type"] == "error"
        assert refused["payload"][0]["extensions"]["code"] == "QUERY_TOO_COSTLY"


def test_health_is_told(served: Serving) -> None:
    assert httpx.get(f"{served.url}/healthz").json() == {"alive": True}
    assert httpx.get(f"{served.url}/readyz").json()["ready"] is True
    served.post('{ ask(method: "echo") }')
    metrics = httpx.get(f"{served.url}/metrics").text
    assert 'maillage_gateway_calls_seconds_count{method="echo",outcome="ok",service="trial"}' in metrics


def test_a_gateway_without_a_broker_lives_but_is_not_ready(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Serving, "wait_until_ready", lambda self: None)
    with serve(amqp_url="amqp://nobody:x@127.0.0.1:1/%2F") as gateway:
        assert httpx.get(f"{gateway.url}/healthz").status_code == 200
        ready = httpx.get(f"{gateway.url}/readyz")
        assert (ready.status_code, ready.json()["broker"]) == (503, False)
        assert gateway.post("{ absent }")["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


def test_a_request_that_is_not_http_does_no_harm(served: Serving) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
        assert b"400" in raw.recv(1000)
    assert served.post("{ hello }")["data"] == {"hello": "bonjour"}
