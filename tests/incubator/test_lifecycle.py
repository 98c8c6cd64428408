"""Pause, resume, graduate, stop, reopen; needs and figures."""

from typing import Any
from uuid import uuid4

import pytest

from services.incubator.queries import projects
from services.incubator.use_cases.end_mentoring import end_mentoring
from services.incubator.use_cases.graduate_project import graduate_project
from services.incubator.use_cases.match_need import match_need
from services.incubator.use_cases.pause_project import pause_project
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.publish_need import publish_need
from services.incubator.use_cases.record_metric import record_metric
from services.incubator.use_cases.reopen_project import reopen_project
from services.incubator.use_cases.resolve_need import resolve_need
from services.incubator.use_cases.resume_project import resume_project
from services.incubator.use_cases.stop_project import stop_project
from services.incubator.use_cases.withdraw_need import withdraw_need
from tests.bench import Bench
from tests.incubator.people import DIRECTOR, STRANGER, House, person

REASON = "Le conseil l'a voulu ainsi en mars."
STOP: dict[str, Any] = {"reason_code": "FUNDING", "lesson": "Chercher l'argent avant les locaux."}


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


def shown(bench: Bench) -> dict[str, Any]:
    project: dict[str, Any] = bench.ask(projects.project_by_slug, slug="colette")
    return project


def test_a_project_rests_for_180_days_at_most_and_comes_back(incubator: Bench, house: House) -> None:
    colette = house.colette()

    def refused(by: Any = house.founder, **other: Any) -> str:
        said = {"reason": "Congé", **other}
        return str(incubator.refused(pause_project, by=by, project=colette, **said)["rule"])

    assert refused(reason=" ") == "project.pause_unexplained"
    assert refused(until="2027-01-01") == "project.pause_too_long"
    assert refused(until="2026-01-01") == "project.pause_too_long"
    assert refused(by=STRANGER) == "project.founders_or_staff_only"
    assert incubator.refused(resume_project, by=house.founder, project=colette)["code"] == "ILLEGAL_TRANSITION"
    incubator.perform(pause_project, by=house.founder, project=colette, reason="Congé", until="2026-06-01")
    assert (shown(incubator)["lifecycle"], shown(incubator)["paused_until"]) == ("PAUSED", "2026-06-01")
    incubator.perform(resume_project, by=house.staff, project=colette)
    assert (shown(incubator)["lifecycle"], shown(incubator)["paused_until"]) == ("ACTIVE", None)


def test_a_project_graduates_from_the_last_stage_or_by_a_director(incubator: Bench, house: House) -> None:
    colette = house.colette()
    assert incubator.refused(graduate_project, by=house.staff, project=colette)["code"] == "GATE_NOT_MET"
    assert incubator.refused(graduate_project, by=house.founder, project=colette)["code"] == "FORBIDDEN"
    assert incubator.refused(graduate_project, by=DIRECTOR, project=colette, reason="Oui")["code"] == "VALIDATION"
    incubator.perform(graduate_project, by=DIRECTOR, project=colette, reason=REASON)
    scaled = house.colette(name="Josette", stage="SCALE")
    incubator.perform(graduate_project, by=house.staff, project=scaled)
    assert [fact["data"]["stage"] for fact in incubator.facts("project.graduated")] == ["IDEA", "SCALE"]


def test_a_stop_gives_a_reason_and_a_lesson_and_cancels_what_was_proposed(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette)
    incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")

    def refused(**other: Any) -> str:
        return str(incubator.refused(stop_project, by=house.founder, project=colette, **{**STOP, **other})["rule"])

    assert refused(reason_code="BORED") == "project.unknown_stop_reason"
    assert refused(lesson="Dommage.") == "project.lesson_length"
    assert refused(lesson="x" * 2001) == "project.lesson_length"
    incubator.clock.goes_on(days=10)
    incubator.perform(stop_project, by=house.founder, project=colette, **STOP)
    [fact] = incubator.facts("project.stopped")
    assert (fact["data"]["reason_code"], "lesson" in fact["data"]) == ("FUNDING", False)
    project = shown(incubator)
    assert (project["lifecycle"], project["proposed_change"], project["history"][-1]["days"]) == ("STOPPED", None, 10)
    assert project["lesson"] == STOP["lesson"]
    assert incubator.ask(projects.project_by_slug, by=STRANGER, slug="colette")["lesson"] is None


def test_a_director_reopens_within_a_year(incubator: Bench, house: House) -> None:
    colette = house.colette()
    incubator.perform(stop_project, by=house.founder, project=colette, **STOP)
    assert incubator.refused(reopen_project, by=house.staff, project=colette, reason=REASON)["code"] == "FORBIDDEN"
    assert incubator.refused(reopen_project, by=DIRECTOR, project=colette, reason="Si")["code"] == "VALIDATION"
    incubator.clock.goes_on(days=366)
    late = incubator.refused(reopen_project, by=DIRECTOR, project=colette, reason=REASON)
    assert late["code"] == "DEADLINE_PASSED"
    incubator.clock.goes_on(days=-1)
    incubator.perform(reopen_project, by=DIRECTOR, project=colette, reason=REASON)
    project = shown(incubator)
    assert (project["lifecycle"], project["stage"], project["ended_on"]) == ("ACTIVE", "IDEA", None)
    assert [stay["direction"] for stay in project["history"]] == ["START", "REOPENED"]
    assert (
        incubator.refused(reopen_project, by=DIRECTOR, project=colette, reason=REASON)["code"] == "ILLEGAL_TRANSITION"
    )


def test_a_need_is_published_on_the_projects_themes_and_passes_its_states(incubator: Bench, house: House) -> None:
    colette = house.colette()
    asked = {"by": house.founder, "project": colette, "kind": "CHALLENGE", "title": "Comment nommer ces colocations ?"}
    need = incubator.perform(publish_need, **asked)["need"]
    [fact] = incubator.facts("project.need_published")
    told = fact["data"]
    assert (told["need"], told["kind"], told["themes"], told["city"]) == (
        need,
        "CHALLENGE",
        ["mieux-vieillir"],
        "Paris",
    )
    assert told["expires_on"] == "2026-05-31"

    assert incubator.refused(publish_need, **{**asked, "title": ""})["rule"] == "need.title_length"
    assert incubator.refused(publish_need, **{**asked, "by": STRANGER})["rule"] == "project.team_only"
    assert incubator.refused(match_need, by=house.founder, project=colette, need=uuid4())["code"] == "NOT_FOUND"
    incubator.perform(match_need, by=house.mentor, project=colette, need=need)
    incubator.perform(resolve_need, by=house.staff, project=colette, need=need)
    assert (
        incubator.refused(withdraw_need, by=house.founder, project=colette, need=need)["code"] == "ILLEGAL_TRANSITION"
    )
    other = incubator.perform(publish_need, **asked)["need"]
    incubator.perform(withdraw_need, by=house.founder, project=colette, need=other)
    states = incubator.rows("SELECT to_state FROM history WHERE subject = :need ORDER BY number", need=f"need/{need}")
    assert [row["to_state"] for row in states] == ["OPEN", "MATCHED", "RESOLVED"]


def test_figures_are_only_added_and_shown_as_far_as_disclosed(incubator: Bench, house: House) -> None:
    colette = house.colette()
    said = {
        "by": house.founder,
        "project": colette,
        "indicator": "colocations",
        "period": "2026-Q1",
        "value": 12,
        "unit": "logements",
    }
    first = incubator.perform(record_metric, **said)["metric"]
    assert incubator.refused(record_metric, **said)["code"] == "DUPLICATE"
    assert incubator.refused(record_metric, **{**said, "period": "mars"})["rule"] == "metric.bad_period"
    assert incubator.refused(record_metric, **{**said, "indicator": " "})["rule"] == "metric.indicator_missing"
    assert incubator.refused(record_metric, **{**said, "supersedes": uuid4()})["code"] == "NOT_FOUND"
    incubator.perform(record_metric, **{**said, "value": 14, "supersedes": first, "disclosed": True})
    assert incubator.refused(record_metric, **{**said, "supersedes": first})["code"] == "NOT_FOUND"
    facts = incubator.facts("project.metric_recorded")
    assert [fact["data"]["value"] for fact in facts] == [None, 14]
    own = incubator.ask(projects.project_by_slug, by=house.founder, slug="colette")["metrics"]
    seen = incubator.ask(projects.project_by_slug, by=STRANGER, slug="colette")["metrics"]
    assert ([one["value"] for one in own], [one["value"] for one in seen]) == ([12, 14], [14])


def test_when_the_first_mentor_leaves_another_is_first(incubator: Bench, house: House) -> None:
    second = person()
    colette = house.colette(mentors=[house.mentor.id, second.id])
    assert incubator.refused(end_mentoring, by=second, project=colette, mentor=house.mentor.id)["code"] == "FORBIDDEN"
    incubator.perform(end_mentoring, by=house.mentor, project=colette, mentor=house.mentor.id)
    mentors = shown(incubator)["mentors"]
    assert [(one["state"], one["primary"]) for one in mentors] == [("ENDED", False), ("CONFIRMED", True)]
