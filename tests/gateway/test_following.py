"""What is kept of the facts that came, and what those are shown who follow them: against a plain list."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.facts import Fact
from gateway.following import LONGEST, MOST_BYTES, MOST_FACTS, Follower, Recent
from gateway.problems import Failure

AT = datetime(2026, 3, 1, tzinfo=UTC)
#: Few, so that the machine comes upon what was forgotten.
MOST_HERE = 12


def made(number: int, kind: str = "a", type: str = "project.admitted") -> Fact:
    return Fact(f"id-{number}", "incubator", type, f"project/{kind}", AT, aggregateversion=number)


def everything(_: Fact) -> bool:
    return True


def shown(follower: Follower) -> list[int]:
    """The numbers of all that is there for a follower now."""
    return [told.number for told in follower._came()]


class Followed(RuleBasedStateMachine):
    """Facts come, some twice; time passes; facts are missed; clients leave and come back to any position they had."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.recent = Recent(lambda: self.now, MOST_HERE)
        self.came: list[tuple[str, float]] = []  # kinds and times, by number from 1
        self.told = 0
        self.positions: list[tuple[str, str, int, str]] = []  # position, era, number, kind wanted
        self.eras: set[str] = set()

    def kept_from(self) -> int:
        """The first number that must be kept, by its age and by the number of facts alone."""
        young = [n for n, (_, at) in enumerate(self.came, 1) if at >= self.now - LONGEST]
        first = young[0] if young else len(self.came) + 1
        return max(first, len(self.came) - MOST_HERE + 1)

    @rule(kinds=st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
    def come(self, kinds: list[str]) -> None:
        for kind in kinds:
            self.told += 1
            told = self.recent.add(made(self.told, kind), 100)
            self.came.append((kind, self.now))
            assert told is not None
            assert told.number == len(self.came)
            assert self.recent.add(made(self.told, kind), 100) is None

    @rule(seconds=st.floats(0, LONGEST))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def miss_some(self) -> None:
        self.eras.add(self.recent.era)
        self.recent.begin_anew()
        self.came = []

    @rule(kind=st.sampled_from("abc"))
    def subscribe(self, kind: str) -> None:
        self.positions.append((self.recent.position, self.recent.era, len(self.came), kind))

    @precondition(lambda self: self.positions)
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        position, era, number, kind = data.draw(st.sampled_from(self.positions))
        after = [n for n, (one, _) in enumerate(self.came, 1) if n > number and one == kind]
        whole = era == self.recent.era and (number == len(self.came) or number + 1 >= self.kept_from())
        if not whole:
            with pytest.raises(Failure, match="missed"):
                self.recent.number(position)
            return
        here = self.recent.number(position)
        follower = Follower(self.recent, lambda fact: fact.key == kind, here, lambda _: None)
        assert shown(follower) == after
        last = after[-1] if after else number
        self.positions.append((f"{era}-{last}", era, last, kind))

    @invariant()
    def what_is_kept_is_bounded(self) -> None:
        assert len(self.recent) <= MOST_HERE
        assert self.recent.bytes == 100 * len(self.recent)
        assert len(self.recent._ids) == len(self.recent)
        assert self.recent.era not in self.eras


TestFollowed = Followed.TestCase


def test_what_is_kept_is_bounded_in_number_and_in_bytes() -> None:
    recent = Recent(lambda: 0.0)
    for number in range(MOST_FACTS + 50):
        recent.add(made(number, type="project.described"), 10)
    assert (len(recent), recent.bytes) == (MOST_FACTS, 10 * MOST_FACTS)
    recent.add(made(-1), MOST_BYTES)
    assert (len(recent), recent.bytes) == (1, MOST_BYTES)
    recent.add(made(-2), MOST_BYTES + 1)
    assert (len(recent), recent.bytes, len(recent._ids), len(recent._said)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "position", ["", "x", "-", "0", "{era}", "{era}-", "{era}--1", "{era}-4", "{era}-01", "{era}-1 ", "{era}-1\n"]
)
def test_a_position_that_was_never_told_leads_nowhere(position: str) -> None:
    recent = Recent(lambda: 0.0)
    for number in range(3):
        recent.add(made(number), 1)
    with pytest.raises(Failure) as refused:
        recent.number(position.replace("{era}", recent.era))
    assert refused.value.code == "RESYNC"
    assert recent.number(f"{recent.era}-3") == 3


async def test_who_reads_slowly_is_told_when_what_comes_next_is_gone_and_no_sooner() -> None:
    recent, ended = Recent(lambda: 0.0), list[Follower]()
    slow = Follower(recent, everything, 0, ended.append)
    for number in range(MOST_FACTS):
        recent.add(made(number), 1)
    assert (await anext(slow)).number == 1
    recent.add(made(-1), 1)
    assert (await anext(slow)).number == 2
    for number in range(3):
        recent.add(made(-2 - number), 1)
    with pytest.raises(Failure) as told:
        await anext(slow)
    assert told.value.code == "RESYNC"
    assert ended == [slow]


async def test_how_far_a_follower_is_counts_what_was_passed_over_but_not_what_its_reader_has_in_hand() -> None:
    recent = Recent(lambda: 0.0)
    follower = Follower(recent, lambda fact: fact.key == "a", 0, lambda _: None)

    def come(number: int, kind: str) -> None:
        told = recent.add(made(number, kind), 1)
        assert told is not None
        follower.hear(told.fact)

    waiting = asyncio.ensure_future(anext(follower))
    await asyncio.sleep(0)
    come(1, "b")
    assert follower.position == f"{recent.era}-1"
    come(2, "a")
    come(3, "b")
    assert (await waiting).number == 2
    assert int(follower.position.partition("-")[2]) <= 1
    waiting = asyncio.ensure_future(anext(follower))
    await asyncio.sleep(0)
    assert follower.position == f"{recent.era}-3"
    waiting.cancel()


async def test_many_changes_are_taken_at_once_and_stand_after_the_last() -> None:
    recent = Recent(lambda: 0.0)
    follower = Follower(recent, lambda fact: fact.key == "a", 0, lambda _: None)
    for number, kind in enumerate("abaab", 1):
        recent.add(made(number, kind), 1)
    assert [told.number for told in await follower.all_that_came()] == [1, 3, 4]


def test_by_which_fact_it_was_last_said_who_may_see_a_thing() -> None:
    recent = Recent(lambda: 0.0)
    first, said, other, last = (
        recent.add(made(number, kind, type), 1)
        for number, (kind, type) in enumerate(
            [
                ("a", "project.admitted"),
                ("a", "project.recorded"),
                ("b", "project.recorded"),
                ("a", "project.need_published"),
            ]
        )
    )
    assert first is not None
    assert said is not None
    assert other is not None
    assert last is not None
    assert recent.said_since(first) is said.fact
    assert [recent.said_since(one) for one in (said, other, last)] == [None, None, None]
