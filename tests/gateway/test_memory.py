"""Kept answers by themselves: what is given is what would be answered now, within the memory that there is, on time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.facts import Fact
from gateway.remembered.memory import (
    AROUND_MIDNIGHT,
    BESIDE,
    DAY,
    LARGEST_PART,
    LONGEST,
    MOMENT,
    Memory,
    Recording,
    Written,
)
from gateway.remembered.watermarks import Watermarks

NOON = 1_000 * DAY + DAY / 2
IDS = [str(UUID(int=number)) for number in range(3)]
Question = tuple[str, dict[str, Any]]
#: Of each length of life: until a fact, for today, for a moment.
NEEDS: Question = ("needs_by_ids", {})
LIST: Question = ("list_projects", {})
CALLS: Question = ("list_calls", {})
ONE: Question = ("projects_by_ids", {"ids": IDS[:1]})


class Times:
    """A clock and a stopwatch that go on when they are told to; the clock may be set."""

    def __init__(self) -> None:
        self.clock, self.stopwatch = NOON, 50.0

    def passes(self, seconds: float) -> None:
        self.clock += seconds
        self.stopwatch += seconds


def remembering(times: Times, most_bytes: int = 10_000_000) -> Memory:
    """A memory that has heard of all services once."""
    watermarks = Watermarks(lambda: times.clock, lambda: times.stopwatch)
    memory = Memory(watermarks, most_bytes=most_bytes, clock=lambda: times.clock, stopwatch=lambda: times.stopwatch)
    hear(memory, times, 1)
    return memory


def hear(memory: Memory, times: Times, number: int, *effects: str) -> None:
    """The relays say that nothing is behind, and which copies have changed."""
    now = datetime.fromtimestamp(times.clock, UTC)
    for service in ("incubator", "events"):
        said = {"effects": list(effects)} if service == "events" else {}
        memory.heed(Fact("", service, "relay.told", f"relay/{service}", now, said, aggregateversion=number))


def told(service: str, kind: str, key: str) -> Fact:
    """That something of a thing has changed."""
    return Fact("", service, f"{kind}.changed", f"{kind}/{key}", datetime.now(UTC))


@contextmanager
def making(memory: Memory, key: str) -> Iterator[Recording]:
    """An answer under way, as the gateway makes it, within the block."""
    with memory.recording((key.encode(), "fr")) as made:
        yield made


def keep(memory: Memory, key: str, *questions: Question, answer: bytes = b"") -> Recording:
    """An answer that was asked for and kept, if it may be."""
    with making(memory, key) as made:
        for method, request in questions:
            made.asked("incubator", method, request)
        memory.keep(made, Written(answer, b"", 1))
    return made


def given(memory: Memory, key: str) -> Recording | None:
    """The answer that would be given."""
    return memory.kept((key.encode(), "fr"))


def test_the_least_used_are_forgotten_first_and_what_is_kept_stays_within_its_bytes() -> None:
    """Each answer takes what its bytes, its key and its tokens take, and nobody takes more than a part."""
    times = Times()
    one = keep(remembering(times), "0", NEEDS, answer=b"x" * 1000).size
    assert one > 1000 + BESIDE
    memory = remembering(times, most_bytes=one * (LARGEST_PART + 1))
    for number in range(LARGEST_PART + 1):
        keep(memory, str(number), NEEDS, answer=b"x" * 1000)
    assert (len(memory), memory.bytes) == (LARGEST_PART + 1, one * (LARGEST_PART + 1))
    assert given(memory, "0")
    keep(memory, "9", NEEDS, answer=b"x" * 1000)
    assert [given(memory, key) is None for key in ("0", "1", "2", "9")] == [False, True, False, False]
    keep(memory, "2", NEEDS, answer=b"x" * 500)
    assert memory.bytes == one * (LARGEST_PART + 1) - 500
    before = len(memory)
    keep(memory, "large", NEEDS, answer=b"x" * one * 2)
    assert (given(memory, "large"), len(memory)) == (None, before)
    memory.heed(None)
    assert (len(memory), memory.bytes, memory._showing) == (0, 0, {})


def test_of_two_answers_that_are_made_at_once_the_later_is_kept() -> None:
    memory = remembering(Times())
    with making(memory, "a") as one, making(memory, "a") as other:
        for made in (one, other):
            made.asked("incubator", *NEEDS)
            memory.keep(made, Written(b"", b"", 1))
    assert given(memory, "a") is other
    assert memory.bytes == other.size
    assert {made for those in memory._showing.values() for made in those} == {other}


@pytest.mark.parametrize(("question", "holds"), [(NEEDS, LONGEST), (CALLS, MOMENT), (LIST, LONGEST)])
@pytest.mark.parametrize("set_by", [0.0, -3600.0, 3600.0])
def test_an_answer_holds_as_long_as_it_may_though_the_clock_is_set(
    question: Question, holds: float, set_by: float
) -> None:
    """No longer and no shorter; the day is the same."""
    times = Times()
    memory = remembering(times)
    kept = keep(memory, "a", question)
    times.passes(holds - 0.5)
    times.clock += set_by
    hear(memory, times, 2)
    assert given(memory, "a") is kept
    assert kept.age == holds - 0.5
    times.passes(0.5)
    hear(memory, times, 3)
    assert given(memory, "a") is None


@pytest.mark.parametrize(("before_midnight", "kept"), [(60.0, True), (AROUND_MIDNIGHT, False), (-1.0, False)])
def test_what_counts_days_is_not_kept_around_midnight(before_midnight: float, kept: bool) -> None:
    times = Times()
    times.passes(DAY / 2 - before_midnight)
    memory = remembering(times)
    keep(memory, "days", LIST)
    keep(memory, "other", NEEDS)
    assert (given(memory, "days") is not None, given(memory, "other") is not None) == (kept, True)


@pytest.mark.parametrize("stopped", [False, True])
def test_what_counts_days_is_never_given_on_another_day(stopped: bool) -> None:
    """Neither when time passes nor when the clock is set while the stopwatch stands."""
    times = Times()
    times.passes(DAY / 2 - 60)
    memory = remembering(times)
    kept = keep(memory, "days", LIST)
    assert given(memory, "days") is kept
    if stopped:
        times.clock += 120
    else:
        times.passes(120)
    hear(memory, times, 2)
    assert given(memory, "days") is None


def test_an_answer_that_is_made_over_midnight_is_not_kept() -> None:
    times = Times()
    times.passes(DAY / 2 - 10)
    memory = remembering(times)
    with making(memory, "days") as made:
        made.asked("incubator", *LIST)
        times.passes(20)
        hear(memory, times, 2)
        made.asked("incubator", *ONE)
        memory.keep(made, Written(b"", b"", 1))
    assert (made.gone, len(memory)) == (True, 0)


@dataclass
class UnderWay:
    """An answer that is being made; ``seen`` is what the service saw, once it looked."""

    block: AbstractContextManager[Recording]
    made: Recording
    seen: bytes | None = None


NAMES, CALLERS = st.sampled_from(["list", "one", "other", "copy"]), st.sampled_from([1, 1, 1, 2])


class World(RuleBasedStateMachine):
    """Two projects that change, a third in the copy that events hold of it; and answers that show their states.

    An answer is what the world was when its service looked, at any moment after it was asked. Whatever is given must be
    what the world is now: facts come at once here.
    """

    questions: ClassVar[dict[str, tuple[str, str, dict[str, Any], list[str]]]] = {
        "list": ("incubator", "list_projects", {}, IDS[:2]),
        "one": ("incubator", "projects_by_ids", {"ids": IDS[:1]}, IDS[:1]),
        "other": ("incubator", "projects_by_ids", {"ids": IDS[1:2]}, IDS[1:2]),
        "copy": ("events", "list_events", {}, IDS[2:]),
    }

    def __init__(self) -> None:
        super().__init__()
        self.times = Times()
        self.memory = remembering(self.times, most_bytes=16_000)
        self.states = dict.fromkeys(IDS, 0)
        self.number = 1
        self.under_way: dict[tuple[str, int], UnderWay] = {}

    def _now(self, name: str) -> bytes:
        shown = [self.states[one] for one in self.questions[name][3]]
        return f"{name} {shown} ".encode() + b"x" * 600

    @rule(name=NAMES, caller=CALLERS, slow=st.booleans())
    def ask(self, name: str, caller: int, slow: bool) -> None:
        """What is kept is given; else it is made, perhaps slowly and by several at once."""
        found = given(self.memory, name)
        if found is None and (name, caller) not in self.under_way:
            block = making(self.memory, name)
            made = block.__enter__()
            service, method, request, _ = self.questions[name]
            made.asked(service, method, request)
            self.under_way[name, caller] = UnderWay(block, made)
            if not slow:
                self.answer(name, caller)

    @rule(name=NAMES, caller=CALLERS)
    def look(self, name: str, caller: int) -> None:
        """The service looks at what it will answer."""
        if (name, caller) in self.under_way:
            self.under_way[name, caller].seen = self._now(name)

    @rule(name=NAMES, caller=CALLERS)
    def finish(self, name: str, caller: int) -> None:
        if (name, caller) in self.under_way:
            self.answer(name, caller)

    def answer(self, name: str, caller: int) -> None:
        """The answer is there, and is kept if it may be."""
        one = self.under_way.pop((name, caller))
        self.memory.keep(one.made, Written(one.seen or self._now(name), b"", 1))
        one.block.__exit__(None, None, None)

    @rule(key=st.sampled_from(IDS[:2]), by_command=st.booleans())
    def change(self, key: str, by_command: bool) -> None:
        self.states[key] += 1
        if by_command:
            self.memory.commanded("incubator", "describe_project", {"project": key})
        else:
            self.memory.heed(told("incubator", "project", key))

    @rule()
    def take_effect(self) -> None:
        """What events hold of a project changes without a fact of theirs."""
        self.states[IDS[2]] += 1
        self.number += 1
        hear(self.memory, self.times, self.number, "project")

    @rule(all_of_it=st.booleans())
    def miss_something(self, all_of_it: bool) -> None:
        """The stream breaks, or a watermark with its effects goes missing."""
        self.number += 2
        for key in IDS if all_of_it else IDS[2:]:
            self.states[key] += 1
        if all_of_it:
            self.memory.heed(None)
        hear(self.memory, self.times, self.number)

    @rule(seconds=st.sampled_from([0.1, 2.0, LONGEST, DAY / 2]))
    def wait(self, seconds: float) -> None:
        self.times.passes(seconds)
        self.number += 1
        hear(self.memory, self.times, self.number)

    @invariant()
    def all_is_accounted_for(self) -> None:
        kept = list(self.memory._kept.values())
        under_way = [one.made for one in self.under_way.values() if not one.made.gone]
        assert self.memory.bytes == sum(one.size for one in kept) <= 16_000
        assert not any(one.gone for one in kept)
        showing = {one for those in self.memory._showing.values() for one in those}
        assert showing == {*kept, *under_way}

    @invariant()
    def what_would_be_given_is_true(self) -> None:
        for name in self.questions:
            found = given(self.memory, name)
            assert found is None or found.written.head == self._now(name)

    def teardown(self) -> None:
        for one in self.under_way.values():
            one.block.__exit__(None, None, None)


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
