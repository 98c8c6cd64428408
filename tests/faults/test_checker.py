"""The checker sees: each wrong that it looks for, put into a history on purpose, is found; and nothing else."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.settings import SERVICES
from gateway.schema.node import global_id
from tests.faults.checker import Findings, Stored, Told, check, followed
from tests.faults.history import OK, REFUSED, UNKNOWN, Operation

EVENT, PROJECT, STATEMENT = (str(uuid4()) for _ in range(3))
ANNA, BOB = str(uuid4()), str(uuid4())
PEOPLE = {"anna": ANNA, "bob": BOB}


def operation(number: int, kind: str, by: str, outcome: str = OK, **asked: Any) -> Operation:
    return Operation(
        number=number,
        kind=kind,
        key=f"key-{number}",
        began=number,
        ended=number + 0.1,
        outcome=outcome,
        attempts=1,
        doubtful=outcome == UNKNOWN,
        worst=0.1,
        asked={"by": by, **asked},
    )


def vote(number: int, by: str, value: str, outcome: str = OK) -> Operation:
    return operation(
        number, "vote", by, outcome, votes=[{"statement": global_id("statement", STATEMENT), "vote": value}]
    )


def told(number: int, source: str, type_: str, subject: str, version: int, cause: str | None = None) -> Told:
    return Told(number, f"{source}-{number}", type_, subject, version, cause, True)


@pytest.fixture
def operations() -> list[Operation]:
    return [
        operation(1, "register", "anna", event=global_id("event", EVENT)),
        operation(2, "register", "bob", event=global_id("event", EVENT)),
        vote(3, "anna", "AGREE"),
        vote(4, "anna", "PASS"),
        operation(5, "need", "director", project=global_id("project", PROJECT), title="one"),
        operation(6, "need", "director", project=global_id("project", PROJECT), title="two"),
        operation(7, "forward", "director", project=global_id("project", PROJECT), to="PROTOTYPE"),
        operation(8, "need", "director", REFUSED, project=global_id("project", PROJECT), title="refused"),
        operation(9, "stance", "anna", stance="AGREE", reason="first"),
        operation(10, "stance", "anna", stance="ABSTAIN", reason="second"),
    ]


@pytest.fixture
def stored() -> Stored:
    """What the databases hold when all went well."""
    project = f"project/{PROJECT}"
    needs = [{"id": "need-1", "title": "one"}, {"id": "need-2", "title": "two"}]
    return Stored(
        outboxes={
            "people": [],
            "coalitions": [],
            "incubator": [
                told(1, "incubator", "project.need_published", project, 1),
                told(2, "incubator", "project.need_published", project, 2),
            ],
            "events": [
                told(1, "events", "event.drafted", "event/a", 1, "incubator-1"),
                told(2, "events", "event.drafted", "event/b", 1, "incubator-2"),
            ],
            "journal": [],
        },
        inboxes={
            "people": [],
            "incubator": [],
            "coalitions": [],
            "events": ["incubator-1", "incubator-2"],
            "journal": ["incubator-1", "incubator-2", "events-1", "events-2"],
        },
        positions={
            "people": {},
            "incubator": {("events", "event/a"): 1, ("events", "event/b"): 1},
            "coalitions": {("incubator", project): 2, ("events", "event/a"): 1, ("events", "event/b"): 1},
            "events": {("incubator", project): 2},
            "journal": {},
        },
        waiting={service: Counter() for service in SERVICES},
        registrations=[
            {
                "id": "r1",
                "event": EVENT,
                "person": ANNA,
                "state": "CONFIRMED",
                "place_in_line": None,
                "committed": None,
            },
            {"id": "r2", "event": EVENT, "person": BOB, "state": "WAITLISTED", "place_in_line": 1, "committed": 5},
        ],
        events=[{"id": EVENT, "capacity": 1, "confirmed": 1, "offered": 0, "waiting": 1}],
        votes=[{"statement": STATEMENT, "voter": ANNA, "vote": 0}],
        votes_counted=1,
        stances=[
            {"number": 1, "organisation": "o1", "value": "AGREE", "reason": "first"},
            {"number": 2, "organisation": "o1", "value": "ABSTAIN", "reason": "second"},
        ],
        needs=needs,
        drafts=Counter({"need-1": 1, "need-2": 1}),
        moves=[
            {"subject": project, "from_state": None, "to_state": "IDEA", "rule": "project.record"},
            {"subject": project, "from_state": "IDEA", "to_state": "PROTOTYPE", "rule": "project.skip"},
        ],
    )


def sorts(findings: Findings) -> set[str]:
    names = ("lost", "duplicated", "ghosts", "out_of_order", "broken")
    return {name for name in names if getattr(findings, name)}


def test_a_run_in_which_all_went_well_has_nothing_wrong(operations: list[Operation], stored: Stored) -> None:
    findings = check(operations, stored, PEOPLE)
    assert findings.wrong == []
    assert (findings.counts["attempted"], findings.counts["acknowledged"]) == (10, 9)
    assert findings.counts["effects owed"] == 2 + 4, "the journal keeps all four"


def test_what_the_services_follow_is_read_from_themselves() -> None:
    assert ("incubator", "project.need_published") in followed("events")
    assert ("people", "role.granted") in followed("events")


def swap_causes(stored: Stored) -> None:
    first, second = stored.outboxes["events"]
    stored.outboxes["events"] = [
        told(1, "events", "event.drafted", "event/a", 1, second.cause),
        told(2, "events", "event.drafted", "event/b", 1, first.cause),
    ]


def unpublish(stored: Stored) -> None:
    stored.outboxes["incubator"][1] = replace(stored.outboxes["incubator"][1], published=False)


WRONGS: dict[str, tuple[str, Callable[[Stored], Any]]] = {
    "a registration is gone": ("lost", lambda one: (one.registrations.pop(), one.events[0].update(waiting=0))),
    "a vote is gone": ("lost", lambda one: (one.votes.clear(), setattr(one, "votes_counted", 0))),
    "a need is gone": ("lost", lambda one: one.needs.pop()),
    "a stance is gone": ("lost", lambda one: (one.stances.pop(0), one.stances[0].update(number=1))),
    "a move is gone": ("lost", lambda one: one.moves.pop()),
    "a fact never left": ("lost", unpublish),
    "a fact had no effect": ("lost", lambda one: one.inboxes["events"].pop()),
    "a fact was not kept": ("lost", lambda one: one.inboxes["journal"].pop(0)),
    "a reader stopped": ("lost", lambda one: one.positions["events"].update({("incubator", f"project/{PROJECT}"): 1})),
    "a need drafted nothing": ("lost", lambda one: one.drafts.subtract(["need-1"])),
    "a need drafted twice": ("duplicated", lambda one: one.drafts.update(["need-1"])),
    "a need is there twice": (
        "duplicated",
        lambda one: (one.needs.append({"id": "need-3", "title": "one"}), one.drafts.update(["need-3"])),
    ),
    "a person is registered twice": (
        "duplicated",
        lambda one: (
            one.registrations.append({**one.registrations[1], "id": "r3", "place_in_line": 2, "committed": 6}),
            one.events[0].update(waiting=2),
        ),
    ),
    "a stage was moved twice": (
        "duplicated",
        lambda one: one.moves.append({**one.moves[1], "from_state": "PROTOTYPE", "to_state": "LAUNCH"}),
    ),
    "a stance is kept twice": ("duplicated", lambda one: one.stances.append({**one.stances[1], "number": 3})),
    "an earlier stance counts": (
        "broken",
        lambda one: (one.stances[0].update(number=2), one.stances[1].update(number=1), one.stances.reverse()),
    ),
    "a refused need is there": (
        "ghosts",
        lambda one: (one.needs.append({"id": "need-3", "title": "refused"}), one.drafts.update(["need-3"])),
    ),
    "a vote changed by itself": ("ghosts", lambda one: one.votes[0].update(vote=1)),
    "an effect without a cause": (
        "ghosts",
        lambda one: one.outboxes["events"].__setitem__(0, told(1, "events", "event.drafted", "event/a", 1, "nobody")),
    ),
    "effects in another order": ("out_of_order", swap_causes),
    "an overbooked gathering": ("broken", lambda one: one.events[0].update(capacity=0)),
    "a seat counted wrongly": ("broken", lambda one: one.events[0].update(waiting=0)),
    "a vote counted twice": ("broken", lambda one: setattr(one, "votes_counted", 2)),
    "a history with a gap": ("broken", lambda one: one.moves[1].update(from_state="LAUNCH")),
    "a fact that still waits": ("broken", lambda one: one.waiting["events"].update(["GAP"])),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_each_wrong_is_seen_for_what_it_is(operations: list[Operation], stored: Stored, wrong: str) -> None:
    sort, put_in = WRONGS[wrong]
    doctored = copy.deepcopy(stored)
    put_in(doctored)
    assert sorts(check(operations, doctored, PEOPLE)) == {sort}


def test_a_line_out_of_order_is_seen(operations: list[Operation], stored: Stored) -> None:
    third = {**stored.registrations[1], "id": "r3", "person": ANNA, "place_in_line": 0, "committed": 6}
    stored.registrations[0] = third
    stored.events[0].update(confirmed=0, waiting=2)
    assert sorts(check(operations, stored, PEOPLE)) == {"broken"}


def test_an_effect_in_doubt_may_be_there_or_not(operations: list[Operation], stored: Stored) -> None:
    in_doubt = vote(11, "anna", "DISAGREE", UNKNOWN)
    assert check([*operations, in_doubt], stored, PEOPLE).wrong == []
    stored.votes[0]["vote"] = -1
    assert check([*operations, in_doubt], stored, PEOPLE).wrong == []
