"""A document that asks for too much is refused at once, however cleverly it asks."""

from __future__ import annotations

import time

import pytest
from graphql import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.schema.budget import Budget, refusals
from tests.gateway.serving import Serving

CHAIN = (
    "{ ...f0 } "
    + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(20))
    + " fragment f20 on Query { hello }"
)

TOO_MUCH = {
    "a chain of fragments, each spread twice": CHAIN,
    "2,000 repeated fields": "{" + " hello" * 1900 + " }",
    "61 aliases": "{" + " ".join(f"a{n}: hello" for n in range(61)) + "}",
    "51 directives": "{" + " ".join("hello @skip(if: false)" for _ in range(51)) + "}",
    "16 levels": "{ things { nodes " + "{ itself " * 14 + "{ name }" + "}" * 14 + "} }",
    "500 fragments": "{ hello }" + " ".join(f"fragment f{n} on Query {{ hello }}" for n in range(300)),
    "6 operations": " ".join(f"query q{n} {{ hello }}" for n in range(6)),
    "6 mutations": "mutation {"
    + " ".join(f'm{n}: do(input: {{method: "echo"}}) {{ headers }}' for n in range(6))
    + "}",
    "a million selections through inline fragments": "{ ...a ...a ...a ...a }"
    + "".join(
        f" fragment {name} on Query {{ " + f"... on Query {{ ...{below} }} " * 10 + "}"
        for name, below in zip("abcdef", "bcdefg", strict=True)
    )
    + " fragment g on Query { hello }",
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_too_much_is_refused_before_it_is_validated(served: Serving, case: str) -> None:
    served.post("{ hello }")
    started = time.process_time()  # the server runs in this process: its CPU counts, a busy machine does not
    answer = served.post(TOO_MUCH[case], operationName="q0" if "operations" in case else None)
    spent = time.process_time() - started
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] in ("QUERY_TOO_COSTLY", "GRAPHQL_VALIDATION_FAILED")
    assert spent < 0.5


def test_the_chain_of_twenty_fragments_is_short_and_costs_nothing() -> None:
    assert len(CHAIN) < 1000
    document = parse(CHAIN)
    started = time.process_time()
    (reason,) = list(refusals(document, Budget()))
    assert time.process_time() - started < 0.02
    assert reason == "It has over a million selections; 1500 are the most."


@pytest.mark.parametrize(
    "cycle",
    [
        "{ ...a } fragment a on Query { hello ...a }",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a hello }",
        "{ ...a } fragment a on Query { ... on Query { ...a } }",
    ],
)
def test_a_circle_of_fragments_is_refused(served: Serving, cycle: str) -> None:
    assert served.post(cycle)["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_too_many_words_are_refused(served: Serving) -> None:
    answer = served.post("{" + " hello" * 3000 + "}")
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_what_tools_ask_of_the_schema_is_within_the_budget(served: Serving) -> None:
    from graphql import get_introspection_query

    query = get_introspection_query(descriptions=True, input_value_deprecation=True, schema_description=True)
    assert "errors" not in served.post(query)


@st.composite
def fragments(draw: st.DrawFn) -> tuple[str, int]:
    """A document of fragments that spread later ones, and how many selections it asks for when written out."""
    count = draw(st.integers(1, 8))
    sizes = [0] * (count + 1)
    texts = []
    for index in reversed(range(count)):
        spreads = draw(st.lists(st.integers(index + 1, count - 1), max_size=3)) if index < count - 1 else []
        fields = draw(st.integers(0 if spreads else 1, 3))
        sizes[index] = fields + sum(1 + sizes[other] for other in spreads)
        parts = ["hello"] * fields + [f"...f{other}" for other in spreads]
        texts.append(f"fragment f{index} on Query {{ {' '.join(parts)} }}")
    return "{ ...f0 } " + " ".join(texts), 1 + sizes[0]


@settings(deadline=None)
@given(fragments())
def test_selections_are_counted_as_if_every_fragment_were_written_out(made: tuple[str, int]) -> None:
    text, selections = made
    document = parse(text)
    assert list(refusals(document, Budget(selections=selections))) == []
    (reason,) = list(refusals(document, Budget(selections=selections - 1)))
    assert f"{selections} selections" in reason
