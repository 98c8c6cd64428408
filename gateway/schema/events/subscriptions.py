"""Gatherings as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.facts import Fact
from gateway.problems import not_found
from gateway.schema.events.types import Event
from gateway.schema.wire import Row

Which = Annotated[str, strawberry.argument(description="Readable name (slug) of the gathering.")]


@strawberry.type
class EventsSubscriptions:
    @strawberry.subscription(description="The gathering, each time that its seats change.")
    async def seats_changed(self, info: Info, event: Which) -> AsyncGenerator[Event, None]:
        followed = await _seen(info, event)
        row = _as_answered(followed)
        async for fact in info.context.facts.follow(lambda fact: _is_about(fact, followed)):
            if "seats" in fact.data:
                row = with_seats(row, fact)
                yield Event.from_wire(row)
            else:
                # Anything else may have changed who may see it: the service decides again.
                row = _as_answered(await _seen_again(info, followed))
                if fact.type in ENDS_SEATS:
                    yield Event.from_wire(row)

    @strawberry.subscription(description="The gathering, each time that anything about it changes.")
    async def event_changed(self, info: Info, event: Which) -> AsyncGenerator[Event, None]:
        followed = await _seen(info, event)
        async for _ in info.context.facts.follow(lambda fact: _is_about(fact, followed)):
            yield await _seen_again(info, followed)


#: Facts without seats that change them all the same.
ENDS_SEATS = frozenset({"event.cancelled", "event.held", "event.closed"})


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
    event = Event.from_wire_or_none(await info.context.rpc.ask("events", "event_by_slug", {"slug": slug}))
    if event is None:
        raise not_found("event")
    return event


async def _seen_again(info: Info, followed: Event) -> Event:
    info.context.loaders.forget()
    event = await Event.load(info, followed.key)
    if event is None:
        raise not_found("event")
    return event
