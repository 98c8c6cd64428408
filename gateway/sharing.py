"""Everybody's share of the gateway: what one caller, and one address, may ask for in a minute and hold at once."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil

from gateway import metrics
from gateway.problems import Failure

#: Purses that are remembered. One that was not used for a minute is full, so forgetting it gives nobody anything.
MOST_PURSES = 50_000
#: Seconds by which a sum of fractions may miss what was promised.
ROUNDING = 1e-6


def rate_limited(seconds: float) -> Failure:
    """The caller has used up its share; ``retryAfter`` is in whole seconds."""
    wait = max(1, ceil(seconds))
    return Failure("RATE_LIMITED", f"Too much was asked for; try again in {wait} s.", retryAfter=wait)


def overloaded(seconds: int = 1) -> Failure:
    """The gateway has more to do than it can in good time; nothing was begun."""
    return Failure("OVERLOADED", f"Too many ask at once; try again in {seconds} s.", retryAfter=seconds)


@lru_cache(10_000)
def address_of(host: str | None) -> str:
    """The address that a share belongs to: for IPv6 its /64, which is what one household or machine is given."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else f"{address.exploded[:19]}::/64"


class Purses:
    """Token buckets: each purse fills with ``per_minute`` in a minute and never holds more than that."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._purses: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def pay(self, cost: float, *purses: tuple[str, float]) -> int:
        """Take the cost out of every purse ``(name, per_minute)``, and say what is left in the emptiest.

        When one does not hold enough nothing is taken, and Failure RATE_LIMITED says how long it takes to fill.
        """
        now = self._clock()
        if len(purses) == 1:
            [(name, per_minute)] = purses
            level = self._held(name, per_minute, now)
            if level >= cost:  # the usual case, and what many ask at once
                return self._leave(name, level - cost, now)
        held = [self._held(name, per_minute, now) for name, per_minute in purses]
        waits = [
            (min(cost, per_minute) - level) * 60 / per_minute
            for level, (_, per_minute) in zip(held, purses, strict=True)
        ]
        if max(waits) > ROUNDING:
            metrics.REFUSED.labels("rate").inc()
            raise rate_limited(max(waits))
        return min(
            self._leave(name, max(level - cost, 0.0), now) for level, (name, _) in zip(held, purses, strict=True)
        )

    def _leave(self, name: str, level: float, now: float) -> int:
        self._purses[name] = (level, now)
        self._purses.move_to_end(name)
        while len(self._purses) > MOST_PURSES:
            self._purses.popitem(last=False)
        return int(level)

    def _held(self, name: str, per_minute: float, now: float) -> float:
        level, at = self._purses.get(name, (per_minute, now))
        return min(per_minute, level + (now - at) * per_minute / 60)


class Places:
    """Places that are held for some time, of which everybody may hold ``each`` and all together ``most``."""

    def __init__(self, *, each: int, most: int) -> None:
        self._each = each
        self._most = most
        self._held: Counter[str] = Counter()

    @property
    def held(self) -> int:
        return self._held.total()

    @contextmanager
    def one(self, holder: str) -> Iterator[None]:
        """Hold a place within the block. Failure RATE_LIMITED: this holder has its share; OVERLOADED: none is left."""
        if self._held[holder] >= self._each:
            metrics.REFUSED.labels("share").inc()
            raise rate_limited(1)
        if self._held.total() >= self._most:
            metrics.REFUSED.labels("overload").inc()
            raise overloaded()
        self._held[holder] += 1
        try:
            yield
        finally:
            self._held[holder] -= 1
            if not self._held[holder]:
                del self._held[holder]
