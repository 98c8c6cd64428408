"""Stages and gates as data: several models side by side, and new versions that lose no project and no history."""

from typing import Any

import msgspec
import pytest

from gateway.problems import WireProblem
from gateway.schema.problems import problem_of
from services.incubator.queries import board, explained, incubators, pipeline, projects
from services.incubator.use_cases.approve_stage_change import approve_stage_change
from services.incubator.use_cases.change_stage_model import change_stage_model
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.recommend_stage import recommend_stage
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_projects import record_projects
from services.incubator.use_cases.skip_to_stage import skip_to_stage
from services.incubator.use_cases.tell_what_is_due import carry_projects_over
from tests.bench import Bench
from tests.incubator.people import DIRECTOR, House

LONG = "Une raison assez longue pour que l'on comprenne."


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


def stage(code: str, *gate: dict[str, Any], days: int | None = None) -> dict[str, Any]:
    return {"code": code, "label_fr": code.title(), "label_en": code.title(), "expected_days": days, "gate": list(gate)}


def criterion(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label_fr": code, "label_en": code, **more}


PILOTED = [stage("IDEA"), stage("PROTOTYPE"), stage("PILOT", days=100), stage("SCALE")]
RENAMED = {"LAUNCH": "PILOT", "GROWTH": "PILOT"}


def test_incubators_with_other_stages_and_gates_stand_side_by_side(incubator: Bench, house: House) -> None:
    gate = [
        criterion("visite", label_fr="Une visite", evidence_kinds=["EVENT"], event_kinds=["MEETUP"]),
        criterion("avis", mandatory=False),
    ]
    own = {"slug": "ferme", "name": "La Ferme", "stages": [stage("GRAINE", *gate), stage("POUSSE"), stage("RECOLTE")]}
    [made] = incubator.perform(record_incubators, incubators=[own])["results"]
    assert made["outcome"] == "CREATED"
    record = {
        "incubator": "ferme",
        "slug": "verger",
        "name": "Verger",
        "phases": [{"stage": "GRAINE", "entered_on": "2026-01-01"}],
    }
    [verger] = incubator.perform(record_projects, projects=[record])["results"]
    colette = house.colette()
    [own_gate, default] = incubator.ask(explained.gates_by_project_ids, ids=[verger["id"], colette])
    assert [(one["code"], one["mandatory"]) for one in own_gate["criteria"]] == [("visite", True), ("avis", False)]
    assert (own_gate["to_stage"], default["to_stage"]) == ("POUSSE", "PROTOTYPE")
    refused = incubator.refused(propose_stage_change, project=verger["id"], to="POUSSE")
    assert [blocker["code"] for blocker in refused["blocked_by"]] == ["visite"]
    [said] = problem_of(msgspec.convert(refused, WireProblem), "fr").blocked_by
    assert said.message == "Une visite (visite) : aucune preuve ne compte encore."
    assert said.fix == "Apportez une preuve de visite : EVENT."
    shows = {"project": verger["id"], "criterion": "visite", "kind": "URL", "ref": "https://verger.example"}
    assert incubator.refused(record_evidence, **shows)["rule"] == "evidence.kind_not_taken"
    assert [column["stage"] for column in incubator.ask(board.board, incubator="ferme")] == [
        "GRAINE",
        "POUSSE",
        "RECOLTE",
    ]


@pytest.mark.parametrize(
    ("stages", "rule"),
    [
        ([stage("A")], "stage_model.two_stages"),
        ([stage("A"), stage(" ")], "stage_model.code_missing"),
        ([stage("A"), stage("PAUSED")], "stage_model.reserved_code"),
        ([stage("A"), stage("A")], "stage_model.stage_twice"),
        ([stage("A", criterion("x")), stage("B", criterion("x")), stage("C")], "stage_model.criterion_twice"),
        ([stage("A"), stage("B", criterion("x"))], "stage_model.gate_after_last"),
    ],
)
def test_stages_that_make_no_way_are_refused(incubator: Bench, stages: list[dict[str, Any]], rule: str) -> None:
    said = {"slug": "faux", "name": "Faux", "stages": stages}
    [result] = incubator.perform(record_incubators, incubators=[said])["results"]
    assert (result["outcome"], result["problems"][0]["rule"]) == ("REFUSED", rule)
    assert incubator.ask(incubators.incubator_by_slug, slug="faux") is None


def test_a_new_version_carries_projects_over_and_leaves_history_as_it_was(incubator: Bench, house: House) -> None:
    phases = [{"stage": "IDEA", "entered_on": "2025-01-01"}, {"stage": "LAUNCH", "entered_on": "2025-07-01"}]
    colette, josette = house.colette(phases=phases), house.colette(name="Josette")
    before = incubator.ask(pipeline.pipeline, incubator="makesense", as_of="2025-12-31")
    incubator.perform(change_stage_model, by=house.staff, incubator="makesense", stages=PILOTED, renamed=RENAMED)
    [told] = incubator.facts("incubator.stages_changed")
    assert (told["data"]["stage_model_version"], told["data"]["renamed"]) == (2, RENAMED)

    def looked_at() -> tuple[list[tuple[str, int]], str]:
        rows = incubator.ask(pipeline.pipeline, incubator="makesense", as_of="2025-12-31")
        [gate] = incubator.ask(explained.gates_by_project_ids, ids=[colette])
        return [(row["stage"], row["projects"]) for row in rows], gate["from_stage"]

    wanted = [("IDEA", 0), ("PROTOTYPE", 0), ("PILOT", 1), ("SCALE", 0), ("GRADUATED", 0), ("STOPPED", 0)]
    assert looked_at() == (wanted, "PILOT")  # at once, before any job
    assert incubator.run_due(carry_projects_over) == 2
    assert incubator.run_due(carry_projects_over) == 0
    assert looked_at() == (wanted, "PILOT")
    row, other = incubator.ask(projects.projects_by_ids, ids=[colette, josette])
    assert (row["stage"], [stay["stage"] for stay in row["history"]]) == ("PILOT", ["IDEA", "LAUNCH"])
    assert (row["stalled"], other["stage"]) == (True, "IDEA")
    [moved] = incubator.rows("SELECT from_state, to_state FROM history WHERE rule = 'stage_model.changed'")
    assert moved == {"from_state": "LAUNCH", "to_state": "PILOT"}
    cards = [fact["data"]["stage"] for fact in incubator.facts("project.recorded")]
    assert cards[-2:] == ["PILOT", "IDEA"]
    assert before[0]["median_days"] == 181
    after = incubator.ask(pipeline.pipeline, incubator="makesense", as_of="2025-12-31")
    assert after[0]["median_days"] == 181


def test_a_third_version_still_knows_the_first(incubator: Bench, house: House) -> None:
    colette = house.colette(stage="GROWTH")
    changed = {"by": house.staff, "incubator": "makesense"}
    incubator.perform(change_stage_model, **changed, stages=PILOTED, renamed=RENAMED)
    third = [stage("IDEA"), stage("ESSAI"), stage("SCALE")]
    incubator.perform(change_stage_model, **changed, stages=third, renamed={"PILOT": "ESSAI", "PROTOTYPE": "ESSAI"})
    assert incubator.run_due(carry_projects_over) == 1
    [row] = incubator.ask(projects.projects_by_ids, ids=[colette])
    assert (row["stage"], row["history"][0]["stage"]) == ("ESSAI", "GROWTH")
    used = incubator.refused(
        change_stage_model, **changed, stages=[*third[:2], stage("LAUNCH")], renamed={"SCALE": "LAUNCH"}
    )
    assert used["rule"] == "stage_model.code_used_before"


@pytest.mark.parametrize(
    ("stages", "renamed", "rule"),
    [
        (PILOTED, {"LAUNCH": "PILOT"}, "stage_model.stage_lost"),
        (PILOTED, {**RENAMED, "GROWTH": "NOWHERE"}, "stage_model.stage_lost"),
        (PILOTED, {**RENAMED, "IDEA": "PILOT"}, "stage_model.not_gone"),
    ],
)
def test_a_version_that_loses_a_stage_is_refused(
    incubator: Bench, house: House, stages: list[dict[str, Any]], renamed: dict[str, str], rule: str
) -> None:
    said = {"incubator": "makesense", "stages": stages, "renamed": renamed}
    refused = incubator.refused(change_stage_model, by=house.staff, **said)
    assert (refused["code"], refused["rule"]) == ("VALIDATION", rule)


def test_the_first_command_after_a_change_finds_the_project_carried_over(incubator: Bench, house: House) -> None:
    colette = house.colette(stage="LAUNCH")
    incubator.perform(change_stage_model, by=house.staff, incubator="makesense", stages=PILOTED, renamed=RENAMED)
    incubator.perform(recommend_stage, by=house.mentor, project=colette, to="SCALE")
    change = incubator.perform(propose_stage_change, by=house.founder, project=colette, to="SCALE")["change"]
    incubator.perform(approve_stage_change, by=house.staff, project=colette, change=change)
    [told] = incubator.facts("project.stage_changed")
    assert (told["data"]["from_stage"], told["data"]["to"]) == ("PILOT", "SCALE")
    assert incubator.run_due(carry_projects_over) == 0


def test_a_proposal_falls_when_another_stage_comes_between(incubator: Bench, house: House) -> None:
    """Found by the property test: the proposal would have passed over the new stage and its gate."""
    colette = house.colette()
    house.meet_gate(colette)
    incubator.perform(recommend_stage, by=house.mentor, project=colette, to="PROTOTYPE")
    change = incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")["change"]
    defaults = [stage(code) for code in ("PROTOTYPE", "LAUNCH", "GROWTH", "SCALE")]
    stages = [stage("IDEA"), stage("MAQUETTE", criterion("maquette")), *defaults]
    incubator.perform(change_stage_model, by=house.staff, incubator="makesense", stages=stages)
    decided = incubator.refused(approve_stage_change, by=house.staff, project=colette, change=change)
    assert (decided["code"], decided["rule"]) == ("ILLEGAL_TRANSITION", "stage_change.decided")
    assert incubator.run_due(carry_projects_over) == 1
    [row] = incubator.ask(projects.projects_by_ids, by=house.staff, ids=[colette])
    assert (row["stage"], row["proposed_change"]) == ("IDEA", None)


def test_a_proposal_towards_a_stage_that_is_gone_falls(incubator: Bench, house: House) -> None:
    colette = house.colette(stage="PROTOTYPE")
    incubator.perform(skip_to_stage, by=DIRECTOR, project=colette, to="GROWTH", reason=LONG)
    for code in ("unit_economics", "second_site", "impact_measured_2", "governance"):
        shows = {"project": colette, "criterion": code, "kind": "DOCUMENT", "ref": "preuve.pdf"}
        incubator.perform(record_evidence, by=house.founder, **shows)
    incubator.perform(propose_stage_change, by=house.founder, project=colette, to="SCALE")
    incubator.perform(change_stage_model, by=house.staff, incubator="makesense", stages=PILOTED, renamed=RENAMED)
    incubator.run_due(carry_projects_over)
    [row] = incubator.ask(projects.projects_by_ids, by=house.staff, ids=[colette])
    assert (row["stage"], row["proposed_change"]) == ("PILOT", None)
