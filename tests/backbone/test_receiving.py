"""Facts take effect exactly once and in order, whatever the broker does with them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.backbone.envelope import Envelope
from services.backbone.receive import DELAYS
from services.backbone.work import Work
from tests.bench import Bench

SOURCE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class Noted:
    number: int


def note(fact: Noted, work: Work) -> None:
    """A reaction whose effect can be counted: a row of history per fact."""
    work.session.execute(
        text(
            "INSERT INTO history (subject, aspect, to_state, actor_kind, at, correlation_id) "
            "VALUES (:subject, 'noted', :number, 'SYSTEM', :now, 'test')"
        ),
        {"subject": work.cause.subject, "number": str(fact.number), "now": work.now},  # type: ignore[union-attr]
    )


def fail(fact: Noted, work: Work) -> None:
    """A reaction that leaves something behind before it breaks."""
    note(fact, work)
    raise RuntimeError("the disk is on fire")


def facts(people: Bench, count: int, subject: UUID | None = None) -> list[Envelope]:
    thing = subject or uuid4()
    return [people.fact(SOURCE, "thing.noted", thing, number=number) for number in range(1, count + 1)]


def effects(people: Bench, subject: str) -> list[int]:
    rows = people.rows(
        "SELECT to_state FROM history WHERE aspect = 'noted' AND subject = :subject ORDER BY number", subject=subject
    )
    return [int(row["to_state"]) for row in rows]


def waiting(people: Bench) -> list[tuple[str, int]]:
    rows = people.rows("SELECT reason, attempts FROM waiting ORDER BY version")
    return [(row["reason"], row["attempts"]) for row in rows]


def work_off(people: Bench, reaction: Callable[[Any, Any], None]) -> None:
    """What the letterbox does with facts that wait, until none is due."""
    while due := people.receiver.due():
        for envelope in due:
            people.receiver.receive(reaction, envelope)


def test_a_fact_delivered_twice_has_one_effect(people: Bench) -> None:
    [fact] = facts(people, 1)
    people.deliver(note, fact)
    assert effects(people, fact.subject) == [1]


def test_a_fact_that_comes_too_early_waits_for_the_one_before(people: Bench) -> None:
    first, second, third = facts(people, 3)
    assert people.receiver.receive(note, third) == "GAP"
    assert people.receiver.receive(note, second) == "GAP"
    assert effects(people, first.subject) == []
    assert people.receiver.receive(note, first) == "DONE"
    work_off(people, note)
    assert effects(people, first.subject) == [1, 2, 3]
    assert waiting(people) == []


def test_facts_without_a_reaction_still_count_in_the_sequence(people: Bench) -> None:
    first, second = facts(people, 2)
    assert people.receiver.receive(None, first) == "DONE"
    assert people.receiver.receive(note, second) == "DONE"
    assert effects(people, first.subject) == [2]


def test_a_failed_reaction_leaves_nothing_and_is_tried_again_in_its_order(people: Bench) -> None:
    first, second = facts(people, 2)
    assert people.receiver.receive(fail, first) == "RETRY"
    assert people.receiver.receive(note, second) == "GAP"
    assert effects(people, first.subject) == []
    assert people.receiver.due() == []
    people.clock.goes_on(seconds=DELAYS[0])
    work_off(people, note)
    assert effects(people, first.subject) == [1, 2]


def test_a_poison_fact_is_set_aside_with_its_cause_and_the_others_go_on(people: Bench) -> None:
    poison, second = facts(people, 2)
    outcomes = [people.receiver.receive(fail, poison) for _ in range(len(DELAYS) + 1)]
    assert outcomes == ["RETRY"] * len(DELAYS) + ["DEAD"]
    assert people.receiver.receive(note, second) == "DONE"
    [dead] = people.rows("SELECT * FROM waiting")
    assert (dead["reason"], dead["attempts"], dead["source"]) == ("DEAD", len(DELAYS) + 1, SOURCE)
    assert dead["last_error"] == "RuntimeError: the disk is on fire"

    stored = msgspec.convert(dead["envelope"], Envelope)
    assert people.receiver.replay(note, stored) == "DONE"
    assert people.receiver.replay(note, stored) == "DONE"
    assert effects(people, poison.subject) == [2, 1]
    assert waiting(people) == []


def test_delays_grow(people: Bench) -> None:
    [fact] = facts(people, 1)
    delays = []
    for _ in DELAYS:
        people.receiver.receive(fail, fact)
        [row] = people.rows("SELECT due_at FROM waiting")
        delays.append((row["due_at"] - people.clock.now).total_seconds())
    assert delays == list(DELAYS)


def test_a_poison_fact_of_one_thing_does_not_hold_up_another(people: Bench) -> None:
    [poison], [other] = facts(people, 1), facts(people, 1)
    people.receiver.receive(fail, poison)
    assert people.receiver.receive(note, other) == "DONE"


@pytest.mark.parametrize("data", [{}, {"number": "one"}, {"number": None}])
def test_data_that_cannot_be_read_is_set_aside_like_any_failure(people: Bench, data: dict[str, Any]) -> None:
    fact = people.fact(SOURCE, "thing.noted", uuid4(), **data)
    assert people.receiver.receive(note, fact) == "RETRY"
    [row] = people.rows("SELECT last_error FROM waiting")
    assert row["last_error"].startswith("Unreadable: ")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=3), seed=st.integers(0, 2**32))
def test_any_order_with_any_repetition_has_each_effect_once_in_order(
    people: Bench, counts: list[int], seed: int
) -> None:
    things = [facts(people, count) for count in counts]
    deliveries = [fact for thing in things for fact in thing] * 2
    random.Random(seed).shuffle(deliveries)
    for fact in deliveries:
        people.receiver.receive(note, fact)
        work_off(people, note)
    assert [effects(people, thing[0].subject) for thing in things] == [list(range(1, count + 1)) for count in counts]
    assert waiting(people) == []
