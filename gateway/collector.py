"""Python's collector of cycles, told what stays, to come seldom, and to come when many have left.

By itself it looks at the young objects after every 700 new ones, and at all objects whenever their number has grown by
a quarter. A fact that a thousand follow makes tens of thousands that are gone a moment later, and half of what it cost
was spent on looking at them, and at the modules, the schema and the sockets, which stay.
"""

from __future__ import annotations

import asyncio
import gc

#: New objects until the young are looked at; such looks until those are that survived one, and looks at these until all
#: are that came after the start, if their number has grown by a quarter.
YOUNG, SURVIVED, ALL = 20_000, 5, 5
#: What a socket held is in cycles. After so many have left everything is looked at, so many seconds later.
MANY, SOON = 50, 2.0


def come_seldom() -> None:
    """What is there now is never looked at again; what comes, seldom. Call it once, when everything has been built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, SURVIVED, ALL)


class Departures:
    """Has everything looked at soon after many have left, once for all who leave at about the same time."""

    def __init__(self) -> None:
        self._left = 0
        self._due: asyncio.TimerHandle | None = None

    def one(self) -> None:
        """One has left."""
        self._left += 1
        if self._left < MANY:
            return
        loop = asyncio.get_running_loop()
        if self._due is None or loop.time() > self._due.when():
            self._left, self._due = 0, loop.call_later(SOON, gc.collect)


#: Of all sockets of this process.
DEPARTURES = Departures()
