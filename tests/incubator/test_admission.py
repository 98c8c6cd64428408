"""From a call to a project at work: applications, reviews, admission, the charter, the start."""

from typing import Any

import pytest

from services.backbone.actor import Actor
from services.incubator.queries import explained, incubators, projects
from services.incubator.use_cases.accept_charter import accept_charter
from services.incubator.use_cases.activate_project import activate_project
from services.incubator.use_cases.admit_project import admit_project
from services.incubator.use_cases.apply_to_incubator import apply_to_incubator
from services.incubator.use_cases.assign_mentor import assign_mentor
from services.incubator.use_cases.assign_reviewers import assign_reviewers
from services.incubator.use_cases.change_themes import change_themes
from services.incubator.use_cases.close_call import close_call
from services.incubator.use_cases.confirm_mentor import confirm_mentor
from services.incubator.use_cases.declare_conflict import declare_conflict
from services.incubator.use_cases.decline_project import decline_project
from services.incubator.use_cases.open_call import open_call
from services.incubator.use_cases.submit_review import submit_review
from services.incubator.use_cases.withdraw_application import withdraw_application
from tests.bench import Bench
from tests.incubator.people import STRANGER, House, person

GRID = ("problem", "solution", "team", "impact")


class Jury:
    """An application of the house's founder, and two who review it."""

    def __init__(self, bench: Bench, house: House) -> None:
        self.bench, self.house = bench, house
        self.call = house.call()
        self.first, self.second = person(), person()

    def apply(self, by: Actor | None = None, **other: Any) -> str:
        return str(
            self.bench.perform(apply_to_incubator, by=by or self.house.founder, **self.application(**other))["id"]
        )

    def application(self, **other: Any) -> dict[str, Any]:
        said = {
            "call": self.call,
            "name": "Colette",
            "pitch": "Des seniors ouvrent leur porte à des jeunes.",
            "themes": ["mieux-vieillir"],
            "answers": {"why": "Parce que."},
        }
        return {**said, **other}

    def assign(self, project: str, *reviewers: Actor) -> None:
        named = [reviewer.id for reviewer in reviewers or (self.first, self.second)]
        self.bench.perform(assign_reviewers, by=self.house.staff, project=project, reviewers=named)

    def review(self, project: str, by: Actor, score: int = 4, **other: Any) -> None:
        self.bench.perform(submit_review, by=by, project=project, **review_of(score), **other)

    def admitted(self) -> str:
        project = self.apply(founders=[self.house.co_founder.id])
        self.assign(project)
        self.review(project, self.first)
        self.review(project, self.second)
        self.bench.perform(admit_project, by=self.house.staff, project=project)
        return project


def review_of(score: int, comment: str = "Lu et pesé.", grid: tuple[str, ...] = GRID) -> dict[str, Any]:
    return {"grades": [{"criterion": criterion, "score": score, "comment": comment} for criterion in grid]}


@pytest.fixture
def jury(incubator: Bench) -> Jury:
    return Jury(incubator, House(incubator))


def test_an_application_is_read_reviewed_admitted_and_started(incubator: Bench, jury: Jury) -> None:
    house = jury.house
    project = jury.admitted()
    [fact] = incubator.facts("project.admitted")
    assert fact["data"]["themes"] == ["mieux-vieillir"]
    assert fact["data"]["visibility"] == "PUBLIC"

    def missing() -> list[str]:
        refused = incubator.refused(activate_project, by=house.staff, project=project)
        assert refused["code"] == "GATE_NOT_MET"
        [ways] = incubator.ask(explained.transitions_by_project_ids, by=house.staff, ids=[project])
        return [blocker["code"] for blocker in ways[0]["blocked_by"]]

    assert missing() == ["project.charter_missing", "project.mentor_missing"]
    for founder in (house.founder, house.co_founder):
        incubator.perform(accept_charter, by=founder, project=project)
    assert missing() == ["project.mentor_missing"]
    incubator.perform(assign_mentor, by=house.staff, project=project, mentor=house.mentor.id)
    incubator.perform(confirm_mentor, by=house.staff, project=project, mentor=house.mentor.id)
    incubator.perform(activate_project, by=house.staff, project=project)

    shown = incubator.ask(projects.project_by_slug, slug="colette")
    assert (shown["lifecycle"], shown["stage"], len(shown["history"])) == ("ACTIVE", "IDEA", 1)
    [changes] = incubator.ask(explained.changes_by_project_ids, ids=[project])
    assert [change["to"] for change in changes if change["aspect"] == "lifecycle"] == [
        "APPLIED",
        "UNDER_REVIEW",
        "ADMITTED",
        "ACTIVE",
    ]


def test_an_application_is_seen_by_its_people_and_told_to_nobody_else(incubator: Bench, jury: Jury) -> None:
    project = jury.apply()
    jury.assign(project)
    assert incubator.ask(projects.project_by_slug, by=STRANGER, slug="colette") is None
    for insider in (jury.house.founder, jury.house.staff, jury.first):
        assert incubator.ask(projects.project_by_slug, by=insider, slug="colette")["lifecycle"] == "UNDER_REVIEW"
    assert {fact["data"]["visibility"] for fact in incubator.facts("project.applied")} == {"PRIVATE"}
    assert incubator.ask(explained.applications_by_project_ids, by=STRANGER, ids=[project]) == [None]
    jury.review(project, jury.first)
    [seen] = incubator.ask(explained.applications_by_project_ids, by=jury.house.staff, ids=[project])
    assert (len(seen["reviewers"]), len(seen["reviews"])) == (2, 1)
    [own] = incubator.ask(explained.applications_by_project_ids, by=jury.house.founder, ids=[project])
    assert (own["reviewers"], own["reviews"]) == ([], [])


def test_other_themes_of_an_application_are_told_to_nobody(incubator: Bench, jury: Jury) -> None:
    project = jury.apply()
    incubator.perform(change_themes, by=jury.house.founder, project=project, themes=["accueil"])
    assert incubator.facts("project.themes_changed") == []
    [told] = incubator.facts("project.described")
    assert told["data"]["visibility"] == "PRIVATE"
    jury.assign(project)
    for reviewer in (jury.first, jury.second):
        jury.review(project, reviewer)
    incubator.perform(admit_project, by=jury.house.staff, project=project)
    assert incubator.facts("project.admitted")[0]["data"]["themes"] == ["accueil"]


def test_a_call_takes_whole_applications_while_it_is_open(incubator: Bench, jury: Jury) -> None:
    founder = jury.house.founder

    def refused(by: Actor = founder, **other: Any) -> tuple[str, str]:
        problem = incubator.refused(apply_to_incubator, by=by, **jury.application(**other))
        return problem["code"], problem["rule"]

    assert refused(answers={"more": "Rien"}) == ("VALIDATION", "call.question_unanswered")
    assert refused(pitch=" ") == ("VALIDATION", "project.pitch_missing")
    assert refused(pitch="x" * 281) == ("VALIDATION", "project.pitch_too_long")
    assert refused(name="") == ("VALIDATION", "project.name_missing")
    assert refused(name="x" * 161) == ("VALIDATION", "project.name_too_long")
    assert refused(themes=[]) == ("VALIDATION", "project.theme_missing")
    assert refused(themes=list("abcdef")) == ("VALIDATION", "project.too_many_themes")
    assert refused(by=Actor(founder.kind, None)) == ("UNAUTHENTICATED", "actor.sign_in_first")
    jury.apply()
    assert refused() == ("DUPLICATE", "project.applied_already")
    later = jury.house.call(opens_at="2026-03-20T00:00:00Z")
    assert refused(call=later) == ("ILLEGAL_TRANSITION", "call.not_open_yet")
    incubator.perform(close_call, by=jury.house.staff, call=jury.call)
    assert refused(name="Josette") == ("DEADLINE_PASSED", "call.closed")
    assert incubator.refused(close_call, by=jury.house.staff, call=jury.call)["rule"] == "call.closed_already"
    [shown] = incubator.ask(incubators.calls_by_ids, ids=[jury.call])
    assert shown["is_open"] is False
    assert incubator.ask(incubators.list_calls, incubator="makesense", is_open=True)["total"] == 0


def test_a_call_is_opened_by_staff_between_two_instants(incubator: Bench, jury: Jury) -> None:
    def refused(by: Actor = jury.house.staff, **other: Any) -> str:
        said = {"incubator": "makesense", "title": "Appel", "closes_at": "2026-05-01T00:00:00Z", **other}
        return str(incubator.refused(open_call, by=by, **said)["rule"])

    assert refused(by=STRANGER) == "incubator.staff_only"
    assert refused(title=" ") == "call.title_missing"
    assert refused(incubator="nowhere") == "incubator.not_found"
    assert refused(closes_at="2026-03-01T00:00:00Z") == "call.closes_before_it_opens"
    assert refused(opens_at="2026-01-01T00:00:00Z", closes_at="2026-03-01T00:00:00Z") == "call.already_over"


def test_reviewers_are_two_and_tied_to_nobody(incubator: Bench, jury: Jury) -> None:
    project = jury.apply()

    def refused(*reviewers: Actor, by: Actor = jury.house.staff) -> str:
        named = [reviewer.id for reviewer in reviewers]
        return str(incubator.refused(assign_reviewers, by=by, project=project, reviewers=named)["rule"])

    assert refused(jury.first) == "project.too_few_reviewers"
    assert refused(jury.first, jury.house.founder) == "project.reviewer_tied"
    assert refused(jury.first, jury.second, by=STRANGER) == "project.not_found"
    assert refused(jury.first, jury.second, by=jury.house.founder) == "incubator.staff_only"
    jury.assign(project)
    jury.review(project, jury.first)
    incubator.perform(declare_conflict, by=jury.first, project=project)
    assert refused(jury.first) == "project.reviewer_tied"
    jury.review(project, jury.second)
    assert incubator.refused(admit_project, by=jury.house.staff, project=project)["rule"] == "project.reviews_missing"
    third = person()
    jury.assign(project, third)
    jury.review(project, third)
    incubator.perform(admit_project, by=jury.house.staff, project=project)


def test_a_review_grades_everything_and_explains_it(incubator: Bench, jury: Jury) -> None:
    project = jury.apply()
    jury.assign(project)

    def refused(review: dict[str, Any], by: Actor = jury.first) -> str:
        return str(incubator.refused(submit_review, by=by, project=project, **review)["rule"])

    assert refused(review_of(6)) == "review.score_out_of_range"
    assert refused(review_of(3, grid=("problem",))) == "review.score_out_of_range"
    assert refused(review_of(3, comment=" ")) == "review.comment_missing"
    assert refused(review_of(3, grid=(*GRID, "charm"))) == "review.unknown_criterion"
    assert refused(review_of(3), by=jury.house.founder) == "project.reviewers_only"


@pytest.mark.parametrize(
    ("scores", "veto", "rule"),
    [((2, 3), False, "project.mean_too_low"), ((5, 5), True, "project.ethics_veto"), ((3, 3), False, None)],
)
def test_the_mean_and_the_veto_decide(
    incubator: Bench, jury: Jury, scores: tuple[int, int], veto: bool, rule: str | None
) -> None:
    project = jury.apply()
    jury.assign(project)
    jury.review(project, jury.first, scores[0])
    jury.review(project, jury.second, scores[1], ethics_veto=veto)
    if rule:
        refused = incubator.refused(admit_project, by=jury.house.staff, project=project)
        assert (refused["code"], refused["rule"]) == ("GATE_NOT_MET", rule)
    else:
        incubator.perform(admit_project, by=jury.house.staff, project=project)
        assert incubator.refused(admit_project, by=jury.house.staff, project=project)["code"] == "ILLEGAL_TRANSITION"


def test_a_decline_is_reasoned_and_a_withdrawal_is_the_founders(incubator: Bench, jury: Jury) -> None:
    project = jury.apply()
    no = {"by": jury.house.staff, "project": project, "reason_code": "TOO_EARLY", "message": "Revenez au printemps."}
    assert incubator.refused(decline_project, **{**no, "message": ""})["rule"] == "project.decline_unexplained"
    assert incubator.refused(decline_project, **{**no, "reason_code": "X"})["rule"] == "project.unknown_decline_reason"
    jury.assign(project)
    assert incubator.refused(decline_project, **no)["rule"] == "project.reviews_missing"
    assert incubator.refused(withdraw_application, by=jury.house.staff, project=project)["code"] == "FORBIDDEN"
    jury.review(project, jury.first, 1)
    jury.review(project, jury.second, 1)
    incubator.perform(decline_project, **no)
    assert (
        incubator.refused(withdraw_application, by=jury.house.founder, project=project)["code"] == "ILLEGAL_TRANSITION"
    )
    [own] = incubator.ask(explained.applications_by_project_ids, by=jury.house.founder, ids=[project])
    assert own["decline_message"] == "Revenez au printemps."
    again = jury.apply()
    incubator.perform(withdraw_application, by=jury.house.founder, project=again)
    assert [fact["type"] for fact in incubator.facts("project.declined", "project.withdrawn")] == [
        "project.declined",
        "project.withdrawn",
    ]


def test_the_charter_is_accepted_once_and_in_person(incubator: Bench, jury: Jury) -> None:
    project = jury.admitted()
    assert incubator.refused(accept_charter, by=jury.house.staff, project=project)["code"] == "FORBIDDEN"
    incubator.perform(accept_charter, by=jury.house.founder, project=project)
    assert incubator.refused(accept_charter, by=jury.house.founder, project=project)["code"] == "DUPLICATE"


def test_a_mentor_is_confirmed_for_four_projects_at_most(incubator: Bench, jury: Jury) -> None:
    house = jury.house
    for number in range(4):
        house.colette(name=f"Projet {number}")
    fifth = house.colette(name="Projet 5", mentors=[])
    incubator.perform(assign_mentor, by=house.founder, project=fifth, mentor=house.mentor.id)
    assert (
        incubator.refused(assign_mentor, by=house.staff, project=fifth, mentor=house.mentor.id)["code"] == "DUPLICATE"
    )
    full = incubator.refused(confirm_mentor, by=house.staff, project=fifth, mentor=house.mentor.id)
    assert full["code"] == "CAPACITY_FULL"
    assert (
        incubator.refused(assign_mentor, by=house.staff, project=fifth, mentor=house.founder.id)["rule"]
        == "mentor.is_founder"
    )
    assert (
        incubator.refused(confirm_mentor, by=house.staff, project=fifth, mentor=STRANGER.id)["rule"]
        == "mentor.not_found"
    )
