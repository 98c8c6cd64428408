"""Lists of gatherings of elsewhere: every line is taken or refused with its reason; the same list twice is one."""

from typing import Any
from uuid import uuid4

import pytest

from services.backbone.actor import SYSTEM, Grant
from services.events.queries import gatherings
from services.events.use_cases.record_events import record_events
from tests.bench import Bench
from tests.events.gatherings import person, staff

PAST = {
    "reference": "conf/a11y-2023",
    "title": "#a11yTO Conf",
    "website": "https://conf.a11yto.com",
    "starts_on": "2023-10-19",
    "ends_on": "2023-10-20",
    "mode": "HYBRID",
    "city": "Toronto",
    "country": "Canada",
    "themes": ["accessibility"],
    "languages": ["EN"],
}
TO_COME = {"title": "Forum de Lyon", "starts_on": "2026-06-01", "timezone": "Europe/Paris", "city": "Lyon"}


def record(events: Bench, *lines: Any, dry_run: bool = False) -> list[dict[str, Any]]:
    answer = events.perform(record_events, by=SYSTEM, events=list(lines), dry_run=dry_run)
    results: list[dict[str, Any]] = answer["results"]
    return results


def test_past_gatherings_are_closed_with_their_history_and_those_to_come_are_announced(events: Bench) -> None:
    past, to_come = record(events, PAST, TO_COME)
    assert (past["outcome"], to_come["outcome"]) == ("CREATED", "CREATED")
    first, second = events.ask(gatherings.events_by_ids, ids=[past["id"], to_come["id"]])
    assert (first["kind"], first["state"], first["all_day"], first["languages"]) == (
        "CONFERENCE",
        "CLOSED",
        True,
        ["en"],
    )
    assert (first["starts_at"], first["ends_at"]) == ("2023-10-19T00:00:00Z", "2023-10-21T00:00:00Z")
    assert (second["state"], second["starts_at"]) == ("PUBLISHED", "2026-05-31T22:00:00Z")
    [history] = events.ask(gatherings.event_histories_by_ids, ids=[past["id"]])
    assert [(row["to"], row["at"][:10]) for row in history] == [
        ("PUBLISHED", "2026-03-02"),
        ("HELD", "2023-10-21"),
        ("CLOSED", "2023-10-24"),
    ]
    assert {fact["type"] for fact in events.facts()} == {"event.recorded"}


def test_the_same_list_twice_creates_and_changes_nothing(events: Bench) -> None:
    first = record(events, PAST, TO_COME)
    before = events.everything()
    again = record(events, PAST, TO_COME)
    assert [result["outcome"] for result in again] == ["UNCHANGED", "UNCHANGED"]
    assert [result["id"] for result in again] == [result["id"] for result in first]
    assert events.everything() == before


def test_what_a_list_says_differently_is_taken_over(events: Bench) -> None:
    record(events, PAST)
    [changed] = record(events, {**PAST, "title": "a11yTO", "starts_on": "2023-10-18"})
    assert changed["outcome"] == "CHANGED"
    [row] = events.ask(gatherings.events_by_ids, ids=[changed["id"]])
    assert (row["title"], row["calendar_sequence"], row["version"]) == ("a11yTO", 1, 2)


def test_one_gathering_under_several_themes_has_them_all(events: Bench) -> None:
    lines = [PAST, {**PAST, "themes": ["ux"], "city": None}]
    assert [result["outcome"] for result in record(events, *lines)] == ["CREATED", "CHANGED"]
    [result, again] = record(events, *lines)
    assert (result["outcome"], again["outcome"]) == ("UNCHANGED", "UNCHANGED")
    [row] = events.ask(gatherings.events_by_ids, ids=[result["id"]])
    assert row["themes"] == ["accessibility", "ux"]


@pytest.mark.parametrize(
    ("line", "rule", "field"),
    [
        ({**PAST, "title": " "}, "event.title_missing", "title"),
        ({**PAST, "title": None}, "event.title_missing", "title"),
        ({**PAST, "ends_on": "2023-10-18"}, "event.ends_before_it_starts", "ends_on"),
        ({**PAST, "starts_on": "19/10/2023"}, "event.bad_date", "starts_on"),
        ({**PAST, "starts_on": None}, "event.start_missing", "starts_at"),
        ({**PAST, "starts_on": 20231019}, "event.line_unreadable", "starts_on"),
        ({**PAST, "kind": "PICNIC"}, "event.line_unreadable", "kind"),
        ({**PAST, "themes": "ux"}, "event.line_unreadable", "themes"),
        ({**PAST, "timezone": "Mars/Base"}, "event.timezone_unknown", "timezone"),
        ({**PAST, "website": "ftp://conf"}, "event.website_not_a_url", "website"),
        ({"title": "Soirée", "starts_at": "2026-05-01T18:00:00"}, "event.time_without_offset", "starts_at"),
        ({**PAST, "starts_on": "9999-12-31", "ends_on": "9999-12-31"}, "event.bad_date", "starts_on"),
        ("not a line", "event.line_unreadable", None),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_the_good_ones_are_taken(
    events: Bench, line: Any, rule: str, field: str
) -> None:
    bad, good = record(events, line, TO_COME)
    assert (bad["outcome"], good["outcome"]) == ("REFUSED", "CREATED")
    [problem] = bad["problems"]
    assert (problem["code"], problem["rule"], problem["field"]) == ("VALIDATION", rule, field)
    assert events.ask(gatherings.list_events)["total"] == 1


def test_what_was_assumed_or_left_out_is_noted(events: Bench) -> None:
    online, nowhere, endless = record(
        events,
        {**PAST, "mode": "ONLINE"},
        {"title": "Quelque part", "starts_on": "2023-01-01"},
        {"title": "Soirée", "starts_at": "2026-05-01T18:00:00+02:00", "city": "Brest"},
    )
    assert online["notes"] == ["The place is left out: it is held online."]
    assert nowhere["notes"] == ["It has no city."]
    assert endless["notes"] == ["It has no end; two hours are assumed."]
    [row] = events.ask(gatherings.events_by_ids, ids=[online["id"]])
    assert row["place"] is None


def test_a_rehearsal_says_the_same_and_keeps_nothing(events: Bench) -> None:
    before = events.everything()
    results = record(events, PAST, {**PAST, "title": ""}, dry_run=True)
    assert [result["outcome"] for result in results] == ["CREATED", "REFUSED"]
    assert events.everything() == before


def test_lists_are_entered_by_staff_alone(events: Bench) -> None:
    assert events.refused(record_events, by=person(), events=[PAST])["code"] == "FORBIDDEN"
    founder = person(Grant("FOUNDER", f"project/{uuid4()}"))
    assert events.refused(record_events, by=founder, events=[PAST])["code"] == "FORBIDDEN"
    events.perform(record_events, by=staff(), events=[PAST])
