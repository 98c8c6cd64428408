"""What happens elsewhere and what time does; every fact is delivered twice and acts once."""

from typing import Any
from uuid import uuid4

import pytest

from services.incubator.queries import explained, happenings, projects
from services.incubator.use_cases.match_need import match_need
from services.incubator.use_cases.pause_project import pause_project
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.publish_need import publish_need
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.skip_to_stage import skip_to_stage
from services.incubator.use_cases.take_event_into_account import (
    take_cancelled_event,
    take_held_event,
    take_reported_event,
    take_rescheduled_event,
)
from services.incubator.use_cases.take_position_into_account import take_published_position
from services.incubator.use_cases.tell_what_is_due import expire_due_needs, remind_of_pauses, tell_stalled_projects
from tests.bench import Bench
from tests.incubator.people import DIRECTOR, House


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


class Gathering:
    """A hold-up for a project, as the events service tells of it."""

    def __init__(self, bench: Bench, project: str | None, kind: str = "HOLD_UP", visibility: str = "PUBLIC") -> None:
        self.bench = bench
        self.id = uuid4()
        self.said = {
            "event": self.id,
            "slug": "hold-up-colette",
            "title": "Hold-up Colette",
            "kind": kind,
            "project": project,
            "coalition": None,
            "visibility": visibility,
            "starts_at": "2026-03-01T18:00:00Z",
        }

    def told(self, type_: str, **more: Any) -> Any:
        return self.bench.fact("events", type_, self.id, **self.said, **more)

    def held(self) -> None:
        self.bench.deliver(take_held_event, self.told("event.held", attended=9))

    def reported(self) -> None:
        self.bench.deliver(take_reported_event, self.told("event.outcome_reported", solutions=4, retained=2))


def met(bench: Bench, project: str) -> list[str]:
    [gate] = bench.ask(explained.gates_by_project_ids, ids=[project])
    return [criterion["code"] for criterion in gate["criteria"] if criterion["met"]]


def test_scenario_4_a_hold_up_held_and_reported_is_evidence(incubator: Bench, house: House) -> None:
    colette = house.colette(stage="PROTOTYPE")
    hold_up = Gathering(incubator, colette)
    hold_up.held()
    assert met(incubator, colette) == []
    hold_up.reported()
    assert met(incubator, colette) == ["holdup_1"]

    [gate] = incubator.ask(explained.gates_by_project_ids, ids=[colette])
    [evidence] = [piece for criterion in gate["criteria"] for piece in criterion["evidence"]]
    assert (evidence["kind"], evidence["ref"], evidence["counts"]) == ("EVENT", str(hold_up.id), True)
    [timeline] = incubator.ask(happenings.timelines_by_project_ids, ids=[colette])
    elsewhere = [entry for entry in timeline["items"] if entry["source"] == "events"]
    assert {entry["what"] for entry in elsewhere} == {"event.held", "event.outcome_reported"}
    assert all(entry["cause"] for entry in elsewhere)
    noted = incubator.facts("project.timeline_noted", "project.evidence_recorded")
    assert {fact["causationid"] for fact in noted} == {entry["cause"] for entry in elsewhere}


def test_a_hold_up_counts_at_the_first_gate_too(incubator: Bench, house: House) -> None:
    colette = house.colette()
    hold_up = Gathering(incubator, colette)
    hold_up.held()
    hold_up.reported()
    assert met(incubator, colette) == ["problem_statement"]
    house.meet_gate(colette, "interviews_10", "team_2", "impact_hypothesis")
    incubator.perform(propose_stage_change, by=house.founder, project=colette, to="PROTOTYPE")


def test_an_event_named_as_evidence_counts_once_it_was_held(incubator: Bench, house: House) -> None:
    colette = house.colette(stage="LAUNCH")
    fair = Gathering(incubator, None, kind="CONFERENCE")

    def name(criterion: str, ref: str) -> None:
        incubator.perform(record_evidence, by=house.mentor, project=colette, criterion=criterion, kind="EVENT", ref=ref)

    name("partner_1", str(fair.id))
    assert met(incubator, colette) == []
    fair.held()
    assert met(incubator, colette) == ["partner_1"]
    name("second_site", "hold-up-colette")
    [waiting] = incubator.rows("SELECT ref, counted_at FROM evidence WHERE criterion = 'second_site'")
    assert (waiting["ref"], waiting["counted_at"] is not None) == (str(fair.id), True)


def test_cancelled_and_moved_events_are_on_the_timeline(incubator: Bench, house: House) -> None:
    colette = house.colette()
    hold_up = Gathering(incubator, colette)
    incubator.deliver(take_rescheduled_event, hold_up.told("event.rescheduled", sequence=1))
    incubator.deliver(take_cancelled_event, hold_up.told("event.cancelled", registrations=3))
    [timeline] = incubator.ask(happenings.timelines_by_project_ids, ids=[colette], first=2)
    assert {entry["what"] for entry in timeline["items"]} == {"event.rescheduled", "event.cancelled"}


def test_events_of_projects_unknown_here_are_passed_over(incubator: Bench, house: House) -> None:
    Gathering(incubator, str(uuid4())).held()
    assert incubator.facts("project.timeline_noted") == []


def test_the_title_of_what_fewer_may_see_stays_untold(incubator: Bench, house: House) -> None:
    colette = house.colette()
    Gathering(incubator, colette, visibility="PRIVATE").held()
    [fact] = incubator.facts("project.timeline_noted")
    assert fact["data"]["title"] == ""


def test_a_position_that_quotes_projects_is_on_the_timeline_of_each(incubator: Bench, house: House) -> None:
    quoted = [house.colette(name=name) for name in ("Colette", "Josette")]
    position = uuid4()
    said = {"position": position, "slug": "vieillir", "title": "Vieillir chez soi", "cited": [*quoted, uuid4()]}
    incubator.deliver(take_published_position, incubator.fact("coalitions", "position.published", position, **said))
    shown = incubator.ask(projects.projects_by_ids, ids=quoted)
    assert [one["quoted_in"] for one in shown] == [[str(position)], [str(position)]]
    assert [fact["data"]["title"] for fact in incubator.facts("project.timeline_noted")] == ["Vieillir chez soi"] * 2

    anew = house.colette(name="Odette")
    changed = {**said, "title": "Vieillir où l'on veut", "cited": [quoted[0], anew]}
    incubator.deliver(take_published_position, incubator.fact("coalitions", "position.recorded", position, **changed))
    told = [fact["data"]["project"] for fact in incubator.facts("project.timeline_noted")]
    assert told == [*quoted, anew], "only who is quoted anew hears of it"


def test_a_stalled_project_is_told_once_per_stay(incubator: Bench, house: House) -> None:
    colette = house.colette()
    incubator.clock.goes_on(days=224)
    assert incubator.run_due(tell_stalled_projects) == 0
    incubator.clock.goes_on(days=1)
    assert incubator.run_due(tell_stalled_projects) == 1
    assert incubator.run_due(tell_stalled_projects) == 0
    [fact] = incubator.facts("project.stalled")
    assert (fact["data"]["stage"], fact["data"]["days"]) == ("IDEA", 225)
    assert incubator.ask(projects.project_by_slug, slug="colette")["stalled"] is True

    incubator.perform(
        skip_to_stage, by=DIRECTOR, project=colette, to="SCALE", reason="Reprise nationale par un partenaire."
    )
    incubator.clock.goes_on(days=5_000)
    assert incubator.run_due(tell_stalled_projects) == 0


def test_a_need_expires_after_ninety_days(incubator: Bench, house: House) -> None:
    colette = house.colette()
    asked = {"project": colette, "kind": "SKILL", "title": "Une juriste"}
    published = incubator.perform(publish_need, by=house.founder, **asked)["need"]
    incubator.clock.goes_on(days=89)
    assert incubator.run_due(expire_due_needs) == 0
    incubator.clock.goes_on(days=1)
    late = incubator.refused(match_need, by=house.founder, project=colette, need=published)
    assert (late["code"], late["rule"]) == ("DEADLINE_PASSED", "need.expired")
    assert incubator.run_due(expire_due_needs) == 1
    assert incubator.run_due(expire_due_needs) == 0
    assert len(incubator.facts("project.need_expired")) == 1
    [need] = incubator.ask(projects.project_by_slug, slug="colette")["needs"]
    assert need["state"] == "EXPIRED"


def test_a_pause_that_is_over_is_said_once(incubator: Bench, house: House) -> None:
    colette = house.colette()
    incubator.perform(pause_project, by=house.founder, project=colette, reason="Une saison de repos")
    incubator.clock.goes_on(days=181)
    assert incubator.run_due(remind_of_pauses) == 1
    assert incubator.run_due(remind_of_pauses) == 0
    assert len(incubator.facts("project.pause_overdue")) == 1
