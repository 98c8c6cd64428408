"""The thirteen checks of graphql-cop (https://github.com/dolevf/graphql-cop), written anew against production mode.

A scanner reports what it can do; here each test is named for what must not be possible.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.gateway.serving import Serving


def test_there_is_no_ide(real: Serving) -> None:
    for path in ("/", "/graphql", "/graphiql", "/playground", "/console", "/altair"):
        answer = httpx.get(real.url + path, headers={"accept": "text/html"})
        assert answer.status_code in (404, 405)
        assert not any(word in answer.text.lower() for word in ("graphiql", "playground", "altair"))


def test_introspection_is_off(real: Serving) -> None:
    answer = real.post("query { __schema { types { name fields { name } } } }")
    assert answer["data"] is None


def test_circular_introspection_is_off(real: Serving) -> None:
    deep = "fields { type { " * 6 + "name" + " } }" * 6
    assert real.post(f"query {{ __schema {{ types {{ {deep} }} }} }}")["data"] is None


def test_fields_are_not_suggested(real: Serving) -> None:
    for query in ("query { projet }", "query { __schem { types } }", "{ viewer { persn } }"):
        assert "did you mean" not in json.dumps(real.post(query)).lower()


def test_queries_do_not_come_by_get(real: Serving) -> None:
    for query in ("query { __typename }", "mutation { __typename }"):
        assert httpx.get(f"{real.url}/graphql", params={"query": query}).status_code == 405


def test_mutations_do_not_come_by_get(real: Serving) -> None:
    answer = httpx.get(f"{real.url}/graphql", params={"query": "mutation { __typename }"})
    assert "data" not in answer.text or answer.json().get("data") is None


def test_queries_do_not_come_as_a_form(real: Serving) -> None:
    answer = httpx.post(f"{real.url}/graphql", data={"query": "query { __typename }"})
    assert answer.status_code == 415


@pytest.mark.parametrize("count", [101, 1000])
def test_aliases_do_not_multiply(real: Serving, count: int) -> None:
    aliases = " ".join(f"alias{number}: __typename" for number in range(count))
    assert real.post(f"query {{ {aliases} }}")["data"] is None


def test_queries_do_not_come_in_lots(real: Serving) -> None:
    answer = real.respond([{"query": "query { __typename }"}] * 10)
    assert answer.status_code == 400


def test_directives_do_not_multiply(real: Serving) -> None:
    assert real.post("query { __typename " + "@aa" * 60 + " }")["data"] is None


def test_fields_do_not_multiply(real: Serving) -> None:
    assert real.post("query { " + "__typename " * 500 + "}")["data"] is None


def test_nothing_is_traced_for_a_caller(real: Serving) -> None:
    headers: dict[str, Any] = {"x-apollo-tracing": "1", "apollo-federation-include-trace": "ftv1"}
    answer = real.post("query { __typename }", headers=headers)
    assert set(answer["extensions"]) == {"cost"}
    assert answer["data"] == {"__typename": "Query"}


def test_an_error_tells_nothing_of_the_inside(real: Serving) -> None:
    for query in ("queryy { __typename }", "query { abc @unknown }", "\x00", "{", "query Q($a: [[[Int]]]) { a }"):
        answer = json.dumps(real.post(query)).lower()
        assert not any(word in answer for word in ("exception", "traceback", "stacktrace", ".py", "debug"))
