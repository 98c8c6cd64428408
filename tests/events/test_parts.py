"""Whoever asks for a few parts of a gathering is told those, as they are in the whole, and nothing else is read."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import pytest
from graphql import GraphQLObjectType
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from gateway.calls import Answer, Calls
from gateway.context import Context
from gateway.identity.principal import ANONYMOUS as NOBODY
from gateway.identity.principal import Principal
from gateway.schema.assembly import make_schema
from gateway.schema.events.types import Event
from gateway.schema.node import global_id
from gateway.schema.wire import _parts
from services.backbone.actor import ANONYMOUS, Actor
from services.backbone.wire import decode, encode
from services.events.queries import gatherings
from services.events.queries.rows import PARTS
from tests.bench import Bench
from tests.events.agenda import Agenda

PROJECT, COALITION = UUID(int=7), UUID(int=8)
#: Ways to gatherings, what is asked for with each, and the rows in the answer.
ASKED: dict[str, tuple[Callable[..., Any], dict[str, Any], Callable[[Any], list[Any]]]] = {
    "by ids": (gatherings.events_by_ids, {"ids": []}, lambda rows: rows),
    "by slug": (gatherings.event_by_slug, {"slug": ""}, lambda row: [row]),
    "in a list": (gatherings.list_events, {}, lambda page: page["items"]),
    "in a search": (gatherings.list_events, {"search": "accueil"}, lambda page: page["items"]),
    "of a theme": (gatherings.events_by_themes, {"slugs": ["accueil"]}, lambda pages: pages[0]["items"]),
    "of a project": (gatherings.events_by_projects, {"ids": [PROJECT]}, lambda pages: pages[0]["items"]),
    "of a coalition": (gatherings.events_by_coalitions, {"ids": [COALITION]}, lambda pages: pages[0]["items"]),
}


@pytest.fixture(scope="module")
def full(events_bench: Bench) -> tuple[Bench, list[Actor], list[str]]:
    """Three gatherings: one full, one without a limit, one that only who is signed in sees."""
    events_bench.empty()
    agenda = Agenda(events_bench)
    of, themes = {"project": PROJECT, "coalition": COALITION}, ["accueil"]
    crowded = agenda.meetup(in_days=1, title="Soirée d'accueil", capacity=2, themes=themes)
    agenda.fill(crowded, 2)
    ids = [
        crowded,
        agenda.meetup(in_days=2, title="Accueil sans limite", capacity=None, themes=themes),
        agenda.meetup(in_days=3, title="Accueil entre nous", visibility="NETWORK", themes=themes),
    ]
    with events_bench.engine.begin() as connection:
        connection.execute(text("UPDATE events SET project = :project, coalition = :coalition"), of)
    ASKED["by ids"][1]["ids"] = ids
    ASKED["by slug"][1]["slug"] = agenda.row(crowded)["slug"]
    return events_bench, [ANONYMOUS, agenda.organiser], ids


@contextmanager
def sent_by(bench: Bench) -> Iterator[list[str]]:
    """The statements about gatherings that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM events" in statement:
            sent.append(statement)

    event.listen(bench.reading, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(bench.reading, "before_cursor_execute", note)


@settings(max_examples=25, deadline=None)
@given(
    way=st.sampled_from(sorted(ASKED)),
    parts=st.lists(st.sampled_from(sorted(map(str, PARTS))), max_size=6),
    count=st.booleans(),
)
def test_a_part_is_what_it_is_in_the_whole(
    full: tuple[Bench, list[Actor], list[str]], way: str, parts: list[str], count: bool
) -> None:
    bench, actors, _ = full
    question, request, found = ASKED[way]
    counting = {} if way.startswith("by") else {"count": count}
    for by in actors:
        whole = found(bench.ask(question, by=by, **request))
        some = found(bench.ask(question, by=by, parts=parts, **request, **counting))
        assert any(whole)
        assert some == [row and {name: row[name] for name in {"id", *parts}} for row in whole]


def test_places_left_are_null_without_a_limit_and_never_below_none(full: tuple[Bench, list[Actor], list[str]]) -> None:
    bench, _, ids = full
    rows = bench.ask(gatherings.events_by_ids, ids=ids, parts=["seats_left", "capacity"])
    assert [(row["capacity"], row["seats_left"]) for row in rows[:2]] == [(2, 0), (None, None)]


def test_what_is_not_asked_for_is_neither_read_nor_counted(full: tuple[Bench, list[Actor], list[str]]) -> None:
    bench, _, _ = full
    with sent_by(bench) as sent:
        page = bench.ask(gatherings.list_events, by=ANONYMOUS, parts=["title"], count=False)
    assert (page["total"], len(page["items"])) == (None, 2)
    assert len(sent) == 1
    assert "description" not in sent[0]
    assert "count(" not in sent[0]
    with sent_by(bench) as sent:
        page = bench.ask(gatherings.list_events, by=ANONYMOUS, parts=["title"], first=1)
    assert (page["total"], len(page["items"])) == (2, 1)
    assert len(sent) == 1


def test_pages_of_several_things_say_how_many_each_has(full: tuple[Bench, list[Actor], list[str]]) -> None:
    bench, _, _ = full
    other = UUID(int=9)
    asked = {"ids": [other, PROJECT], "first": 1, "parts": ["title"]}
    nothing, some = bench.ask(gatherings.events_by_projects, by=ANONYMOUS, **asked)
    assert nothing == {"items": [], "cursors": [], "has_next": False, "total": 0}
    assert (some["total"], some["has_next"], some["items"][0]["title"]) == (2, True, "Accueil sans limite")
    uncounted = bench.ask(gatherings.events_by_projects, by=ANONYMOUS, count=False, **asked)
    assert [page["total"] for page in uncounted] == [None, None]
    assert [page["items"] for page in uncounted] == [[], some["items"]]


def test_a_part_that_there_is_none_of_is_refused(full: tuple[Bench, list[Actor], list[str]]) -> None:
    bench, _, _ = full
    for question, request, _ in ASKED.values():
        for part in ("online_url", "searched", "password"):
            refused = bench.ask_refused(question, parts=["title", part], **request)
            assert (refused["code"], refused["rule"], refused["field"]) == ("VALIDATION", "event.unknown_part", "parts")


SCHEMA = make_schema(local=False)
#: What other questions or other services answer.
ELSEWHERE = {"project", "need", "coalition", "position", "hostOrganisation", "themes", "organisers", "facilitators"}
ELSEWHERE |= {"myRegistration", "allowedTransitions", "history"}
FIELDS = sorted(cast(GraphQLObjectType, SCHEMA._schema.type_map["Event"]).fields.keys() - ELSEWHERE)
SELECTIONS = {
    "place": "{ city country }",
    "accessibility": "{ captions }",
    "agenda": "{ title }",
    "challenge": "{ question }",
    "outcome": "{ nextSteps }",
    "cause": "{ type }",
}


class Straight:
    """The way from the gateway's calls to the questions, without a broker between them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def call(self, service: str, method: str, request: dict[str, Any], **_: Any) -> Answer:
        return Answer(self._bench.ask(getattr(gatherings, method), by=ANONYMOUS, **decode(encode(request))))


def shown(bench: Bench, document: str, by: Principal = NOBODY) -> dict[str, Any]:
    calls = Calls(cast(Any, Straight(bench)), by, "trial-of-parts", "en")
    context = Context(by, "en", "trial-of-parts", calls, cast(Any, None), "http://trial", lambda name, cost: 1)
    result = asyncio.run(SCHEMA.execute(document, context_value=context))
    assert not result.errors, result.errors
    return dict(result.data or {})


@settings(max_examples=25, deadline=None)
@given(chosen=st.lists(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=5), min_size=3, max_size=3))
def test_a_field_is_shown_as_in_the_whole(full: tuple[Bench, list[Actor], list[str]], chosen: list[list[str]]) -> None:
    bench, _, ids = full
    ways = [
        f'one: event(slug: "{ASKED["by slug"][1]["slug"]}") {{ %s }}',
        f'two: node(id: "{global_id("event", ids[0])}") {{ __typename ... on Event {{ %s }} }}',
        'three: events(search: "Soirée") { nodes { %s } }',
    ]
    whole = shown(bench, f"{{ {ways[0] % selection(FIELDS)} }}")["one"]
    document = " ".join(way % selection(names) for way, names in zip(ways, chosen, strict=True))
    found = shown(bench, f"{{ {document} }}")
    for gathering, names in zip((found["one"], found["two"], found["three"]["nodes"][0]), chosen, strict=True):
        assert {name: gathering[name] for name in names} == {name: whole[name] for name in names}


def test_the_service_knows_every_part_that_is_asked_for() -> None:
    assert {key for part in _parts(Event) for key in Event.made_of.get(part, (part,))} <= PARTS.keys()


def selection(names: list[str]) -> str:
    return " ".join(f"{name} {SELECTIONS.get(name, '')}" for name in names)
