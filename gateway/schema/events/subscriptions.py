"""Gatherings as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.facts import Fact
from gateway.problems import not_found
from gateway.schema.events.types import Event
from gateway.schema.items import load_shown
from gateway.schema.live import LATEST, AfterPosition, beginning, follow
from gateway.schema.wire import Row

Which = Annotated[str, strawberry.argument(description="Readable name (slug) of the gathering.")]


@strawberry.type
class EventsSubscriptions:
    @strawberry.subscription(description="The gathering, each time that its seats change." + LATEST)
    async def seats_changed(self, info: Info, event: Which, after: AfterPosition = None) -> AsyncGenerator[Event, None]:
        begun = beginning(info, after)
        followed = await _seen(info, event)
        row = _as_answered(followed)
        follower = follow(info, lambda fact: _is_about(fact, followed), begun)
        while True:
            came = await follower.all_that_came()
            info.context.show(came[-1])
            if _is_for_all(row) and all("seats" in told.fact.data for told in came):
                row = with_seats(row, came[-1].fact)
            else:
                # Something may have changed who may see it: the service decides again.
                row = _as_answered(await _seen_again(info, followed))
            if any(_changes_seats(told.fact) for told in came):
                yield Event.from_wire(row)

    @strawberry.subscription(description="The gathering, each time that anything about it changes." + LATEST)
    async def event_changed(self, info: Info, event: Which, after: AfterPosition = None) -> AsyncGenerator[Event, None]:
        begun = beginning(info, after)
        followed = await _seen(info, event)
        follower = follow(info, lambda fact: _is_about(fact, followed), begun)
        while True:
            came = await follower.all_that_came()
            info.context.show(came[-1])
            yield await _seen_again(info, followed)


#: Facts without seats that change them all the same.
ENDS_SEATS = frozenset({"event.cancelled", "event.held", "event.closed"})


def _is_for_all(row: Row) -> bool:
    """Whether nobody needs a right to see it."""
    return bool(row["visibility"] == "PUBLIC" and row["state"] != "DRAFT")


def _changes_seats(fact: Fact) -> bool:
    return "seats" in fact.data or fact.type in ENDS_SEATS


def with_seats(row: Row, fact: Fact) -> Row:
    """The gathering with the seats that the fact carries, so that nobody needs to ask again."""
    seats = fact.data["seats"]
    capacity = seats["capacity"]
    left = None if capacity is None else max(0, capacity - seats["confirmed"] - seats["offered"])
    return {**row, **seats, "seats_left": left, "state": fact.data["state"], "version": fact.aggregateversion}


def _as_answered(event: Event) -> Row:
    """The row of a gathering with its own id, as the service answers it."""
    return {**event.row, "id": event.key}


def _is_about(fact: Fact, event: Event) -> bool:
    return fact.subject == f"event/{event.key}"


async def _seen(info: Info, slug: str) -> Event:
    event = Event.from_wire_or_none(await info.context.ask_together("events", "event_by_slug", {"slug": slug}))
    if event is None:
        raise not_found("event")
    return event


async def _seen_again(info: Info, followed: Event) -> Event:
    event = await load_shown(info, Event, followed.key)
    if event is None:
        raise not_found("event")
    return event
