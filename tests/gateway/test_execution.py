"""Plain selections executed by plan answer what the ordinary executor answers, errors included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

import strawberry
from graphql import DocumentNode, GraphQLError, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.scalars import JSON

from gateway.schema.documents import Known
from gateway.schema.execution import PlannedExecution
from gateway.schema.paging import Connection, connection_of
from gateway.schema.plans import Plans
from gateway.schema.wire import FromWire, InParts, Row, Rows


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
class Stay(FromWire):
    colour: Colour
    since: date
    left: date | None


@strawberry.type
class Stone(InParts):
    """What a service answers as rows, of which nobody need make an object."""

    row: strawberry.Private[Row]
    name: str
    maybe: str | None
    whole: int
    number: float
    truth: bool
    colour: Colour
    maybe_colour: Colour | None
    day: date
    maybe_day: date | None
    instant: datetime
    words: list[str]
    colours: list[Colour]
    stays: list[Stay]
    stay: Stay | None

    @classmethod
    def named(cls, row: Row) -> Row:
        return {**row, "maybe": f"{row['name']} of {len(row['name'])}"} if "name" in row else row

    @strawberry.field
    def resolved(self) -> str:
        return f"resolved {self.row!r}"


@strawberry.type
class Query:
    @strawberry.field
    async def stones(self, info: strawberry.Info) -> list[Stone | None]:
        found: Any = Rows(Stone, info.context["found"])
        return found  # type: ignore[no-any-return]

    @strawberry.field
    async def page(self, info: strawberry.Info) -> Connection[Stone]:
        found = info.context["found"]
        cursors = [str(at) for at, _ in enumerate(found)]
        return connection_of({"items": found, "cursors": cursors, "has_next": True, "total": 9}, Stone)

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


class Asked(dict[str, Any]):
    """A context that knows its document."""

    known: Known


class AsRead(SchemaExtension):
    """Executes the document that was read before."""

    def on_parse(self) -> Iterator[None]:
        self.execution_context.graphql_document = self.execution_context.context.known.document
        yield


ORDINARY = Schema(Query, types=[Leaf, Tree], extensions=[AsRead])
PLANNED = Schema(Query, types=[Leaf, Tree], extensions=[AsRead], execution_context_class=PlannedExecution)


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


def answered(schema: Schema, document: DocumentNode, found: list[Any], yes: bool, plans: Plans | None = None) -> str:
    """Data in its order, errors with their messages, paths and places."""
    asked = Asked(trees=found, found=found)
    asked.known = Known(document, plans=plans)
    answer = asyncio.run(schema.execute("as read", variable_values={"yes": yes}, context_value=asked))
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
    document = parse(query)
    assert validate(ORDINARY._schema, document) == []
    assert answered(PLANNED, document, found, yes) == answered(ORDINARY, document, found, yes)


#: By the name in the row, how it is asked for and what is in it when it is right.
instants = st.datetimes().map(lambda instant: f"{instant.isoformat()}+02:00")
stays = st.fixed_dictionaries(
    {"colour": mostly(st.sampled_from(["red", "blue"])), "since": mostly(st.dates().map(str))},
    optional={"left": mostly(st.none() | st.dates().map(str))},
)
ROW: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "name": ("name maybe", words),
    "whole": ("whole twice: whole", st.integers(-(2**31), 2**31 - 1)),
    "number": ("number", st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 9)),
    "truth": ("truth", st.booleans()),
    "colour": ("colour", st.sampled_from(["red", "blue"])),
    "maybe_colour": ("maybeColour", st.none() | st.just("red")),
    "day": ("day", st.dates().map(str)),
    "maybe_day": ("maybeDay again: maybeDay @skip(if: $yes)", st.none() | st.dates().map(str)),
    "instant": ("instant", instants),
    "words": ("words", st.lists(words, max_size=2)),
    "colours": ("colours", st.lists(st.just("blue"), max_size=2)),
    "stays": ("stays { __typename colour since left }", st.lists(stays, max_size=2)),
    "stay": ("... on Stone { stay { colour since left } }", st.none() | stays),
}


@st.composite
def asked_of_rows(draw: st.DrawFn) -> tuple[str, list[list[Any]]]:
    """What is selected of each row, and lists of rows that hold that much: mostly all of it, and mostly right."""
    names = draw(st.lists(st.sampled_from(sorted(ROW)), min_size=1, max_size=5, unique=True))
    selected = " ".join([*(ROW[name][0] for name in names), draw(st.sampled_from(["", "__typename", "resolved"]))])
    whole = st.fixed_dictionaries({name: mostly(ROW[name][1]) for name in names})
    part = st.fixed_dictionaries({}, optional={name: ROW[name][1] for name in names})
    row = st.one_of(whole, whole, whole, part, st.none())
    return selected, draw(st.lists(st.lists(row, max_size=3), min_size=2, max_size=3))


@settings(deadline=None, max_examples=100)
@given(asked_of_rows(), st.sampled_from(["stones {}", "page {{ nodes {} }}", "page {{ edges {{ node {} }} }}"]))
def test_rows_are_shown_as_the_objects_that_they_would_become_each_time_the_document_is_sent(
    asked: tuple[str, list[list[Any]]], place: str
) -> None:
    selected, sent = asked
    query = place.format("{ " + selected + " }")
    document = parse(f"query ($yes: Boolean!) {{ {query} }}" if "$yes" in query else f"{{ {query} }}")
    assert validate(ORDINARY._schema, document) == []
    plans = Plans.to_keep(PLANNED._schema, document)
    assert (plans is None) == ("$yes" in query)
    for yes, found in enumerate(sent):
        expected = answered(ORDINARY, document, found, bool(yes))
        assert answered(PLANNED, document, found, bool(yes), plans) == expected


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
    told = answered(PLANNED, parse(f"{{ trees {{ {plain} tree {{ {plain} }} }} }}"), found, True)
    assert told.endswith(", []]")
    assert ordinary == []
    answered(PLANNED, parse(f"{{ trees {{ {plain} resolved }} }}"), found, True)
    assert set(ordinary) == {"trees"}


def test_no_object_is_made_of_rows_of_which_only_plain_fields_are_shown() -> None:
    """Of a row with a bad day no object can be made; it is shown as long as its day is not."""
    stays = [{"colour": "red", "since": "2026-01-01", "left": None}]
    rows = [{"name": "a", "colour": "blue", "maybe_colour": None, "day": "no day", "stays": stays}] * 2
    shown: dict[str, Any] = {"name": "a", "maybe": "a of 1", "colour": "BLUE", "maybeColour": None}
    shown["stays"] = [{"colour": "RED", "since": "2026-01-01", "left": None}]
    document = parse("{ stones { name maybe colour maybeColour stays { colour since left } } }")
    assert answered(PLANNED, document, rows, True) == json.dumps([{"stones": [shown, shown]}, []])
    told = answered(PLANNED, parse("{ stones { name resolved } }"), rows, True)
    assert "Invalid isoformat string: 'no day'" in told
