"""Exports: lots that follow one another, of exactly what the same filter lists."""

from typing import Any

import pytest
from sqlalchemy import event, text

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor
from services.incubator.queries import exports, projects
from services.incubator.storage import tables
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_projects import record_projects
from tests.bench import Bench
from tests.incubator.benchmark import again
from tests.incubator.made_up import made_up
from tests.incubator.people import STRANGER, House

#: 60 projects and their copies: more than two lots of them.
COPIES, MADE = 18, 60


@pytest.fixture
def full(incubator: Bench) -> Bench:
    houses = [{"slug": f"maison-{number}", "name": f"Maison {number}"} for number in range(4)]
    incubator.perform(record_incubators, incubators=houses)
    incubator.perform(record_projects, projects=made_up(MADE))
    return incubator


def rows_of(bench: Bench, by: Actor, **asked: Any) -> list[dict[str, Any]]:
    rows, after = [], None
    while True:
        lot = bench.ask(exports.export_projects, by=by, **asked, **({"after": after} if after else {}))
        rows += lot["rows"]
        after = lot["after"]
        if after is None:
            return rows


def test_an_answer_holds_one_lot_however_many_projects_there_are(full: Bench) -> None:
    with full.engine.begin() as connection:
        for copy in range(1, COPIES):
            connection.execute(text(again(tables.projects)), {"copy": str(copy)})
    fetched: list[int] = []

    def count(_c: Any, cursor: Any, *_: Any) -> None:
        fetched.append(cursor.rowcount)

    event.listen(full.reading, "after_cursor_execute", count)
    try:
        lots, after = [], None
        while True:
            lot = full.ask(exports.export_projects, **({"after": after} if after else {}))
            lots.append([row["slug"] for row in lot["rows"]])
            after = lot["after"]
            if after is None:
                break
    finally:
        event.remove(full.reading, "after_cursor_execute", count)
    assert [len(lot) for lot in lots] == [500, 500, COPIES * MADE - 1000]
    assert max(fetched) == exports.AT_A_TIME
    assert len({slug for lot in lots for slug in lot}) == COPIES * MADE


def test_what_is_added_meanwhile_comes_last_and_nothing_twice(incubator: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr(exports, "AT_A_TIME", 2)
    house = House(incubator)
    there = [house.colette(name=name) for name in "ABC"]
    first = incubator.ask(exports.export_projects)
    added = house.colette(name="AA")
    rest = incubator.ask(exports.export_projects, after=first["after"])
    end = incubator.ask(exports.export_projects, after=rest["after"])
    assert [row["id"] for lot in (first, rest, end) for row in lot["rows"]] == [*there, added]
    assert end == {"rows": [], "after": None}


FILTERS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"incubator": "maison-1"}, None),
    ({"stage": ["IDEA", "SCALE"]}, None),
    ({"lifecycle": ["STOPPED"]}, None),
    ({"theme": "climat", "stage": ["LAUNCH", "GROWTH", "PROTOTYPE"]}, None),
    ({"city": "saint-etienne"}, None),
    ({"stalled": True}, None),
    ({"stalled": False, "lifecycle": ["ACTIVE", "PAUSED"]}, None),
    ({}, "refugies"),
    ({"lifecycle": ["ACTIVE"]}, "école quartier"),
    ({"incubator": "nowhere"}, None),
]


def test_a_file_holds_what_the_list_shows_to_the_same_person(full: Bench) -> None:
    """The same fields with the same values; a third is hidden from everybody, another from those not signed in."""
    hidden = "UPDATE projects SET visibility = :level WHERE right(slug, 1)::int % 3 = :place"
    with full.engine.begin() as connection:
        connection.execute(text(hidden), [{"level": "NETWORK", "place": 1}, {"level": "PRIVATE", "place": 2}])
    for filter, search in FILTERS:
        asked: dict[str, Any] = {"filter": filter, **({"search": search} if search else {})}
        sizes = []
        for by in (SYSTEM, STRANGER, ANONYMOUS):
            listed = {item["id"]: item for item in full.ask(projects.list_projects, by=by, **asked, first=100)["items"]}
            found = rows_of(full, by, **asked)
            assert sorted(row["id"] for row in found) == sorted(listed), asked
            for row in found:
                same = set(row) & set(listed[row["id"]]) - {"incubator"}
                assert {name: row[name] for name in same} == {name: listed[row["id"]][name] for name in same}
            sizes.append(len(found))
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > sizes[2] or filter == {"incubator": "nowhere"}
