"""Entering, changing, announcing, postponing and cancelling a gathering."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.backbone.actor import Grant
from services.events.queries import gatherings
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.change_capacity import change_capacity
from services.events.use_cases.edit_event import edit_event
from services.events.use_cases.end_event import end_event
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.reschedule_event import reschedule_event
from services.events.use_cases.schedule_event import schedule_event
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person


def test_who_enters_a_gathering_is_its_organiser_and_it_is_a_draft(agenda: Agenda, events: Bench) -> None:
    row = agenda.row(agenda.draft(title="  Rencontre   d'été ", themes=["Mieux vieillir"]))

    assert (row["title"], row["slug"], row["state"]) == ("Rencontre d'été", "rencontre-d-ete", "DRAFT")
    assert row["organisers"] == [str(agenda.organiser.id)]
    assert row["themes"] == ["mieux-vieillir"]
    assert (row["version"], row["timezone"], row["calendar_sequence"]) == (1, "Europe/Paris", 0)
    [fact] = events.facts()
    assert (fact["type"], fact["aggregateversion"]) == ("event.scheduled", 1)
    assert fact["data"]["slug"] == "rencontre-d-ete"


def test_two_gatherings_of_one_title_have_two_slugs(agenda: Agenda) -> None:
    slugs = [agenda.row(agenda.draft())["slug"] for _ in range(3)]
    assert slugs == ["rencontre-de-printemps", "rencontre-de-printemps-2", "rencontre-de-printemps-3"]


@pytest.mark.parametrize(
    ("values", "rule", "field"),
    [
        ({"title": " "}, "event.title_missing", "title"),
        ({"title": "x" * 201}, "event.title_too_long", "title"),
        ({"minutes": 0}, "event.ends_before_it_starts", "ends_at"),
        ({"minutes": -5}, "event.ends_before_it_starts", "ends_at"),
        ({"timezone": "Europe/Lyon"}, "event.timezone_unknown", "timezone"),
        ({"capacity": 0}, "event.capacity_out_of_range", "capacity"),
        ({"website": "javascript:alert(1)"}, "event.website_not_a_url", "website"),
        ({"themes": [f"theme-{n}" for n in range(11)]}, "event.too_many_themes", "themes"),
        ({"agenda": [{"title": "plénière", "minutes": 121}]}, "event.agenda_too_long", "agenda"),
        ({"kind": "COALITION_MEETING"}, "event.coalition_missing", "coalition"),
        ({"challenge": {"kind": "OTHER", "question": " "}}, "event.question_out_of_bounds", "challenge"),
    ],
)
def test_what_is_no_gathering_is_refused(
    agenda: Agenda, events: Bench, values: dict[str, Any], rule: str, field: str
) -> None:
    starts_at = events.clock.now + timedelta(days=3)
    minutes = values.pop("minutes", 120)
    request = {"kind": "MEETUP", "title": "Rencontre"} | values
    problem = events.refused(
        schedule_event,
        by=agenda.organiser,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        **request,
    )
    assert (problem["code"], problem["rule"], problem["field"]) == ("VALIDATION", rule, field)


def test_a_hold_up_without_a_project_or_of_half_an_hour_is_refused(agenda: Agenda, events: Bench) -> None:
    """Scenario 5."""
    starts_at = events.clock.now + timedelta(days=3)
    request = {"kind": "HOLD_UP", "title": "Hold-up", "starts_at": starts_at}
    no_project = events.refused(
        schedule_event, by=agenda.organiser, ends_at=starts_at + timedelta(minutes=120), **request
    )
    too_short = events.refused(
        schedule_event, by=agenda.organiser, ends_at=starts_at + timedelta(minutes=30), project=uuid4(), **request
    )
    assert (no_project["code"], no_project["rule"]) == ("VALIDATION", "event.project_missing")
    assert (too_short["code"], too_short["rule"]) == ("VALIDATION", "event.hold_up_duration")


@pytest.mark.parametrize(("minutes", "accepted"), [(89, False), (90, True), (180, True), (181, False)])
def test_a_hold_up_lasts_between_90_and_180_minutes(
    agenda: Agenda, events: Bench, minutes: int, accepted: bool
) -> None:
    starts_at = events.clock.now + timedelta(days=3)
    do = events.perform if accepted else events.refused
    do(
        schedule_event,
        by=agenda.organiser,
        kind="HOLD_UP",
        title="Hold-up",
        project=uuid4(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
    )


def test_a_hold_up_has_12_places_and_the_agenda_of_a_hold_up_by_itself(agenda: Agenda) -> None:
    row = agenda.row(agenda.draft_hold_up())
    assert row["capacity"] == 12
    assert [(item["title"], item["minutes"]) for item in row["agenda"]] == [
        ("icebreaker", 15),
        ("divergence", 45),
        ("convergence", 45),
        ("restitution", 15),
    ]


@pytest.mark.parametrize("places", [4, 21])
def test_a_hold_up_has_neither_fewer_than_5_nor_more_than_20_places(agenda: Agenda, events: Bench, places: int) -> None:
    event = agenda.draft_hold_up()
    problem = events.refused(change_capacity, by=agenda.organiser, event=event, capacity=places)
    assert (problem["code"], problem["rule"]) == ("VALIDATION", "event.hold_up_places")


def test_a_hold_up_is_announced_only_with_a_challenge_and_a_facilitator(agenda: Agenda, events: Bench) -> None:
    event = agenda.draft_hold_up(challenge=None, facilitators=[])
    problem = events.refused(publish_event, by=agenda.organiser, event=event)
    assert problem["code"] == "GATE_NOT_MET"
    missing = [blocker["code"] for blocker in problem["blocked_by"]]
    assert missing == ["event.challenge_missing", "event.facilitator_missing"]

    [transitions] = events.ask(gatherings.allowed_transitions_by_ids, by=agenda.organiser, ids=[event])
    published = next(one for one in transitions if one["to"] == "PUBLISHED")
    assert published["allowed"] is False
    assert published["blocked_by"] == list(problem["blocked_by"])

    events.perform(
        edit_event,
        by=agenda.organiser,
        event=event,
        facilitators=[uuid4()],
        challenge={"kind": "FEEDBACK", "question": "Qui viendrait ?"},
    )
    [transitions] = events.ask(gatherings.allowed_transitions_by_ids, by=agenda.organiser, ids=[event])
    assert [(one["to"], one["allowed"]) for one in transitions] == [("PUBLISHED", True), ("CANCELLED", True)]
    events.perform(publish_event, by=agenda.organiser, event=event)


def test_a_gathering_is_announced_before_it_starts(agenda: Agenda, events: Bench) -> None:
    event = agenda.draft(in_days=1)
    events.clock.goes_on(days=1)
    problem = events.refused(publish_event, by=agenda.organiser, event=event)
    assert (problem["code"], problem["rule"]) == ("DEADLINE_PASSED", "event.starts_in_the_past")


def test_a_gathering_without_a_place_is_held_online_or_not_announced(agenda: Agenda, events: Bench) -> None:
    onsite = agenda.draft(place=None)
    online = agenda.draft(place=None, mode="ONLINE")
    assert events.refused(publish_event, by=agenda.organiser, event=onsite)["rule"] == "event.place_missing"
    events.perform(publish_event, by=agenda.organiser, event=online)


def test_announcing_keeps_a_row_of_history_and_tells_once(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    [history] = events.ask(gatherings.event_histories_by_ids, by=agenda.organiser, ids=[event])
    assert [(row["from"], row["to"]) for row in history] == [(None, "DRAFT"), ("DRAFT", "PUBLISHED")]
    assert {row["actor"]["id"] for row in history} == {str(agenda.organiser.id)}
    assert len(events.facts("event.published")) == 1
    again = events.refused(publish_event, by=agenda.organiser, event=event)
    assert (again["code"], again["rule"]) == ("ILLEGAL_TRANSITION", "event.illegal_transition")


def test_a_stale_version_is_refused(agenda: Agenda, events: Bench) -> None:
    event = agenda.draft()
    events.perform(edit_event, by=agenda.organiser, event=event, title="Autre titre", expected_version=1)
    problem = events.refused(edit_event, by=agenda.organiser, event=event, title="Encore", expected_version=1)
    assert problem["code"] == "STALE_VERSION"


def test_editing_changes_what_is_given_and_names_it(agenda: Agenda, events: Bench) -> None:
    event = agenda.draft(website="https://exemple.org")
    events.perform(
        edit_event, by=agenda.organiser, event=event, description="Venez.", accessibility={"wheelchair": True}
    )
    row = agenda.row(event)
    assert (row["description"], row["website"], row["accessibility"]["wheelchair"]) == (
        "Venez.",
        "https://exemple.org",
        True,
    )
    [fact] = events.facts("event.edited")
    assert fact["data"]["changed"] == ["accessibility", "description"]
    assert "Venez" not in str(events.facts())


def test_a_gathering_keeps_an_organiser(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    problem = events.refused(edit_event, by=agenda.organiser, event=event, organisers=[])
    assert problem["code"] == "LAST_ADMIN"


def test_a_new_time_moves_the_calendar_entry_on(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    before = agenda.row(event)
    starts_at = events.clock.now + timedelta(days=20)
    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=starts_at, place={"city": "Brest"})
    row = agenda.row(event)
    assert row["calendar_sequence"] == before["calendar_sequence"] + 1
    assert (row["starts_at"], row["place"]["city"]) == (starts_at.isoformat().replace("+00:00", "Z"), "Brest")
    [fact] = events.facts("event.rescheduled")
    assert fact["data"]["formerly_starts_at"] == before["starts_at"]
    past = events.refused(
        reschedule_event, by=agenda.organiser, event=event, starts_at=events.clock.now - timedelta(days=1)
    )
    assert past["rule"] == "event.new_date_in_the_past"


def test_a_postponed_gathering_keeps_its_people_and_is_announced_again_with_a_new_date(
    agenda: Agenda, events: Bench
) -> None:
    event = agenda.meetup(capacity=1)
    filled = agenda.fill(event, 2)
    events.perform(postpone_event, by=agenda.organiser, event=event, reason="La salle est inondée.")
    assert agenda.row(event)["state"] == "POSTPONED"
    assert agenda.states(filled) == ["CONFIRMED", "WAITLISTED"]

    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=events.clock.now + timedelta(days=40))
    row = agenda.row(event)
    assert (row["state"], row["calendar_sequence"]) == ("PUBLISHED", 2)
    assert row["reconfirm_by"] == (events.clock.now + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert agenda.states(filled) == ["CONFIRMED", "WAITLISTED"]


def test_postponing_and_cancelling_say_why(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    assert events.refused(postpone_event, by=agenda.organiser, event=event, reason=" ")["field"] == "reason"
    assert events.refused(cancel_event, by=agenda.organiser, event=event, reason="")["field"] == "reason"


def test_a_cancelled_gathering_cancels_everybody_and_its_calendar_entry(agenda: Agenda, events: Bench) -> None:
    """Scenario 9."""
    event = agenda.meetup(capacity=2)
    filled = agenda.fill(event, 3)
    before = agenda.row(event)["calendar_sequence"]
    events.perform(cancel_event, by=agenda.organiser, event=event, reason="Personne ne peut venir.")
    row = agenda.row(event)
    assert agenda.states(filled) == ["CANCELLED_BY_HOST"] * 3
    assert (row["state"], row["calendar_sequence"]) == ("CANCELLED", before + 1)
    assert (row["confirmed"], row["waiting"], row["offered"]) == (0, 0, 0)
    [fact] = events.facts("event.cancelled")
    assert fact["data"]["registrations"] == 3
    assert events.refused(cancel_event, by=agenda.organiser, event=event, reason="Encore.")["code"] == (
        "ILLEGAL_TRANSITION"
    )


def test_a_gathering_is_declared_over_only_once_it_has_begun(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(in_days=1)
    assert events.refused(end_event, by=agenda.organiser, event=event)["rule"] == "event.not_begun"
    events.clock.goes_on(days=1, minutes=30)
    events.perform(end_event, by=agenda.organiser, event=event)
    assert agenda.row(event)["state"] == "HELD"
    assert len(events.facts("event.held")) == 1


def test_nobody_brings_people_together_in_the_name_of_a_coalition_or_an_organisation_of_others(events: Bench) -> None:
    coalition, organisation, starts_at = uuid4(), uuid4(), events.clock.now + timedelta(days=3)
    request = {
        "kind": "WORKSHOP",
        "title": "Atelier",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
    }
    for name in ({"coalition": coalition}, {"host_organisation": organisation}):
        assert events.refused(schedule_event, by=person(), **request, **name)["code"] == "FORBIDDEN"
    convener = person(Grant("CONVENER", f"coalition/{coalition}"))
    events.perform(schedule_event, by=convener, **request, coalition=coalition)
    administrator = person(Grant("ORG_ADMIN", f"organisation/{organisation}"))
    events.perform(schedule_event, by=administrator, **request, host_organisation=organisation)
    assert UUID(events.perform(schedule_event, by=person(), **request, project=uuid4())["id"])
