"""A document that asks for too much is refused at once, however cleverly it asks."""

from __future__ import annotations

import pytest
from graphql import OperationDefinitionNode, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.schema.budget import Budget, Excess, in_operation
from gateway.schema.measure import ASKS, Measure, Measures, measure
from tests.gateway.serving import Serving
from tests.gateway.trial_schema import trial_schema

SCHEMA = trial_schema(local=True)._schema


def measured(text: str, **variables: object) -> tuple[OperationDefinitionNode, Measure]:
    """The first operation of a document, and what it asks for."""
    document = parse(text)
    (operation, *_) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return operation, measure(SCHEMA, document, operation, variables)


def excesses(text: str, budget: Budget) -> list[Excess]:
    return list(in_operation(*measured(text), budget))


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
    answer, steps = served.steps(TOO_MUCH[case], operationName="q0" if "operations" in case else None)
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] in ("QUERY_TOO_COSTLY", "GRAPHQL_VALIDATION_FAILED")
    assert steps < 500_000


def test_the_chain_of_twenty_fragments_is_short_and_costs_nothing() -> None:
    assert len(CHAIN) < 1000
    operation, found = measured(CHAIN)
    assert (found.selections, found.cost) == (2**21 + 2**20 - 1, 2**20)
    assert [excess.sentence("en") for excess in in_operation(operation, found, Budget())] == [
        "It has over a million selections; 1,500 are the most.",
        "It costs over a million, far more than the 100,000 that one query may cost.",
    ]


PAGES = {
    "{ hello }": 1,
    "{ hello me language }": 3,
    '{ ask(method: "echo") }': ASKS + 1,
    "{ things { totalCount } }": ASKS + 1 + 1,
    "{ things { nodes { name } } }": ASKS + 1 + 20 * 2,
    "{ things(first: 50) { nodes { name } } }": ASKS + 1 + 50 * 2,
    "{ things(first: 50) { totalCount edges { cursor node { name } } } }": ASKS + 1 + 1 + 50 * (1 + 1 + 2),
    "{ things(first: 50) { ...page } } fragment page on ThingConnection { nodes { name } }": ASKS + 1 + 50 * 2,
    "{ things(first: 2) { nodes { owner { name } } } }": ASKS + 1 + 2 * (1 + ASKS + 2),
    "query ($n: Int) { things(first: $n) { nodes { name } } }": ASKS + 1 + 30 * 2,
    "query ($m: Int = 40) { things(first: $m) { nodes { name } } }": ASKS + 1 + 40 * 2,
    "query ($absent: Int) { things(first: $absent) { nodes { name } } }": ASKS + 1 + 20 * 2,
    "{ things(first: 2147483648) { nodes { name } } }": ASKS + 1 + 100 * 2,
    "{ things(first: -1) { nodes { name } } }": ASKS + 1 + 1 * 2,
    '{ node(id: "x") { ... on Thing { name } } }': ASKS + 1 + 1,
    "{ nothing { at { all } } }": 3,
}


@pytest.mark.parametrize("query", PAGES)
def test_a_list_costs_what_its_items_cost_times_its_bound(query: str) -> None:
    assert measured(query, n=30)[1].cost == PAGES[query]


def test_what_a_query_costs_is_shown_beside_its_answer(served: Serving) -> None:
    first = served.post("{ things(first: 50) { nodes { name } } }")["extensions"]["cost"]
    second = served.post("{ hello }")["extensions"]["cost"]
    assert (first["asked"], first["most"], second["asked"]) == (ASKS + 101, 100_000, 1)
    assert first["left"] > 0


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The query asks for too much. It costs 157,011, 57,011 more than the 100,000 that one query may cost."),
        (
            "fr",
            "La requête demande trop. Elle coûte 157 011, 57 011 de plus que les 100 000 qu'une requête peut coûter.",
        ),
    ],
)
def test_too_costly_says_by_how_much_in_both_languages(served: Serving, language: str, sentence: str) -> None:
    inner = " ".join(
        f"i{n}: itself {{ itself {{ owner {{ name }} itself {{ owner {{ name }} }} }} }}" for n in range(29)
    )
    all = f"fragment all on Thing {{ {inner} }}"
    query = f"{{ things(first: 100) {{ nodes {{ ...all name }} edges {{ node {{ ...all }} }} }} }} {all}"
    answer = served.post(query, headers={"accept-language": language})
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
    cost = answer["extensions"]["cost"]
    assert error["extensions"]["over"]["cost"] == cost["asked"] - cost["most"] > 0
    assert error["message"].replace("\N{NARROW NO-BREAK SPACE}", " ") == sentence


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
    assert excesses(text, Budget(selections=selections, repeats=10**9)) == []
    assert excesses(text, Budget(selections=selections - 1, repeats=10**9)) == [
        Excess("selections", selections, selections - 1)
    ]


BOUNDED = """query ($few: Int = 3, $many: Int, $yes: Boolean = true) {
    few: things(first: $few) { nodes { ...named @include(if: $yes) } }
    again: things(first: $few) { nodes { id } }
    many: things(first: $many) { nodes { ...named } totalCount }
}
query Other($many: Int!) { things(first: $many) { edges { node { ...named } } } }
fragment named on Thing { name owner { name } }"""
firsts = st.one_of(st.integers(-2, 105), st.none(), st.booleans(), st.sampled_from([10**12, "3", [1]]))


@given(st.lists(st.tuples(st.booleans(), st.fixed_dictionaries({}, optional={"few": firsts, "many": firsts}))))
def test_what_is_known_of_a_measure_is_what_would_be_measured_anew(asked: list[tuple[bool, dict[str, object]]]) -> None:
    document, known = parse(BOUNDED), Measures()
    one, other, _ = document.definitions
    for is_other, variables in asked:
        operation = other if is_other else one
        assert isinstance(operation, OperationDefinitionNode)
        anew = measure(SCHEMA, document, operation, variables)
        assert known.of(SCHEMA, document, operation, variables) == anew
