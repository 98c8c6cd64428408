"""A project watched over a WebSocket, through the gateway of a running network: as it is now, while it may be seen."""

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.commands.token import ask_issuer
from tests.incubator.everybody import Everybody
from tests.incubator.front import Front
from tests.live import Client, opened
from tests.running import until

PROJECT = (
    "subscription($slug: String!, $after: String) { projectChanged(slug: $slug, after: $after) { pitch version } }"
)


@contextmanager
def watching(everybody: Everybody, person: str | None, slug: str, after: str | None = None) -> Iterator[Client]:
    """A socket on which one person follows the project."""
    network = everybody.network
    with opened(network.plan().url, ask_issuer(network, person) if person else None) as client:
        client.subscribe(PROJECT, slug=slug, after=after)
        until(client.positions)
        yield client


def described(everybody: Everybody, project: str, **changes: str) -> int:
    shown = "project { version }"
    return int(everybody.of["staff"].do("describeProject", shown, project=project, **changes)["project"]["version"])


def test_who_was_away_for_thirty_changes_is_shown_the_project_as_it_is_now_once(everybody: Everybody) -> None:
    project = everybody.project(slug="colette-seen")
    with watching(everybody, None, "colette-seen") as client:
        first = described(everybody, project, pitch="Des chambres s'ouvrent.")
        shown, position = client.item()
        assert shown == {"pitch": "Des chambres s'ouvrent.", "version": first}
    for number in range(30):
        last = described(everybody, project, pitch=f"Des chambres s'ouvrent, {number}.")
    with watching(everybody, None, "colette-seen") as now:
        described(everybody, project, city="Lyon")
        assert now.item()[0]["version"] == last + 1
    with watching(everybody, None, "colette-seen", position) as client:
        shown, _ = client.item()
        assert shown == {"pitch": "Des chambres s'ouvrent, 29.", "version": last + 1}
        assert described(everybody, project, city="Paris") == client.item()[0]["version"]


def test_b27_a_project_made_private_ends_what_others_see_of_it_and_nothing_else(everybody: Everybody) -> None:
    project = everybody.project(slug="colette-hidden")
    with (
        watching(everybody, None, "colette-hidden") as anybody,
        watching(everybody, "citizen", "colette-hidden") as citizen,
        watching(everybody, "founder", "colette-hidden") as founder,
    ):
        begun = anybody.begun
        described(everybody, project, pitch="Bientôt en privé.")
        for client in (anybody, citizen, founder):
            assert client.item()[0]["pitch"] == "Bientôt en privé."
        described(everybody, project, visibility="PRIVATE")
        last = described(everybody, project, pitch="Entre nous.")
        for client in (anybody, citizen):
            assert client.refusal()[0] == "NOT_FOUND"
        until(lambda: founder.item()[0] == {"pitch": "Entre nous.", "version": last})
        anybody.subscribe("subscription($after: String) { activity(after: $after) { data } }", after=begun)
        everybody.project(slug="colette-after")
        seen = anybody.item()[0]["data"]
        assert seen["slug"] == "colette-after"


def test_b27_a_role_taken_back_ends_what_was_seen_by_it(everybody: Everybody) -> None:
    """The citizen is on the incubator's staff for a while."""
    project = everybody.project(slug="colette-staffed", visibility="PRIVATE")
    admin, citizen = everybody.of["admin"], everybody.of["citizen"]
    scope = admin.ask("query($slug: String!) { incubator(slug: $slug) { id } }", slug=everybody.slug)["incubator"]["id"]
    granted = admin.do("grantRole", "id", person=everybody.ids["citizen"], role="INCUBATOR_STAFF", scope=scope)["id"]
    until(lambda: sees(citizen))
    with watching(everybody, "citizen", "colette-staffed") as client:
        described(everybody, project, pitch="Entre nous.")
        assert client.item()[0]["pitch"] == "Entre nous."
        admin.do("revokeRole", "id", grant=granted)
        until(lambda: not sees(citizen))
        described(everybody, project, pitch="Entre nous seulement.")
        assert client.refusal()[0] == "NOT_FOUND"
        client.subscribe(PROJECT, id="2", slug="colette-staffed")
        assert client.refusal()[0] == "NOT_FOUND"


def sees(front: Front) -> bool:
    return front.ask('{ project(slug: "colette-staffed") { id } }')["project"] is not None
