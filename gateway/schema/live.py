"""What all subscriptions have in common: where each item stands, and how one goes on after its connection was lost."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Annotated, Any

import strawberry
from strawberry.extensions import SchemaExtension

from gateway.context import Context, Info
from gateway.facts import Fact
from gateway.following import Follower, Told, Wanted

#: The id under which the client of a socket knows the operation that runs.
OPERATION: ContextVar[str | None] = ContextVar("operation", default=None)

#: How it is done, for those who write front-ends.
ABOUT = """What happens, as it happens.

Every `next` message carries `extensions.position`. After a lost connection, subscribe again with `after: <position>`:
you are shown what came since, in order, without a gap and nothing twice, as far as you may see it now. Or you are told
RESYNC, because not everything is kept that came since: then subscribe without `after`, and fetch again, in this order.

Who was shown nothing yet goes on after the `position` in the payload of `connection_ack`. The payload of every `pong`
tells under `positions`, by the ids of the socket's subscriptions, how far each is: a front-end that sends `ping` now
and then can go on also where nothing was shown for long.

A socket that does not read what it is sent is closed with 4413 after ten seconds; reconnect, and go on."""

AfterPosition = Annotated[
    str | None,
    strawberry.argument(
        description="A position as it was told: begin with what came after it. RESYNC when that is not kept any more "
        "(ten minutes are, and less when much happens), or when the position is of another process."
    ),
]

#: How a subscription to the state of a thing deals with many changes.
LATEST = (
    " Changes that come faster than they are read, or while the client was away, are shown as one: the thing as it is "
    "now. When it may no longer be seen, the subscription ends with NOT_FOUND."
)


class Positions(SchemaExtension):
    """Tells where an item stands, beside the item."""

    def get_results(self) -> dict[str, Any]:
        context: Context = self.execution_context.context
        return {"position": context.position} if context.position is not None else {}


def beginning(info: Info, after: str | None) -> str:
    """Where a subscription begins that takes a moment to find out what it is about: after the position that was given,
    or here."""
    return info.context.facts.position if after is None else after


def follow(info: Info, wanted: Wanted, after: str | None) -> Follower:
    """The facts that are wanted, after a position or from now on. Failure UNAVAILABLE or RESYNC."""
    follower = info.context.facts.follow(wanted, after)
    socket, operation = info.context.socket, OPERATION.get()
    if socket is not None and operation is not None:
        socket.followers[operation] = follower
    return follower


def latest_of_each(came: list[Told], of: Callable[[Fact], Hashable]) -> list[Told]:
    """Of facts about several things only the latest of each, in their order."""
    latest = {of(told.fact): told for told in came}
    return sorted(latest.values(), key=lambda told: told.number)
