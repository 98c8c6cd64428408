"""Somebody takes part everywhere, then asks to be forgotten: through the front door of a running network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import create_engine, text

from deploy.local.stack import Stack
from tests.running import until
from tests.story.front import Formed, Front, Json

SAYS = ["Un banc à chaque coin de rue.", "Une maison partagée par quartier."]
NEEDS = "Une rampe large, je me déplace en fauteuil."


def in_days(days: int, hours: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days, hours=hours)).isoformat()


def a_gathering(formed: Formed) -> str:
    event: str = formed["organiser"].do(
        "scheduleEvent",
        "event { id slug }",
        kind="MEETUP",
        title=f"Rencontre {uuid4().hex[:6]}",
        startsAt=in_days(9),
        endsAt=in_days(9, 2),
        place={"city": "Lyon"},
        capacity=12,
        visibility="PUBLIC",
    )["event"]["id"]
    formed["organiser"].do("publishEvent", "__typename", event=event)
    return event


def a_consultation(formed: Formed) -> Json:
    opened: Json = formed["convener"].do(
        "openConsultation",
        "consultation { id slug statements { nodes { id } } }",
        coalition=formed.id,
        question="Comment voulons-nous vieillir ?",
        closesAt=in_days(10),
        statements=SAYS,
    )["consultation"]
    return opened


def a_call(formed: Formed) -> str:
    staff = Front(formed.network, "staff")
    own = staff.ask("{ viewer { person { id } } }")["viewer"]["person"]["id"]
    incubator = {"slug": f"atelier-{uuid4().hex[:6]}", "name": "L'Atelier"}
    [made] = formed["admin"].do("recordIncubators", "results { id slug }", incubators=[incubator])["results"]
    formed["admin"].do("grantRole", "id", person=own, role="INCUBATOR_STAFF", scope=made["id"])
    call: str = staff.do_once_known(
        "openCall", "call { id }", incubator=made["slug"], title="Bien vieillir", closesAt=in_days(3)
    )["call"]["id"]
    staff.http.close()
    return call


def counted(formed: Formed, consultation: Json) -> Json:
    query = (
        "query($slug: String!) { consultation(slug: $slug) "
        "{ voters votes statements { nodes { id agrees disagrees participants } } } }"
    )
    row: Json = formed["convener"].ask(query, slug=consultation["slug"])["consultation"]
    return row


def tables_with(network: Stack, service: str, person: str) -> set[str]:
    """The tables of a service in which a person's id stands, but for those that the backbone keeps for a time."""
    for_a_time = {"outbox", "inbox", "positions", "waiting", "command_log"}
    engine = create_engine(network.plan().database_urls()[service])
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        named = 'SELECT count(*) FROM "{}" AS row WHERE strpos(row::text, :person) > 0'
        found = {
            table
            for table in set(tables) - for_a_time
            if connection.scalar(text(named.format(table)), {"person": person})
        }
    engine.dispose()
    return found


def test_who_took_part_everywhere_is_forgotten_everywhere_and_what_they_did_still_counts(formed: Formed) -> None:
    network, one = formed.network, Front(formed.network, "citizen2")
    me = one.ask("{ viewer { displayName person { id } } }")["viewer"]
    event, consultation, call = a_gathering(formed), a_consultation(formed), a_call(formed)
    one.do("register", "registration { state }", event=event, needs=NEEDS)
    statements = [row["id"] for row in consultation["statements"]["nodes"]]
    for person, vote in ((one, "AGREE"), (formed["citizen"], "DISAGREE")):
        votes = [{"statement": statement, "vote": vote} for statement in statements]
        person.do("castVotes", "__typename", consultation=consultation["id"], votes=votes)
    pitch = {"pitch": "Des seniors ouvrent une chambre.", "themes": ["mieux-vieillir"]}
    shown = "project { id slug founders { id displayName } }"
    project = one.do("applyToIncubator", shown, call=call, name="La Chambre", **pitch)["project"]
    assert project["founders"] == [{"id": me["person"]["id"], "displayName": me["displayName"]}]
    before = counted(formed, consultation)
    own = rows(network, "SELECT id::text FROM persons WHERE display_name = :name", name=me["displayName"])
    [[key]] = own

    code, rule = formed["citizen"].refused("erasePerson", person=me["person"]["id"])
    assert (code, rule) == ("FORBIDDEN", "person.erase_others")
    erasure = one.do("erasePerson", "erasure { id completedAt }")["erasure"]
    done = until(lambda: completed(formed["nobody"], erasure["id"]))

    assert {answer["service"] for answer in done["answers"]} == {"coalitions", "events", "incubator", "journal"}
    kept = {answer["service"]: answer["kept"] for answer in done["answers"]}
    assert kept["incubator"]["projects_founded_alone"] >= 1, "the demonstration has others of theirs"
    for service in ("coalitions", "events", "incubator", "journal"):
        assert tables_with(network, service, key) == set(), service
    assert rows(network, "SELECT display_name, email FROM persons WHERE id = :id", id=key) == [("", None)]
    assert formed["citizen"].ask("query($id: ID!) { node(id: $id) { id } }", id=me["person"]["id"])["node"] is None

    assert counted(formed, consultation) == before
    seats = formed["organiser"].ask("query($id: ID!) { node(id: $id) { ... on Event { seatsLeft } } }", id=event)
    assert seats["node"] == {"seatsLeft": 12}, "a seat to come is given back"
    founders = "query($slug: String!) { project(slug: $slug) { founders { displayName } } }"
    assert formed["admin"].ask(founders, slug=project["slug"])["project"]["founders"] == []

    again = until(lambda: somebody_new(one, me["person"]["id"]))
    assert again["displayName"] == me["displayName"]
    assert one.ask(founders, slug=project["slug"])["project"] is None, "the founder's rights are gone with them"
    one.http.close()


def completed(front: Front, erasure: str) -> Json | None:
    query = "query($id: ID!) { erasure(id: $id) { completedAt answers { service counts kept } } }"
    row: Json = front.ask(query, id=erasure)["erasure"]
    return row if row["completedAt"] else None


def somebody_new(front: Front, old: str) -> Json | None:
    """The gateway has heard that the person whom it remembered is no more."""
    viewer: Json | None = front.ask("{ viewer { displayName person { id } } }")["viewer"]
    return viewer if viewer and viewer["person"]["id"] != old else None


def rows(network: Stack, query: str, **values: str) -> list[tuple[object, ...]]:
    engine = create_engine(network.plan().database_urls()["people"])
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query), values)]
    engine.dispose()
    return found
