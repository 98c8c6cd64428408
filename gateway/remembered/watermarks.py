"""How far behind the facts of each service are, by what their relays say a few times a second.

That no fact came means nothing: the relay may be dead, the broker slow. Whoever serves from memory asks here first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.facts import Fact

#: Seconds that the facts of a service may be behind. Beyond that it is asked itself.
BOUND = 1.0


@dataclass(frozen=True, slots=True)
class Watermark:
    """What a session of a relay said last: all that was committed before ``moment`` has been told.

    ``moment`` is in the relay's seconds since 1970, ``heard`` in ours since some start: of both clocks the one counts
    that says more.
    """

    session: str
    number: int
    moment: float
    heard: float


class Watermarks:
    """The latest watermark of each service; none is known before it was heard."""

    def __init__(self, clock: Callable[[], float] = time.time, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stopwatch = stopwatch
        self._latest: dict[str, Watermark] = {}

    def hear(self, fact: Fact) -> bool:
        """Take note of a watermark; False when another may have been missed before it, and effects with that."""
        before = self._latest.get(fact.source)
        number = fact.aggregateversion or 0
        self._latest[fact.source] = Watermark(fact.key, number, fact.time.timestamp(), self._stopwatch())
        return before is not None and (before.session, before.number + 1) == (fact.key, number)

    def forget(self) -> None:
        """The stream broke: what was heard says nothing about what comes."""
        self._latest.clear()

    def behind(self, service: str) -> float:
        """Seconds by which the service's facts may be behind; infinite while nothing was heard."""
        latest = self._latest.get(service)
        if latest is None:
            return float("inf")
        return max(self._clock() - latest.moment, self._stopwatch() - latest.heard)

    def late(self, service: str) -> bool:
        """Whether a change may be older than the bound and still not known here."""
        return self.behind(service) > BOUND
