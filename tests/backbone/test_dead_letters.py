"""What was set aside is listed, shown, replayed through its own reaction, or discarded with a reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.backbone.dead_letters import (
    dead_letter,
    dead_letters,
    discard_dead_letter,
    reaction_to,
    replay_dead_letter,
)
from services.backbone.entrypoints import reaction
from services.backbone.envelope import Envelope
from services.backbone.receive import DELAYS
from services.backbone.rules import BrokenRule
from services.backbone.work import Work
from tests.bench import Bench

healed = False


@dataclass(frozen=True, kw_only=True)
class Noted:
    number: int


def note(fact: Noted, work: Work) -> None:
    """A reaction that fails until whatever ails it was mended."""
    if not healed:
        raise RuntimeError("the disk is on fire")
    work.session.execute(
        text(
            "INSERT INTO history (subject, aspect, to_state, actor_kind, at, correlation_id) "
            "VALUES (:subject, 'noted', :number, 'SYSTEM', :now, 'test')"
        ),
        {"subject": work.cause.subject, "number": str(fact.number), "now": work.now},  # type: ignore[union-attr]
    )


class Noting:
    """A service that reacts to one fact."""

    desk: Any

    @reaction("thing.noted", source="elsewhere")
    def on_thing_noted(self, fact: Envelope) -> Any:
        return self.desk.react(note, fact)


@pytest.fixture(autouse=True)
def ailing() -> None:
    global healed
    healed = False


@pytest.fixture
def dead(people: Bench) -> Envelope:
    """A fact that was tried as often as any and set aside."""
    fact = people.fact("elsewhere", "thing.noted", uuid4(), number=1)
    for _ in range(len(DELAYS) + 1):
        people.receiver.receive(note, fact)
    return fact


def replay(people: Bench, fact: UUID) -> dict[str, Any]:
    return replay_dead_letter(Noting, people.receiver, {"id": str(fact)})


def effects(people: Bench) -> int:
    return len(people.rows("SELECT 1 FROM history WHERE aspect = 'noted'"))


def test_a_dead_letter_is_listed_with_its_cause_its_attempts_and_its_origin(people: Bench, dead: Envelope) -> None:
    [listed] = people.ask(dead_letters, reason="DEAD")
    assert listed["fact"] == str(dead.id)
    assert (listed["source"], listed["type"], listed["attempts"]) == ("elsewhere", "thing.noted", len(DELAYS) + 1)
    assert listed["last_error"] == "RuntimeError: the disk is on fire"
    assert people.ask(dead_letters, reason="GAP") == []


def test_one_is_shown_with_its_whole_envelope(people: Bench, dead: Envelope) -> None:
    shown = people.ask(dead_letter, id=dead.id)
    assert shown["envelope"]["data"] == {"number": 1}
    assert shown["position"] == 1
    assert people.ask_refused(dead_letter, id=uuid4())["code"] == "NOT_FOUND"


def test_replayed_after_the_cause_was_mended_it_takes_effect_once(people: Bench, dead: Envelope) -> None:
    global healed
    healed = True
    assert replay(people, dead.id)["value"]["outcome"] == "DONE"
    assert effects(people) == 1
    assert people.ask(dead_letters) == []
    assert replay(people, dead.id)["problems"][0]["code"] == "NOT_FOUND"
    assert effects(people) == 1


def test_replayed_too_early_it_stays_with_the_new_cause(people: Bench, dead: Envelope) -> None:
    [problem] = replay(people, dead.id)["problems"]
    assert problem["rule"] == "dead_letter.failed_again"
    [listed] = people.ask(dead_letters)
    assert (listed["reason"], listed["attempts"]) == ("DEAD", len(DELAYS) + 2)
    assert effects(people) == 0


def test_what_still_waits_is_neither_replayed_nor_discarded(people: Bench) -> None:
    fact = people.fact("elsewhere", "thing.noted", uuid4(), number=1)
    people.receiver.receive(note, fact)
    assert replay(people, fact.id)["problems"][0]["rule"] == "dead_letter.still_waits"
    assert people.refused(discard_dead_letter, id=fact.id, reason="Essai")["rule"] == "dead_letter.still_waits"


def test_discarded_it_is_gone_and_the_reason_stays(people: Bench, dead: Envelope) -> None:
    assert people.refused(discard_dead_letter, id=dead.id, reason=" ")["field"] == "reason"
    people.perform(discard_dead_letter, id=dead.id, reason="Sent twice by a former release")
    assert people.ask(dead_letters) == []
    [kept] = people.rows("SELECT subject, to_state, reason FROM history")
    assert kept == {"subject": dead.subject, "to_state": "DISCARDED", "reason": "Sent twice by a former release"}
    assert people.refused(discard_dead_letter, id=dead.id, reason="Again")["code"] == "NOT_FOUND"


def test_a_fact_that_nothing_reacts_to_any_more_is_said_so(people: Bench) -> None:
    with pytest.raises(BrokenRule, match="Nothing reacts"):
        reaction_to(Noting, people.fact("elsewhere", "thing.forgotten", uuid4()))
