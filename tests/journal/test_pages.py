"""Pages of the journal: stable while it grows, found by indexes, counted to a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text

from services.backbone.actor import ANONYMOUS, Actor, ActorKind, Grant
from services.journal import queries
from tests.bench import Bench
from tests.journal.telling import kept

SIGNED_IN = Actor(ActorKind.PERSON, uuid4())
ADMIN = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("ADMIN")}))


def pages(journal: Bench, **asked: Any) -> Iterator[list[str]]:
    """The ids of one page after the other."""
    after: dict[str, str] = {}
    while True:
        page = journal.ask(queries.list_entries, by=ANONYMOUS, **asked, **after)
        yield [one["id"] for one in page["items"]]
        if not page["has_next"]:
            return
        after = {"after": page["cursors"][-1]}


def test_pages_that_follow_one_another_hold_each_entry_once_while_others_come(journal: Bench) -> None:
    known = [str(kept(journal, visibility="PUBLIC").id) for _ in range(7)]
    found: list[str] = []
    for page in pages(journal, first=2):
        found += page
        kept(journal, visibility="PUBLIC")
    assert found == known[::-1]


def test_a_filter_holds_on_every_page(journal: Bench) -> None:
    project = uuid4()
    wanted = [
        str(kept(journal, "project.stage_changed", project, themes=["accueil"], visibility="PUBLIC").id)
        for _ in range(3)
    ]
    kept(journal, "project.stalled", project, themes=["accueil"], visibility="PUBLIC")
    kept(journal, "project.stage_changed", uuid4(), themes=["accueil"], visibility="PUBLIC")
    other = kept(journal, "project.stage_changed", project, themes=["emploi"], visibility="PUBLIC")
    asked = {"types": ["project.stage_changed", "event.held"], "subject": f"project/{project}", "theme": "accueil"}
    assert [one for page in pages(journal, filter=asked, first=1) for one in page] == wanted[::-1]
    assert [one for page in pages(journal, filter={"theme": "emploi"}) for one in page] == [str(other.id)]
    twice = {**asked, "subject": None, "types": ["project.stalled", "project.stage_changed", "project.stalled"]}
    stalled = str(kept(journal, "project.stalled", uuid4(), themes=["accueil"], visibility="PUBLIC").id)
    together = [one for page in pages(journal, filter=twice, first=1) for one in page]
    assert (together[0], len(together), len(set(together))) == (stalled, 6, 6), "in order, each once"
    assert list(pages(journal, filter={**asked, "types": []})) == [[]]
    assert list(pages(journal, filter={"types": []})) == [[]]
    assert list(pages(journal, filter={"types": ["accueil"]})) == [[]], "a theme is no type"
    assert list(pages(journal, filter={"theme": "project.stage_changed"})) == [[]], "a type is no theme"
    assert list(pages(journal, filter={**asked, "subject": f"event/{project}"})) == [[]]
    assert list(pages(journal, filter={"subject": "project/not-an-id"})) == [[]]


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"first": 101}, "PAGE_TOO_LARGE"), ({"first": 0}, "VALIDATION"), ({"after": "WzFd"}, "VALIDATION")],
)
def test_a_page_that_cannot_be_is_refused(journal: Bench, asked: dict[str, Any], code: str) -> None:
    assert journal.ask_refused(queries.list_entries, **asked)["code"] == code


def test_entries_are_counted_when_that_is_asked_for_and_to_a_bound(
    journal: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for visibility in ("PUBLIC", "PUBLIC", "NETWORK"):
        kept(journal, visibility=visibility)
    assert journal.ask(queries.list_entries, by=ANONYMOUS)["total"] is None
    assert journal.ask(queries.list_entries, by=ANONYMOUS, count=True, first=1)["total"] == 2
    monkeypatch.setattr(queries, "MOST_COUNTED", 1)
    assert journal.ask(queries.list_entries, by=ANONYMOUS, count=True)["total"] == 1


def test_an_entry_shows_twenty_consequences_at_most_in_their_order(journal: Bench) -> None:
    cause, other = kept(journal, visibility="PUBLIC"), kept(journal, visibility="PUBLIC")
    caused = [str(kept(journal, "event.drafted", cause=cause, visibility="PUBLIC").id) for _ in range(22)]
    first, none, second = journal.ask(queries.consequences_by_ids, ids=[cause.id, uuid4(), cause.id])
    assert [one["id"] for one in first] == caused[:20]
    assert (none, second) == ([], first)
    assert journal.ask(queries.consequences_by_ids, ids=[other.id]) == [[]]


@dataclass(frozen=True)
class Grown:
    """A journal of many entries, and one of each thing that is asked for."""

    journal: Bench
    person: UUID
    thing: UUID
    facts: list[UUID]


#: 1 in 50 entries is public; the newest 5,000 are private, as when votes come in.
FILL = """
INSERT INTO entries (fact, type, service, kind, thing, at, actor_kind, actor, seen_by, data, correlation,
                     cause)
SELECT id(n), 'event.kind_' || n % 40, 'events', 'event', id(n % 3000), timestamptz '2026-01-01' + n * interval '1 s',
    'PERSON', id(n % 2000),
    CASE WHEN n % 50 = 0 AND n < :size - 5000 THEN 'PUBLIC' WHEN n % 50 = 1 THEN 'NETWORK' ELSE 'PRIVATE' END,
    jsonb_build_object('event', id(n % 3000)), 'c', CASE WHEN n % 2 = 0 THEN id(n - 1) END
FROM generate_series(1, :size) n
"""

BESIDE = (
    "INSERT INTO entry_marks SELECT 'theme/theme-' || number % 30, number, seen_by FROM entries",
    "INSERT INTO entry_marks SELECT 'type/' || type, number, seen_by FROM entries",
    "INSERT INTO entry_marks SELECT 'both/' || type || '/theme-' || number % 30, number, seen_by FROM entries",
    "INSERT INTO entry_mentions SELECT actor, number FROM entries",
)


@pytest.fixture(scope="module")
def grown(new_database: Callable[[str], str]) -> Iterator[Grown]:
    bench = Bench("journal", new_database("journal"))
    with bench.engine.begin() as connection:
        connection.execute(
            text("CREATE FUNCTION id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(n::text)::uuid $$")
        )
        connection.execute(text(FILL), {"size": 30_000})
        for beside in BESIDE:
            connection.execute(text(beside))
    with bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        person, thing = connection.execute(text("SELECT id(1234), id(2345)")).one()
        facts = list(connection.scalars(text("SELECT id(n * 100 + 7) FROM generate_series(1, 20) n")))
    yield Grown(bench, person, thing, facts)
    bench.engine.dispose()
    bench.reading.dispose()


def scans(grown: Grown, question: Callable[..., Any], by: Actor, **asked: Any) -> tuple[list[str], int]:
    """How the question finds its entries, and how many pages of the table it looked at."""
    ways: list[str] = []
    looked = 0

    def explain(_c: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        nonlocal looked
        if "FROM entries" not in statement and "FROM entry_marks" not in statement:
            return
        with grown.journal.engine.connect() as other:
            own = other.connection.cursor()
            own.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
            plan = own.fetchone()[0][0]["Plan"]
        looked += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        ways.extend(nodes(plan))

    event.listen(grown.journal.reading, "before_cursor_execute", explain)
    try:
        grown.journal.ask(question, by=by, **asked)
    finally:
        event.remove(grown.journal.reading, "before_cursor_execute", explain)
    assert ways
    return ways, looked


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan or "Index Name" in plan:
        yield f"{plan['Node Type']} {plan.get('Index Name', plan.get('Relation Name'))}"
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


QUESTIONS: dict[str, dict[str, Any]] = {
    "everything": {},
    "of a theme": {"theme": "theme-7"},
    "of a type": {"types": ["event.kind_10"]},
    "of a type that most may not see": {"types": ["event.kind_7"]},
    "of several types": {"types": ["event.kind_10", "event.kind_11"]},
    "of more types than one": {"types": [f"event.kind_{number}" for number in range(40)]},
    "of a theme and several types": {"theme": "theme-20", "types": ["event.kind_10", "event.kind_20", "event.kind_0"]},
    "of a theme and a type": {"theme": "theme-20", "types": ["event.kind_10"]},
    "of a theme and a type that are never together": {"theme": "theme-7", "types": ["event.kind_10"]},
    "of a theme and a type that nobody tells": {"theme": "theme-7", "types": ["event.nothing"]},
    "of a theme that nobody has": {"theme": "nowhere"},
    "of types that nobody tells": {"types": ["event.nothing", "event.none"]},
}
MERGED = ("of several types", "of more types than one", "of a theme and several types")
WHO = pytest.mark.parametrize("who", [ANONYMOUS, SIGNED_IN, ADMIN], ids=["anonymous", "signed in", "administrator"])


@WHO
@pytest.mark.parametrize("what", QUESTIONS)
def test_no_page_is_found_by_reading_the_table_from_end_to_end(grown: Grown, what: str, who: Actor) -> None:
    ways, looked = scans(grown, queries.list_entries, who, filter=QUESTIONS[what])
    assert not [way for way in ways if way.startswith("Seq Scan")], ways
    # Several types are merged only where the planner trusts the index alone: when the table was vacuumed just before.
    assert looked < 150 or what in MERGED, (ways, looked)


def test_things_persons_causes_and_consequences_are_found_by_their_ids(grown: Grown) -> None:
    subject, person = {"subject": f"event/{grown.thing}"}, {"person": grown.person}
    for question, who, asked in (
        (queries.list_entries, ANONYMOUS, {"filter": subject}),
        (queries.list_entries, SIGNED_IN, {"filter": subject}),
        (queries.list_entries, ADMIN, {"filter": person}),
        (queries.list_entries, Actor(ActorKind.PERSON, grown.person), {"filter": person}),
        (queries.entries_by_ids, SIGNED_IN, {"ids": grown.facts}),
        (queries.consequences_by_ids, SIGNED_IN, {"ids": grown.facts}),
    ):
        ways, looked = scans(grown, question, who, **asked)
        assert not [way for way in ways if way.startswith("Seq Scan")], ways
        assert looked < 150, (ways, looked)


@pytest.mark.parametrize("what", ["everything", "of a theme", "of a type"])
def test_a_page_far_on_costs_what_the_first_one_costs(grown: Grown, what: str) -> None:
    _, first = scans(grown, queries.list_entries, ADMIN, filter=QUESTIONS[what])
    page: dict[str, Any] = {"cursors": [None]}
    for _ in range(5):
        asked = {"filter": QUESTIONS[what], "first": 100, "after": page["cursors"][-1]}
        page = grown.journal.ask(queries.list_entries, by=ADMIN, **asked)
    ways, later = scans(grown, queries.list_entries, ADMIN, filter=QUESTIONS[what], after=page["cursors"][-1])
    assert later < 2 * first + 10, (first, later, ways)
