"""Seats that are watched over a WebSocket: as they are now, and no longer than the gathering may be seen."""

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.commands.token import ask_issuer
from deploy.local.stack import Stack
from tests.events.test_graphql import Front, do_schedule, others
from tests.live import Client, opened
from tests.running import until

SEATS = "subscription($event: String!, $after: String) { seatsChanged(event: $event, after: $after) { confirmed } }"


@contextmanager
def watching(network: Stack, person: str | None, slug: str, after: str | None = None) -> Iterator[Client]:
    """A socket on which one person follows a gathering's seats."""
    with opened(network.plan().url, ask_issuer(network, person) if person else None) as client:
        client.subscribe(SEATS, event=slug, after=after)
        until(client.positions)
        yield client


def test_who_was_away_is_shown_the_seats_as_they_are_now_once(network: Stack) -> None:
    organiser = Front(network, "organiser")
    event = do_schedule(organiser, capacity=20)
    with watching(network, None, event["slug"]) as client:
        begun = client.begun
        others(organiser, event, 1)
        shown, position = client.item()
        assert shown == {"confirmed": 1}
    with watching(network, None, event["slug"], begun) as now:
        others(organiser, event, 6)
        until(lambda: now.item()[0] == {"confirmed": 7})
    with watching(network, None, event["slug"], position) as client:
        assert client.item()[0] == {"confirmed": 7}
        others(organiser, event, 1)
        assert client.item()[0] == {"confirmed": 8}


def test_b27_a_seat_taken_back_ends_what_was_seen_by_it_of_a_private_gathering(network: Stack) -> None:
    organiser, citizen = Front(network, "organiser"), Front(network, "citizen")
    event = do_schedule(organiser, capacity=20, visibility="PRIVATE")
    me = citizen.ask("{ viewer { person { id } } }")["viewer"]["person"]["id"]
    registered = organiser.do("register", "RegisterInput", "registration { id }", event=event["id"], person=me)
    seat = registered["registration"]["id"]
    with (
        watching(network, "citizen", event["slug"]) as guest,
        watching(network, "organiser", event["slug"]) as host,
    ):
        others(organiser, event, 1)
        assert guest.item()[0] == host.item()[0] == {"confirmed": 2}
        organiser.do("cancelRegistration", "CancelRegistrationInput", "registration { id }", registration=seat)
        others(organiser, event, 1)
        assert guest.refusal()[0] == "NOT_FOUND"
        until(lambda: host.item()[0] == {"confirmed": 2})
