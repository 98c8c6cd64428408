"""Lists, search, the pipeline; and who sees what."""

from collections import Counter
from datetime import date
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import pytest

from services.backbone.actor import ANONYMOUS, Actor
from services.incubator.queries import board, explained, happenings, incubators, pipeline, projects
from services.incubator.use_cases.keep_theme import keep_theme
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.publish_need import publish_need
from services.incubator.use_cases.record_projects import record_projects
from tests.bench import Bench
from tests.incubator.benchmark import statements
from tests.incubator.people import ADMIN, DIRECTOR, STRANGER, House


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


def slugs(page: dict[str, Any]) -> list[str]:
    return [item["slug"] for item in page["items"]]


def test_a_project_is_shown_whole_in_one_answer(incubator: Bench, house: House) -> None:
    colette = house.colette(phases=[{"stage": "IDEA", "entered_on": "2026-01-01"}])
    need = incubator.perform(publish_need, by=house.founder, project=colette, kind="CHALLENGE", title="Un nom")["need"]
    [shown, nothing] = incubator.ask(projects.projects_by_ids, ids=[colette, house.id])
    assert nothing is None
    assert (shown["slug"], shown["stage"], shown["stage_since"], shown["days_in_stage"]) == (
        "colette",
        "IDEA",
        "2026-01-01",
        60,
    )
    assert [(stay["stage"], stay["entered_on"], stay["left_on"], stay["days"]) for stay in shown["history"]] == [
        ("IDEA", "2026-01-01", None, 60)
    ]
    assert [mentor["mentor"] for mentor in shown["mentors"]] == [str(house.mentor.id)]
    assert [(one["id"], one["state"]) for one in shown["needs"]] == [(need, "OPEN")]
    assert incubator.ask(projects.project_by_slug, slug="colette")["id"] == colette
    assert incubator.ask(projects.project_by_slug, slug="tom-et-josette") is None
    [seen] = incubator.ask(projects.needs_by_ids, ids=[need])
    assert seen["project"] == colette


@pytest.mark.parametrize("visibility", ["PUBLIC", "NETWORK", "PRIVATE"])
def test_each_sees_what_the_visibility_says_and_the_team_sees_all(
    incubator: Bench, house: House, visibility: str
) -> None:
    colette = house.colette(visibility=visibility)
    open_to: dict[str, bool] = {"anonymous": visibility == "PUBLIC", "stranger": visibility != "PRIVATE"}

    def sees(by: Actor) -> bool:
        seen = incubator.ask(projects.project_by_slug, by=by, slug="colette") is not None
        assert (incubator.ask(projects.projects_by_ids, by=by, ids=[colette]) != [None]) is seen
        assert (slugs(incubator.ask(projects.list_projects, by=by)) == ["colette"]) is seen
        assert (incubator.ask(explained.gates_by_project_ids, by=by, ids=[colette]) != [None]) is seen
        assert (incubator.ask(explained.transitions_by_project_ids, by=by, ids=[colette]) != [None]) is seen
        assert bool(incubator.ask(happenings.timelines_by_project_ids, by=by, ids=[colette])[0]["total"]) is seen
        assert incubator.ask(incubators.project_counts_by_incubator_ids, by=by, ids=[house.id]) == [int(seen)]
        assert incubator.ask(pipeline.network, by=by)["projects"] == int(seen)
        return seen

    assert sees(ANONYMOUS) is open_to["anonymous"]
    assert sees(STRANGER) is open_to["stranger"]
    assert all(sees(by) for by in (house.staff, house.founder, house.mentor, ADMIN, DIRECTOR))
    if visibility == "PRIVATE":
        refused = incubator.refused(propose_stage_change, by=STRANGER, project=colette, to="PROTOTYPE")
        assert refused["code"] == "NOT_FOUND"


def test_a_search_ignores_accents_and_case_and_wants_every_word(incubator: Bench, house: House) -> None:
    house.colette()
    house.colette(
        name="Tom & Josette", pitch="Une crèche dans un Ehpad, à 100 %.", themes=["petite-enfance"], city="Nantes"
    )

    def found(search: str) -> list[str]:
        return slugs(incubator.ask(projects.list_projects, search=search))

    assert found("CRECHE ehpad") == ["tom-josette"]
    assert found("crèche chambre") == []
    assert found("Mieux-Vieillir") == ["colette"]
    assert found("crèches") == found("Une creche") == ["tom-josette"]
    assert found("senior chambres") == ["colette"]
    house.colette(name="Second Home", pitch="Homes shared by refugees and their neighbours.", themes=["accueil"])
    assert found("refugee sharing home") == ["second-home"]
    assert found("100 %") == ["tom-josette"]
    assert found("1_0") == []
    assert found("") == ["colette", "second-home", "tom-josette"]
    assert found("ette") == ["colette", "tom-josette"]
    assert incubator.ask_refused(projects.list_projects, search="ette\x00")["rule"] == "request.invalid"


def test_a_search_finds_a_project_by_what_its_themes_are_called_in_either_language(
    incubator: Bench, house: House
) -> None:
    house.colette(themes=["sans-abrisme"])
    house.colette(name="Tom & Josette", themes=["petite-enfance"], pitch="Une crèche.")

    def found(search: str) -> list[str]:
        return slugs(incubator.ask(projects.list_projects, search=search))

    theme = uuid4()

    def called(label_fr: str, label_en: str) -> None:
        told = {"theme": "sans-abrisme", "label_fr": label_fr, "label_en": label_en}
        incubator.deliver(keep_theme, incubator.fact("people", "theme.recorded", theme, **told))

    assert found("homelessness") == []
    called("Sans-abrisme", "Homelessness")
    assert found("HOMELESSNESS") == found("chambre homeless") == ["colette"]
    assert found("crèche homelessness") == []
    called("Sans toit", "Without a roof")
    assert found("homelessness") == []
    assert found("roofs") == found("toits") == ["colette"]


def test_filters_narrow_together(incubator: Bench, house: House) -> None:
    colette = house.colette(phases=[{"stage": "IDEA", "entered_on": "2025-01-01"}])
    house.colette(name="Josette", themes=["petite-enfance"], city="Nantes", mentors=[], stage="LAUNCH")
    incubator.perform(publish_need, by=house.founder, project=colette, kind="CHALLENGE", title="Un nom")

    def chosen(**filter: Any) -> list[str]:
        return slugs(incubator.ask(projects.list_projects, filter=filter))

    assert chosen(stage=["IDEA", "SCALE"]) == ["colette"]
    assert chosen(lifecycle=["PAUSED"]) == []
    assert chosen(theme="petite-enfance") == ["josette"]
    assert chosen(city="nantes") == ["josette"]
    assert chosen(stalled=True) == ["colette"]
    assert chosen(stalled=False) == ["josette"]
    assert chosen(need="CHALLENGE") == ["colette"]
    assert chosen(mentor=house.mentor.id) == ["colette"]
    assert chosen(incubator="makesense", stage=["LAUNCH"]) == ["josette"]
    assert chosen(incubator="nowhere") == []


def test_pages_follow_one_another_while_rows_are_added(incubator: Bench, house: House) -> None:
    for name in "ACE":
        house.colette(name=name)
    for order, expected in (("NAME", ["a", "c", "e"]), ("STAGE_SINCE", ["a", "c", "e"]), ("RECENT", ["e", "c", "a"])):
        first = incubator.ask(projects.list_projects, order_by=order, first=2)
        rest = incubator.ask(projects.list_projects, order_by=order, first=2, after=first["cursors"][-1])
        assert slugs(first) + slugs(rest) == expected
        assert (first["has_next"], rest["has_next"], first["total"]) == (True, False, 3)
    page = incubator.ask(projects.list_projects, first=2)
    house.colette(name="B")
    assert slugs(incubator.ask(projects.list_projects, first=2, after=page["cursors"][-1])) == ["e"]
    assert incubator.ask_refused(projects.list_projects, first=101)["code"] == "PAGE_TOO_LARGE"
    [themed, empty] = incubator.ask(projects.projects_by_themes, slugs=["mieux-vieillir", "agriculture"], first=2)
    assert (slugs(themed), themed["total"], empty["total"]) == (["a", "b"], 4, 0)


def test_how_many_there_are_is_the_same_on_every_page_and_after_the_last(incubator: Bench, house: House) -> None:
    for name in "ABC":
        house.colette(name=name)
    page = incubator.ask(projects.list_projects, first=2)
    last = incubator.ask(projects.list_projects, first=2, after=page["cursors"][-1])
    beyond = incubator.ask(projects.list_projects, first=2, after=last["cursors"][-1])
    assert [one["total"] for one in (page, last, beyond)] == [3, 3, 3]
    assert (beyond["items"], beyond["cursors"], beyond["has_next"]) == ([], [], False)
    nothing = incubator.ask(projects.list_projects, filter={"city": "Nulle-Part"})
    assert (nothing["items"], nothing["total"]) == ([], 0)


def test_what_is_not_asked_for_is_not_counted(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.call()
    with statements(incubator) as sent:
        pages = [
            incubator.ask(projects.list_projects, count=False),
            incubator.ask(incubators.list_incubators, count=False),
            incubator.ask(incubators.list_calls, count=False),
            *incubator.ask(projects.projects_by_themes, slugs=["mieux-vieillir"], count=False),
            *incubator.ask(happenings.timelines_by_project_ids, ids=[colette], count=False),
            incubator.ask(board.board, incubator="makesense", count=False)[0]["projects"],
        ]
    assert all(page["items"] for page in pages)
    assert [page["total"] for page in pages] == [None] * 6
    assert not any("count(" in statement for statement, _ in sent)


@pytest.mark.parametrize("order", ["NAME", "STAGE_SINCE", "RECENT", "STALLED_FIRST"])
def test_whoever_was_there_is_shown_once_while_others_are_added(incubator: Bench, house: House, order: str) -> None:
    there = {
        house.colette(name=f"Projet {number}", phases=[{"stage": "IDEA", "entered_on": f"2025-{number:02}-01"}])
        for number in range(1, 13)
    }
    seen: list[str] = []
    asked: dict[str, Any] = {"order_by": order, "first": 3}
    while True:
        page = incubator.ask(projects.list_projects, **asked)
        seen += [item["id"] for item in page["items"]]
        house.colette(name=f"Nouveau {len(seen)}", phases=[{"stage": "IDEA", "entered_on": "2025-05-15"}])
        if not page["has_next"] or len(seen) > 60:
            break
        asked["after"] = page["cursors"][-1]
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_the_pipeline_counts_as_plain_python_does(incubator: Bench, house: House) -> None:
    stages = ["IDEA", "PROTOTYPE", "LAUNCH", "GROWTH", "SCALE"]
    records = [
        {
            "incubator": "makesense",
            "slug": f"p-{number}",
            "name": f"P {number}",
            "lifecycle": "STOPPED" if number % 4 == 0 else "GRADUATED" if number % 9 == 0 else "ACTIVE",
            "ended_on": "2025-12-01",
            "stop_reason": ("TEAM", "FUNDING", "FUNDING")[number % 3],
            "phases": [
                {"stage": stage, "entered_on": str(date(2020 + place, 1 + number % 12, 1))}
                for place, stage in enumerate(stages[: 1 + number % 5])
            ],
        }
        for number in range(40)
    ]
    results = incubator.perform(record_projects, projects=records)["results"]
    assert {result["outcome"] for result in results} == {"CREATED"}

    days: dict[str, list[int]] = {stage: [] for stage in stages}
    for record in records:
        phases = record["phases"]
        ends = [phase["entered_on"] for phase in phases[1:]]
        ends.append(record["ended_on"] if record["lifecycle"] != "ACTIVE" else None)
        for phase, end in zip(phases, ends, strict=True):
            if end:
                days[phase["stage"]].append((date.fromisoformat(end) - date.fromisoformat(phase["entered_on"])).days)

    rows = incubator.ask(pipeline.pipeline, incubator="makesense")
    assert [row["stage"] for row in rows] == [*stages, "GRADUATED", "STOPPED"]
    for row in rows[:5]:
        stayed = days[row["stage"]]
        assert row["median_days"] == (median(stayed) if stayed else None)
        if len(stayed) > 1:
            assert row["quartiles"] == quantiles(stayed, n=4, method="inclusive")
        stopped = [
            one for one in records if one["lifecycle"] == "STOPPED" and one["phases"][-1]["stage"] == row["stage"]
        ]
        assert {one["reason"]: one["projects"] for one in row["stops"]} == Counter(
            one["stop_reason"] for one in stopped
        )
        assert row["conversion"] == (row["advanced"] / len(stayed) if stayed else None)
    running = [record for record in records if record["lifecycle"] == "ACTIVE"]
    assert [row["projects"] for row in rows] == [
        *(sum(record["phases"][-1]["stage"] == stage for record in running) for stage in stages),
        sum(record["lifecycle"] == "GRADUATED" for record in records),
        sum(record["lifecycle"] == "STOPPED" for record in records),
    ]
    assert [row["advanced"] for row in rows[:5]] == [
        sum(len(record["phases"]) > place + 1 for record in records) for place in range(5)
    ]
    assert sum(row["stopped"] for row in rows) == rows[-1]["projects"]
    assert incubator.ask(pipeline.pipeline) == rows
    assert incubator.ask_refused(pipeline.pipeline, incubator="nowhere")["code"] == "NOT_FOUND"


def test_transitions_say_for_each_what_they_may_and_what_is_missing(incubator: Bench, house: House) -> None:
    colette = house.colette()

    def ways(by: Actor) -> dict[str, list[str]]:
        [found] = incubator.ask(explained.transitions_by_project_ids, by=by, ids=[colette])
        return {way["to"]: [blocker["code"] for blocker in way["blocked_by"]] for way in found}

    staff = ways(house.staff)
    assert staff["PAUSED"] == staff["STOPPED"] == []
    assert staff["PROTOTYPE"] == ["interviews_10", "problem_statement", "team_2", "impact_hypothesis"]
    assert staff["LAUNCH"] == ["project.director_only"]
    assert staff["GRADUATED"] == ["project.not_in_last_stage"]
    assert ways(DIRECTOR)["LAUNCH"] == []
    house.meet_gate(colette)
    assert ways(house.founder)["PROTOTYPE"] == []
    incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")
    assert ways(house.founder)["PROTOTYPE"] == [
        "stage_change.self_approval",
        "stage_change.staff_decides",
        "project.recommendation_missing",
    ]
    assert ways(ANONYMOUS)["PAUSED"] == ["project.founders_or_staff_only"]


def test_the_gate_shows_each_criterion_with_its_evidence(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette, "team_2")
    [gate] = incubator.ask(explained.gates_by_project_ids, ids=[colette])
    assert (gate["from_stage"], gate["to_stage"], gate["met"]) == ("IDEA", "PROTOTYPE", False)
    assert [criterion["code"] for criterion in gate["criteria"] if criterion["met"]] == ["team_2"]
