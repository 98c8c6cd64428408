"""Milestones, updates, replies to positions, evidence of every kind, suggestions: what goes on around the stages."""

import threading
from typing import Any
from uuid import uuid4

import pytest

from services.backbone.perform import Call
from services.incubator.queries import explained, happenings, projects
from services.incubator.use_cases.achieve_milestone import achieve_milestone
from services.incubator.use_cases.assign_mentor import assign_mentor
from services.incubator.use_cases.confirm_mentor import confirm_mentor
from services.incubator.use_cases.describe_project import describe_project
from services.incubator.use_cases.drop_milestone import drop_milestone
from services.incubator.use_cases.end_mentoring import end_mentoring
from services.incubator.use_cases.note_suggestion import note_suggestion
from services.incubator.use_cases.plan_milestone import plan_milestone
from services.incubator.use_cases.post_update import post_update
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.record_metric import record_metric
from services.incubator.use_cases.reply_to_position import reply_to_position
from services.incubator.use_cases.stop_project import stop_project
from services.incubator.use_cases.take_position_into_account import (
    take_position_to_be_signed,
    take_published_position,
)
from services.incubator.use_cases.tell_what_is_due import miss_milestones, remind_of_updates
from tests.bench import Bench, plain
from tests.incubator.people import STRANGER, House


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


def shown(bench: Bench, house: House, project: str) -> dict[str, Any]:
    return dict(bench.ask(projects.projects_by_ids, by=house.founder, ids=[project])[0])


def milestone(bench: Bench, house: House, project: str, due_on: str = "2026-04-01") -> dict[str, Any]:
    said = {"title": "Dix binômes", "due_on": due_on}
    made = bench.perform(plan_milestone, by=house.founder, project=project, **said)
    return {"project": project, "milestone": made["milestone"]}


def test_a_milestone_is_achieved_with_evidence_that_counts(incubator: Bench, house: House) -> None:
    colette = house.colette()
    reached = milestone(incubator, house, colette)
    for kind, ref in (("EVENT", "hold-up"), ("POSITION", "loger"), ("METRIC", "binômes")):
        refused = incubator.refused(achieve_milestone, by=house.founder, **reached, kind=kind, ref=ref)
        assert (refused["code"], refused["rule"]) == ("GATE_NOT_MET", "milestone.evidence_does_not_count")
    assert incubator.refused(achieve_milestone, by=house.founder, **reached, kind="URL", ref="ici")["field"] == "ref"
    incubator.perform(achieve_milestone, by=house.founder, **reached, kind="DOCUMENT", ref="bilan.pdf")
    [settled] = shown(incubator, house, colette)["milestones"]
    assert (settled["state"], settled["evidence_kind"], settled["evidence_ref"]) == (
        "ACHIEVED",
        "DOCUMENT",
        "bilan.pdf",
    )
    again = incubator.refused(achieve_milestone, by=house.founder, **reached, kind="DOCUMENT", ref="bilan.pdf")
    assert (again["code"], again["rule"]) == ("ILLEGAL_TRANSITION", "milestone.settled")
    [told] = incubator.facts("project.milestone_achieved")
    assert told["data"]["evidence_kind"] == "DOCUMENT"


def test_a_milestone_is_missed_seven_days_after_its_due_date_and_not_before(incubator: Bench, house: House) -> None:
    colette = house.colette()
    reached = milestone(incubator, house, colette, due_on="2026-03-10")
    incubator.clock.goes_on(days=14)  # the 16th
    assert incubator.run_due(miss_milestones) == 0
    incubator.clock.goes_on(days=1)
    late = incubator.refused(achieve_milestone, by=house.founder, **reached, kind="DOCUMENT", ref="bilan.pdf")
    assert late["code"] == "DEADLINE_PASSED"
    assert incubator.run_due(miss_milestones) == 1
    assert incubator.run_due(miss_milestones) == 0
    assert [one["state"] for one in shown(incubator, house, colette)["milestones"]] == ["MISSED"]
    assert len(incubator.facts("project.milestone_missed")) == 1
    [moves] = [incubator.rows("SELECT to_state, rule FROM history WHERE subject LIKE 'milestone/%' ORDER BY number")]
    assert [move["to_state"] for move in moves] == ["PLANNED", "MISSED"]


def test_a_milestone_is_planned_ahead_and_dropped_with_a_reason(incubator: Bench, house: House) -> None:
    colette = house.colette()
    past = incubator.refused(plan_milestone, by=house.founder, project=colette, title="Hier", due_on="2026-03-01")
    assert past["rule"] == "milestone.due_in_the_past"
    long = {"project": colette, "title": "x" * 141, "due_on": "2026-04-01"}
    assert incubator.refused(plan_milestone, by=house.founder, **long)["rule"] == "milestone.title_length"
    dropped = milestone(incubator, house, colette)
    assert incubator.refused(drop_milestone, by=house.founder, **dropped, reason=" ")["field"] == "reason"
    unknown = {"project": colette, "milestone": uuid4(), "reason": "Autre cap."}
    assert incubator.refused(drop_milestone, by=house.founder, **unknown)["code"] == "NOT_FOUND"
    incubator.perform(drop_milestone, by=house.founder, **dropped, reason="Autre cap.")
    assert [one["state"] for one in shown(incubator, house, colette)["milestones"]] == ["DROPPED"]


def test_an_update_is_due_every_ninety_days_and_silence_is_told_once(incubator: Bench, house: House) -> None:
    colette = house.colette()
    incubator.clock.goes_on(days=89)
    assert incubator.run_due(remind_of_updates) == 0
    incubator.clock.goes_on(days=1)
    assert incubator.run_due(remind_of_updates) == 1
    assert incubator.run_due(remind_of_updates) == 0
    incubator.perform(post_update, by=house.founder, project=colette, text="Onze binômes.", shared=True)
    incubator.perform(post_update, by=house.founder, project=colette, text="La trésorerie tient.")
    [posted, _] = incubator.facts("project.update_posted")
    assert posted["data"]["due_on"] == "2026-08-29"
    incubator.clock.goes_on(days=90)
    assert incubator.run_due(remind_of_updates) == 1
    assert len(incubator.facts("project.update_overdue")) == 2
    assert [one["text"] for one in shown(incubator, house, colette)["updates"]] == [
        "La trésorerie tient.",
        "Onze binômes.",
    ]
    [seen] = incubator.ask(projects.projects_by_ids, by=STRANGER, ids=[colette])
    assert [one["text"] for one in seen["updates"]] == ["Onze binômes."]
    assert incubator.refused(post_update, by=house.founder, project=colette, text=" ")["rule"] == "update.text_length"
    incubator.perform(stop_project, by=house.founder, project=colette, reason_code="TEAM", lesson="x" * 30)
    incubator.clock.goes_on(days=400)
    assert incubator.run_due(remind_of_updates) == 0


class Position:
    """A position, as the coalitions service tells of it."""

    def __init__(self, bench: Bench, *cited: str) -> None:
        self.bench, self.id = bench, uuid4()
        self.said = {"position": self.id, "slug": "loger", "title": "Loger les jeunes", "cited": list(cited)}

    def to_be_signed(self) -> None:
        said = {**self.said, "visibility": "PRIVATE", "members": 6, "closes_at": self.bench.clock.now}
        self.bench.deliver(
            take_position_to_be_signed, self.bench.fact("coalitions", "position.sign_off_opened", self.id, **said)
        )

    def published(self, visibility: str = "PUBLIC", recorded: bool = False) -> None:
        said = {**self.said, "visibility": visibility, "recorded": recorded, "members": 6, "signatories": 3}
        self.bench.deliver(
            take_published_position, self.bench.fact("coalitions", "position.published", self.id, **said)
        )


def test_a_quoted_project_may_answer_for_seven_days(incubator: Bench, house: House) -> None:
    colette = house.colette()
    position = Position(incubator, colette, str(uuid4()))
    position.to_be_signed()
    [invited] = incubator.facts("project.reply_invited")
    assert invited["data"]["reply_until"] == "2026-03-09T12:00:00Z"
    reply = {"project": colette, "position": position.id}
    assert incubator.refused(reply_to_position, by=house.staff, **reply, text="Merci.")["code"] == "FORBIDDEN"
    incubator.perform(reply_to_position, by=house.founder, **reply, text="Merci.")
    incubator.clock.goes_on(days=5)
    position.published()
    incubator.perform(reply_to_position, by=house.co_founder, **reply, text="Merci ; nous sommes trente.")
    incubator.clock.goes_on(days=2)
    late = incubator.refused(reply_to_position, by=house.founder, **reply, text="Encore.")
    assert late["code"] == "DEADLINE_PASSED"

    [quotation] = shown(incubator, house, colette)["quotations"]
    assert (quotation["title"], quotation["reply"]) == ("Loger les jeunes", "Merci ; nous sommes trente.")
    [replies] = incubator.ask(projects.replies_by_positions, by=STRANGER, ids=[position.id])
    assert [(reply["project"], reply["reply"]) for reply in replies] == [(colette, "Merci ; nous sommes trente.")]
    assert all("text" not in fact["data"] for fact in incubator.facts("project.replied"))
    unknown = incubator.refused(reply_to_position, by=house.founder, project=colette, position=uuid4(), text="?")
    assert unknown["code"] == "NOT_FOUND"


def test_nobody_outside_hears_of_a_position_before_it_is_published(incubator: Bench, house: House) -> None:
    colette = house.colette()
    position = Position(incubator, colette)
    position.to_be_signed()
    incubator.perform(reply_to_position, by=house.founder, project=colette, position=position.id, text="Merci.")
    told = incubator.facts("project.reply_invited", "project.replied")
    assert {fact["data"]["visibility"] for fact in told} == {"PRIVATE"}

    def heard(by: Any) -> tuple[list[str], list[str]]:
        [row] = incubator.ask(projects.projects_by_ids, by=by, ids=[colette])
        [page] = incubator.ask(happenings.timelines_by_project_ids, by=by, ids=[colette])
        about = [entry["what"] for entry in page["items"] if entry["about"] == f"position/{position.id}"]
        return [one["title"] for one in row["quotations"]], sorted(about)

    before = (["Loger les jeunes"], ["project.replied", "project.reply_invited"])
    assert (heard(house.founder), heard(house.staff), heard(STRANGER)) == (before, before, ([], []))
    [invited] = incubator.rows("SELECT * FROM timeline_entries WHERE what = 'project.reply_invited'")
    assert (invited["source"], str(invited["cause"])) == ("coalitions", told[0]["causationid"])
    position.published()
    assert heard(STRANGER) == (["Loger les jeunes"], ["position.published"])


def test_the_title_of_a_position_that_fewer_may_see_stays_untold(incubator: Bench, house: House) -> None:
    colette = house.colette()
    Position(incubator, colette).published(visibility="NETWORK")
    assert [fact["data"]["title"] for fact in incubator.facts("project.timeline_noted")] == [""]
    [row] = incubator.ask(projects.projects_by_ids, by=STRANGER, ids=[colette])
    assert (row["quotations"], row["quoted_in"]) == ([], [])


def test_a_project_that_learns_at_publication_that_it_is_quoted_may_answer_from_then(
    incubator: Bench, house: House
) -> None:
    colette = house.colette()
    position = Position(incubator, colette)
    position.published()
    assert len(incubator.facts("project.reply_invited")) == 1
    assert shown(incubator, house, colette)["quoted_in"] == [str(position.id)]
    incubator.perform(reply_to_position, by=house.founder, project=colette, position=position.id, text="Merci.")


def test_a_position_that_was_published_elsewhere_asks_nobody_to_reply(incubator: Bench, house: House) -> None:
    colette = house.colette()
    position = Position(incubator, colette)
    position.published(recorded=True)
    assert incubator.facts("project.reply_invited") == []
    assert shown(incubator, house, colette)["quoted_in"] == [str(position.id)]


def test_a_position_recorded_anew_is_told_once_whoever_may_see_it(incubator: Bench, house: House) -> None:
    colette = house.colette()
    position = Position(incubator, colette)
    position.published(visibility="NETWORK", recorded=True)
    said = {**position.said, "visibility": "NETWORK", "title": "Loger mieux"}
    again = incubator.fact("coalitions", "position.recorded", position.id, **said)
    incubator.deliver(take_published_position, again)
    assert len(incubator.facts("project.timeline_noted")) == 1
    assert incubator.facts("project.reply_invited") == []


def met(bench: Bench, project: str) -> set[str]:
    [gate] = bench.ask(explained.gates_by_project_ids, ids=[project])
    return {criterion["code"] for criterion in gate["criteria"] if criterion["met"]}


def test_a_position_is_evidence_once_it_was_published_by_id_or_by_slug(incubator: Bench, house: House) -> None:
    by_slug, by_id = house.colette(stage="LAUNCH"), house.colette(name="Josette", stage="LAUNCH")
    position = Position(incubator, by_slug)
    shows = {"criterion": "partner_1", "kind": "POSITION"}
    incubator.perform(record_evidence, by=house.founder, project=by_slug, **shows, ref="loger")
    incubator.perform(record_evidence, by=house.founder, project=by_id, **shows, ref=str(position.id))
    assert met(incubator, by_slug) == met(incubator, by_id) == set()
    position.published()
    assert met(incubator, by_slug) == met(incubator, by_id) == {"partner_1"}
    counted = [fact for fact in incubator.facts("project.evidence_recorded") if fact["data"]["counts"]]
    assert {fact["causationid"] for fact in counted} != {None}
    later = house.colette(name="Odette", stage="LAUNCH")
    incubator.perform(record_evidence, by=house.founder, project=later, **shows, ref="loger")
    assert met(incubator, later) == {"partner_1"}


def test_a_figure_is_evidence_once_it_was_recorded(incubator: Bench, house: House) -> None:
    colette = house.colette()
    shows = {"project": colette, "criterion": "interviews_10", "kind": "METRIC", "ref": "entretiens"}
    incubator.perform(record_evidence, by=house.founder, **shows)
    assert met(incubator, colette) == set()
    figure = {"project": colette, "indicator": "entretiens", "period": "2026-02", "value": 12, "unit": "entretien"}
    incubator.perform(record_metric, by=house.founder, **figure)
    assert met(incubator, colette) == {"interviews_10"}


def test_a_suggestion_is_on_the_timeline_of_its_own_people_only(incubator: Bench, house: House) -> None:
    colette, suggestion, coalition = house.colette(), uuid4(), uuid4()
    said = {"suggestion": suggestion, "coalition": coalition, "coalition_slug": "bien-vieillir", "project": colette}
    incubator.deliver(note_suggestion, incubator.fact("coalitions", "suggestion.proposed", suggestion, **said))
    answered = incubator.fact("coalitions", "suggestion.answered", suggestion, **said, answer="ACCEPTED")
    incubator.deliver(note_suggestion, answered)

    def noted(by: Any) -> list[tuple[str, str]]:
        [page] = incubator.ask(happenings.timelines_by_project_ids, by=by, ids=[colette])
        return [(one["what"], one["title"]) for one in page["items"] if one["source"] == "coalitions"]

    assert sorted(noted(house.founder)) == [
        ("suggestion.answered", "bien-vieillir ACCEPTED"),
        ("suggestion.proposed", "bien-vieillir"),
    ]
    assert noted(STRANGER) == []
    assert {fact["data"]["visibility"] for fact in incubator.facts("project.timeline_noted")} == {"PRIVATE"}


def test_what_is_the_teams_own_business_is_told_to_nobody_else(incubator: Bench, house: House) -> None:
    colette, wished = house.colette(), uuid4()
    reached = milestone(incubator, house, colette)
    incubator.perform(drop_milestone, by=house.founder, **reached, reason="Autre cap.")
    incubator.perform(assign_mentor, by=house.founder, project=colette, mentor=wished)
    incubator.perform(end_mentoring, by=house.staff, project=colette, mentor=wished)
    incubator.perform(post_update, by=house.founder, project=colette, text="La trésorerie tient.")
    incubator.perform(post_update, by=house.founder, project=colette, text="Onze binômes.", shared=True)
    incubator.perform(end_mentoring, by=house.staff, project=colette, mentor=house.mentor.id)
    incubator.clock.goes_on(days=100)
    incubator.run_due(remind_of_updates)
    assert [(fact["type"], fact["data"]["visibility"]) for fact in incubator.facts()[-8:]] == [
        ("project.milestone_planned", "PRIVATE"),
        ("project.milestone_dropped", "PRIVATE"),
        ("project.mentor_assigned", "PRIVATE"),
        ("project.mentor_ended", "PRIVATE"),
        ("project.update_posted", "PRIVATE"),
        ("project.update_posted", "PUBLIC"),
        ("project.mentor_ended", "PUBLIC"),
        ("project.update_overdue", "PRIVATE"),
    ]


def test_a_project_is_described_anew_and_keeps_its_address(incubator: Bench, house: House) -> None:
    colette = house.colette(city="Paris")
    incubator.perform(
        describe_project, by=house.founder, project=colette, name="Colette & cie", city="", pitch="Mieux."
    )
    row = shown(incubator, house, colette)
    assert (row["slug"], row["name"], row["city"], row["pitch"]) == ("colette", "Colette & cie", None, "Mieux.")
    [*_, told] = incubator.facts("project.recorded")
    assert (told["data"]["name"], told["data"]["city"]) == ("Colette & cie", None)
    assert incubator.ask(projects.list_projects, search="mieux cie")["total"] == 1
    for said, rule in (
        ({"name": " "}, "project.name_missing"),
        ({"pitch": "x" * 281}, "project.pitch_too_long"),
        ({"name": "Colette & cie"}, "project.nothing_to_change"),
        ({}, "project.nothing_to_change"),
    ):
        assert incubator.refused(describe_project, by=house.founder, project=colette, **said)["rule"] == rule
    stale = {"project": colette, "name": "Autre", "expected_version": 1}
    assert incubator.refused(describe_project, by=house.founder, **stale)["code"] == "STALE_VERSION"


def test_eight_confirmations_at_once_leave_a_mentor_with_four_projects(incubator: Bench, house: House) -> None:
    mentor = uuid4()
    made = [house.colette(name=f"Projet {number}", mentors=[]) for number in range(8)]
    for project in made:
        incubator.perform(assign_mentor, by=house.staff, project=project, mentor=mentor)
    at_once, answers = threading.Barrier(len(made)), []

    def confirm(project: str) -> None:
        at_once.wait()
        request = plain({"project": project, "mentor": mentor})
        answers.append(incubator.performer.perform(confirm_mentor, request, Call(actor=house.staff)))

    threads = [threading.Thread(target=confirm, args=[project]) for project in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    refused = [answer["problems"][0]["code"] for answer in answers if answer["problems"]]
    assert (len(answers), refused) == (8, ["CAPACITY_FULL"] * 4)
    assert incubator.ask(projects.list_projects, filter={"mentor": mentor})["total"] == 4
