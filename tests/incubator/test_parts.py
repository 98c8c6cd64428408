"""Projects of which only some parts are asked for: the same as in the whole, and nothing else is read."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from services.backbone.actor import ANONYMOUS, Actor
from services.incubator.queries import board, projects
from services.incubator.queries.parts import PARTS
from tests.bench import Bench
from tests.incubator.world import ROLES, World

PLAIN = ["slug", "name", "pitch", "city", "website", "lifecycle", "stage", "stage_since"]
#: Each question that answers projects, and how they are found in its answer.
ASKED: dict[str, tuple[Callable[..., Any], Callable[[World], dict[str, Any]], Callable[[Any], Any]]] = {
    "list": (projects.list_projects, lambda world: {}, lambda page: page["items"]),
    "ids": (projects.projects_by_ids, lambda world: {"ids": [world.active, world.secret]}, lambda rows: rows),
    "slug": (projects.project_by_slug, lambda world: {"slug": "active"}, lambda row: [row]),
    "themes": (
        projects.projects_by_themes,
        lambda world: {"slugs": ["mieux-vieillir"]},
        lambda pages: pages[0]["items"],
    ),
    "board": (
        board.board,
        lambda world: {"incubator": world.house.slug},
        lambda columns: [row for column in columns for row in column["projects"]["items"]],
    ),
}


@pytest.fixture(scope="module")
def world(incubator_bench: Bench) -> World:
    incubator_bench.empty()
    return World(incubator_bench)


def statements(bench: Bench, ask: Callable[[], Any]) -> list[str]:
    """The statements that a question sends beside those that every call begins with."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("SELECT role, scope FROM role_grants"):
            sent.append(statement)

    event.listen(bench.reading, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(bench.reading, "before_cursor_execute", note)
    return sent


@settings(max_examples=40, deadline=None)
@given(
    asked=st.sampled_from(sorted(ASKED)),
    role=st.sampled_from(ROLES),
    parts=st.lists(st.sampled_from(sorted(PARTS)), max_size=6),
)
def test_a_part_is_what_it_is_in_the_whole(world: World, asked: str, role: str, parts: list[str]) -> None:
    question, request, found = ASKED[asked]
    by = world.actors[role]
    whole = found(world.bench.ask(question, by=by, **request(world)))
    some = found(world.bench.ask(question, by=by, parts=parts, **request(world)))
    assert some == [row and {name: row[name] for name in {"id", *parts}} for row in whole]


def test_what_is_not_asked_for_is_not_read(world: World) -> None:
    def sent(by: Actor = ANONYMOUS, **more: Any) -> list[str]:
        return statements(world.bench, lambda: world.bench.ask(projects.list_projects, by=by, first=50, **more))

    [page] = sent(parts=PLAIN)
    assert "pitch" in page
    assert "description" not in page
    assert "count(*)" in page
    [uncounted] = sent(parts=PLAIN, count=False)
    assert "count(*)" not in uncounted
    assert len(sent(parts=["slug", "history"], count=False)) == 2
    # Who is inside is found out where it matters, and only for whoever may be.
    assert len(sent(parts=["lesson"], count=False)) == 1
    assert len(sent(by=world.actors["founder"], parts=["lesson"], count=False)) == 2
    assert len(sent()) == 1 + len({part.of for part in PARTS.values() if part.of is not None})


def test_a_part_that_there_is_none_of_is_refused(world: World) -> None:
    for question, request, _ in ASKED.values():
        refused = world.bench.ask_refused(question, parts=["slug", "password"], **request(world))
        assert (refused["code"], refused["rule"], refused["field"]) == ("VALIDATION", "project.unknown_part", "parts")
        assert world.bench.ask_refused(question, parts="slug", **request(world))["rule"] == "request.invalid"
