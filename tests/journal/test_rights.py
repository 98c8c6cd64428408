"""Who sees which entries, whose they are, and what belongs together: one row for each who may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from services.backbone.envelope import Envelope
from services.journal import queries
from services.journal.domain.sight import INTERNAL_TYPES
from services.journal.use_cases.keep_entry import keep_entry
from tests.bench import Bench
from tests.journal.telling import kept, told

SELF, OTHER = uuid4(), Actor(ActorKind.PERSON, uuid4())


def a_person(*grants: Grant) -> Actor:
    return Actor(ActorKind.PERSON, uuid4(), frozenset(grants))


@dataclass(frozen=True)
class Right:
    """Of entries PUBLIC, NETWORK, PRIVATE, silent and INTERNAL, what is seen; whether persons and requests are."""

    who: Actor
    sees: str
    persons: bool = False
    requests: bool = False


RIGHTS = {
    "anonymous": Right(ANONYMOUS, "Y----"),
    "signed in": Right(a_person(), "YY---"),
    "an application": Right(Actor(ActorKind.CLIENT, uuid4()), "YY---"),
    "mentor": Right(a_person(Grant("MENTOR", f"project/{uuid4()}")), "YY---"),
    "staff": Right(a_person(Grant("INCUBATOR_STAFF", f"incubator/{uuid4()}")), "YY---", requests=True),
    "direction": Right(a_person(Grant("DIRECTOR")), "YY---", requests=True),
    "administrator": Right(a_person(Grant("ADMIN")), "YYYY-", persons=True, requests=True),
    "the network": Right(SYSTEM, "YYYY-", persons=True, requests=True),
    "oneself": Right(Actor(ActorKind.PERSON, SELF), "YYYYY", persons=True),
}
SHOWN: tuple[tuple[str, dict[str, str]], ...] = (
    ("project.stage_changed", {"visibility": "PUBLIC"}),
    ("project.stage_changed", {"visibility": "NETWORK"}),
    ("project.stage_changed", {"visibility": "PRIVATE"}),
    ("role.granted", {}),
    ("project.reviewed", {"visibility": "PUBLIC"}),
)


@pytest.fixture(scope="module")
def all_sorts(journal_bench: Bench) -> list[Envelope]:
    """One of each, all done by one person for the same reason."""
    journal = journal_bench
    journal.empty()
    cause = kept(journal, "theme.recorded", source="people", theme="accueil")
    by = Actor(ActorKind.PERSON, SELF)
    project = uuid4()
    subject = {"role.granted": uuid4()}
    return [
        kept(journal, type_, subject.get(type_, project), by=by, cause=cause, themes=["accueil"], **said)
        for type_, said in SHOWN
    ]


def seen(rows: list[dict[str, Any] | None], of: list[Envelope]) -> str:
    ids = {row["id"] for row in rows if row}
    return "".join("Y" if str(one.id) in ids else "-" for one in of)


@pytest.mark.parametrize("who", RIGHTS)
def test_entries_are_shown_to_those_who_may_see_them(journal_bench: Bench, all_sorts: list[Envelope], who: str) -> None:
    journal = journal_bench
    right = RIGHTS[who]
    ids = [one.id for one in all_sorts]
    found = journal.ask(queries.entries_by_ids, by=right.who, ids=[*ids, uuid4()])
    assert (seen(found, all_sorts), found[-1]) == (right.sees, None)
    [caused] = journal.ask(queries.consequences_by_ids, by=right.who, ids=[all_sorts[0].causationid])
    assert seen(caused, all_sorts) == right.sees
    listed = journal.ask(queries.list_entries, by=right.who, filter={"theme": "accueil"})["items"]
    of_everybody = "YY---" if who == "oneself" else right.sees
    assert seen(listed, all_sorts) == of_everybody

    assert {one["actor"]["id"] for one in listed} == {str(SELF) if right.persons else None}
    assert {one["actor"]["kind"] for one in listed} == {"PERSON"}
    assert {one["correlation"] for one in listed} == {"bench" if right.requests else None}


@pytest.mark.parametrize("who", RIGHTS)
def test_what_a_person_did_is_for_administrators_and_that_person(
    journal_bench: Bench, all_sorts: list[Envelope], who: str
) -> None:
    journal = journal_bench
    right, asked = RIGHTS[who], {"filter": {"person": SELF}}
    if not right.persons:
        refusal = journal.ask_refused(queries.list_entries, by=right.who, **asked)
        assert (refusal["code"], refusal["rule"]) == ("FORBIDDEN", "journal.somebody_else")
        return
    found = journal.ask(queries.list_entries, by=right.who, **asked)["items"]
    assert seen(found, all_sorts) == right.sees


def test_what_names_somebody_is_among_what_is_asked_of_them_as_far_as_they_may_see_it(journal: Bench) -> None:
    named = {"project": uuid4(), "founders": [SELF]}
    public, private = (kept(journal, by=OTHER, visibility=one, **named) for one in ("PUBLIC", "PRIVATE"))
    for who, sees in (("oneself", "Y-"), ("administrator", "YY")):
        found = journal.ask(queries.list_entries, by=RIGHTS[who].who, filter={"person": SELF})["items"]
        assert seen(found, [public, private]) == sees
        assert {one["actor"]["id"] for one in found} == {None if who == "oneself" else str(OTHER.id)}


def test_a_role_is_known_from_its_fact(journal: Bench) -> None:
    """The passport carries roles that the identity provider vouches for; those that were granted stand here."""
    from services.journal.use_cases.keep_role import drop_role, keep_role
    from tests.journal.test_keeping import grant

    private = kept(journal, visibility="PRIVATE")
    admin = a_person()
    assert admin.id is not None
    given, taken = grant(journal, admin.id)

    def sees() -> bool:
        return journal.ask(queries.entries_by_ids, by=admin, ids=[private.id]) != [None]

    assert not sees()
    journal.deliver(keep_role, given)
    assert sees()
    journal.deliver(drop_role, taken)
    assert not sees()


def test_what_was_public_once_is_seen_by_those_who_see_the_thing_now(journal: Bench) -> None:
    project = uuid4()

    def told(type_: str, visibility: str, thing: UUID = project) -> Envelope:
        journal.clock.goes_on(seconds=1)
        return kept(journal, type_, thing, visibility=visibility, themes=["accueil"])

    def shown(who: Actor = ANONYMOUS) -> str:
        found = journal.ask(queries.entries_by_ids, by=who, ids=[one.id for one in every])
        listed = journal.ask(queries.list_entries, by=who, filter={"theme": "accueil"})["items"]
        assert seen(found, every) == seen(listed, every)
        return seen(found, every)

    every = [told("project.applied", "PRIVATE"), told("project.admitted", "PUBLIC")]
    every += [told("project.reviewed", "PUBLIC"), told("project.admitted", "PUBLIC", uuid4())]
    assert shown() == "-Y-Y"
    every.append(told("project.described", "NETWORK"))
    assert (shown(), shown(a_person())) == ("---Y-", "-Y-YY")
    every.append(told("project.described", "PRIVATE"))
    assert (shown(), shown(a_person())) == ("---Y--", "---Y--")
    every.append(told("project.described", "PUBLIC"))
    assert (shown(), shown(a_person())) == ("-Y-Y--Y", "-Y-YY-Y")
    every.append(told("project.paused", "PUBLIC"))
    assert shown() == "-Y-Y--YY"


def test_a_gathering_that_is_published_shows_what_it_came_from_again(journal: Bench) -> None:
    gathering = uuid4()
    drafted = kept(journal, "event.drafted", gathering, visibility="NETWORK")

    def is_seen(who: Actor) -> bool:
        return journal.ask(queries.entries_by_ids, by=who, ids=[drafted.id]) != [None]

    for type_, visibility, is_shown in (
        ("event.taken_up", "PRIVATE", False),
        ("event.edited", "PRIVATE", False),
        ("event.published", "PUBLIC", True),
    ):
        journal.clock.goes_on(seconds=1)
        kept(journal, type_, gathering, visibility=visibility)
        assert (is_seen(a_person()), is_seen(ANONYMOUS)) == (is_shown, False)


def test_what_comes_late_is_seen_by_no_more_than_was_said_since(journal: Bench) -> None:
    project = uuid4()
    late = told(journal, "project.admitted", project, visibility="PUBLIC")
    older = told(journal, "project.described", project, visibility="PUBLIC")
    journal.clock.goes_on(seconds=1)
    hidden = kept(journal, "project.described", project, visibility="PRIVATE")
    journal.clock.goes_on(seconds=1)
    after = kept(journal, "project.reopened", project, visibility="PUBLIC")
    for fact in (late, older):
        journal.deliver(keep_entry, fact)
    every = [late, older, hidden, after]
    assert seen(journal.ask(queries.entries_by_ids, by=ANONYMOUS, ids=[one.id for one in every]), every) == "---Y"


def test_every_query_of_the_service_has_its_right() -> None:
    from services.backbone.entrypoints.rpc import RemoteMethod
    from services.backbone.service import Service
    from services.journal.service import JournalService

    asked = {
        name
        for name in set(dir(JournalService)) - set(dir(Service))
        for one in getattr(getattr(JournalService, name), "nameko_entrypoints", ())
        if isinstance(one, RemoteMethod)
    }
    assert asked == {"list_entries", "entries_by_ids", "consequences_by_ids"}


def test_what_is_internal_is_a_fact_that_somebody_tells() -> None:
    from services.backbone.contracts import FOLDER

    told = {path.name.rsplit(".", 2)[0] for path in (FOLDER / "services").glob("*/contracts/*.json")}
    assert told >= INTERNAL_TYPES


def test_a_word_that_names_who_was_erased_hides_like_any_other(journal: Bench) -> None:
    from services.journal.use_cases.erase_person import erase_person
    from tests.journal.test_erasure import begun

    project, gone = uuid4(), uuid4()
    admitted = kept(journal, "project.admitted", project, visibility="PUBLIC")
    journal.deliver(erase_person, begun(journal, gone))
    journal.clock.goes_on(seconds=1)
    kept(journal, "project.recorded", project, visibility="PRIVATE", founders=[gone])
    assert journal.ask(queries.entries_by_ids, by=ANONYMOUS, ids=[admitted.id]) == [None]
