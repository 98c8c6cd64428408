"""What schemathesis is told of the schema: values that come near to what is there, and values that are up to no good.

https://schemathesis.readthedocs.io generates documents for one root field at a time, valid ones and such as violate the
schema in one place.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import schemathesis
from graphql import GraphQLSchema, ValueNode, introspection_from_schema
from hypothesis import strategies as st
from schemathesis.graphql import nodes

T = TypeVar("T")

#: Texts that mean something to a database, a template, a log, a terminal or a path.
UP_TO_NO_GOOD = (
    "' OR 1=1 --",
    "%",
    "_",
    "\\",
    "{0.__class__}",
    "{name}",
    "%s%n",
    "\x00",
    "\x1b[2J",
    "\u202e\ufeff",
    "\U0001f600" * 50,
    "../../etc/passwd",
    '{"__type__": "bytes", "__value__": "eA=="}',
    "<script>",
    "Infinity",
    "1e400",
    "9" * 400,
    "x" * 20_000,
)
NO_DATES = ("2026-02-30", "0000-01-01", "9999-12-31", "2026-06-30T23:59:60Z", "today", "")
ANY_TEXT = st.text(max_size=40) | st.sampled_from(UP_TO_NO_GOOD)


def generator(schema: GraphQLSchema, ids: list[str], slugs: list[str]) -> Any:
    """schemathesis over this schema; ``ids`` and ``slugs`` are those of things that are there."""
    dates = _mostly(st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(str), *NO_DATES)
    instants = _mostly(st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()), *NO_DATES)
    integers = _mostly(st.integers(0, 20), -(2**31), -1, 0, 101, 2**31 - 1, 2**31)
    texts: dict[str, st.SearchStrategy[str]] = {
        "ID": _mostly(st.sampled_from(ids), *UP_TO_NO_GOOD),
        "String": st.sampled_from(slugs) | ANY_TEXT,
        "Date": dates,
        "DateTime": instants,
        "URL": _mostly(st.just("https://maillage.example/a"), "javascript:alert(1)", "http://[", "//x", ""),
    }
    values: dict[str, st.SearchStrategy[ValueNode]] = {name: kind.map(nodes.String) for name, kind in texts.items()}
    values["Int"] = integers.map(nodes.Int)
    for name, strategy in values.items():
        schemathesis.graphql.scalar(name, strategy)
    return schemathesis.graphql.from_dict(dict(introspection_from_schema(schema)))


def documents(schema: Any, root: str, field: str) -> st.SearchStrategy[str]:
    """Documents that ask for one root field; one in six violates the schema."""
    operation = schema[root][field]
    valid = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    violating = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    return st.integers(0, 5).flatmap(lambda die: valid if die else violating).map(lambda case: str(case.body))


def _mostly(usual: st.SearchStrategy[T], *odd: T) -> st.SearchStrategy[T]:
    """The usual, and one time in eight something odd: a document is refused for a single value that does not fit."""
    return st.integers(0, 7).flatmap(lambda die: usual if die else st.sampled_from(odd))
