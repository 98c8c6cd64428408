"""Answers as they were sent, until something that they show changes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from gateway import metrics
from gateway.facts import Fact
from gateway.rabbit.facts import RELAY, SERVICES
from gateway.remembered.questions import Lasts, Token, changed_by, lasts, shown_by
from gateway.remembered.watermarks import Watermarks

#: Seconds that an answer is kept at most, and for how long one that says what is possible now.
LONGEST, MOMENT = 600.0, 1.0
#: Seconds around midnight in which our clock and a service's may not agree which day it is.
AROUND_MIDNIGHT = 5.0
DAY = 86_400.0
#: What an answer takes beside its own bytes and its key: its place, its tokens.
BESIDE, A_TOKEN = 600, 150
#: Of all memory for answers, the most that one may take.
LARGEST_PART = 8

#: The very bytes that ask, and the language.
Key = tuple[bytes, str]


class Written(NamedTuple):
    """The bytes of an answer, around what is said to each caller alone, and the ``cost`` that each of them pays."""

    head: bytes
    tail: bytes
    cost: int

    def bytes(self, left: int) -> bytes:
        """The answer for a caller who has so much to spend."""
        return b"".join((self.head, b"%d" % left, self.tail))


class Recording:
    """An answer: being made, then perhaps kept as it was ``written``, then gone.

    ``tokens`` are what it shows, known from the moment at which it is asked for. It may be given ``until`` a moment of
    the stopwatch, and on one ``day`` only if it counts days.
    """

    __slots__ = ("_memory", "asked_at", "day", "gone", "key", "services", "size", "tokens", "until", "written")

    def __init__(self, memory: Memory, key: Key, now: float) -> None:
        self._memory = memory
        self.key = key
        self.asked_at = now
        self.until = now + LONGEST
        self.day: int | None = None
        self.services: tuple[str, ...] = ()
        self.tokens: set[Token] = set()
        self.written = Written(b"", b"", 0)
        self.size = 0
        self.gone = False

    def asked(self, service: str, method: str, request: Mapping[str, Any]) -> None:
        """A service is about to be asked: from now on its facts count."""
        if not self.gone:
            self._memory.note(self, service, method, request)

    @property
    def age(self) -> float:
        """Seconds since it was asked for."""
        return self._memory.stopwatch() - self.asked_at


class Memory:
    """Answers by their key, the least used forgotten first, within ``most_bytes`` (0: nothing is kept).

    The clock, which may be set, says only which day it is.
    """

    def __init__(
        self,
        watermarks: Watermarks,
        *,
        most_bytes: int,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watermarks = watermarks
        self._most_bytes = most_bytes
        self._clock = clock
        self.stopwatch = stopwatch
        self._kept: OrderedDict[Key, Recording] = OrderedDict()
        self._showing: dict[Token, set[Recording]] = {}
        self.bytes = 0
        metrics.REMEMBERED_BYTES.set_function(lambda: self.bytes)
        metrics.REMEMBERED_ANSWERS.set_function(lambda: len(self._kept))
        for service in SERVICES:
            metrics.FACTS_BEHIND.labels(service).set_function(partial(watermarks.behind, service))

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def is_on(self) -> bool:
        return self._most_bytes > 0

    def find(self, key: Key) -> Recording | None:
        """The answer kept under this key, if it may be given now; it is counted, and why there is none."""
        found = self.kept(key)
        if found is None:
            (metrics.LATE if key in self._kept else metrics.MISSED).inc()
        return found

    def kept(self, key: Key) -> Recording | None:
        """The same for who will let it be asked for again: counted only if it is there."""
        found = self._kept.get(key)
        if found is None:
            return None
        if self.stopwatch() >= found.until or (found.day is not None and found.day != self._day()):
            self.drop_one(found, "age")
            return None
        for service in found.services:
            if self._watermarks.late(service):
                return None
        self._kept.move_to_end(key)
        metrics.HIT.inc()
        return found

    @contextmanager
    def recording(self, key: Key) -> Iterator[Recording]:
        """An answer is made within the block."""
        made = Recording(self, key, self.stopwatch())
        try:
            yield made
        finally:
            if self._kept.get(key) is not made:
                self.drop_one(made, None)

    def note(self, made: Recording, service: str, method: str, request: Mapping[str, Any]) -> None:
        """What the answer under way shows. It is not kept when the facts about that are late already."""
        tokens = shown_by(service, method, request)
        if tokens is None or self._watermarks.late(service) or not self._timed(made, lasts(service, method)):
            self.drop_one(made, None)
            return
        made.services = tuple({*made.services, service})
        for token in tokens - made.tokens:
            self._showing.setdefault(token, set()).add(made)
        made.tokens |= tokens

    def keep(self, made: Recording, written: Written) -> None:
        """Keep an answer that has been made, unless something that it shows has changed meanwhile."""
        made.written = written
        size = len(made.key[0]) + len(written.head) + len(written.tail)
        made.size = size + BESIDE + A_TOKEN * len(made.tokens)
        if made.gone or not made.services or made.size > self._most_bytes // LARGEST_PART:
            return
        earlier = self._kept.pop(made.key, None)
        self._kept[made.key] = made
        self.bytes += made.size
        if earlier is not None:
            self.bytes -= earlier.size
            self._unlink(earlier)
        while self.bytes > self._most_bytes:
            self.drop_one(next(iter(self._kept.values())), "room")

    def heed(self, fact: Fact | None) -> None:
        """Drop what is no longer true. None: some facts may have been missed, nothing is certain."""
        if fact is None:
            self._watermarks.forget()
            for token in [token for token in self._showing if len(token) == 1]:
                self._drop(token, "missed")
        elif fact.kind == RELAY:
            if not self._watermarks.hear(fact):
                self._drop((fact.source,), "missed")
            for kind in fact.data.get("effects") or ():
                self._drop(_changed(fact.source, str(kind)), "effect")
        else:
            self._drop(_changed(fact.source, fact.kind), "fact")
            self._drop((fact.source, fact.kind, fact.key), "fact")

    def commanded(self, service: str, method: str, request: Mapping[str, Any]) -> None:
        """A command was answered: who sent it sees its effect in what they ask next."""
        for token in changed_by(service, method, request):
            self._drop(token, "command")

    def drop_one(self, one: Recording, reason: str | None) -> None:
        """Forget an answer, made or kept; ``reason`` is counted where it was kept."""
        if self._kept.get(one.key) is one:
            del self._kept[one.key]
            self.bytes -= one.size
            if reason is not None:
                metrics.FORGOTTEN.labels(reason).inc()
        self._unlink(one)

    def _drop(self, token: Token, reason: str) -> None:
        for one in list(self._showing.get(token, ())):
            self.drop_one(one, reason)

    def _unlink(self, one: Recording) -> None:
        one.gone = True
        for token in one.tokens:
            showing = self._showing.get(token)
            if showing is not None:
                showing.discard(one)
                if not showing:
                    del self._showing[token]

    def _timed(self, made: Recording, how_long: Lasts) -> bool:
        """Say until when the answer holds; False when it does not hold for any time: days begin or end meanwhile."""
        if how_long is Lasts.A_MOMENT:
            made.until = min(made.until, self.stopwatch() + MOMENT)
        if how_long is not Lasts.TODAY:
            return True
        earlier, made.day = made.day, self._day()
        return made.day is not None and earlier in (None, made.day)

    def _day(self) -> int | None:
        """Which day it is, by number; None around midnight, when it may be another for a service."""
        day, second = divmod(self._clock(), DAY)
        return int(day) if AROUND_MIDNIGHT <= second < DAY - AROUND_MIDNIGHT else None


def _changed(service: str, kind: str) -> Token:
    """What changes with things of a kind. With a person who is erased, anything outside people may."""
    return (service,) if kind == "person" and service != "people" else (service, kind)
