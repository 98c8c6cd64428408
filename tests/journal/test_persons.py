"""Whose ids an entry tells to whom, and that every field of every fact says whether it names somebody."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from services.backbone.contracts import FOLDER
from services.journal import queries
from services.journal.domain.persons import PERSONS, PLAIN
from tests.bench import Bench
from tests.journal.telling import kept

CONTRACTS = {
    path.name.rsplit(".", 2)[0]: json.loads(path.read_text())["schema"]["properties"]
    for path in sorted((FOLDER / "services").glob("*/contracts/*.json"))
}
ME, OTHER = uuid4(), uuid4()
STAFF = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("INCUBATOR_STAFF", f"incubator/{uuid4()}")}))
ADMIN = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("ADMIN")}))


@pytest.mark.parametrize("type_", CONTRACTS)
def test_every_field_of_a_fact_is_declared_to_name_somebody_or_nobody(type_: str) -> None:
    kind = type_.partition(".")[0]
    plain, persons = PLAIN[kind], PERSONS.get(kind, frozenset())
    assert CONTRACTS[type_].keys() <= plain | persons
    assert not plain & persons


def test_nothing_is_declared_that_no_fact_carries() -> None:
    carried: dict[str, set[str]] = {}
    for type_, fields in CONTRACTS.items():
        carried.setdefault(type_.partition(".")[0], set()).update(fields)
    of_all = frozenset.intersection(*PLAIN.values())
    for kind, fields in PLAIN.items():
        assert fields - of_all <= carried[kind], kind
        assert PERSONS.get(kind, frozenset()) <= carried[kind], kind


@pytest.mark.parametrize(
    ("who", "founders", "mentor"),
    [
        (ANONYMOUS, None, None),
        (Actor(ActorKind.CLIENT, uuid4()), None, None),
        (STAFF, None, None),
        (Actor(ActorKind.PERSON, ME), [ME], None),
        (Actor(ActorKind.PERSON, OTHER), [OTHER], OTHER),
        (ADMIN, [ME, OTHER], OTHER),
        (SYSTEM, [ME, OTHER], OTHER),
    ],
)
def test_the_id_of_a_person_is_for_that_person_and_administrators(
    journal: Bench, who: Actor, founders: Any, mentor: Any
) -> None:
    named: dict[str, Any] = {"founders": [ME, OTHER], "mentor": OTHER, "stage": "IDEA", "visibility": "PUBLIC"}
    fact = kept(journal, "project.recorded", something_new="a@b.example", **named)
    [entry] = journal.ask(queries.entries_by_ids, by=who, ids=[fact.id])
    [listed] = journal.ask(queries.list_entries, by=who, filter={"subject": fact.subject})["items"]
    assert entry == listed
    everything = who in (ADMIN, SYSTEM)
    assert entry["data"] == {
        "stage": "IDEA",
        "visibility": "PUBLIC",
        **({"something_new": "a@b.example"} if everything else {}),
        **({"founders": [str(one) for one in founders]} if founders else {}),
        **({"mentor": str(mentor)} if mentor else {}),
    }
