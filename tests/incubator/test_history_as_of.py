"""Where projects stood and how long they stayed, by the service and by a few lines of plain Python.

Once on made-up records, and once on the real ones that lie beside the checkout (or where MAILLAGE_REAL_DATA says).
"""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from gateway.imports.projects import read_project
from gateway.imports.records import Record
from gateway.imports.stages import Stages
from services.incubator.queries import cohorts, pipeline
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_projects import record_projects
from tests.bench import Bench
from tests.incubator.made_up import STAGES, made_up

REAL_DATA = Path(os.environ.get("MAILLAGE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
PROJECTS = REAL_DATA / "incubation" / "projects.jsonl"
MAPPED = {
    "investigation": "IDEA",
    "construction": "PROTOTYPE",
    "acceleration": "GROWTH",
    "consolidation": "SCALE",
    "transfere": "GRADUATED",
    "opere": "GRADUATED",
    "abandon": "STOPPED",
    "abandon-investigation": "STOPPED",
}
PLACES = (*STAGES, "GRADUATED", "STOPPED")
DAYS = ("2019-06-30", "2022-01-01", "2025-03-15")

#: What happened to a project, in order: (day, place, last day or None).
Course = list[tuple[str, str, str | None]]


def real() -> tuple[list[dict[str, Any]], list[Course]]:
    """The records as an import reads them, and the courses as the file has them."""
    stages, records, courses = Stages(MAPPED), [], []
    for number, line in enumerate(PROJECTS.read_text("utf-8").splitlines()):
        data = json.loads(line)
        records.append(read_project(Record(f"line {number}", data), stages, date(2026, 3, 2)).data)
        course: Course = [(phase["start"], MAPPED[phase["name"]], phase.get("end")) for phase in data["phases"]]
        # As an import reads it: phases of one day by their stages, ends last.
        courses.append(sorted(course, key=lambda phase: (phase[0], min(PLACES.index(phase[1]), len(STAGES)))))
    return records, courses


def imagined() -> tuple[list[dict[str, Any]], list[Course]]:
    records = made_up(300)
    courses = []
    for record in records:
        course: Course = [(one["entered_on"], one["stage"], one.get("left_on")) for one in record["phases"]]
        course += [(one["on"], one["state"], None) for one in record.get("exits", ())]
        if record["lifecycle"] != "ACTIVE":
            course.append((record["ended_on"], record["lifecycle"], None))
        courses.append(course)
    return records, courses


SOURCES = [imagined, *([real] if PROJECTS.exists() else [])]


def plainly(courses: list[Course], day: str) -> tuple[Counter[str], dict[str, float]]:
    """Where projects stood on a day, and the median days of the stays that had ended: plain Python, no service."""
    standing: Counter[str] = Counter()
    days: dict[str, list[int]] = {}
    for course in courses:
        phases = sorted(course, key=lambda phase: (phase[0], phase[1] not in STAGES))
        for (start, place, end), following in zip(phases, [*phases[1:], None], strict=True):
            left = end or (following[0] if following else None)
            if place in STAGES and left and left <= day:
                days.setdefault(place, []).append((date.fromisoformat(left) - date.fromisoformat(start)).days)
        begun = [place for start, place, _ in phases if start <= day]
        standing.update(begun[-1:])
    return standing, {stage: median(found) for stage, found in days.items()}


Told = tuple[Bench, list[dict[str, Any]], list[Course]]


@pytest.fixture(params=SOURCES, ids=lambda source: source.__name__)
def told(incubator: Bench, request: pytest.FixtureRequest) -> Told:
    records, courses = request.param()
    houses = sorted({record["incubator"] for record in records})
    incubator.perform(record_incubators, incubators=[{"slug": slug, "name": slug} for slug in houses])
    results = incubator.perform(record_projects, projects=records)["results"]
    assert Counter(result["outcome"] for result in results) == {"CREATED": len(records)}
    return incubator, records, courses


def test_the_pipeline_of_any_day_is_what_the_records_say(
    told: Told,
) -> None:
    incubator, records, courses = told
    for house in [None, *sorted({record["incubator"] for record in records})]:
        own = [course for record, course in zip(records, courses, strict=True) if house in (None, record["incubator"])]
        for day in (*DAYS, None):
            asked = {name: value for name, value in (("incubator", house), ("as_of", day)) if value}
            rows = incubator.ask(pipeline.pipeline, **asked)
            standing, medians = plainly(own, day or str(incubator.clock.now.date()))
            assert {row["stage"]: row["projects"] for row in rows if row["projects"]} == dict(standing), (house, day)
            found = {row["stage"]: row["median_days"] for row in rows if row["median_days"] is not None}
            assert found == medians, (house, day)


@pytest.mark.parametrize("told", SOURCES[1:], indirect=True, ids=lambda source: source.__name__)
def test_few_real_moves_go_back(told: Told) -> None:
    """Six moves to an earlier stage and one return after an end, of 485; 8 of 1,025 in the whole of those records.

    Taken in the order of the file, which lists stages of one day in any order, 31 moves would seem to go back.
    """
    incubator, _, courses = told
    assert sum(len(course) - 1 for course in courses) == 485
    [back] = incubator.rows("SELECT count(*) AS moves FROM stage_stays WHERE direction = 'BACKWARD'")
    [returns] = incubator.rows(
        "SELECT count(*) AS moves FROM project_exits e JOIN stage_stays s ON s.project_id = e.project_id "
        "WHERE s.seq = e.after + 1"
    )
    assert (back["moves"], returns["moves"]) == (6, 1)


def test_a_cohort_is_where_its_projects_stood_on_their_days(
    told: Told,
) -> None:
    incubator, _, courses = told
    since, until = "2018-01-01", "2022-12-31"
    admitted = [course for course in courses if since <= min(phase[0] for phase in course) <= until]
    assert len(admitted) > 50
    asked = {"since": since, "until": until, "months": [0, 12, 30]}
    for point in incubator.ask(cohorts.cohort, **asked):
        where: Counter[str] = Counter()
        for course in admitted:
            day = later(min(phase[0] for phase in course), point["months"])
            if day <= str(incubator.clock.now.date()):
                where += plainly([course], day)[0]
        assert point["projects"] == sum(where.values())
        assert {place["stage"]: place["projects"] for place in point["places"] if place["projects"]} == dict(where)


def later(day: str, months: int) -> str:
    """So many months later, or the last day of that month."""
    first = date.fromisoformat(day)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    for last in range(first.day, 27, -1):
        try:
            return str(date(year, month + 1, last))
        except ValueError:
            continue
    return str(date(year, month + 1, first.day))
