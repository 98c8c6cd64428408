"""Finding gatherings: filters, search, order, pages, and those of a theme, a project or a coalition."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.backbone.actor import ANONYMOUS
from services.events.queries import gatherings, participants, registrations
from services.events.use_cases.cancel_event import cancel_event
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person


def titles(events: Bench, **asked: Any) -> list[str]:
    page = events.ask(gatherings.list_events, by=ANONYMOUS, order_by="STARTS_AT_ASC", **asked)
    return [row["title"] for row in page["items"]]


@pytest.fixture
def three(agenda: Agenda, events: Bench) -> None:
    """An evening in Orléans, a workshop in Saint-Étienne that is full, a cancelled one online."""
    agenda.meetup(
        in_days=1,
        title="Soirée d'accueil",
        description="On parle d'habitat partagé.",
        place={"city": "Orléans", "country": "France"},
        themes=["accueil"],
    )
    full = agenda.meetup(
        in_days=2,
        kind="WORKSHOP",
        title="Atelier",
        capacity=1,
        place={"city": "Saint-Étienne", "country": "France"},
        themes=["accueil", "agriculture"],
        languages=["fr", "oc"],
    )
    agenda.fill(full, 1)
    off = agenda.meetup(in_days=3, title="En ligne", mode="ONLINE", place=None)
    events.perform(cancel_event, by=agenda.organiser, event=off, reason="Reporté sans date.")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Soirée d'accueil", "Atelier", "En ligne"]),
        ({"filter": {"kind": ["WORKSHOP"]}}, ["Atelier"]),
        ({"filter": {"state": ["CANCELLED"]}}, ["En ligne"]),
        ({"filter": {"theme": "accueil"}}, ["Soirée d'accueil", "Atelier"]),
        ({"filter": {"theme": "agriculture", "kind": ["MEETUP"]}}, []),
        ({"filter": {"city": "orleans"}}, ["Soirée d'accueil"]),
        ({"filter": {"city": "SAINT-ETIENNE"}}, ["Atelier"]),
        ({"filter": {"country": "france"}}, ["Soirée d'accueil", "Atelier"]),
        ({"filter": {"language": "oc"}}, ["Atelier"]),
        ({"filter": {"places_left": True}}, ["Soirée d'accueil"]),
        ({"filter": {"places_left": False}}, ["Atelier", "En ligne"]),
        ({"search": "soiree"}, ["Soirée d'accueil"]),
        ({"search": "HABITAT accueil"}, ["Soirée d'accueil"]),
        ({"search": "habitat agriculture"}, []),
        ({"search": "100%"}, []),
        ({"search": "  "}, ["Soirée d'accueil", "Atelier", "En ligne"]),
    ],
)
def test_gatherings_are_found(events: Bench, asked: dict[str, Any], found: list[str]) -> None:
    assert titles(events, **asked) == found


@pytest.mark.usefixtures("three")
def test_gatherings_are_found_by_time(events: Bench) -> None:
    middle = {"starts_after": events.clock.now + timedelta(days=1), "starts_before": events.clock.now + timedelta(3)}
    assert titles(events, filter=middle) == ["Atelier"]


def test_gatherings_are_found_by_their_distance_from_a_point(agenda: Agenda, events: Bench) -> None:
    """Cities by their coordinates; as the crow flies Lyon is 391 km from Paris, Toulouse 588, Montréal 5,500."""
    for title, latitude, longitude in (
        ("Lyon", 45.764, 4.8357),
        ("Toulouse", 43.6045, 1.4440),
        ("Montréal", 45.5019, -73.5674),
        ("Suva", -18.1416, 178.4419),
    ):
        agenda.meetup(title=title, place={"city": title, "latitude": latitude, "longitude": longitude})
    agenda.meetup(title="Sans coordonnées", place={"city": "Paris"})

    def near(latitude: float, longitude: float, kilometres: float) -> set[str]:
        return set(
            titles(events, filter={"near": {"latitude": latitude, "longitude": longitude, "kilometres": kilometres}})
        )

    paris = (48.8566, 2.3522)
    assert near(*paris, 390) == set()
    assert near(*paris, 393) == {"Lyon"}
    assert near(*paris, 600) == {"Lyon", "Toulouse"}
    assert near(*paris, 5_510) == {"Lyon", "Toulouse", "Montréal"}
    assert near(*paris, 20_100) == {"Lyon", "Toulouse", "Montréal", "Suva"}
    assert near(-18.1, -179.9, 200) == {"Suva"}, "over the line at which the date changes"
    assert near(45.764, 4.8357, 0.001) == {"Lyon"}


def test_pages_follow_each_other_in_every_order(agenda: Agenda, events: Bench) -> None:
    for number in range(5):
        agenda.meetup(in_days=5 - number, title=f"Rencontre {number}")
        events.clock.goes_on(seconds=1)
    for order, expected in (
        ("STARTS_AT_ASC", [4, 3, 2, 1, 0]),
        ("STARTS_AT_DESC", [0, 1, 2, 3, 4]),
        ("RECENT", [4, 3, 2, 1, 0]),
    ):
        seen, after = [], None
        for _ in range(3):
            page = events.ask(gatherings.list_events, order_by=order, first=2, after=after)
            assert page["total"] == 5
            seen += [int(row["title"][-1]) for row in page["items"]]
            after = page["cursors"][-1]
        assert seen == expected
        assert page["has_next"] is False
    too_large = events.ask_refused(gatherings.list_events, first=101)
    assert too_large["code"] == "PAGE_TOO_LARGE"


def test_the_gatherings_of_projects_themes_and_coalitions_come_as_pages_in_order(agenda: Agenda, events: Bench) -> None:
    busy, idle = uuid4(), uuid4()
    for number in range(3):
        agenda.meetup(project=busy, in_days=number + 1, title=f"Rencontre {number}", themes=["accueil"])
    pages = events.ask(gatherings.events_by_projects, ids=[idle, busy], first=2)
    assert [len(page["items"]) for page in pages] == [0, 2]
    assert (pages[1]["total"], pages[1]["has_next"], pages[1]["items"][0]["title"]) == (3, True, "Rencontre 2")
    assert events.ask(gatherings.event_counts_by_projects, ids=[idle, busy]) == [0, 3]
    [theme, nothing] = events.ask(gatherings.events_by_themes, slugs=["accueil", "sans-abrisme"])
    assert (theme["total"], nothing["total"]) == (3, 0)
    assert [page["total"] for page in events.ask(gatherings.events_by_coalitions, ids=[uuid4()])] == [0]


def test_the_online_room_is_told_to_people_with_a_seat_an_hour_before(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(in_days=1, mode="ONLINE", place=None, online_url="https://salle.example", capacity=1)
    [(seated, _), (waiting, _)] = agenda.fill(event, 2)

    def room(by: Any) -> str | None:
        [mine] = events.ask(registrations.my_registrations_by_events, by=by, ids=[event])
        return mine and mine["online_url"]

    events.clock.goes_on(hours=22, minutes=59)
    assert (room(seated), room(waiting), room(person())) == (None, None, None)
    events.clock.goes_on(minutes=1)
    assert (room(seated), room(waiting)) == ("https://salle.example", None)
    assert "salle.example" not in str(agenda.row(event))


def test_the_list_of_participants_comes_in_lots_without_those_who_wait(
    agenda: Agenda, events: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participants, "LOT", 2)
    event = agenda.meetup(capacity=5)
    seated = [registration for _, registration in agenda.fill(event, 7)][:5]
    slug = agenda.row(event)["slug"]

    def lots(**asked: Any) -> list[list[str]]:
        read, after = [], None
        while True:
            lot = events.ask(participants.export_participants, by=agenda.organiser, event=slug, after=after, **asked)
            read.append([row["id"] for row in lot["rows"]])
            if (after := lot["after"]) is None:
                return read

    assert [len(lot) for lot in lots()] == [2, 2, 1]
    assert sorted(one for lot in lots() for one in lot) == sorted(seated)
    assert [len(lot) for lot in lots(state=["WAITLISTED"])] == [2]
    assert lots(state=["NO_SHOW"]) == [[]]
