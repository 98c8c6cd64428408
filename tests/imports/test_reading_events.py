from typing import Any

import pytest

from gateway.imports.calendars import calendar_records
from gateway.imports.events import read_event, seen_before
from gateway.imports.records import Record, Refused
from tests.imports.reading import file_of, told

CONFERENCE: dict[str, Any] = {
    "name": "Rencontres du grand âge",
    "startDate": "2025-03-15",
    "endDate": "2025-03-16",
    "city": "Lyon",
    "country": "France",
    "online": False,
    "theme": "Mieux vieillir",
    "url": "https://example.org/rencontres",
    "locales": "FR, EN",
}


def read(**changes: Any) -> Record:
    return read_event(Record("line 1", {**CONFERENCE, **changes}))


def test_a_conference_is_read() -> None:
    event = dict(read().data)
    reference = event.pop("reference")
    assert event == {
        "kind": "CONFERENCE",
        "title": "Rencontres du grand âge",
        "description": None,
        "mode": "ONSITE",
        "city": "Lyon",
        "country": "France",
        "website": "https://example.org/rencontres",
        "themes": ["mieux-vieillir"],
        "languages": ["fr", "en"],
        "starts_on": "2025-03-15",
        "ends_on": "2025-03-16",
    }
    assert reference.startswith("list/")


def test_a_conference_keeps_its_reference_however_it_is_spelt_and_whatever_its_theme() -> None:
    same = read(name=" RENCONTRES  du grand âge", theme="Santé", url="https://example.org/rencontres/", endDate=None)
    assert same.data["reference"] == read().data["reference"]
    for other in ({"city": "Nantes"}, {"startDate": "2025-03-14"}, {"url": "https://example.org/x"}, {"name": "Autre"}):
        assert read(**other).data["reference"] != read().data["reference"]


@pytest.mark.parametrize(
    ("online", "city", "mode"),
    [
        (True, None, "ONLINE"),
        (True, "Lyon", "HYBRID"),
        (None, "Lyon", "ONSITE"),
        ("oui", "Lyon", "HYBRID"),
        ("0", None, "ONSITE"),
    ],
)
def test_where_it_takes_place_follows_from_online_and_city(online: Any, city: str | None, mode: str) -> None:
    assert read(online=online, city=city).data["mode"] == mode


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "name is missing"),
        ({"name": ["a"]}, "name is not a text"),
        ({"startDate": None}, "startDate is missing"),
        ({"startDate": "15 mars"}, "startDate '15 mars' is not a date"),
        ({"endDate": "2025-03-14"}, "dates run backward: it ends on 2025-03-14, before it starts on 2025-03-15"),
        ({"startDate": "2025-03-15T10:00"}, "has no offset"),
        ({"startDate": "2025-03-15T10:00Z"}, "not both days or both instants"),
        ({"online": "peut-être"}, "online is neither true nor false"),
        ({"theme": 3}, "theme is not a list of texts"),
    ],
)
def test_a_conference_that_cannot_be_taken_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(**changes)
    assert reason in str(refused.value)


def test_a_gathering_that_a_list_names_again_says_where_it_was_named() -> None:
    first, again = seen_before([read(), Record("line 9", read(theme="Santé").data)])
    assert isinstance(first, Record)
    assert isinstance(again, Record)
    assert (first.again, again.again) == (False, True)
    assert again.notes == ("the same gathering as on line 1",)


def calendar(*lines: str | bytes) -> Any:
    return list(calendar_records(file_of("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR")))


def vevent(*lines: str | bytes, uid: str = "1@example.org", title: str = "Café") -> list[str | bytes]:
    return ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT"]


def test_an_event_of_a_calendar_is_read() -> None:
    records, refused = told(
        calendar(
            *vevent(
                "DTSTART;TZID=Europe/Paris:20250315T180000",
                "DTEND;TZID=Europe/Paris:20250315T200000",
                "LOCATION:Lyon\\, France",
                "URL:https://example.org/cafe",
                "DESCRIPTION:Un café\\, puis",
                "  deux",
                "CATEGORIES:Mieux vieillir,Logement",
                "ORGANIZER;CN=Ana:mailto:ana@example.org",
                "ATTENDEE:mailto:tom@example.org",
            )
        )
    )
    assert refused == {}
    assert records == [
        {
            "reference": "1@example.org",
            "kind": "CONFERENCE",
            "title": "Café",
            "description": "Un café, puis deux",
            "themes": ["mieux-vieillir", "logement"],
            "languages": [],
            "mode": "ONSITE",
            "city": "Lyon",
            "country": "France",
            "website": "https://example.org/cafe",
            "starts_at": "2025-03-15T18:00:00+01:00",
            "ends_at": "2025-03-15T20:00:00+01:00",
            "timezone": "Europe/Paris",
        }
    ]


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        (["DTSTART;VALUE=DATE:20250315"], {"starts_on": "2025-03-15", "ends_on": "2025-03-15"}),
        (
            ["DTSTART;VALUE=DATE:20250315", "DTEND;VALUE=DATE:20250318"],
            {"starts_on": "2025-03-15", "ends_on": "2025-03-17"},
        ),
        (
            ["DTSTART:20250315T100000Z", "DURATION:PT90M"],
            {"starts_at": "2025-03-15T10:00:00+00:00", "ends_at": "2025-03-15T11:30:00+00:00", "timezone": "UTC"},
        ),
        (["DTSTART:20250315T100000Z"], {"starts_at": "2025-03-15T10:00:00+00:00", "timezone": "UTC"}),
        (
            ["DTSTART:20250315T100000", "DTEND:20250315T110000"],
            {"starts_at": "2025-03-15T10:00:00+00:00", "ends_at": "2025-03-15T11:00:00+00:00", "timezone": "UTC"},
        ),
    ],
)
def test_days_instants_and_durations_of_a_calendar_are_read(lines: list[str], span: dict[str, str]) -> None:
    record = told(calendar(*vevent(*lines)))[0][0]
    assert {name: record[name] for name in record if name.startswith(("starts", "ends", "timezone"))} == span


def test_a_time_without_timezone_is_the_calendars() -> None:
    record = told(calendar("X-WR-TIMEZONE:Europe/Paris", *vevent("DTSTART:20250715T100000")))[0][0]
    assert (record["starts_at"], record["timezone"]) == ("2025-07-15T10:00:00+02:00", "Europe/Paris")


def test_a_timezone_that_the_calendar_defines_is_known() -> None:
    zone = [
        *("BEGIN:VTIMEZONE", "TZID:Chez nous", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
        *("TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE"),
    ]
    record = told(calendar(*zone, *vevent("DTSTART;TZID=Chez nous:20250315T100000")))[0][0]
    assert record["starts_at"] == "2025-03-15T10:00:00+03:00"


GOOD = vevent("DTSTART;VALUE=DATE:20250315", uid="good", title="Bon")


@pytest.mark.parametrize(
    ("lines", "where", "reason"),
    [
        (vevent(), "event 1 (UID 1@example.org)", "no DTSTART"),
        (vevent("DTSTART:hier"), "event 1 (UID 1@example.org)", "DTSTART"),
        (
            vevent("DTSTART:20250315T100000Z", "DTEND:20250315T090000Z"),
            "event 1 (UID 1@example.org)",
            "dates run backward",
        ),
        (vevent("DTSTART:20250315T100000Z", "DTEND;VALUE=DATE:20250316"), "event 1 (UID 1@example.org)", "same type"),
        (vevent("DTSTART;TZID=Nulle/Part:20250315T100000"), "event 1 (UID 1@example.org)", "unknown timezone"),
        (vevent("DTSTART;VALUE=DATE:20250315", "STATUS:CANCELLED"), "event 1 (UID 1@example.org)", "cancelled"),
        (vevent("DTSTART;VALUE=DATE:20250315", uid=""), "event 1", "no UID"),
        (vevent("DTSTART;VALUE=DATE:20250315", title=""), "event 1 (UID 1@example.org)", "no SUMMARY"),
        (vevent("DTSTART;VALUE=DATE:20250315", b"LOCATION:Orl\xe9ans"), "event 1", "not UTF-8"),
        (vevent("DTSTART;VALUE=DATE:20250315", "DESCRIPTION:" + "x" * 5_000_000), "event 1", "longer than"),
        (["BEGIN:VEVENT", "UID:1"], "event 1", "has no end"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_event_of_a_calendar_that_cannot_be_taken_is_refused_and_the_others_are_read(
    lines: list[str | bytes], where: str, reason: str
) -> None:
    records, refused = told(calendar(*lines, *GOOD))
    assert [record["reference"] for record in records] == ["good"]
    assert list(refused) == [where]
    assert reason in refused[where]


def test_an_event_that_repeats_is_taken_once_and_said_to() -> None:
    [record] = calendar(*vevent("DTSTART;VALUE=DATE:20250315", "RRULE:FREQ=WEEKLY"))
    assert record.notes == ("it repeats; only its first time is taken",)


def test_a_time_that_stands_for_one_of_a_series_has_a_reference_of_its_own() -> None:
    [record] = calendar(*vevent("DTSTART;VALUE=DATE:20250322", "RECURRENCE-ID;VALUE=DATE:20250315"))
    assert record.data["reference"] == "1@example.org/20250315"


def test_an_address_is_not_taken_for_a_city() -> None:
    [record] = calendar(*vevent("DTSTART;VALUE=DATE:20250315", "LOCATION:Salle 3\\, 12 rue de la Paix\\, 69000 Lyon"))
    assert (record.data["city"], record.data["country"]) == (None, None)
    assert "12 rue de la Paix" in record.notes[0]


def test_an_event_at_an_address_on_the_web_is_online() -> None:
    [record] = calendar(*vevent("DTSTART;VALUE=DATE:20250315", "LOCATION:https://meet.example.org/x"))
    assert (record.data["mode"], record.data["website"]) == ("ONLINE", "https://meet.example.org/x")
