"""Gatherings as front-ends see them: through the gateway of a whole running network."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from websockets.sync.client import connect

from deploy.commands.token import ask_issuer
from deploy.local.stack import Stack

SEATS = "capacity seatsLeft confirmed offered waiting"


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
    url = citizen.url.replace("http", "ws", 1) + "/graphql"
    with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket:  # type: ignore[list-item]
        socket.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(socket.recv(timeout=10))["type"] == "connection_ack"
        document = f"subscription($event: String!) {{ seatsChanged(event: $event) {{ slug state {SEATS} }} }}"
        asked = {"query": document, "variables": {"event": event["slug"]}}
        socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        socket.send(json.dumps({"type": "ping"}))
        assert json.loads(socket.recv(timeout=10))["type"] == "pong"
        # The subscription begins by asking for the gathering; another answer from there says that it has.
        citizen.ask("query($slug: String!) { event(slug: $slug) { id } }", slug=event["slug"])
        register(citizen, event)
        register(Front(network, "citizen2"), event)
        messages = [json.loads(socket.recv(timeout=20))["payload"] for _ in range(2)]
    assert [message.get("errors") for message in messages] == [None, None]
    seen = [message["data"]["seatsChanged"] for message in messages]
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
