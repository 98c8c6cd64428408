"""What may not be asked, however it is put: rows B6-B16 of the matrix in reliability.md, 9.1."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_introspection_query, get_named_type, is_required_argument

from tests.gateway.serving import Serving
from tests.gateway.test_budget import CHAIN

REFUSED = ("QUERY_TOO_COSTLY", "GRAPHQL_VALIDATION_FAILED")


def refused(served: Serving, query: str, **more: Any) -> dict[str, Any]:
    """The first error of a query that is refused after little work."""
    served.post("{ hello }")
    answer, steps = served.steps(query, **more)
    assert steps < 500_000
    assert answer["data"] is None
    error: dict[str, Any] = answer["errors"][0]
    assert error["extensions"]["code"] in REFUSED
    return error


def many(count: int, each: str) -> str:
    return " ".join(each.replace("#", str(number)) for number in range(count))


TOO_MUCH = {
    "B6 2,001 tokens": ("{" + " hello" * 2000 + "}", "tokens"),
    "B6 16 levels": ("{ things { nodes " + "{ itself " * 14 + "{ name }" + "}" * 14 + "} }", "16 levels"),
    "B6 61 aliases": ("{" + many(61, "a#: hello") + "}", "61 aliases"),
    "B6 51 directives": ("{" + many(51, "a: hello @skip(if: false)") + "}", "51 directives"),
    "B6 1,900 repeated fields": ("{" + " hello" * 1900 + "}", "1,900 selections"),
    "B6 22 repeated fields": ("{" + " hello" * 22 + "}", "21 fields again"),
    "B7 a chain of 2^20": (CHAIN, "over a million"),
    "B7 a chain of 3^13": (
        "{ ...f0 } "
        + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} ...f{n + 1} }}" for n in range(13))
        + " fragment f13 on Query { hello }",
        "over a million",
    ),
    "B7 270 unused fragments": ("{ hello } " + many(270, "fragment f# on Query{hello}"), "fragments"),
    "B7 a fragment that spreads itself": ("{ ...a } fragment a on Query { hello ...a }", ""),
    "B7 two that spread each other": ("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a hello }", ""),
    "B7 one that does inside another": ("{ ...a } fragment a on Query { ... on Query { ...a } }", ""),
    "B7 one on another type": ("{ ...a } fragment a on Thing { name }", ""),
    "B8 lists in lists": (
        "{ things(first: 100) { nodes {"
        + many(30, "a#: itself { owner { name } itself { owner { name } itself { owner { name } } } }")
        + "} edges { node {"
        + many(1, "b#: itself { owner { name } }")
        + "} } } }",
        "costs",
    ),
    "B10 100 operations": (many(100, "query q# { hello }"), "100 operations"),
    "B11 20 times the same mutation": (
        "mutation {" + many(20, 'a#: do(input: {method: "echo"}) { request }') + "}",
        "20 mutations",
    ),
    "B12 overlapping fields with arguments": (
        "{" + many(60, 'ask(method: "#")') + "}",
        "again",
    ),
    "B12 overlapping fields in inline fragments": (
        "{" + many(100, '... on Query { ask(method: "#") }') + "}",
        "again",
    ),
    "B13 a list in a list in a list": ("{ echo(text: " + "[" * 900 + "]" * 900 + ") }", ""),
    "B13 an object in an object": ("{ echo(text: " + "{a:" * 400 + "1" + "}" * 400 + ") }", ""),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_b6_to_b13_too_much_is_refused_before_it_costs(served: Serving, case: str) -> None:
    query, why = TOO_MUCH[case]
    more = {"operationName": "q0"} if "operations" in case else {}
    assert why in refused(served, query, **more)["message"]


WITHIN = "things(first: 1) { nodes { name owner { name id } itself { name owner { name } } } }"


@pytest.mark.parametrize(
    "query",
    [
        "{ " + many(40, "...f#") + " } " + many(40, f"fragment f# on Query {{ {WITHIN} }}"),
        "{ " + " ".join([WITHIN] * 21) + " }",
    ],
)
def test_b7_b12_what_is_just_within_the_budget_is_read_and_validated_in_time(hardened: Serving, query: str) -> None:
    """Fields of the same name are compared each with each: the most of them that the budget lets through."""
    hardened.post("{ hello }")
    answer, steps = hardened.steps(query)
    assert steps < 1_500_000
    assert len(answer["data"]["things"]["nodes"]) == 1


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("0", "VALIDATION"),
        ("-1", "VALIDATION"),
        ("101", "PAGE_TOO_LARGE"),
        ("2147483647", "PAGE_TOO_LARGE"),
        ("2147483648", "GRAPHQL_VALIDATION_FAILED"),
        ("1e3", "GRAPHQL_VALIDATION_FAILED"),
        ('"5"', "GRAPHQL_VALIDATION_FAILED"),
        ("null", None),
    ],
)
def test_b8_a_page_has_1_to_100_items_and_its_cost_is_told(served: Serving, first: str, code: str | None) -> None:
    by_value = served.post(f"{{ things(first: {first}) {{ nodes {{ name }} }} }}")
    by_variable = served.post(
        "query ($n: Int) { things(first: $n) { nodes { name } } }", variables={"n": json.loads(first)}
    )
    for answer in (by_value, by_variable):
        assert 0 < answer["extensions"]["cost"]["asked"] <= 300
        if code is None:
            assert len(answer["data"]["things"]["nodes"]) == 20
        elif first != "1e3" or answer is by_value:
            assert answer["errors"][0]["extensions"]["code"] == code


CIRCULAR = "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        CIRCULAR,
        '{ a: __type(name: "Query") { name } }',
        "{ ...x } fragment x on Query { __schema { queryType { name } } }",
    ],
)
def test_b9_the_schema_is_not_described_in_production(hardened: Serving, query: str) -> None:
    refused(hardened, query)


def test_b9_a_circle_through_the_schema_is_refused_where_it_is_described(served: Serving) -> None:
    refused(served, CIRCULAR)
    assert "errors" not in served.post(get_introspection_query())


@pytest.mark.parametrize("body", [[{"query": "{ hello }"}] * 2, [], [[{"query": "{ hello }"}]], [{}]])
def test_b10_queries_do_not_come_in_lots(served: Serving, body: Any) -> None:
    assert served.respond(body).status_code == 400


def test_b11_five_mutations_in_one_request_cost_five(served: Serving) -> None:
    one = served.post('mutation { a: do(input: {method: "echo"}) { request } }')["extensions"]["cost"]["asked"]
    five = "mutation {" + many(5, 'a#: do(input: {method: "echo"}) { request }') + "}"
    assert served.post(five)["extensions"]["cost"]["asked"] == 5 * one


def test_b13_a_list_of_ten_thousand_is_refused_by_its_size(served: Serving) -> None:
    body = {"query": "query ($x: [String!]) { hello }", "variables": {"x": ["a"] * 10_000}}
    assert served.respond(body).status_code == 400


SCALARS: dict[str, list[Any]] = {
    "ID!": [5, 5.5, {}, [], True, "urn:uuid:x", "ABC=", "\x00", "‮", "a" * 5000, "2" * 40, None],
    "Int": [2**31, -(2**31) - 1, 1.5, "1", "1e3", True, {}, [[]], 10**39],
    "Float": ["NaN", "Infinity", {}, [], "1.0"],
    "Date": ["9999-12-31", "0000-01-01", "2026-02-30", "2026-1-1", "20260101", 5, "", "2026-01-01T00:00:00Z", {}],
    "DateTime": [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "0000-01-01T00:00:00Z",
        "2026-06-30T23:59:60Z",
        "2026-01-01T00:00:00",
        "2026-01-01",
        1767225600,
        "now",
    ],
    "URL": ["javascript:alert(1)", "https://", "//x", "http://[", "https://exa mple", "x" * 5000, 5, "http://\x00"],
    "Boolean": ["true", 1, 0, {}, []],
}


@pytest.mark.parametrize("scalar", SCALARS)
def test_b14_a_value_at_the_edge_of_its_scalar_is_an_error_with_a_code_or_data_never_a_fault(
    real: Serving, scalar: str
) -> None:
    """Each as an argument of the real schema, of which only the people service is there to answer."""
    known = {"GRAPHQL_VALIDATION_FAILED", "UNAVAILABLE", "VALIDATION", "PAGE_TOO_LARGE", "OUTCOME_UNKNOWN"}
    for value in SCALARS[scalar]:
        for query in queries_with(real, scalar):
            response = real.respond({"query": query, "variables": {"x": value}})
            assert response.status_code == 200, (query, value, response.text)
            for error in response.json().get("errors", ()):
                assert error["extensions"]["code"] in known, (query, value, error)


def queries_with(real: Serving, scalar: str) -> list[str]:
    """Root fields that take this scalar as an argument or in their input, at most three of them."""
    schema, name = real.gateway.schema._schema, scalar.rstrip("!")
    found = []
    for root, word in ((schema.query_type, "query"), (schema.mutation_type, "mutation")):
        assert root is not None
        for field_name, field in root.fields.items():
            below = "" if not hasattr(get_named_type(field.type), "fields") else " { __typename }"
            for argument, given in field.args.items():
                kind = get_named_type(given.type)
                others = [
                    other for other in field.args if other != argument and is_required_argument(field.args[other])
                ]
                if others:
                    continue
                if kind.name == name:
                    found.append(f"{word} ($x: {given.type}) {{ {field_name}({argument}: $x){below} }}")
                elif isinstance(kind, GraphQLInputObjectType):
                    required = [part for part, one in kind.fields.items() if str(one.type).endswith("!")]
                    for part, one in kind.fields.items():
                        if (
                            get_named_type(one.type).name == name
                            and "[" not in str(one.type)
                            and set(required) <= {part}
                        ):
                            found.append(
                                f"{word} ($x: {one.type}) {{ {field_name}({argument}: {{{part}: $x}}){below} }}"
                            )
    return found[:3]


TEXTS = [
    "100% _ \\ ' \" ; -- /* */ DROP TABLE projects",
    "STARTS_AT_ASC; SELECT pg_sleep(10)",
    '{"__type__": "bytes", "__value__": "eA=="}',
    "<script>alert(1)</script>",
    "‮ right to left",
    "раураl@example.org",
    "\x00 a null",
    "\u2028 \ufeff \U0001f600",
    "{0} {name} %s ${jndi:ldap://x}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_b14_b15_b16_a_text_arrives_at_the_service_as_it_was_sent(served: Serving, text: str) -> None:
    answer = served.post("query ($text: String!) { echo(text: $text) }", variables={"text": text})
    assert answer["data"]["echo"] == text


@pytest.mark.parametrize("value", [{"__type__": "bytes", "__value__": "x"}, [1], 5, True, None])
def test_b15_what_is_no_text_never_becomes_one(served: Serving, value: Any) -> None:
    answer = served.post("query ($text: String!) { echo(text: $text) }", variables={"text": value})
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
