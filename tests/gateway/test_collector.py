"""Python's collector of cycles does not look at what stays, and not at every few new objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.collector import YOUNG, come_seldom


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
