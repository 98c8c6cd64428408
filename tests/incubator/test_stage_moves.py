"""Stages and gates: scenarios 1 and 2 of the acceptance list, and what surrounds them."""

from uuid import uuid4

import pytest

from services.backbone.actor import Actor
from services.incubator.queries import happenings
from services.incubator.use_cases.approve_stage_change import approve_stage_change
from services.incubator.use_cases.cancel_stage_change import cancel_stage_change
from services.incubator.use_cases.move_project_back import move_project_back
from services.incubator.use_cases.pause_project import pause_project
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.recommend_stage import recommend_stage
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.refuse_stage_change import refuse_stage_change
from services.incubator.use_cases.skip_to_stage import skip_to_stage
from tests.bench import Bench
from tests.incubator.people import ADMIN, DIRECTOR, STRANGER, House

WHY = "Le prototype tourne déjà depuis un an ailleurs."


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


def test_scenario_1_the_gate_the_mentor_and_a_second_pair_of_eyes(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette, "problem_statement", "team_2", "impact_hypothesis")

    unmet = incubator.refused(propose_stage_change, by=house.staff, project=colette, to="PROTOTYPE")
    assert unmet["code"] == "GATE_NOT_MET"
    assert [blocker["code"] for blocker in unmet["blocked_by"]] == ["interviews_10"]

    house.meet_gate(colette, "interviews_10")
    change = incubator.perform(propose_stage_change, by=house.staff, project=colette, to="PROTOTYPE")["change"]
    incubator.perform(recommend_stage, by=house.mentor, project=colette, to="PROTOTYPE")
    own = incubator.refused(approve_stage_change, by=house.staff, project=colette, change=change)
    assert own["code"] == "SELF_APPROVAL"

    incubator.clock.goes_on(days=30)
    incubator.perform(approve_stage_change, by=house.other_staff, project=colette, change=change)

    moves = incubator.rows("SELECT * FROM history WHERE aspect = 'stage' AND to_state = 'PROTOTYPE'")
    assert [(move["from_state"], move["actor_id"]) for move in moves] == [("IDEA", house.other_staff.id)]
    [fact] = incubator.facts("project.stage_changed")
    told = fact["data"]
    assert (told["from_stage"], told["to"], told["direction"], told["days"]) == ("IDEA", "PROTOTYPE", "FORWARD", 30)
    assert (told["slug"], told["name"], told["visibility"]) == ("colette", "Colette", "PUBLIC")


def test_scenario_2_skipping_and_going_back(incubator: Bench, house: House) -> None:
    colette = house.colette()

    skipped = incubator.refused(propose_stage_change, by=house.staff, project=colette, to="LAUNCH", reason=WHY)
    assert skipped["code"] == "ILLEGAL_TRANSITION"
    assert (
        incubator.refused(skip_to_stage, by=house.staff, project=colette, to="LAUNCH", reason=WHY)["code"]
        == "FORBIDDEN"
    )
    short = incubator.refused(propose_stage_change, by=DIRECTOR, project=colette, to="LAUNCH", reason="parce que")
    assert short["code"] == "VALIDATION"

    incubator.perform(propose_stage_change, by=DIRECTOR, project=colette, to="LAUNCH", reason=WHY)
    [move] = incubator.rows("SELECT * FROM history WHERE aspect = 'stage' AND to_state = 'LAUNCH'")
    assert move["reason"] == WHY
    assert {"interviews_10", "holdup_1"} <= set(move["waived"])

    bare = incubator.refused(
        move_project_back, by=house.staff, project=colette, to="IDEA", reason_code="PIVOT", reason=" "
    )
    assert bare["code"] == "VALIDATION"
    coded = incubator.refused(
        move_project_back, by=house.staff, project=colette, to="IDEA", reason_code="", reason="On pivote."
    )
    assert coded["code"] == "VALIDATION"
    incubator.perform(
        move_project_back, by=house.founder, project=colette, to="IDEA", reason_code="PIVOT", reason="On pivote."
    )
    assert [fact["data"]["direction"] for fact in incubator.facts("project.stage_changed")] == ["FORWARD", "BACKWARD"]


def test_a_stage_is_not_approved_without_a_mentor_or_by_who_may_not(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette)
    change = incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")["change"]

    def approve(by):  # type: ignore[no-untyped-def]
        return incubator.refused(approve_stage_change, by=by, project=colette, change=change)["code"]

    assert approve(house.staff) == "GATE_NOT_MET"
    assert approve(house.founder) == "SELF_APPROVAL"
    assert approve(STRANGER) == "FORBIDDEN"
    assert approve(ADMIN) == "FORBIDDEN"
    assert incubator.refused(recommend_stage, by=house.staff, project=colette, to="PROTOTYPE")["code"] == "FORBIDDEN"
    assert (
        incubator.refused(recommend_stage, by=house.mentor, project=colette, to="LAUNCH")["code"]
        == "ILLEGAL_TRANSITION"
    )
    assert (
        incubator.refused(propose_stage_change, by=house.staff, project=colette, to="PROTOTYPE")["code"] == "DUPLICATE"
    )


def test_a_recommendation_is_given_once_and_for_one_stay(incubator: Bench, house: House) -> None:
    colette = house.colette()
    incubator.perform(recommend_stage, by=house.mentor, project=colette, to="PROTOTYPE")
    assert incubator.refused(recommend_stage, by=house.mentor, project=colette, to="PROTOTYPE")["code"] == "DUPLICATE"
    incubator.perform(skip_to_stage, by=DIRECTOR, project=colette, to="PROTOTYPE", reason=WHY)
    incubator.perform(
        move_project_back, by=house.staff, project=colette, to="IDEA", reason_code="PIVOT", reason="On pivote."
    )
    incubator.perform(recommend_stage, by=house.mentor, project=colette, to="PROTOTYPE")


def test_a_proposal_is_refused_with_a_reason_or_taken_back(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette)
    first = incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")["change"]
    blank = incubator.refused(refuse_stage_change, by=house.staff, project=colette, change=first, reason="")
    assert blank["code"] == "VALIDATION"
    incubator.perform(refuse_stage_change, by=house.staff, project=colette, change=first, reason="Trop tôt.")
    assert (
        incubator.refused(approve_stage_change, by=house.staff, project=colette, change=first)["code"]
        == "ILLEGAL_TRANSITION"
    )

    second = incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")["change"]
    assert (
        incubator.refused(cancel_stage_change, by=house.mentor, project=colette, change=second)["code"] == "FORBIDDEN"
    )
    incubator.perform(cancel_stage_change, by=house.founder, project=colette, change=second)
    assert [fact["type"] for fact in incubator.facts("project.stage_refused", "project.stage_cancelled")] == [
        "project.stage_refused",
        "project.stage_cancelled",
    ]
    assert (
        incubator.refused(approve_stage_change, by=house.staff, project=colette, change=uuid4())["code"] == "NOT_FOUND"
    )


def test_what_was_only_proposed_is_the_business_of_the_projects_people(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette)
    asked = {"project": colette, "to": "PROTOTYPE"}
    first = incubator.perform(propose_stage_change, by=house.founder, **asked)["change"]
    incubator.perform(refuse_stage_change, by=house.staff, project=colette, change=first, reason="Trop tôt.")
    incubator.perform(recommend_stage, by=house.mentor, **asked)
    second = incubator.perform(propose_stage_change, by=house.founder, **asked)["change"]
    incubator.perform(approve_stage_change, by=house.staff, project=colette, change=second)

    def seen(by: Actor) -> tuple[list[bool], list[str]]:
        changes = incubator.ask(happenings.stage_changes_by_ids, by=by, ids=[first, second])
        [page] = incubator.ask(happenings.timelines_by_project_ids, by=by, ids=[colette])
        told = [entry["what"] for entry in page["items"] if entry["what"].startswith("project.stage_")]
        return [change is not None for change in changes], sorted(set(told))

    proposals = ["project.stage_proposed", "project.stage_recommended", "project.stage_refused"]
    assert seen(house.mentor) == ([True, True], ["project.stage_changed", *proposals])
    assert seen(STRANGER) == ([False, True], ["project.stage_changed", "project.stage_recommended"])


def test_nothing_moves_while_paused(incubator: Bench, house: House) -> None:
    colette = house.colette()
    house.meet_gate(colette)
    incubator.perform(pause_project, by=house.founder, project=colette, reason="Congé parental")
    for use_case, by, more in (
        (propose_stage_change, house.staff, {"to": "PROTOTYPE"}),
        (skip_to_stage, DIRECTOR, {"to": "PROTOTYPE", "reason": WHY}),
        (recommend_stage, house.mentor, {"to": "PROTOTYPE"}),
    ):
        assert incubator.refused(use_case, by=by, project=colette, **more)["code"] == "ILLEGAL_TRANSITION"


def test_evidence_must_fit_its_criterion(incubator: Bench, house: House) -> None:
    colette = house.colette()

    def refused(**evidence: str) -> str:
        said = {"criterion": "holdup_1", "kind": "EVENT", "ref": "hold-up", **evidence}
        return str(incubator.refused(record_evidence, by=house.founder, project=colette, **said)["rule"])

    assert refused(kind="URL", ref="https://colette.example") == "evidence.kind_not_taken"
    assert refused(criterion="charm") == "stage_model.unknown_criterion"
    assert refused(ref=" ") == "evidence.ref_missing"
    assert refused(kind="FEELING") == "request.invalid"
    incubator.perform(
        record_evidence, by=house.founder, project=colette, criterion="holdup_1", kind="EVENT", ref="hold-up"
    )
    assert refused() == "evidence.given_already"
    assert (
        incubator.refused(
            record_evidence, by=STRANGER, project=colette, criterion="holdup_1", kind="EVENT", ref="other"
        )["code"]
        == "FORBIDDEN"
    )


def test_an_old_version_is_refused(incubator: Bench, house: House) -> None:
    colette = house.colette()
    stale = incubator.refused(recommend_stage, by=house.mentor, project=colette, to="PROTOTYPE", expected_version=1)
    assert stale["code"] == "STALE_VERSION"
