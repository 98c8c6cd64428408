"""A person who is erased stands in no entry any more, whenever it comes."""

from __future__ import annotations

from uuid import UUID, uuid4

from services.backbone.actor import Actor, ActorKind
from services.backbone.envelope import Envelope
from services.journal import queries
from services.journal.use_cases.erase_person import erase_person
from services.journal.use_cases.keep_entry import keep_entry
from services.journal.use_cases.keep_role import keep_role
from services.journal.use_cases.let_go_of_the_forgotten import let_go_of_the_forgotten
from tests.bench import Bench
from tests.journal.telling import kept, told

AMINA, BERTHE = Actor(ActorKind.PERSON, uuid4()), Actor(ActorKind.PERSON, uuid4())


def begun(journal: Bench, person: UUID | None) -> Envelope:
    said = {"person": person, "request": uuid4()}
    return told(journal, "person.erasure_started", person, source="people", by=AMINA, **said)


def tables_with(journal: Bench, person: UUID | None) -> set[str]:
    """The tables in which an id stands, but for the outbox, which is emptied after a week."""
    everything = journal.everything()
    return {table for table, rows in everything.items() if any(str(person) in row for row in rows)} - {"outbox"}


def test_the_person_is_named_nowhere_and_what_happened_stays(journal: Bench) -> None:
    project, shown = uuid4(), {"themes": ["accueil"], "visibility": "PUBLIC"}
    applied = kept(journal, "project.applied", project, by=AMINA, founders=[AMINA.id, BERTHE.id], **shown)
    other = kept(journal, "project.admitted", project, by=BERTHE, founders=[BERTHE.id], **shown)
    role = {"grant": uuid4(), "person": AMINA.id, "role": "MENTOR", "scope": f"project/{project}", "until": None}
    journal.deliver(keep_role, told(journal, "role.granted", role["grant"], source="people", **role))
    [before] = journal.rows("SELECT * FROM entries WHERE fact = :fact", fact=other.id)
    started = begun(journal, AMINA.id)
    journal.deliver(erase_person, started)

    assert tables_with(journal, AMINA.id) == set()
    assert journal.rows("SELECT * FROM entries WHERE fact = :fact", fact=other.id) == [before]
    [row] = journal.rows("SELECT * FROM entries WHERE fact = :fact", fact=applied.id)
    nobody = row["actor"]
    assert row["data"] == {**applied.data, "founders": [str(nobody), str(BERTHE.id)]}
    mentions = journal.rows("SELECT mention FROM entry_mentions WHERE number = :number", number=row["number"])
    assert {one["mention"] for one in mentions} == {nobody, BERTHE.id}
    assert nobody != AMINA.id
    [answer] = journal.facts("person.erased_in")
    assert (answer["subject"], answer["causationid"]) == (f"person/{AMINA.id}", str(started.id))
    assert answer["data"]["counts"] == {"entries": 2, "role_grants": 1}
    assert (answer["data"]["service"], answer["data"]["kept"]) == ("journal", {})


def test_what_comes_late_names_them_neither(journal: Bench) -> None:
    journal.deliver(erase_person, begun(journal, AMINA.id))
    late = kept(journal, "project.applied", by=AMINA, founders=[AMINA.id, BERTHE.id], visibility="PUBLIC")
    done = kept(journal, "person.erased", AMINA.id, source="people", person=AMINA.id)
    assert tables_with(journal, AMINA.id) == set()
    assert str(BERTHE.id) in str(journal.rows("SELECT data FROM entries WHERE fact = :fact", fact=late.id))
    assert journal.ask(queries.entries_by_ids, ids=[done.id])[0]["type"] == "person.erased"


def test_an_erasure_is_answered_once_however_often_it_comes(journal: Bench) -> None:
    journal.deliver(erase_person, begun(journal, AMINA.id))
    [answer] = journal.facts()
    assert answer["data"]["counts"] == {}


def test_after_a_month_it_is_not_known_any_more_who_was_erased(journal: Bench) -> None:
    journal.deliver(erase_person, begun(journal, AMINA.id))
    journal.clock.goes_on(days=29)
    assert journal.run_due(let_go_of_the_forgotten) == 0
    journal.clock.goes_on(days=2)
    assert journal.run_due(let_go_of_the_forgotten) == 1
    assert journal.rows("SELECT 1 FROM forgotten") == []
    journal.deliver(keep_entry, told(journal, by=BERTHE))
