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

    ``moment`` is an instant of the stopwatch here, from what the relay's clock and ours say; it is never later than the
    message was heard.
    """

    session: str
    number: int
    moment: float


class Watermarks:
    """The latest watermark of each service; none is known before it was heard."""

    def __init__(self, clock: Callable[[], float] = time.time, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stopwatch = stopwatch
        self._latest: dict[str, Watermark] = {}
        self.bound = BOUND

    def hear(self, fact: Fact) -> bool:
        """Take note of a watermark; False when another may have been missed before it, and effects with that."""
        before, number = self._latest.get(fact.source), fact.aggregateversion or 0
        on_the_way = max(0.0, self._clock() - fact.time.timestamp())
        self._latest[fact.source] = Watermark(fact.key, number, self._stopwatch() - on_the_way)
        return before is not None and (before.session, before.number + 1) == (fact.key, number)

    def forget(self) -> None:
        """The stream broke: what was heard says nothing about what comes."""
        self._latest.clear()

    def behind(self, service: str) -> float:
        """Seconds by which the service's facts may be behind; infinite while nothing was heard."""
        latest = self._latest.get(service)
        return float("inf") if latest is None else self._stopwatch() - latest.moment

    def late(self, service: str) -> bool:
        """Whether a change may be older than the bound and still not known here."""
        return self.behind(service) > self.bound
