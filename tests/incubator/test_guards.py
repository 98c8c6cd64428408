"""Every guard of the two tables of domain.md section 3: what it refuses, with which code, and nothing changes."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from gateway.problems import WireProblem
from gateway.schema.problems import problem_of
from services.backbone.actor import Actor, Grant
from services.incubator.use_cases.accept_charter import accept_charter
from services.incubator.use_cases.activate_project import activate_project
from services.incubator.use_cases.admit_project import admit_project
from services.incubator.use_cases.apply_to_incubator import apply_to_incubator
from services.incubator.use_cases.approve_stage_change import approve_stage_change
from services.incubator.use_cases.assign_reviewers import assign_reviewers
from services.incubator.use_cases.close_call import close_call
from services.incubator.use_cases.declare_conflict import declare_conflict
from services.incubator.use_cases.decline_project import decline_project
from services.incubator.use_cases.graduate_project import graduate_project
from services.incubator.use_cases.move_project_back import move_project_back
from services.incubator.use_cases.pause_project import pause_project
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.recommend_stage import recommend_stage
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.refuse_stage_change import refuse_stage_change
from services.incubator.use_cases.reopen_project import reopen_project
from services.incubator.use_cases.resume_project import resume_project
from services.incubator.use_cases.skip_to_stage import skip_to_stage
from services.incubator.use_cases.stop_project import stop_project
from services.incubator.use_cases.submit_review import submit_review
from services.incubator.use_cases.withdraw_application import withdraw_application
from tests.bench import Bench
from tests.incubator.people import DIRECTOR, IDEA_GATE, person
from tests.incubator.world import LONG, World

NO = {"reason_code": "TOO_EARLY", "message": "Revenez au printemps."}
STOP = {"reason_code": "TEAM", "lesson": LONG}
BACK = {"to": "IDEA", "reason_code": "PIVOT", "reason": "Un autre public."}


class Moments(World):
    """Also what stands just before or just beyond what a guard lets through."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        house, founder = self.house, self.house.founder
        self.staff, self.founder, self.mentor = house.staff, founder, house.mentor
        self.later, self.closed = house.call(opens_at="2026-03-20T00:00:00Z"), house.call()
        bench.perform(close_call, by=house.staff, call=self.closed)
        #: A member of the staff who founds a project of the house, and mentors it too.
        scope = f"incubator/{house.id}"
        self.both = person(Grant("INCUBATOR_STAFF", scope))
        self.own = self._reviewed("À nous", by=self.both)
        self.low = self._reviewed("Tiède", scores=(2, 3))
        self.vetoed = self._reviewed("Douteuse", veto=True)
        self.read_once = self._reviewed("Lue", scores=(5,))
        self.conflicted = self._reviewed("Liée", scores=(5, 5))
        bench.perform(declare_conflict, by=house.other_staff, project=self.conflicted)
        self.declined = self._application("Refusée")
        bench.perform(decline_project, by=house.staff, project=self.declined, **NO)
        self.withdrawn = self._application("Reprise")
        bench.perform(withdraw_application, by=founder, project=self.withdrawn)
        self.unaccepted = house.colette(slug="unaccepted", lifecycle="ADMITTED")
        self.unmentored = house.colette(slug="unmentored", lifecycle="ADMITTED", founders=[founder.id], mentors=[])
        bench.perform(accept_charter, by=founder, project=self.unmentored)
        self.long_gone = house.colette(
            slug="long-gone", lifecycle="STOPPED", ended_on="2025-03-01", founders=[founder.id],
            phases=[{"stage": "IDEA", "entered_on": "2024-03-01"}],
        )  # fmt: skip
        self.bare = house.colette(slug="bare", founders=[founder.id])
        self.expecting = house.colette(slug="expecting", stage="LAUNCH", founders=[founder.id])
        self._expect_an_event()
        self.unrecommended = self._proposed("unrecommended", self.founder)
        self.paused_change, self.paused_proposed = self._paused_with_a_proposal()
        self.ours = house.colette(
            slug="ours", founders=[founder.id, self.both.id], mentors=[house.mentor.id], stage="IDEA"
        )
        house.meet_gate(self.ours)
        bench.perform(recommend_stage, by=house.mentor, project=self.ours, to="PROTOTYPE")
        made = bench.perform(propose_stage_change, by=founder, project=self.ours, to="PROTOTYPE")
        self.our_change = made["change"]
        self.mentoring_founder = Actor(
            self.both.kind, self.both.id, frozenset({*self.both.grants, Grant("MENTOR", f"project/{self.ours}")})
        )

    def _reviewed(
        self, name: str, by: Actor | None = None, scores: tuple[int, ...] = (4, 4), veto: bool = False
    ) -> str:
        house = self.house
        said = {"name": name, "pitch": "Un projet.", "themes": ["accueil"], "answers": {"why": "Parce que."}}
        made = self.bench.perform(apply_to_incubator, by=by or house.founder, call=self.call, **said)
        reviewers = [house.staff, house.other_staff]
        named = [reviewer.id for reviewer in reviewers]
        self.bench.perform(assign_reviewers, by=house.staff, project=made["id"], reviewers=named)
        for reviewer, score in zip(reviewers, scores, strict=False):
            grades = [{**grade, "score": score} for grade in self.review["grades"]]
            self.bench.perform(submit_review, by=reviewer, project=made["id"], grades=grades, ethics_veto=veto)
        return str(made["id"])

    def _expect_an_event(self) -> None:
        """Everything at the gate of LAUNCH but one criterion, for which an event is named that was not held."""
        for criterion in ("recurring_users", "revenue_or_funding", "impact_measured"):
            self._shows(self.expecting, criterion, "URL", "https://colette.example")
        self._shows(self.expecting, "partner_1", "EVENT", "soiree-des-partenaires")

    def _shows(self, project: str, criterion: str, kind: str, ref: str) -> None:
        shown = {"criterion": criterion, "kind": kind, "ref": ref}
        self.bench.perform(record_evidence, by=self.founder, project=project, **shown)

    def _proposed(self, slug: str, by: Actor) -> tuple[str, str]:
        project = self.house.colette(slug=slug, founders=[self.house.founder.id])
        self.house.meet_gate(project)
        made = self.bench.perform(propose_stage_change, by=by, project=project, to="PROTOTYPE")
        return project, str(made["change"])

    def _paused_with_a_proposal(self) -> tuple[str, str]:
        project, change = self._proposed("resting", self.founder)
        self.bench.perform(recommend_stage, by=self.mentor, project=project, to="PROTOTYPE")
        self.bench.perform(pause_project, by=self.founder, project=project, reason="Un congé.")
        return change, project

    def application(self, **other: Any) -> dict[str, Any]:
        said = {"call": self.call, "name": "Autre", "pitch": "Un projet.", "themes": ["accueil"]}
        return {**said, "answers": {"why": "Parce que."}, **other}


Try = tuple[Callable[..., Any], Actor, dict[str, Any]]

#: What is tried, in the order of the tables; the code and the rule that refuse it.
GUARDS: dict[str, tuple[Callable[[Moments], Try], str, str]] = {
    # (new) -> APPLIED
    "before the call opens": (
        lambda m: (apply_to_incubator, m.founder, m.application(call=m.later)),
        "ILLEGAL_TRANSITION", "call.not_open_yet",
    ),
    "after the call closed": (
        lambda m: (apply_to_incubator, m.founder, m.application(call=m.closed)), "DEADLINE_PASSED", "call.closed",
    ),
    "a mandatory question is not answered": (
        lambda m: (apply_to_incubator, m.founder, m.application(answers={"more": "Rien."})),
        "VALIDATION", "call.question_unanswered",
    ),
    "the same project applies again": (
        lambda m: (apply_to_incubator, m.founder, m.application(name="Candidate")),
        "DUPLICATE", "project.applied_already",
    ),
    # APPLIED -> UNDER_REVIEW
    "one reviewer": (
        lambda m: (assign_reviewers, m.staff, {"project": m.applied, "reviewers": [uuid4()]}),
        "VALIDATION", "project.too_few_reviewers",
    ),
    "a founder reviews": (
        lambda m: (assign_reviewers, m.staff, {"project": m.applied, "reviewers": [uuid4(), m.founder.id]}),
        "VALIDATION", "project.reviewer_tied",
    ),
    "who declared a conflict reviews": (
        lambda m: (assign_reviewers, m.staff, {"project": m.conflicted, "reviewers": [m.house.other_staff.id]}),
        "VALIDATION", "project.reviewer_tied",
    ),
    "a founder names the reviewers": (
        lambda m: (assign_reviewers, m.founder, {"project": m.applied, "reviewers": [uuid4(), uuid4()]}),
        "FORBIDDEN", "incubator.staff_only",
    ),
    # UNDER_REVIEW -> ADMITTED / DECLINED
    "admitted unread": (
        lambda m: (admit_project, m.staff, {"project": m.applied}), "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    "admitted after one review": (
        lambda m: (admit_project, m.staff, {"project": m.read_once}), "GATE_NOT_MET", "project.reviews_missing",
    ),
    "the review of who stepped back does not count": (
        lambda m: (admit_project, m.staff, {"project": m.conflicted}), "GATE_NOT_MET", "project.reviews_missing",
    ),
    "the mean is below 3.0": (
        lambda m: (admit_project, m.staff, {"project": m.low}), "GATE_NOT_MET", "project.mean_too_low",
    ),
    "a veto on ethical grounds": (
        lambda m: (admit_project, m.staff, {"project": m.vetoed}), "GATE_NOT_MET", "project.ethics_veto",
    ),
    "a founder of the staff admits their own": (
        lambda m: (admit_project, m.both, {"project": m.own}), "SELF_APPROVAL", "project.own_project",
    ),
    "declined after one review": (
        lambda m: (decline_project, m.staff, {"project": m.read_once, **NO}),
        "GATE_NOT_MET", "project.reviews_missing",
    ),
    "declined without a known reason": (
        lambda m: (decline_project, m.staff, {"project": m.low, **NO, "reason_code": "MOOD"}),
        "VALIDATION", "project.unknown_decline_reason",
    ),
    "declined without a message": (
        lambda m: (decline_project, m.staff, {"project": m.low, **NO, "message": " "}),
        "VALIDATION", "project.decline_unexplained",
    ),
    # ADMITTED -> ACTIVE
    "a founder has not accepted the charter": (
        lambda m: (activate_project, m.staff, {"project": m.unaccepted}), "GATE_NOT_MET", "project.charter_missing",
    ),
    "no mentor is confirmed": (
        lambda m: (activate_project, m.staff, {"project": m.unmentored}), "GATE_NOT_MET", "project.mentor_missing",
    ),
    "it starts in a stage that there is not": (
        lambda m: (activate_project, m.staff, {"project": m.ready, "stage": "DREAM"}),
        "VALIDATION", "stage_model.unknown_stage",
    ),
    "the charter is accepted by somebody else": (
        lambda m: (accept_charter, m.staff, {"project": m.unaccepted}), "FORBIDDEN", "project.founders_only",
    ),
    # ACTIVE <-> PAUSED
    "a pause without a reason": (
        lambda m: (pause_project, m.founder, {"project": m.active, "reason": " "}),
        "VALIDATION", "project.pause_unexplained",
    ),
    "a pause of 181 days": (
        lambda m: (pause_project, m.founder, {"project": m.active, "reason": "Un congé.", "until": "2026-08-30"}),
        "VALIDATION", "project.pause_too_long",
    ),
    "what is not paused resumes": (
        lambda m: (resume_project, m.founder, {"project": m.active}), "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    "a stage is proposed while paused": (
        lambda m: (propose_stage_change, m.staff, {"project": m.paused, "to": "PROTOTYPE"}),
        "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    "a stage is approved while paused": (
        lambda m: (approve_stage_change, m.staff, {"project": m.paused_proposed, "change": m.paused_change}),
        "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    "a director skips while paused": (
        lambda m: (skip_to_stage, DIRECTOR, {"project": m.paused, "to": "LAUNCH", "reason": LONG}),
        "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    # ACTIVE -> GRADUATED
    "it graduates before the last stage": (
        lambda m: (graduate_project, m.staff, {"project": m.active, "reason": LONG}),
        "GATE_NOT_MET", "project.not_in_last_stage",
    ),
    "a director overrides without a reason": (
        lambda m: (graduate_project, DIRECTOR, {"project": m.active, "reason": "Oui."}),
        "VALIDATION", "project.reason_too_short",
    ),
    # ACTIVE, PAUSED -> STOPPED
    "a stop for a reason that there is not": (
        lambda m: (stop_project, m.founder, {"project": m.active, **STOP, "reason_code": "BORED"}),
        "VALIDATION", "project.unknown_stop_reason",
    ),
    "a lesson of 19 characters": (
        lambda m: (stop_project, m.founder, {"project": m.paused, **STOP, "lesson": "x" * 19}),
        "VALIDATION", "project.lesson_length",
    ),
    "a lesson of 2,001 characters": (
        lambda m: (stop_project, m.founder, {"project": m.active, **STOP, "lesson": "x" * 2001}),
        "VALIDATION", "project.lesson_length",
    ),
    "what has not begun stops": (
        lambda m: (stop_project, m.founder, {"project": m.admitted, **STOP}),
        "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    # final -> ACTIVE
    "the staff reopen": (
        lambda m: (reopen_project, m.staff, {"project": m.stopped, "reason": LONG}),
        "FORBIDDEN", "project.director_only",
    ),
    "reopened in 19 characters": (
        lambda m: (reopen_project, DIRECTOR, {"project": m.stopped, "reason": "x" * 19}),
        "VALIDATION", "project.reason_too_short",
    ),
    "reopened after a year and a day": (
        lambda m: (reopen_project, DIRECTOR, {"project": m.long_gone, "reason": LONG}),
        "DEADLINE_PASSED", "project.ended_too_long_ago",
    ),
    "a declined one is reopened": (
        lambda m: (reopen_project, DIRECTOR, {"project": m.declined, "reason": LONG}),
        "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    "a withdrawn one is admitted": (
        lambda m: (admit_project, m.staff, {"project": m.withdrawn}), "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    # forward by one
    "a stage before the start": (
        lambda m: (propose_stage_change, m.staff, {"project": m.admitted, "to": "PROTOTYPE"}),
        "ILLEGAL_TRANSITION", "project.not_in_state",
    ),
    "a gate with nothing to show": (
        lambda m: (propose_stage_change, m.staff, {"project": m.bare, "to": "PROTOTYPE"}),
        "GATE_NOT_MET", "project.gate_not_met",
    ),
    "evidence by an event that was not held": (
        lambda m: (propose_stage_change, m.staff, {"project": m.expecting, "to": "GROWTH"}),
        "GATE_NOT_MET", "project.gate_not_met",
    ),
    "a second proposal": (
        lambda m: (propose_stage_change, m.staff, {"project": m.proposed, "to": "PROTOTYPE"}),
        "DUPLICATE", "project.change_already_proposed",
    ),
    "a founder recommends": (
        lambda m: (recommend_stage, m.founder, {"project": m.active, "to": "PROTOTYPE"}),
        "FORBIDDEN", "project.mentors_only",
    ),
    "a founder who has become a mentor recommends": (
        lambda m: (recommend_stage, m.mentoring_founder, {"project": m.ours, "to": "PROTOTYPE"}),
        "SELF_APPROVAL", "project.own_project",
    ),
    "approved without a mentor's word": (
        lambda m: (approve_stage_change, m.staff, {"project": m.unrecommended[0], "change": m.unrecommended[1]}),
        "GATE_NOT_MET", "project.recommendation_missing",
    ),
    "approved by who proposed it": (
        lambda m: (approve_stage_change, m.founder, {"project": m.proposed, "change": m.change}),
        "SELF_APPROVAL", "stage_change.self_approval",
    ),
    "approved by another founder of the staff": (
        lambda m: (approve_stage_change, m.both, {"project": m.ours, "change": m.our_change}),
        "SELF_APPROVAL", "project.own_project",
    ),
    "approved by a director": (
        lambda m: (approve_stage_change, DIRECTOR, {"project": m.proposed, "change": m.change}),
        "FORBIDDEN", "stage_change.staff_decides",
    ),
    "refused without a reason": (
        lambda m: (refuse_stage_change, m.staff, {"project": m.proposed, "change": m.change, "reason": ""}),
        "VALIDATION", "stage_change.refusal_unexplained",
    ),
    # forward by more
    "two stages at once, proposed by the staff": (
        lambda m: (propose_stage_change, m.staff, {"project": m.active, "to": "LAUNCH"}),
        "ILLEGAL_TRANSITION", "project.not_next_stage",
    ),
    "two stages at once, by the staff": (
        lambda m: (skip_to_stage, m.staff, {"project": m.active, "to": "LAUNCH", "reason": LONG}),
        "FORBIDDEN", "project.director_only",
    ),
    "two stages at once in 19 characters": (
        lambda m: (skip_to_stage, DIRECTOR, {"project": m.active, "to": "LAUNCH", "reason": "x" * 19}),
        "VALIDATION", "project.reason_too_short",
    ),
    "a skip that does not go forward": (
        lambda m: (skip_to_stage, DIRECTOR, {"project": m.further, "to": "IDEA", "reason": LONG}),
        "ILLEGAL_TRANSITION", "project.not_forward",
    ),
    # backward
    "back for a reason that there is not": (
        lambda m: (move_project_back, m.staff, {"project": m.further, **BACK, "reason_code": "WHIM"}),
        "VALIDATION", "project.unknown_backward_reason",
    ),
    "back without a word": (
        lambda m: (move_project_back, m.staff, {"project": m.further, **BACK, "reason": " "}),
        "VALIDATION", "project.move_back_unexplained",
    ),
    "back by a mentor": (
        lambda m: (move_project_back, m.mentor, {"project": m.further, **BACK}),
        "FORBIDDEN", "project.founders_or_staff_only",
    ),
    "back to a later stage": (
        lambda m: (move_project_back, m.staff, {"project": m.further, **BACK, "to": "GROWTH"}),
        "ILLEGAL_TRANSITION", "project.not_backward",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def moments(incubator_bench: Bench) -> Iterator[Moments]:
    incubator_bench.empty()
    yield Moments(incubator_bench)
    incubator_bench.empty()


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_refuses_with_its_code_and_leaves_everything_as_it_was(moments: Moments, guard: str) -> None:
    attempt, code, rule = GUARDS[guard]
    use_case, by, request = attempt(moments)
    refused = moments.bench.refused(use_case, by=by, **request)
    assert (refused["code"], refused["rule"]) == (code, rule)
    english, french = (problem_of(msgspec.convert(refused, WireProblem), language) for language in ("en", "fr"))
    assert french.message != english.message
    for one, autre in zip(english.blocked_by, french.blocked_by, strict=True):
        assert one.message != autre.message
        # What a call asks is said in the call's own words.
        assert one.fix != autre.fix or one.fix is None or rule == "call.question_unanswered"


def test_a_gate_that_is_not_met_names_each_criterion_that_is_missing(moments: Moments) -> None:
    for project, to, missing in (
        (moments.bare, "PROTOTYPE", [*IDEA_GATE]),
        (moments.expecting, "GROWTH", ["partner_1"]),
    ):
        refused = moments.bench.refused(propose_stage_change, by=moments.staff, project=project, to=to)
        assert [blocker["code"] for blocker in refused["blocked_by"]] == missing
        assert all(blocker["fix"] for blocker in refused["blocked_by"])
