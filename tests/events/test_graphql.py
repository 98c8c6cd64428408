"""Gatherings as front-ends see them: through the gateway of a whole running network."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from icalendar import Calendar
from websockets.sync.client import connect

from deploy.commands.token import ask_issuer
from deploy.local.stack import Stack
from gateway.schema.node import global_id

SEATS = "capacity seatsLeft confirmed offered waiting"


def stored(network: Stack) -> str:
    """Where the events service keeps what it knows."""
    return network.plan().database_url("events").replace("+psycopg", "")


class Following:
    """Sees a gathering's seats change, within the block."""

    def __init__(self, front: Front, slug: str) -> None:
        self.front, self.slug, self.stack = front, slug, ExitStack()

    def __enter__(self) -> Following:
        url = self.front.url.replace("http", "ws", 1) + "/graphql"
        opened = connect(url, subprotocols=["graphql-transport-ws"], proxy=None)  # type: ignore[list-item]
        self.socket = self.stack.enter_context(opened)
        self.socket.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(self.socket.recv(timeout=10))["type"] == "connection_ack"
        document = f"subscription($event: String!) {{ seatsChanged(event: $event) {{ slug state {SEATS} }} }}"
        asked = {"query": document, "variables": {"event": self.slug}}
        self.socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        self.socket.send(json.dumps({"type": "ping"}))
        assert json.loads(self.socket.recv(timeout=10))["type"] == "pong"
        # The subscription begins by asking for the gathering; another answer from there says that it has.
        self.front.ask("query($slug: String!) { event(slug: $slug) { id } }", slug=self.slug)
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def next(self) -> dict[str, Any]:
        payload = json.loads(self.socket.recv(timeout=30))["payload"]
        assert payload.get("errors") is None, payload
        seats: dict[str, Any] = payload["data"]["seatsChanged"]
        return seats

    def until(self, **seats: int) -> None:
        """Wait until the seats are these."""
        while not seats.items() <= self.next().items():
            continue


class Front:
    """A front-end, signed in as one of the demonstration people or as nobody."""

    def __init__(self, network: Stack, person: str | None = None, language: str = "en") -> None:
        self.url = network.plan().url
        self.token = ask_issuer(network, person) if person else None
        headers = {"accept-language": language}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        self.http = httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = self.http.post("/graphql", json={"query": document, "variables": variables}).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def do(self, name: str, form: str, wanted: str, /, **input: Any) -> dict[str, Any]:
        """A mutation; its payload."""
        problems = "problems { code rule message field blockedBy { code message fix } }"
        document = f"mutation($input: {form}!) {{ {name}(input: $input) {{ {wanted} {problems} }} }}"
        payload: dict[str, Any] = self.ask(document, input=input)[name]
        return payload


@pytest.fixture(scope="module")
def organiser(network: Stack) -> Front:
    return Front(network, "organiser")


@pytest.fixture
def event(organiser: Front) -> dict[str, Any]:
    """An announced gathering of one place."""
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
    made = organiser.do(
        "scheduleEvent",
        "ScheduleEventInput",
        "event { id slug state startsAt organisers { displayName } }",
        kind="MEETUP",
        title="Café des âges",
        startsAt=starts_at.isoformat(),
        endsAt=(starts_at + timedelta(hours=2)).isoformat(),
        place={"city": "Lyon"},
        themes=["mieux-vieillir"],
        capacity=1,
    )
    assert made["problems"] == []
    published = organiser.do("publishEvent", "PublishEventInput", "event { state }", event=made["event"]["id"])
    assert (published["problems"], published["event"]) == ([], {"state": "PUBLISHED"})
    shown: dict[str, Any] = made["event"]
    return shown


def register(front: Front, event: dict[str, Any]) -> dict[str, Any]:
    return front.do("register", "RegisterInput", f"registration {{ id state }} event {{ {SEATS} }}", event=event["id"])


def test_a_gathering_is_filled_and_a_waiting_person_gets_the_seat(
    network: Stack, organiser: Front, event: dict[str, Any]
) -> None:
    assert [one["displayName"] for one in event["organisers"]] == ["Inès Bouvard"]
    citizen, second = Front(network, "citizen"), Front(network, "citizen2")
    seat, place_in_line = register(citizen, event), register(second, event)
    assert (seat["registration"]["state"], place_in_line["registration"]["state"]) == ("CONFIRMED", "WAITLISTED")
    assert place_in_line["event"] == {"capacity": 1, "seatsLeft": 0, "confirmed": 1, "offered": 0, "waiting": 1}

    back = citizen.do(
        "cancelRegistration",
        "CancelRegistrationInput",
        "registration { state }",
        registration=seat["registration"]["id"],
    )
    assert back["registration"] == {"state": "CANCELLED"}
    asked = "query($slug: String!) { event(slug: $slug) { myRegistration { id state offerExpiresAt } } }"
    mine = second.ask(asked, slug=event["slug"])["event"]["myRegistration"]
    assert mine["state"] == "OFFERED"
    taken = second.do("answerOffer", "AnswerOfferInput", "registration { state }", registration=mine["id"], accept=True)
    assert taken["registration"] == {"state": "CONFIRMED"}


def test_a_refusal_is_data_in_the_caller_s_language(network: Stack, event: dict[str, Any]) -> None:
    citizen = Front(network, "citizen", language="fr")
    register(citizen, event)
    again = register(citizen, event)
    [problem] = again["problems"]
    assert again["registration"] is None
    assert (problem["code"], problem["message"]) == ("DUPLICATE", "Cette personne est déjà inscrite.")
    stranger = citizen.do("cancelEvent", "CancelEventInput", "event { id }", event=event["id"], reason="Non merci.")
    assert stranger["problems"][0]["code"] == "FORBIDDEN"


def test_a_hold_up_of_half_an_hour_and_one_without_a_project_are_refused(organiser: Front) -> None:
    """Scenario 5."""
    starts_at = datetime.now(UTC) + timedelta(days=3)

    def refused(minutes: int) -> dict[str, Any]:
        payload = organiser.do(
            "scheduleEvent",
            "ScheduleEventInput",
            "event { id }",
            kind="HOLD_UP",
            title="Hold-up",
            startsAt=starts_at.isoformat(),
            endsAt=(starts_at + timedelta(minutes=minutes)).isoformat(),
        )
        assert payload["event"] is None
        problem: dict[str, Any] = payload["problems"][0]
        return problem

    assert (refused(120)["code"], refused(120)["field"]) == ("VALIDATION", "project")
    assert refused(30)["code"] == "VALIDATION"


def test_a_page_of_gatherings_with_all_that_can_be_asked(organiser: Front, event: dict[str, Any]) -> None:
    asked = """query($filter: EventFilter) {
      events(filter: $filter, orderBy: STARTS_AT_ASC, search: "cafe ages", first: 100) {
        totalCount edges { cursor } pageInfo { hasNextPage }
        nodes {
          id slug kind title state startsAt endsAt timezone mode place { city } capacity seatsLeft waiting confirmed
          themes { slug } project { slug } coalition { slug } challenge { question } myRegistration { state }
          calendarUrl allowedTransitions { to allowed blockedBy { code } } outcome { nextSteps }
          history { to actor { kind person { displayName } } } accessibility { wheelchair } agenda { title } version
        } } }"""
    page = organiser.ask(asked, filter={"city": "lyon", "placesLeft": True, "state": ["PUBLISHED"]})["events"]
    found = next(one for one in page["nodes"] if one["id"] == event["id"])
    assert [one["to"] for one in found["history"]] == ["DRAFT", "PUBLISHED"]
    assert {one["to"]: one["allowed"] for one in found["allowedTransitions"]} == {
        "POSTPONED": True,
        "CANCELLED": True,
        "HELD": False,
    }
    node = organiser.ask("query($id: ID!) { node(id: $id) { id ... on Event { slug } } }", id=event["id"])["node"]
    assert node == {"id": event["id"], "slug": event["slug"]}


def test_seats_are_seen_to_change_over_a_websocket(network: Stack, event: dict[str, Any]) -> None:
    citizen = Front(network, "citizen")
    with Following(citizen, event["slug"]) as seats:
        register(citizen, event)
        register(Front(network, "citizen2"), event)
        seen = [seats.next() for _ in range(2)]
    assert [(one["confirmed"], one["waiting"], one["seatsLeft"]) for one in seen] == [(1, 0, 0), (1, 1, 0)]
    assert seen[0]["state"] == "PUBLISHED"


def test_the_calendar_of_a_gathering_is_for_everybody(network: Stack, event: dict[str, Any]) -> None:
    nobody = Front(network)
    asked = "query($slug: String!) { event(slug: $slug) { calendarUrl myRegistration { id } } }"
    shown = nobody.ask(asked, slug=event["slug"])["event"]
    assert shown["myRegistration"] is None
    answer = nobody.http.get(shown["calendarUrl"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    [entry] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (entry["summary"], entry["status"]) == ("Café des âges", "CONFIRMED")
    assert nobody.http.get("/calendar/inconnue.ics").status_code == 404


def do_schedule(organiser: Front, **more: Any) -> dict[str, Any]:
    """An announced gathering of the organiser."""
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
    values = {
        "kind": "MEETUP",
        "title": "Scénario",
        "startsAt": starts_at.isoformat(),
        "endsAt": (starts_at + timedelta(hours=2)).isoformat(),
        "place": {"city": "Lyon"},
    } | more
    made: dict[str, Any] = organiser.do("scheduleEvent", "ScheduleEventInput", "event { id slug }", **values)["event"]
    organiser.do("publishEvent", "PublishEventInput", "event { state }", event=made["id"])
    return made


def others(organiser: Front, event: dict[str, Any], how_many: int) -> list[str]:
    """So many people whom the organiser registers; their registrations."""
    wanted = "registration { id state }"
    made = []
    for _ in range(how_many):
        somebody = global_id("person", str(uuid4()))
        payload = organiser.do("register", "RegisterInput", wanted, event=event["id"], person=somebody)
        assert payload["problems"] == []
        made.append(payload["registration"]["id"])
    return made


def states(organiser: Front, event: dict[str, Any]) -> list[str]:
    asked = "query($event: ID!) { registrations(event: $event, first: 100) { nodes { state } } }"
    return [one["state"] for one in organiser.ask(asked, event=event["id"])["registrations"]["nodes"]]


def test_two_seats_for_five_people(network: Stack, organiser: Front) -> None:
    """Scenario 6. Ten days cannot be waited for: the offer's end is set back in the database, the job does the rest."""
    event = do_schedule(organiser, capacity=2)
    made = others(organiser, event, 5)
    assert states(organiser, event) == ["CONFIRMED"] * 2 + ["WAITLISTED"] * 3
    organiser.do("cancelRegistration", "CancelRegistrationInput", "registration { state }", registration=made[0])
    assert states(organiser, event) == ["CANCELLED", "CONFIRMED", "OFFERED", "WAITLISTED", "WAITLISTED"]
    asked = "query($id: ID!) { node(id: $id) { ... on Registration { offerExpiresAt } } }"
    until = datetime.fromisoformat(organiser.ask(asked, id=made[2])["node"]["offerExpiresAt"])
    assert timedelta(hours=23, minutes=50) < until - datetime.now(UTC) <= timedelta(hours=24)

    with Following(organiser, event["slug"]) as seats, psycopg.connect(stored(network)) as database:
        database.execute(
            "UPDATE registrations SET offer_expires_at = now() WHERE state = 'OFFERED' AND event = "
            "(SELECT id FROM events WHERE slug = %s)",
            [event["slug"]],
        )
        database.commit()
        seats.until(offered=1, waiting=1, confirmed=1)
    assert states(organiser, event) == ["CANCELLED", "CONFIRMED", "OFFER_EXPIRED", "OFFERED", "WAITLISTED"]
    listed = organiser.http.get(f"/exports/participants/{event['slug']}.csv").text
    assert len(listed.splitlines()) == 2, "a heading and the one who has a seat"
    found = organiser.ask("query($slug: String!) { event(slug: $slug) { confirmed } }", slug=event["slug"])
    assert found["event"] == {"confirmed": 1}


def test_the_participants_are_a_file_for_who_runs_it(network: Stack, organiser: Front) -> None:
    event = do_schedule(organiser, capacity=1, questions=["Qu'apportez-vous ?"])
    citizen = Front(network, "citizen")
    answer = {"question": "Qu'apportez-vous ?", "answer": "=1+1"}
    told = {"event": event["id"], "needs": "Une rampe, large", "answers": [answer]}
    citizen.do("register", "RegisterInput", "registration { id }", **told)
    register(Front(network, "citizen2"), event)
    address = f"/exports/participants/{event['slug']}.csv"
    answered = organiser.http.get(address)
    assert answered.headers["content-type"] == "text/csv; charset=utf-8"
    assert answered.headers["cache-control"] == "no-store"
    [row] = csv.DictReader(io.StringIO(answered.text))
    assert (row["name"], row["state"], row["needs"]) == ("Paul Vidalenc", "CONFIRMED", "Une rampe, large")
    assert row["Qu'apportez-vous ?"] == "'=1+1", "no formula for a spreadsheet"
    [waits] = csv.DictReader(io.StringIO(organiser.http.get(f"{address}?state=WAITLISTED").text))
    assert waits["name"] == "Maëlys Garrigue"
    statuses = [one.http.get(address).status_code for one in (citizen, Front(network))]
    assert statuses == [404, 401]
    assert organiser.http.get("/exports/participants/inconnue.csv").status_code == 404
    assert organiser.http.get(f"{address}?state=SEATED").status_code == 400


def test_fifty_people_at_once_for_twelve_places(network: Stack, organiser: Front) -> None:
    """Scenario 7."""
    event = do_schedule(organiser, capacity=12)
    people = [global_id("person", str(uuid4())) for _ in range(50)]

    def one(person: str) -> str:
        """Asked again under the same key while nobody knows what became of it."""
        document = "mutation($input: RegisterInput!) { register(input: $input) { registration { state } } }"
        asked = {"event": event["id"], "person": person, "idempotencyKey": uuid4().hex}
        for _ in range(20):
            body = {"query": document, "variables": {"input": asked}}
            answer = organiser.http.post("/graphql", json=body).json()
            if "errors" not in answer:
                return str(answer["data"]["register"]["registration"]["state"])
            assert answer["errors"][0]["extensions"]["code"] in ("OUTCOME_UNKNOWN", "UNAVAILABLE")
        raise AssertionError("never answered")

    with ThreadPoolExecutor(10) as crowd:
        told = list(crowd.map(one, people))
    assert (told.count("CONFIRMED"), told.count("WAITLISTED")) == (12, 38)
    assert sorted(states(organiser, event)) == ["CONFIRMED"] * 12 + ["WAITLISTED"] * 38


def test_three_more_places_are_three_offers_though_one_is_passed_over(organiser: Front) -> None:
    """Scenario 8."""
    event = do_schedule(organiser, capacity=1)
    made = others(organiser, event, 5)
    passed_over = {"registration": made[1], "eligible": False}
    organiser.do("setEligibility", "SetEligibilityInput", "registration { eligible }", **passed_over)
    organiser.do("changeCapacity", "ChangeCapacityInput", "event { capacity }", event=event["id"], capacity=4)
    assert states(organiser, event) == ["CONFIRMED", "WAITLISTED", "OFFERED", "OFFERED", "OFFERED"]


def test_a_cancelled_gathering_is_cancelled_for_everybody_and_in_every_calendar(
    network: Stack, organiser: Front
) -> None:
    """Scenario 9."""
    title = f"Annulée bientôt {uuid4().hex[:8]}"
    event = do_schedule(organiser, capacity=2, title=title)
    others(organiser, event, 3)
    citizen = Front(network, "citizen")
    opened = citizen.do("openMyCalendar", "OpenMyCalendarInput", "url")
    register(citizen, event)
    nobody = Front(network)
    asked = "query($slug: String!) { agenda: calendarUrl event(slug: $slug) { calendarUrl } }"
    found = nobody.ask(asked, slug=event["slug"])
    addresses = [found["agenda"], found["event"]["calendarUrl"]]

    def entry(address: str) -> Any:
        answer = nobody.http.get(address)
        entries = Calendar.from_ical(answer.content).walk("VEVENT")
        those = [one for one in entries if one["summary"] == title]
        return those[0] if those else None

    assert (entry(addresses[0])["status"], entry(addresses[0])["sequence"]) == ("CONFIRMED", 0)
    done = organiser.do(
        "cancelEvent", "CancelEventInput", "event { state }", event=event["id"], reason="Il pleut trop."
    )
    assert done["event"] == {"state": "CANCELLED"}
    assert set(states(organiser, event)) == {"CANCELLED_BY_HOST"}
    for address in addresses:
        assert (entry(address)["status"], entry(address)["sequence"]) == ("CANCELLED", 1)
    assert entry(opened["url"])["status"] == "CANCELLED"


def test_a_calendar_that_one_has_is_not_sent_again(network: Stack, event: dict[str, Any]) -> None:
    nobody = Front(network)
    for address in ("/calendar.ics", f"/calendar/{event['slug']}.ics", f"/events/{event['slug']}"):
        first = nobody.http.get(address)
        assert first.status_code == 200
        again = nobody.http.get(address, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = nobody.http.get(address, headers={"if-none-match": '"another"'})
        assert other.status_code == 200
    dated = nobody.http.get("/calendar.ics")
    since = {"if-modified-since": dated.headers["last-modified"]}
    assert nobody.http.get("/calendar.ics", headers=since).status_code == 304
    earlier = {"if-modified-since": "Mon, 02 Mar 2020 12:00:00 GMT"}
    assert nobody.http.get("/calendar.ics", headers=earlier).status_code == 200
    assert nobody.http.get("/calendar/mine/inconnu.ics").status_code == 404


def test_the_pages_of_a_gathering_and_of_the_agenda_are_for_everybody(network: Stack, event: dict[str, Any]) -> None:
    nobody = Front(network)
    shown = nobody.http.get(f"/events/{event['slug']}", headers={"accept-language": "fr"})
    assert "Café des âges" in shown.text
    assert '"@type": "Event"' in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert f"/events/{event['slug']}" in nobody.http.get("/events").text
    assert nobody.http.get("/events/inconnue").status_code == 404
    assert nobody.http.get("/events?after=x").status_code == 400
    assert nobody.http.get("/notices/unsubscribe?token=x&topic=CHANGES").status_code == 200
    assert nobody.http.post("/notices/unsubscribe?token=x&topic=CHANGES").status_code == 404


def test_people_see_and_erase_what_is_held_about_them(network: Stack, organiser: Front) -> None:
    event = do_schedule(organiser, questions=["Qu'apportez-vous ?"])
    citizen = Front(network, "citizen2")
    answer = {"question": "Qu'apportez-vous ?", "answer": "Une tarte"}
    told = {"event": event["id"], "needs": "Une rampe", "answers": [answer]}
    made = citizen.do("register", "RegisterInput", "registration { needs answers { question answer } }", **told)
    assert made["registration"] == {"needs": "Une rampe", "answers": [answer]}
    held = citizen.ask("{ myEventData myRegistrations { nodes { needs } } myUnwantedNotices }")
    assert "Une rampe" in str(held["myEventData"])
    chosen = citizen.do("chooseNotices", "ChooseNoticesInput", "unwanted", unwanted=["REMINDERS"])
    assert chosen["unwanted"] == ["REMINDERS"]
    erased = citizen.do("eraseMyEventData", "EraseMyEventDataInput", "counts kept")
    assert erased["counts"]["needs"] == 1
    left = citizen.ask("{ myEventData myRegistrations { totalCount } }")
    assert (left["myRegistrations"]["totalCount"], "Une rampe" in str(left)) == (0, False)
