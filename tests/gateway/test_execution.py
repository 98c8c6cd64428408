"""Plain selections executed by plan answer what the ordinary executor answers, errors included."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry import Schema
from strawberry.scalars import JSON

from gateway.schema.execution import PlannedExecution


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    maybe: str | None
    colour: Colour
    colours: list[Colour | None]


@strawberry.type
class Tree(Named):
    """Whatever is put into its attributes, right or wrong: the schema says what they should be."""

    id: strawberry.ID
    maybe: str | None
    whole: int
    maybe_whole: int | None
    number: float
    truth: bool | None
    day: date
    colour: Colour | None
    anything: JSON | None
    words: list[str]
    maybe_words: list[str | None] | None
    leaf: Leaf | None
    sure_leaf: Leaf
    leaves: list[Leaf | None]
    grid: list[list[int]]
    tree: Tree | None

    @strawberry.field
    def resolved(self) -> str:
        return f"resolved {self.maybe!r}"

    @strawberry.field
    async def awaited(self) -> str | None:
        if self.maybe == "":
            raise ValueError("awaited in vain")
        return "awaited"

    @strawberry.field
    def times(self, count: int = 2) -> list[str]:
        return ["again"] * count

    @strawberry.field
    async def other(self) -> Leaf | None:
        return self.leaf

    @strawberry.field
    def kind(self) -> Annotated[Leaf | Tree, strawberry.union("Kind")] | None:
        return self.leaf or self.tree


@strawberry.type
class Query:
    @strawberry.field
    async def trees(self, info: strawberry.Info) -> list[Tree | None]:
        found: list[Tree | None] = info.context["trees"]
        return found

    @strawberry.field
    def tree(self, info: strawberry.Info) -> Tree:
        found: Tree = info.context["trees"][0]
        return found

    @strawberry.field
    def named(self, info: strawberry.Info) -> list[Named]:
        found: list[Named] = info.context["trees"]
        return found


ORDINARY = Schema(Query, types=[Leaf, Tree])
PLANNED = Schema(Query, types=[Leaf, Tree], execution_context_class=PlannedExecution)


class Breaks:
    """An attribute that raises when it is read."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __getattr__(self, name: str) -> Any:
        if name in ("maybe", "leaf"):
            raise RuntimeError(f"{name} cannot be read")
        return getattr(self._tree, name)


#: What may stand where something else should: of another type, nothing, an error.
WRONG: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.integers(-(2**33), 2**33),
    st.floats(),
    st.booleans(),
    st.text(max_size=3),
    st.just([]),
    st.just([None]),
    st.just({"a": 1}),
    st.sampled_from([Colour.RED, date(2026, 1, 1), ValueError("a value that is an error"), object, b"bytes"]),
)


def mostly(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The right thing nine times of ten."""
    return st.integers(0, 9).flatmap(lambda chance: WRONG if chance == 0 else right)


words = st.text(max_size=3)
leaves = st.builds(
    Leaf,
    name=mostly(words),
    maybe=mostly(st.none() | words),
    colour=mostly(st.sampled_from(Colour)),
    colours=mostly(st.lists(st.none() | st.sampled_from(Colour), max_size=2)),
)


def trees(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    made = st.builds(
        Tree,
        name=mostly(words),
        id=mostly(words),
        maybe=mostly(st.none() | words),
        whole=mostly(st.integers(-(2**31), 2**31 - 1)),
        maybe_whole=mostly(st.none() | st.integers(0, 9)),
        number=mostly(st.floats(allow_nan=False, allow_infinity=False)),
        truth=mostly(st.none() | st.booleans()),
        day=mostly(st.dates()),
        colour=mostly(st.none() | st.sampled_from(Colour)),
        anything=mostly(st.dictionaries(words, st.integers(), max_size=2)),
        words=mostly(st.lists(words, max_size=2)),
        maybe_words=mostly(st.none() | st.lists(st.none() | words, max_size=2) | st.tuples(words)),
        leaf=mostly(st.none() | leaves),
        sure_leaf=mostly(leaves),
        leaves=mostly(st.lists(st.none() | leaves, max_size=2)),
        grid=mostly(st.lists(st.lists(st.integers(0, 9), max_size=2), max_size=2)),
        tree=mostly(st.none() | below),
    )
    return st.one_of(made, made, made, made.map(Breaks))


forest = st.lists(trees(trees(st.none())) | st.none(), min_size=1, max_size=3)

LEAF_FIELDS = st.sampled_from(["name", "maybe", "colour", "colours", "__typename", "again: name"])
PLAIN = ["id", "name", "maybe", "whole", "maybeWhole", "number", "truth", "day", "colour", "anything", "words"]
FIELDS = [*PLAIN, "maybeWords", "grid", "__typename", "n2: name", "whole @skip(if: $yes)", "name @include(if: $yes)"]
OTHERS = ["resolved", "awaited", "once: times(count: 1)", "times"]


def selected(fields: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(fields, min_size=1, max_size=4, unique=True).map(lambda names: "{ " + " ".join(names) + " }")


def of_tree(depth: int) -> st.SearchStrategy[str]:
    """A selection on a tree: mostly plain, with objects, lists, fragments and resolvers in it."""
    leaf = selected(LEAF_FIELDS)
    parts: list[st.SearchStrategy[str]] = [
        st.sampled_from(FIELDS),
        st.sampled_from(FIELDS),
        st.sampled_from(OTHERS),
        st.builds(
            lambda name, below: f"{name} {below}", st.sampled_from(["leaf", "sureLeaf", "leaves", "other"]), leaf
        ),
        st.builds(lambda below: f"... on Named {below}", selected(st.sampled_from(["name", "__typename"]))),
        leaf.map(lambda below: f"kind {{ __typename ... on Leaf {below} }}"),
    ]
    if depth:
        parts += [of_tree(depth - 1).map(lambda below: f"tree {below}")]
        parts += [of_tree(depth - 1).map(lambda below: f"... on Tree {below}")]
    return selected(st.one_of(parts))


roots = st.one_of(
    of_tree(2).map(lambda below: f"trees {below}"),
    of_tree(1).map(lambda below: f"tree {below}"),
    of_tree(1).map(lambda below: f"named {{ __typename name ... on Tree {below} }}"),
)


def answered(schema: Schema, query: str, found: list[Any], yes: bool) -> str:
    """Data in its order, errors with their messages, paths and places."""
    answer = asyncio.run(schema.execute(query, variable_values={"yes": yes}, context_value={"trees": found}))
    errors = [told(error) for error in answer.errors or ()]
    return json.dumps([answer.data, errors], default=repr)


def told(error: GraphQLError) -> list[Any]:
    return [error.message, error.path, [str(place) for place in error.locations or ()], repr(error.original_error)]


@settings(deadline=None, max_examples=100)
@given(st.lists(roots, min_size=1, max_size=2), forest, st.booleans())
def test_a_planned_answer_is_the_ordinary_one_nulls_and_errors_included(
    asked: list[str], found: list[Any], yes: bool
) -> None:
    query = "{ " + " ".join(f"r{n}: {root}" for n, root in enumerate(asked)) + " }"
    if "$yes" in query:
        query = f"query ($yes: Boolean!) {query}"
    assert validate(ORDINARY._schema, parse(query)) == []
    assert answered(PLANNED, query, found, yes) == answered(ORDINARY, query, found, yes)


def test_what_is_right_never_comes_to_the_ordinary_executor(monkeypatch: Any) -> None:
    """The property above would hold as well if no plan were ever kept."""
    leaf = Leaf(name="leaf", maybe=None, colour=Colour.RED, colours=[Colour.BLUE, None])
    right: dict[str, Any] = dict.fromkeys(("maybe", "maybe_whole", "maybe_words", "tree"))
    right |= {"name": "t", "id": "1", "whole": 1, "number": 1.5, "truth": True, "day": date(2026, 1, 1)}
    right |= {"colour": Colour.RED, "anything": {"a": 1}, "words": ["a"], "grid": [[1]]}
    right |= {"leaf": leaf, "sure_leaf": leaf, "leaves": [leaf, None]}
    found = [Tree(**{**right, "tree": Tree(**right)}), None]
    ordinary: list[str] = []
    below = PlannedExecution.__mro__[1]
    complete = below.complete_value
    monkeypatch.setattr(
        below, "complete_value", lambda *given: ordinary.append(given[3].field_name) or complete(*given)
    )
    plain = " ".join(PLAIN) + " maybeWords grid leaf { name colours } leaves { colour } sureLeaf { maybe }"
    answer = asyncio.run(
        PLANNED.execute(f"{{ trees {{ {plain} tree {{ {plain} }} }} }}", context_value={"trees": found})
    )
    assert answer.errors is None
    assert ordinary == []
    answer = asyncio.run(PLANNED.execute(f"{{ trees {{ {plain} resolved }} }}", context_value={"trees": found}))
    assert answer.errors is None
    assert set(ordinary) == {"trees"}
