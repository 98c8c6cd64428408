"""Relay connections (https://relay.dev/graphql/connections.htm) made from a service's page."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry.types.nodes import SelectedField, Selection

from gateway.context import Info
from gateway.problems import Failure
from gateway.schema.wire import FromWire, Row

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
    edges: list[Edge[N]] = strawberry.field(description="The items, each with its cursor.")
    nodes: list[N] = strawberry.field(description="The items alone.")
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
    return any(_names_total(selected) for field in info.selected_fields for selected in field.selections)


def connection_of(page: Row, kind: type[T], *, after: str | None = None) -> Connection[T]:
    """The connection of a service's page ``{items, cursors, has_next, total}``."""
    nodes = [kind.from_wire(row) for row in page["items"]]
    cursors: list[str] = page["cursors"]
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=page["has_next"],
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        total_count=page["total"],
    )


def _names_total(selected: Selection) -> bool:
    if isinstance(selected, SelectedField):
        return selected.name == "totalCount"
    return any(map(_names_total, selected.selections))
