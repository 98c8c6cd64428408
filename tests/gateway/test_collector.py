"""Python's collector of cycles does not look at what stays, and not at every few new objects."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from gateway import collector
from gateway.collector import MANY, YOUNG, Departures, come_seldom


@pytest.fixture
def looks() -> Iterator[list[int]]:
    """The generations that were looked at; afterwards the collector is as it was."""
    before, seen = gc.get_threshold(), list[int]()

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)
    gc.enable()
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_a_fact_makes_for_a_thousand_is_looked_at_a_few_times(looks: list[int]) -> None:
    stays = [[number] for number in range(1000)]
    come_seldom()
    assert gc.get_freeze_count() > len(stays)
    looks.clear()
    passing = [[number] for number in range(5 * YOUNG)]
    assert 4 <= len(looks) <= 6
    assert len(passing) == 5 * YOUNG


def test_a_cycle_is_still_found(looks: list[int]) -> None:
    class Knot:
        itself: Knot

    come_seldom()
    knots = 0
    for _ in range(3 * YOUNG):
        knot = Knot()
        knot.itself = knot
        knots += 1
    left = sum(type(thing) is Knot for thing in gc.get_objects())
    assert looks
    assert left < knots / 2


async def test_after_many_have_left_everything_is_looked_at(looks: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "SOON", 0.0)
    gc.disable()
    departures = Departures()
    for _ in range(MANY):
        departures.one()
    async with asyncio.timeout(30):
        while not looks:
            await asyncio.sleep(0)
    assert looks == [2]


async def test_it_is_done_once_for_all_who_leave_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "SOON", 3600.0)
    departures = Departures()
    for _ in range(MANY - 1):
        departures.one()
    assert departures._due is None
    departures.one()
    due = departures._due
    for _ in range(3 * MANY):
        departures.one()
    assert due is not None
    assert departures._due is due
    due.cancel()
