"""What the others' facts lead to here. Every fact is delivered twice by the bench; the second time changes nothing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.backbone.actor import ANONYMOUS, Grant
from services.events.queries import gatherings
from services.events.use_cases.cancel_hold_ups_of_project import cancel_hold_ups_of_project
from services.events.use_cases.draft_hold_up_for_need import draft_hold_up_for_need
from services.events.use_cases.draft_presentation import draft_presentation
from services.events.use_cases.draft_working_meeting import draft_working_meeting
from services.events.use_cases.edit_event import edit_event
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.remember_neighbours import remember_coalition, remember_project
from services.events.use_cases.suggest_demo_day import suggest_demo_day
from services.events.use_cases.take_up_draft import take_up_draft
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person, staff

COLETTE = UUID("0190a5d8-6f00-7000-8000-0000000000c0")


def colette(**more: Any) -> dict[str, Any]:
    return {
        "project": COLETTE,
        "slug": "colette",
        "name": "Colette",
        "visibility": "PUBLIC",
        "incubator": uuid4(),
        "themes": ["mieux-vieillir"],
        "city": "Lyon",
    } | more


def need(events: Bench, **more: Any) -> dict[str, Any]:
    """The draft that a published need leads to, as staff of an incubator sees it."""
    data = colette(need=uuid4(), kind="CHALLENGE", title="Trouver un nom à la maison", expires_on="2026-06-01", **more)
    fact = events.fact("incubator", "project.need_published", COLETTE, **data)
    events.deliver(draft_hold_up_for_need, fact)
    [row] = events.ask(gatherings.drafts_by_needs, by=staff(), ids=[data["need"]])
    return {"row": row, "fact": fact}


def test_a_challenge_leads_to_a_draft_of_a_hold_up_that_names_its_cause(events: Bench) -> None:
    """Scenario 4, its first half."""
    made = need(events)
    row, fact = made["row"], made["fact"]
    assert (row["kind"], row["state"], row["project"]) == ("HOLD_UP", "DRAFT", str(COLETTE))
    assert row["challenge"]["question"] == "Trouver un nom à la maison"
    assert row["cause"] == {
        "id": str(fact.id),
        "type": "project.need_published",
        "subject": f"project/{COLETTE}",
    }
    assert (row["organisers"], row["time_proposed"], row["capacity"]) == ([], True, 12)
    assert row["place"]["city"] == "Lyon"
    [told] = events.facts("event.drafted")
    assert told["causationid"] == str(fact.id)
    assert told["data"]["need"] == row["need"]


def test_other_needs_lead_to_no_hold_up(events: Bench) -> None:
    fact = events.fact("incubator", "project.need_published", COLETTE, **colette(need=uuid4(), kind="FUNDING"))
    events.deliver(draft_hold_up_for_need, fact)
    assert events.facts() == []


def test_a_need_told_again_as_another_fact_leads_to_no_second_hold_up(events: Bench) -> None:
    data = colette(need=uuid4(), kind="CHALLENGE", title="Un nom")
    for _ in range(2):
        events.deliver(draft_hold_up_for_need, events.fact("incubator", "project.need_published", COLETTE, **data))
    assert len(events.facts("event.drafted")) == 1


def test_a_private_project_s_draft_is_for_those_who_belong_to_it(events: Bench) -> None:
    founder = person()
    events.deliver(
        remember_project, events.fact("incubator", "project.admitted", COLETTE, **colette(founders=[founder.id]))
    )
    draft = need(events, visibility="PRIVATE")["row"]
    assert events.refused(take_up_draft, by=person(), event=draft["id"])["code"] == "NOT_FOUND"
    assert events.ask(gatherings.events_by_ids, by=person(), ids=[draft["id"]]) == [None]
    [told] = events.facts("event.drafted")
    assert told["data"]["visibility"] == "PRIVATE"
    events.perform(take_up_draft, by=founder, event=draft["id"])


def test_a_draft_is_taken_up_by_somebody_who_gives_it_a_time_and_announces_it(events: Bench) -> None:
    founder = person()
    draft = need(events)["row"]
    [told] = events.facts("event.drafted")
    assert told["data"]["visibility"] == "NETWORK"
    assert events.refused(take_up_draft, by=ANONYMOUS, event=draft["id"])["code"] == "NOT_FOUND"
    early = events.refused(publish_event, by=founder, event=draft["id"])
    assert early["code"] == "FORBIDDEN"

    starts_at = events.clock.now + timedelta(days=14)
    events.perform(
        take_up_draft,
        by=founder,
        event=draft["id"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        facilitators=[uuid4()],
    )
    [row] = events.ask(gatherings.events_by_ids, by=founder, ids=[draft["id"]])
    assert (row["organisers"], row["time_proposed"]) == ([str(founder.id)], False)
    assert sum(item["minutes"] for item in row["agenda"]) == 90
    twice = events.refused(take_up_draft, by=founder, event=draft["id"])
    assert (twice["code"], twice["rule"]) == ("DUPLICATE", "event.taken_up_already")
    events.perform(publish_event, by=founder, event=draft["id"])
    assert [fact["data"]["need"] for fact in events.facts("event.published")] == [draft["need"]]


def test_a_demo_day_is_suggested_at_launch_once(events: Bench) -> None:
    events.deliver(remember_project, events.fact("incubator", "project.recorded", COLETTE, **colette()))

    def moves(to: str, direction: str) -> None:
        data = {"project": COLETTE, "name": "Colette", "to": to, "direction": direction, "from_stage": "PROTOTYPE"}
        events.deliver(suggest_demo_day, events.fact("incubator", "project.stage_changed", COLETTE, **data))

    moves("PROTOTYPE", "FORWARD")
    moves("LAUNCH", "BACKWARD")
    assert events.facts() == []
    moves("LAUNCH", "FORWARD")
    moves("LAUNCH", "FORWARD")
    [told] = events.facts("event.drafted")
    assert (told["data"]["kind"], told["data"]["themes"]) == ("DEMO_DAY", ["mieux-vieillir"])


def test_when_a_project_stops_its_hold_ups_to_come_are_cancelled(agenda: Agenda, events: Bench) -> None:
    to_come = agenda.hold_up(project=COLETTE)
    filled = agenda.fill(to_come, 2)
    draft = agenda.draft_hold_up(project=COLETTE)
    of_others = agenda.hold_up()
    workshop = agenda.meetup(project=COLETTE, kind="WORKSHOP")
    events.deliver(
        cancel_hold_ups_of_project,
        events.fact("incubator", "project.stopped", COLETTE, **colette(stage="IDEA", reason_code="TEAM")),
    )
    states = [agenda.row(event)["state"] for event in (to_come, draft, of_others, workshop)]
    assert states == ["CANCELLED", "CANCELLED", "PUBLISHED", "PUBLISHED"]
    assert agenda.states(filled) == ["CANCELLED_BY_HOST", "CANCELLED_BY_HOST"]
    assert {fact["data"]["event"] for fact in events.facts("event.cancelled")} == {to_come, draft}


def test_a_position_leads_to_a_working_meeting_and_later_to_a_presentation(events: Bench) -> None:
    position, coalition = uuid4(), uuid4()
    convener = person(Grant("CONVENER", f"coalition/{coalition}"))
    about = {
        "position": position,
        "slug": "loger",
        "title": "Loger dignement",
        "coalition": coalition,
        "themes": ["accueil"],
        "visibility": "NETWORK",
    }
    closes_at = events.clock.now + timedelta(days=10)
    opened = events.fact(
        "coalitions", "position.amendment_opened", position, **about, closes_at=closes_at, text_version=1
    )
    events.deliver(draft_working_meeting, opened)
    signed = {"signatories": 3, "members": 6, "cited": []}
    published = events.fact("coalitions", "position.published", position, **about, **signed, recorded=False)
    events.deliver(draft_presentation, published)
    old = {**about, "position": uuid4(), **signed}
    events.deliver(
        draft_presentation, events.fact("coalitions", "position.published", old["position"], **old, recorded=True)
    )

    found = events.ask(gatherings.list_events, by=convener, order_by="RECENT")["items"]
    assert {(row["kind"], row["title"]) for row in found} == {
        ("COALITION_MEETING", "Réunion de travail : Loger dignement"),
        ("MEETUP", "Présentation : Loger dignement"),
    }
    meeting = next(row for row in found if row["kind"] == "COALITION_MEETING")
    assert datetime.fromisoformat(meeting["starts_at"]) < closes_at
    assert events.ask(gatherings.list_events, by=ANONYMOUS)["items"] == []


@pytest.mark.parametrize("seen", ["colette", "maison-colette"])
def test_gatherings_are_found_by_the_project_s_present_slug(agenda: Agenda, events: Bench, seen: str) -> None:
    event = agenda.hold_up(project=COLETTE)
    for slug in dict.fromkeys(["colette", seen]):
        fact = events.fact("incubator", "project.themes_changed", COLETTE, **colette(slug=slug))
        events.deliver(remember_project, fact)
    found = events.ask(gatherings.list_events, filter={"project": seen})["items"]
    assert [row["id"] for row in found] == [event]


def test_gatherings_are_found_by_the_coalition_s_slug(agenda: Agenda, events: Bench) -> None:
    coalition = uuid4()
    convener = person(Grant("CONVENER", f"coalition/{coalition}"))
    event = agenda.draft(by=convener, kind="COALITION_MEETING", coalition=coalition)
    known = events.fact("coalitions", "coalition.founded", coalition, coalition=coalition, slug="toit", name="Un toit")
    events.deliver(remember_coalition, known)
    found = events.ask(gatherings.list_events, by=convener, filter={"coalition": "toit"})["items"]
    assert [row["id"] for row in found] == [event]
    assert events.ask(gatherings.event_counts_by_coalitions, by=convener, ids=[coalition, uuid4()]) == [1, 0]
    events.perform(edit_event, by=convener, event=event, visibility="NETWORK")
