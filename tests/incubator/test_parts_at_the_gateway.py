"""Whatever is selected of a project, and by whatever way one comes to it, it is shown as it is in the whole."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from graphql import GraphQLObjectType
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.calls import Answer, Calls
from gateway.context import Context
from gateway.identity.principal import ANONYMOUS
from gateway.schema.assembly import make_schema
from gateway.schema.incubator.types import Project
from gateway.schema.node import global_id
from gateway.schema.wire import _parts
from services.backbone.actor import Actor
from services.backbone.wire import decode, encode
from services.incubator.queries import board, explained, happenings, incubators, projects
from services.incubator.queries.parts import PARTS
from tests.bench import Bench
from tests.incubator.world import World

QUESTIONS: dict[str, Callable[..., Any]] = {
    question.__name__: question
    for question in (
        *(projects.list_projects, projects.project_by_slug, projects.projects_by_ids, projects.needs_by_ids),
        *(board.board, incubators.incubators_by_ids, happenings.timelines_by_project_ids),
        *(happenings.stage_changes_by_ids, explained.gates_by_project_ids, explained.changes_by_project_ids),
        *(explained.transitions_by_project_ids, explained.applications_by_project_ids),
    )
}
SCHEMA = make_schema(local=False)
FIELDS = sorted(cast(GraphQLObjectType, SCHEMA._schema.type_map["Project"]).fields)
#: What other services answer, and they are away here.
FIELDS = [name for name in FIELDS if name not in ("events", "quotedIn", "suggestions", "themes", "founders")]
SELECTIONS = {
    "incubator": "{ slug }",
    "history": "{ stage enteredOn days direction }",
    "mentors": "{ state since }",
    "needs": "{ id title project { name stalled } }",
    "metrics": "{ indicator value }",
    "milestones": "{ title dueOn }",
    "updates": "{ text shared }",
    "quotations": "{ slug }",
    "exits": "{ on }",
    "proposedChange": "{ id project { pitch } }",
    "allowedTransitions": "{ to allowed }",
    "nextStep": "{ to }",
    "changes": "{ aspect to }",
    "gate": "{ to met }",
    "application": "{ submittedAt }",
    "timeline": "{ nodes { type } }",
}
#: Ways to a project, and how it is found in the answer.
WAYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "by slug": ('project(slug: "active") { SHOWN }', lambda found: found),
    "by fragments": ('project(slug: "active") { ... on Project { ...All @include(if: true) } }', lambda found: found),
    "by id": ('node(id: "ID") { __typename ... on Project { SHOWN } }', lambda found: found),
    "in a list": ("projects(first: 20) { nodes { slug SHOWN } }", lambda found: _active(found["nodes"])),
    "in edges": (
        "projects(first: 20) { edges { node { slug SHOWN } } }",
        lambda found: _active([edge["node"] for edge in found["edges"]]),
    ),
    "on a board": (
        'board(incubator: "makesense", first: 20) { projects { slug SHOWN } }',
        lambda found: _active([one for column in found for one in column["projects"]]),
    ),
    "of a need": (
        'project(slug: "active") { needs { project { SHOWN } } }',
        lambda found: found["needs"][0]["project"],
    ),
}


class Straight:
    """The way from the gateway's calls to the incubator's questions, without a broker between them."""

    def __init__(self, bench: Bench, by: Actor) -> None:
        self._bench = bench
        self._by = by

    async def call(self, service: str, method: str, request: dict[str, Any], **_: Any) -> Answer:
        asked = decode(encode(request))
        return Answer(self._bench.ask(QUESTIONS[method], by=self._by, **asked))


@pytest.fixture(scope="module")
def world(incubator_bench: Bench) -> World:
    incubator_bench.empty()
    return World(incubator_bench)


def shown(world: World, role: str, document: str) -> dict[str, Any]:
    calls = Calls(Straight(world.bench, world.actors[role]), ANONYMOUS, "trial-of-parts", "en")
    context = Context(ANONYMOUS, "en", "trial-of-parts", calls, cast(Any, None), "http://trial", lambda name, cost: 1)
    result = asyncio.run(SCHEMA.execute(document, context_value=context))
    assert not result.errors, result.errors
    return dict(result.data or {})


@settings(max_examples=25, deadline=None)
@given(
    role=st.sampled_from(["founder", "staff", "anonymous"]),
    ways=st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=3),
    chosen=st.lists(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=5), min_size=3, max_size=3),
)
def test_a_field_is_shown_as_in_the_whole(world: World, role: str, ways: list[str], chosen: list[list[str]]) -> None:
    """Several ways in one operation, each showing something else: what is shown in one place is loaded for all."""
    whole = shown(world, role, f'{{ found: project(slug: "active") {{ {_selection(FIELDS)} }} }}')["found"]
    places = list(zip(ways, chosen, strict=False))
    found = " ".join(
        f"way{number}: {WAYS[way][0].replace('All', f'All{number}').replace('SHOWN', _selection(names))}"
        for number, (way, names) in enumerate(places)
    )
    fragments = [
        f"fragment All{number} on Project {{ {_selection(names)} }}"
        for number, (way, names) in enumerate(places)
        if way == "by fragments"
    ]
    document = f"{{ {found} }} {' '.join(fragments)}".replace("ID", global_id("project", world.active))
    answer = shown(world, role, document)
    for number, (way, names) in enumerate(places):
        project = WAYS[way][1](answer[f"way{number}"])
        assert {name: project[name] for name in names} == {name: whole[name] for name in names}


def test_the_service_knows_every_part_that_is_asked_for() -> None:
    assert _parts(Project) <= PARTS.keys()


def test_what_was_not_asked_for_is_a_fault_and_no_null() -> None:
    partly = Project.from_wire({"id": "0190a0a0-0000-7000-8000-000000000000", "name": "Colette", "pitch": None})
    assert (partly.name, partly.pitch) == ("Colette", None)
    with pytest.raises(AttributeError):
        _ = partly.city


def _active(found: list[dict[str, Any]]) -> dict[str, Any]:
    [project] = [one for one in found if one["slug"] == "active"]
    return project


def _selection(names: list[str]) -> str:
    return " ".join(f"{name} {SELECTIONS.get(name, '')}" for name in names)
