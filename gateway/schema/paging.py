"""Relay connections (https://relay.dev/graphql/connections.htm) made from a service's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from gateway.context import Info
from gateway.problems import Failure
from gateway.schema.wire import FromWire, Later, Row, Rows

N = TypeVar("N")
T = TypeVar("T", bound=FromWire)

DEFAULT, MOST = 20, 100

First = Annotated[int | None, strawberry.argument(description="How many: 20 unless said, 100 at most.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]


@strawberry.type(description="Where a page stands in the whole.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more comes after this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page began after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first item.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last item: the next page's `after`.")


@strawberry.type(description="An item of a page, with its cursor.")
class Edge(Generic[N]):
    cursor: str = strawberry.field(description="Opaque; stays valid when rows are added.")
    node: N = strawberry.field(description="The item.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[N]):
    edges: Sequence[Edge[N]] = strawberry.field(description="The items, each with its cursor.")
    nodes: Sequence[N] = strawberry.field(description="The items alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    total_count: int = strawberry.field(description="How many there are in all, as the caller may see them.")


def page_request(first: int | None, after: str | None, **more: Any) -> dict[str, Any]:
    """The request of a page, ``{first, after, **more}`` without what is None; refuses a page that is too large."""
    first = DEFAULT if first is None else first
    if first > MOST:
        raise Failure("PAGE_TOO_LARGE", f"A page has {MOST} items at most.", rule="gateway.page_too_large")
    if first < 1:
        raise Failure("VALIDATION", "A page has at least one item.", rule="gateway.page_too_small")
    request = {"first": first, "after": after, **more}
    return {name: value for name, value in request.items() if value is not None}


def asks_total(info: Info) -> bool:
    """Whether the caller wants to know how many there are in all: a count costs more than the page."""
    # strawberry's own view of what is selected is made of the whole selection, down to the last argument.
    raw = info._raw_info
    return any(_names_total(node.selection_set, raw.fragments) for node in raw.field_nodes)


def connection_of(page: Row, kind: type[T], *, after: str | None = None) -> Connection[T]:
    """The connection of a service's page ``{items, cursors, has_next, total}``."""
    nodes = Rows(kind, page["items"])
    cursors: list[str] = page["cursors"]
    return Connection(
        edges=Later(lambda: [Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]),
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=page["has_next"],
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        total_count=page["total"],
    )


def _names_total(selected: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    for node in selected.selections if selected else ():
        match node:
            case FieldNode(name=name) if name.value == "totalCount":
                return True
            case InlineFragmentNode(selection_set=inside) if _names_total(inside, fragments):
                return True
            case FragmentSpreadNode(name=name) if _names_total(fragments[name.value].selection_set, fragments):
                return True
    return False
