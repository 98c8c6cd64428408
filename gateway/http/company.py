"""Requests that ask for the very same at the same moment go in together.

While one is under way, all who come with the same bytes wait for the *next*: the first of them goes in then, and the
others are answered with its answer, which was begun after the last of them came. gateway/flights.py does the same for
calls; here nobody needs a task to wait. A crowd that was answered together is likely to come back together: the next
flight waits for as many as came with the last, for a moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from gateway.remembered.memory import Key, Written

#: Seconds that a flight waits at most for those who came with the one before it.
BOARDING = 0.005


class Waiting(Protocol):
    """One who waits at the door."""

    def take(self, written: Written, known_by: str) -> None:
        """Be answered with what was written for the request of this correlation id."""

    def go_in(self, *, alone: bool) -> bool:
        """Be answered like everybody, ``alone``: without any more waiting. False: there is nobody any more."""


@dataclass(eq=False, slots=True)
class Flight:
    """One request that is under way or will be in a moment: who goes with it, who waits for the next.

    ``expected``: as many as wait before it begins; 0: one was let in and will lead. Its clock rings when it has waited
    for long enough.
    """

    under_way: bool = False
    along: list[Waiting] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    expected: int = 0
    clock: asyncio.TimerHandle | None = None


class Company:
    """For each request that is under way who else asks for the same.

    ``within``: seconds after which nobody waits for another any more.
    """

    def __init__(self, *, within: float) -> None:
        self._within = within
        self._flights: dict[Key, Flight] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def join(self, key: Key, one: Waiting) -> bool:
        """Wait for the next flight; False: there is nobody to wait for."""
        flight = self._flights.get(key)
        if flight is None:
            return False
        flight.waiting.append(one)
        if len(flight.waiting) == flight.expected:
            self._ring(flight, 0, self._call, key)  # not here, where the last of them only begins to wait
        return True

    def lead(self, key: Key) -> Flight | None:
        """Begin, for all who wait until now. None: somebody else has begun meanwhile."""
        flight = self._flights.setdefault(key, Flight())
        if flight.under_way:
            return None
        flight.under_way = True
        flight.along, flight.waiting = flight.waiting, []
        self._ring(flight, self._within, self._give_up, key)
        return flight

    def land(self, key: Key, flight: Flight, written: Written | None, known_by: str = "") -> None:
        """It is answered. None: with nothing that others may be answered with; who came along goes in alone."""
        if not flight.under_way:
            return
        flight.under_way = False
        along, flight.along = flight.along, []
        for one in along:
            if written is None:
                one.go_in(alone=True)
            else:
                one.take(written, known_by)
        flight.expected = len(along) + 1 if along and written is not None else 0
        if len(flight.waiting) < flight.expected:
            self._ring(flight, BOARDING, self._call, key)
        else:
            self._call(key, flight)

    def _call(self, key: Key, flight: Flight) -> None:
        """Let in the first who is still there."""
        flight.expected = 0
        while flight.waiting:
            if flight.waiting.pop(0).go_in(alone=False):
                self._ring(flight, self._within, self._give_up, key)
                return
        self._end(key, flight)

    def _give_up(self, key: Key, flight: Flight) -> None:
        flight.under_way = False
        self._end(key, flight)
        for one in (*flight.along, *flight.waiting):
            one.go_in(alone=True)

    def _end(self, key: Key, flight: Flight) -> None:
        if flight.clock is not None:
            flight.clock.cancel()
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _ring(self, flight: Flight, after: float, then: Callable[[Key, Flight], None], key: Key) -> None:
        if flight.clock is not None:
            flight.clock.cancel()
        flight.clock = asyncio.get_running_loop().call_later(after, then, key, flight)
