"""The facts that arrived last, each once and in the order in which they came, and those who follow them.

Nothing is put aside for a follower: it is a place in that order. So it costs no more when it reads slowly, it comes
back to its place after it was away, and what it is shown has neither gap nor repetition. When what comes next for it is
no longer kept, or some facts never arrived, it is told to fetch again (RESYNC).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from secrets import token_hex

from gateway import metrics
from gateway.facts import Fact
from gateway.problems import Failure, missed_some

#: What is kept: so many facts, so many bytes of them as they came, and none that is older than this, in seconds.
MOST_FACTS, MOST_BYTES, LONGEST = 10_000, 8 * 1024 * 1024, 600.0

#: Facts by which a thing may come to be seen by fewer than before.
SAY_WHO_SEES = frozenset({"project.described", "project.recorded", "event.taken_up", "event.edited", "event.recorded"})

POSITION = re.compile(r"([0-9a-f]{12})-(0|[1-9][0-9]{0,17})")

Wanted = Callable[[Fact], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact in its place. ``position`` is the name of that place, for whoever wants to come back to it."""

    fact: Fact
    number: int
    position: str
    size: int
    at: float


def place(era: str, number: int) -> str:
    """The name of the place after this many facts of an era."""
    return f"{era}-{number}"


class Recent:
    """The facts of late, numbered as they came.

    Numbers hold as long as nothing was missed: then all is forgotten and an era begins, whose positions are others.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_FACTS) -> None:
        self._clock = clock
        self._most = most
        self.begin_anew()

    def begin_anew(self) -> None:
        """Some facts were missed: nobody can go on from where they were."""
        self.era = token_hex(6)
        self.last = 0
        self.bytes = 0
        self._kept: dict[int, Told] = {}
        self._ids: set[str] = set()
        self._said: dict[str, Told] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def position(self) -> str:
        """The place after the last fact."""
        return place(self.era, self.last)

    def number(self, position: str) -> int:
        """The place of this name; Failure RESYNC when not all that came after it is kept."""
        named = POSITION.fullmatch(position)
        if named is None or named[1] != self.era or int(named[2]) > self.last:
            raise missed_some()
        number = int(named[2])
        self.after(number)
        return number

    def add(self, fact: Fact, size: int) -> Told | None:
        """Keep a fact, and forget the oldest; None when it is kept already (a relay tells again what it is not sure
        of)."""
        if fact.id in self._ids:
            return None
        self.last += 1
        told = self._kept[self.last] = Told(fact, self.last, place(self.era, self.last), size, self._clock())
        self._ids.add(fact.id)
        self.bytes += size
        if fact.type in SAY_WHO_SEES:
            self._said[fact.subject] = told
        self._forget_the_oldest()
        return told

    def after(self, number: int) -> Told | None:
        """What came next, None when nothing did yet; Failure RESYNC when it is not kept any more."""
        if number == self.last:
            return None
        self._forget_the_oldest()
        told = self._kept.get(number + 1)
        if told is None:
            raise missed_some()
        return told

    def said_since(self, told: Told) -> Fact | None:
        """The fact by which it was last said who may see the same thing, if that came later."""
        said = self._said.get(told.fact.subject)
        return said.fact if said is not None and said.number > told.number else None

    def _forget_the_oldest(self) -> None:
        too_old = self._clock() - LONGEST
        while self._kept:
            number = self.last - len(self._kept) + 1
            oldest = self._kept[number]
            if len(self._kept) <= self._most and self.bytes <= MOST_BYTES and oldest.at >= too_old:
                break
            del self._kept[number]
            self._ids.discard(oldest.fact.id)
            self.bytes -= oldest.size
            if self._said.get(oldest.fact.subject) is oldest:
                del self._said[oldest.fact.subject]


class Follower(AsyncIterator[Told]):
    """The facts that one subscription wants, from a place on.

    It ends when whoever waits for the next fact is cancelled, and when nobody holds it any more.
    """

    def __init__(self, recent: Recent, wanted: Wanted, number: int, on_end: Callable[[Follower], None]) -> None:
        self._recent = recent
        self._era = recent.era
        self._wanted = wanted
        self._on_end = on_end
        #: The last fact that was looked at, and the last before those that its reader has in hand.
        self._at = self._done = number
        self._waiting: asyncio.Future[None] | None = None

    def __aiter__(self) -> Follower:
        return self

    async def __anext__(self) -> Told:
        """The next fact; Failure RESYNC when some may have been missed."""
        self._done = self._at
        while (told := next(self._came(), None)) is None:
            await self._called()
        return told

    async def all_that_came(self) -> list[Told]:
        """The next fact and all that are there after it, for who shows only what came of them."""
        return [await anext(self), *self._came()]

    @property
    def position(self) -> str:
        """The place before which its reader is done with everything."""
        return place(self._era, self._done if self._waiting is None else self._at)

    def hear(self, fact: Fact) -> None:
        """A fact was added. Who waits looks whether it is wanted; who is busy will come upon it."""
        if self._waiting is None or self._waiting.done():
            return
        try:
            passed = not self._wanted(fact)
        except Exception:
            passed = False  # it comes upon it again where its own subscription fails, and no other
        if passed:
            self._at += 1
        else:
            self.wake()

    def wake(self) -> None:
        """There is something to look at."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _came(self) -> Iterator[Told]:
        while True:
            told = self._next()
            if told is None:
                return
            self._at += 1
            if self._wanted(told.fact):
                yield told

    def _next(self) -> Told | None:
        try:
            if self._era != self._recent.era:
                raise missed_some()
            return self._recent.after(self._at)
        except Failure:
            metrics.DROPPED.labels("slow" if self._era == self._recent.era else "resync").inc()
            self._on_end(self)
            raise

    async def _called(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        except asyncio.CancelledError:
            self._on_end(self)
            raise
        finally:
            self._waiting = None
