"""Many people at once, through the real service: two processes, the real broker, the real database."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.backbone.migrations import upgrade
from tests.running import Caller, Keys, running

PEOPLE, PLACES = 50, 12


@pytest.fixture(scope="module")
def service(
    new_database: Callable[[str], str],
    new_vhost: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Any]]:
    """An events service of two processes; its settings and keys."""
    keys = Keys.make(tmp_path_factory.mktemp("keys"))
    database = new_database("events")
    upgrade("events", database)
    settings = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("events"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }
    with (
        running("services.events", ready="started", **settings),
        running("services.events", ready="started", **settings),
    ):
        yield {**settings, "keys": keys}


@pytest.fixture
def caller(service: dict[str, Any]) -> Iterator[Caller]:
    caller = Caller(service["MAILLAGE_AMQP_URL"], service["keys"])
    yield caller
    caller.close()


def announced(caller: Caller, capacity: int) -> str:
    starts_at = datetime.now(UTC) + timedelta(days=10)
    event = caller.value(
        "events.schedule_event",
        kind="MEETUP",
        title="Grande rencontre",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        mode="ONLINE",
        capacity=capacity,
        organisers=[str(uuid4())],
    )["id"]
    caller.value("events.publish_event", event=event)
    return str(event)


def all_at_once(caller: Caller, method: str, requests: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Send everything before any reply is read; the results as they come back."""
    for person, request in requests:
        body = json.dumps({"args": [], "kwargs": {"request": request}})
        headers = {"nameko.passport": caller.keys.passport("PERSON", person)}
        caller.send(method, body, headers=headers)
    replies = [json.loads(caller.next_message(caller.replies).body) for _ in requests]
    assert [reply["error"] for reply in replies] == [None] * len(requests)
    return [reply["result"] for reply in replies]


def stored(service: dict[str, Any], sql: str, event: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(service["MAILLAGE_DATABASE_URL"].replace("+psycopg", "")) as connection:
        return connection.execute(sql, {"event": event}).fetchall()


def test_50_people_for_12_places_are_12_confirmed_and_38_in_the_order_of_the_commits(
    service: dict[str, Any], caller: Caller
) -> None:
    """Scenario 7."""
    event = announced(caller, PLACES)
    people = [str(uuid4()) for _ in range(PEOPLE)]
    results = all_at_once(caller, "events.register", [(person, {"event": event}) for person in people])
    assert [result["problems"] for result in results] == [[]] * PEOPLE

    rows = stored(service, "SELECT person, state, place_in_line FROM registrations WHERE event = %(event)s", event)
    states = [state for _, state, _ in rows]
    assert (states.count("CONFIRMED"), states.count("WAITLISTED")) == (PLACES, PEOPLE - PLACES)
    assert {str(person) for person, _, _ in rows} == set(people)

    line = [str(person) for person, state, place in sorted(rows, key=lambda row: row[2] or 0) if state == "WAITLISTED"]
    committed = stored(
        service,
        "SELECT envelope -> 'data' ->> 'person' FROM outbox WHERE subject = 'event/' || %(event)s "
        "AND type = 'event.registration_waitlisted' ORDER BY version",
        event,
    )
    assert line == [person for (person,) in committed]
    counts = stored(service, "SELECT confirmed, offered, waiting FROM events WHERE id = %(event)s", event)
    assert counts == [(PLACES, 0, PEOPLE - PLACES)]


def test_one_person_who_asks_ten_times_at_once_is_registered_once(service: dict[str, Any], caller: Caller) -> None:
    event, person = announced(caller, 5), str(uuid4())
    results = all_at_once(caller, "events.register", [(person, {"event": event})] * 10)
    assert sorted(len(result["problems"]) for result in results) == [0] + [1] * 9
    assert {problem["code"] for result in results for problem in result["problems"]} == {"DUPLICATE"}
    assert stored(service, "SELECT count(*) FROM registrations WHERE event = %(event)s", event) == [(1,)]


def test_everybody_leaves_and_comes_at_once_and_no_seat_is_given_twice(service: dict[str, Any], caller: Caller) -> None:
    event = announced(caller, 5)
    people = [str(uuid4()) for _ in range(20)]
    made = all_at_once(caller, "events.register", [(person, {"event": event}) for person in people])
    seated = [result["value"]["id"] for result in made if result["value"]["state"] == "CONFIRMED"]
    holders = dict(stored(service, "SELECT id::text, person::text FROM registrations WHERE event = %(event)s", event))
    all_at_once(
        caller,
        "events.cancel_registration",
        [(holders[registration], {"registration": registration}) for registration in seated],
    )
    offered = stored(
        service,
        "SELECT id::text, person::text FROM registrations WHERE event = %(event)s AND state = 'OFFERED' "
        "ORDER BY place_in_line",
        event,
    )
    line = stored(
        service,
        "SELECT id::text FROM registrations WHERE event = %(event)s AND place_in_line IS NOT NULL "
        "ORDER BY place_in_line LIMIT 5",
        event,
    )
    assert [registration for registration, _ in offered] == [registration for (registration,) in line]
    answers = [(person, {"registration": registration, "accept": True}) for registration, person in offered]
    all_at_once(caller, "events.answer_offer", answers)
    assert stored(service, "SELECT confirmed, offered, waiting FROM events WHERE id = %(event)s", event) == [(5, 0, 10)]
