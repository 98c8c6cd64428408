"""Every fact is kept once, as it comes, in the order of the commits."""

from __future__ import annotations

import json
from random import Random
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.backbone.actor import SYSTEM, Actor, ActorKind
from services.backbone.dead_letters import reaction_to
from services.backbone.envelope import Envelope
from services.backbone.perform import Call
from services.journal.domain.entry import Entry
from services.journal.domain.sight import SAY_WHO_SEES, SeenBy, fewer, seen_by
from services.journal.received import Anything
from services.journal.service import JournalService
from services.journal.use_cases.erase_person import erase_person
from services.journal.use_cases.keep_entry import keep_entry
from services.journal.use_cases.keep_role import drop_role, keep_role
from tests.bench import Bench
from tests.journal.telling import kept, told
from tests.running import until

AMINA = Actor(ActorKind.PERSON, uuid4())


def numbers(journal: Bench) -> list[UUID]:
    return [row["fact"] for row in journal.rows("SELECT fact FROM entries ORDER BY number")]


def test_an_entry_says_what_happened_to_what_when_by_whom_and_why(journal: Bench) -> None:
    project, founder = uuid4(), uuid4()
    said = {"project": project, "founders": [founder], "themes": ["accueil"], "visibility": "NETWORK"}
    cause = kept(journal, "project.reviewed")
    fact = kept(journal, "project.admitted", project, by=AMINA, cause=cause, **said)
    [row] = journal.rows("SELECT * FROM entries WHERE fact = :fact", fact=fact.id)
    number = row.pop("number")
    marks = journal.rows("SELECT mark, seen_by FROM entry_marks WHERE number = :number", number=number)
    assert {one["mark"]: one["seen_by"] for one in marks} == {
        "type/project.admitted": "NETWORK",
        "theme/accueil": "NETWORK",
        "both/project.admitted/accueil": "NETWORK",
    }
    mentions = journal.rows("SELECT mention FROM entry_mentions WHERE number = :number", number=number)
    assert {one["mention"] for one in mentions} == {founder, AMINA.id}
    assert row == {
        "fact": fact.id,
        "type": "project.admitted",
        "service": "incubator",
        "kind": "project",
        "thing": project,
        "at": journal.clock.now,
        "actor_kind": "PERSON",
        "actor": AMINA.id,
        "seen_by": "NETWORK",
        "data": fact.data,
        "correlation": "bench",
        "cause": cause.id,
    }


def test_what_was_told_before_the_journal_listened_is_not_waited_for(journal: Bench) -> None:
    """In order, the seventh fact of a thing would wait for six that nobody tells any more."""
    first, second = told(journal, subject=(thing := uuid4())), told(journal, subject=thing)
    journal.deliver(keep_entry, second)
    journal.deliver(keep_entry, first)
    assert numbers(journal) == [second.id, first.id]
    assert journal.rows("SELECT 1 FROM waiting") == []


def keep_and_fail(fact: Anything, work: Any) -> None:
    keep_entry(fact, work)
    raise RuntimeError("the disk is on fire")


def test_a_fact_that_cannot_be_kept_waits_for_its_next_try_and_holds_up_nobody(journal: Bench) -> None:
    broken = told(journal, subject=(thing := uuid4()))
    assert journal.receiver.receive(keep_and_fail, broken) == "RETRY"
    assert journal.receiver.receive(keep_entry, after := told(journal, subject=thing)) == "DONE"
    assert numbers(journal) == [after.id]
    for seconds in (1, 10, 60, 600):
        journal.clock.goes_on(seconds=seconds)
        [due] = journal.receiver.due()
        assert due.id == broken.id
        outcome = journal.receiver.receive(keep_and_fail, due)
    assert outcome == "DEAD"
    assert numbers(journal) == [after.id]
    assert journal.receiver.replay(keep_entry, broken) == "DONE"
    assert numbers(journal) == [after.id, broken.id]
    assert journal.rows("SELECT 1 FROM waiting") == []


def test_facts_that_come_together_are_kept_in_one_transaction_each_once(journal: Bench) -> None:
    first, second, third = told(journal), told(journal, by=AMINA), told(journal)
    journal.receiver.receive_together([(keep_entry, one) for one in (first, second, first)])
    assert numbers(journal) == [first.id, second.id]
    [row] = journal.rows("SELECT actor, correlation FROM entries WHERE fact = :fact", fact=second.id)
    assert row == {"actor": AMINA.id, "correlation": second.correlationid}
    after = journal.everything()
    with pytest.raises(RuntimeError):
        journal.receiver.receive_together([(keep_entry, third), (keep_and_fail, told(journal)), (keep_entry, second)])
    assert journal.everything() == after, "all of them or none"
    journal.receiver.receive_together([(keep_entry, second), (keep_entry, third)])
    assert numbers(journal) == [first.id, second.id, third.id]


def test_an_erasure_among_facts_that_come_together_spares_none_of_them(journal: Bench) -> None:
    before, after = told(journal, by=AMINA), told(journal, by=AMINA, founders=[AMINA.id])
    said = {"person": AMINA.id, "request": uuid4()}
    started = told(journal, "person.erasure_started", AMINA.id, source="people", by=AMINA, **said)
    journal.receiver.receive_together([(keep_entry, before), (erase_person, started), (keep_entry, after)])
    assert numbers(journal) == [before.id, started.id, after.id]
    assert str(AMINA.id) not in str(journal.rows("SELECT * FROM entries")) + str(
        journal.rows("SELECT * FROM entry_mentions")
    )
    [answer] = journal.facts("person.erased_in")
    assert (answer["causationid"], answer["data"]["counts"]) == (str(started.id), {"entries": 1})


def test_a_fact_that_was_set_aside_is_replayed_like_any_other(journal: Bench) -> None:
    for type_, reaction in (("event.held", keep_entry), ("role.revoked", drop_role)):
        source = "events" if type_ == "event.held" else "people"
        assert reaction_to(JournalService, journal.fact(source, type_, uuid4())) is reaction


def test_a_fact_told_anew_after_the_inbox_forgot_it_is_still_one_entry(journal: Bench) -> None:
    fact = kept(journal)
    with journal.engine.begin() as connection:
        connection.execute(text("DELETE FROM inbox"))
    assert journal.receiver.receive(keep_entry, fact) == "DONE"
    assert numbers(journal) == [fact.id]


def test_numbers_are_drawn_in_the_order_of_the_commits(journal: Bench) -> None:
    """Who reads a page while another writes would else miss what got an earlier number and came later."""
    slow, quick = told(journal), told(journal)
    thread = Thread(target=journal.receiver.receive, args=(keep_entry, quick))
    with journal.performer.transaction(Call(actor=SYSTEM), cause=slow) as work:
        work.entries.keep(Entry.of(slow))  # type: ignore[attr-defined]
        thread.start()
        until(lambda: journal.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
        assert numbers(journal) == []
    thread.join()
    assert numbers(journal) == [slow.id, quick.id]


def grant(journal: Bench, person: UUID) -> tuple[Envelope, Envelope]:
    """A role given, and the same taken back."""
    said = {"grant": uuid4(), "person": person, "role": "ADMIN", "scope": None}
    given = told(journal, "role.granted", said["grant"], source="people", **said, until=None)
    return given, told(journal, "role.revoked", said["grant"], source="people", **said)


def test_a_role_is_held_from_the_fact_that_gives_it_to_the_one_that_takes_it(journal: Bench) -> None:
    given_role, taken = grant(journal, person := uuid4())
    journal.deliver(keep_role, given_role)
    assert [row["person"] for row in journal.rows("SELECT person FROM role_grants")] == [person]
    journal.deliver(drop_role, taken)
    assert journal.rows("SELECT 1 FROM role_grants") == []
    assert numbers(journal) == [given_role.id, taken.id]


def test_a_role_that_was_taken_back_is_not_held_because_its_gift_comes_late(journal: Bench) -> None:
    given_role, taken = grant(journal, uuid4())
    journal.deliver(drop_role, taken)
    journal.deliver(keep_role, given_role)
    assert journal.rows("SELECT 1 FROM role_grants") == []
    assert numbers(journal) == [taken.id, given_role.id]


IDS = [uuid4() for _ in range(4)]
TEXTS = st.one_of(st.sampled_from([str(one) for one in IDS]), st.sampled_from([f"x/{IDS[0]}", "accueil", "été"]))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


@given(
    data=st.dictionaries(st.sampled_from(["themes", "person", "inside"]), JSON),
    thing=st.sampled_from(IDS),
    actor=st.sampled_from([None, *IDS]),
    gone=st.sets(st.sampled_from(IDS)),
)
def test_an_entry_without_somebody_names_them_nowhere_and_says_all_else(
    data: dict[str, object], thing: UUID, actor: UUID | None, gone: set[UUID]
) -> None:
    fact = msgspec.convert(
        {
            "id": uuid4(),
            "source": "people",
            "type": "person.changed",
            "subject": f"person/{thing}",
            "time": "2026-03-02T12:00:00Z",
            "dataschema": "urn:x/person.changed/1",
            "correlationid": "c",
            "actor": {"kind": "PERSON", "id": actor},
            "aggregateversion": 1,
            "data": data,
        },
        Envelope,
    )
    entry = Entry.of(fact)
    assert {one for one in IDS if str(one) in json.dumps(data)} | {thing} | ({actor} - {None}) == entry.mentions
    assert entry.seen_by is SeenBy.PRIVATE
    left = entry.without(gone)
    assert not gone & left.mentions
    assert not [one for one in gone if str(one) in str(left)]
    assert len(left.mentions) == len(entry.mentions)
    if not gone & entry.mentions:
        assert left == entry
    assert (left.fact, left.type, left.at, left.cause) == (entry.fact, entry.type, entry.at, entry.cause)


WORDS = ("project.admitted", "project.described", "project.reviewed", "event.published", "role.granted")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["PUBLIC", "NETWORK", "PRIVATE"])), max_size=6),
    shuffled=st.randoms(use_true_random=False),
)
def test_in_whatever_order_facts_come_the_same_is_seen(
    journal_bench: Bench, said: list[tuple[str, str]], shuffled: Random
) -> None:
    """As owners told them, each is seen by its own word, and by no more than was said last of its thing since."""
    journal, thing = journal_bench, uuid4()
    facts = []
    for type_, visibility in said:
        journal.clock.goes_on(seconds=1)
        facts.append(told(journal, type_, thing, visibility=visibility))
    order = [*facts, *facts]
    shuffled.shuffle(order)
    for fact in order:
        assert journal.receiver.receive(keep_entry, fact) in ("DONE", "DUPLICATE")

    expected = {}
    for fact in facts:
        own = seen_by(fact.type, fact.data["visibility"])
        later = [one for one in facts if one.time > fact.time and one.type in SAY_WHO_SEES]
        word = seen_by(later[-1].type, later[-1].data["visibility"]) if later else own
        expected[fact.id] = str(fewer(own, word))
    found = journal.rows("SELECT fact, seen_by FROM entries WHERE thing = :thing", thing=thing)
    assert {row["fact"]: row["seen_by"] for row in found} == expected
    marked = journal.rows(
        "SELECT fact, m.seen_by FROM entries JOIN entry_marks m USING (number) WHERE thing = :thing", thing=thing
    )
    assert {row["fact"]: row["seen_by"] for row in marked} == expected
