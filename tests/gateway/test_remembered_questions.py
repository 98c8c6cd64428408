"""Every question that can be asked says what its answer shows, and says enough: no less than the tables it reads."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gateway.rabbit.facts import SERVICES
from gateway.remembered.questions import NOT_KEPT, QUESTIONS, Lasts, changed_by, shown_by

Asked = dict[str, tuple[list[str], bool]]

#: Lists the questions of each service with the tables that they may read: those that can be reached from the function
#: by name, through functions, classes and mapped things. Left out is what decides what somebody sees who is signed in:
#: nobody in particular sees things for what stands in their own row. A process of its own: eventlet and asyncio do not
#: share one.
LIST = """
import importlib, inspect, json, sys, types
import sqlalchemy as sa
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import visitors

WHO_SEES = ("queries.sight", "queries.visibility", "storage.neighbours")

def names(code):
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= names(constant)
    return found

def tables(thing, seen):
    if id(thing) in seen:
        return set()
    seen[id(thing)] = thing
    if getattr(thing, "__module__", "").endswith(WHO_SEES):
        return set()
    if isinstance(thing, sa.Table):
        return {thing.name}
    if isinstance(thing, sa.sql.ClauseElement):
        return {one.name for one in visitors.iterate(thing) if isinstance(one, sa.Table)} | {
            one.table.name for one in visitors.iterate(thing) if isinstance(one, sa.Column)}
    if isinstance(thing, types.FunctionType) and thing.__module__.startswith("services."):
        seen["clock"] = seen.get("clock", False) or "now" in names(thing.__code__)
        reached = [thing.__globals__[name] for name in names(thing.__code__) if name in thing.__globals__]
        return set().union(*(tables(one, seen) for one in reached))
    if inspect.isclass(thing) and thing.__module__.startswith("services."):
        mapper = sa.inspect(thing, raiseerr=False)
        found = {one.name for one in mapper.tables} if isinstance(mapper, Mapper) else set()
        if isinstance(mapper, Mapper):
            loaded = [one for one in mapper.relationships if one.lazy == "selectin"]
            return found.union(*(tables(one.mapper.class_, seen) for one in loaded))
        methods = [getattr(one, "fget", one) for one in vars(thing).values()]
        return found.union(*(tables(one, seen) for one in methods if isinstance(one, types.FunctionType)))
    return set()

found = {}
for service in sys.argv[1:]:
    module = importlib.import_module(f"services.{service}.service")
    (cls,) = {c for c in vars(module).values() if inspect.isclass(c) and getattr(c, "name", None) == service}
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if any(type(one).__name__ == "Query" for one in getattr(method, "nameko_entrypoints", ())):
            asked = []
            desk = types.SimpleNamespace(answer=lambda question, request: asked.append(question))
            method(types.SimpleNamespace(desk=desk), {})
            seen = {}
            found[f"{service}.{name}"] = [sorted(tables(asked[0], seen)), seen.get("clock", False)]
print(json.dumps(found))
"""

#: Which facts tell of changes of a table's rows: those of the aggregate that it is a part of, or whose copy it holds.
TOLD_BY = {
    "people": {
        "persons": "person", "erasures": "person", "erasure_answers": "person", "organisations": "organisation",
        "mandates": "mandate", "themes": "theme", "role_grants": None,
    },
    "incubator": {
        "incubators": "incubator", "calls": "call", "known_themes": "theme", "history": "project",
        **dict.fromkeys(("projects", "stage_stays", "project_exits", "milestones", "project_updates"), "project"),
        **dict.fromkeys(("quotations", "applications", "reviews", "evidence", "recommendations"), "project"),
        **dict.fromkeys(("stage_changes", "mentor_assignments", "needs", "metric_records"), "project"),
        "timeline_entries": "project",
    },
    "coalitions": {
        "coalitions": "coalition", "memberships": "coalition", "suggestions": "suggestion",
        **dict.fromkeys(("common_positions", "position_texts", "amendments", "ballots", "stances"), "position"),
        **dict.fromkeys(("signatures", "deliveries"), "position"),
        **dict.fromkeys(("consultations", "statements", "votes", "voters"), "consultation"),
        "known_projects": "project", "known_metrics": "project", "known_mandates": None, "history": None,
    },
    "events": {
        "events": "event", "registrations": "event", "history": "event", "known_projects": "project",
        "known_coalitions": "coalition", "known_roles": None,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> Asked:
    """The tables that each question may read and whether it looks at the clock, by ``service.method``."""
    listed = subprocess.run([sys.executable, "-c", LIST, *SERVICES], capture_output=True, text=True, check=True)
    found: Asked = json.loads(listed.stdout)
    return found


def test_every_question_says_what_its_answer_shows_or_that_it_is_not_kept(asked: Asked) -> None:
    own = {name for name in asked if name.partition(".")[2] not in ("dead_letters", "dead_letter")}
    assert len(own) > 60
    assert {".".join(question) for question in QUESTIONS} | {".".join(question) for question in NOT_KEPT} == own
    assert not QUESTIONS.keys() & NOT_KEPT


def test_no_question_reads_a_table_whose_changes_would_not_drop_its_answer(asked: Asked) -> None:
    missing = [
        (f"{service}.{method}", table)
        for (service, method), shows in QUESTIONS.items()
        for table in asked[f"{service}.{method}"][0]
        if (kind := TOLD_BY[service][table]) is not None and kind not in shows.kinds
    ]
    assert missing == []


def test_every_answer_that_depends_on_the_time_says_how_long_it_lasts(asked: Asked) -> None:
    for (service, method), shows in QUESTIONS.items():
        _, clock = asked[f"{service}.{method}"]
        assert not clock or shows.lasts is not Lasts.UNTIL_A_FACT, (service, method)


def test_things_are_known_by_their_id_in_whatever_form_it_is_given() -> None:
    plain, bare = "0195d9a0-0000-7000-8000-00000000000a", "0195D9A000007000800000000000000A"
    shown = shown_by("incubator", "projects_by_ids", {"ids": [plain, bare]})
    assert shown == {("incubator",), ("incubator", "project", plain)}
    for other in ("not an id", 5, None):
        assert shown_by("incubator", "projects_by_ids", {"ids": [plain, other]}) == {
            ("incubator",), ("incubator", "project")
        }  # fmt: skip
    assert shown_by("trial", "list_things", {}) is None
    assert shown_by("people", "viewer", {}) is None


def test_a_command_changes_all_that_its_service_shows_unless_it_is_known_to_change_less() -> None:
    plain = "0195d9a0-0000-7000-8000-00000000000a"
    assert changed_by("incubator", "describe_project", {"project": plain}) == [("incubator",)]
    assert changed_by("coalitions", "cast_votes", {"consultation": "?"}) == [("coalitions",)]
    assert changed_by("coalitions", "cast_votes", {"consultation": plain.upper()}) == [
        ("coalitions", "consultation"), ("coalitions", "consultation", plain)
    ]  # fmt: skip
