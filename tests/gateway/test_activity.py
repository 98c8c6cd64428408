"""The live log of the network: who sees what of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec
import pytest

from gateway.facts import Fact
from gateway.following import SAY_WHO_SEES
from gateway.identity.principal import ANONYMOUS, Principal
from gateway.schema import activity
from gateway.schema.activity import may_see
from gateway.schema.node import global_id
from services.backbone import actor
from services.journal.domain import sight
from services.journal.domain.persons import PERSONS, shown_of
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving, receive, subscribe
from tests.gateway.test_facts import FACT, Teller, fact

ASK = "subscription { activity { type subject at data cause actor { kind person { id } } } }"


@pytest.fixture
def teller(gateway_vhost: str, served: Serving) -> Iterator[Teller]:
    teller = Teller(gateway_vhost)
    yield teller
    teller.close()


def seen(served: Serving, teller: Teller, bodies: list[bytes], token: str | None = None, ask: str = ASK) -> list[Any]:
    """What a subscriber is sent of these facts, up to one that everybody sees."""
    found: list[Any] = []
    assert served.gateway.broker.facts.followers == 0
    with served.socket({"authorization": f"Bearer {token}"} if token else {}) as connection:
        subscribe(connection, ask)
        wait_for_followers(served, connection, 1)
        teller.tell(*bodies, fact(type="theme.recorded", subject="theme/x", data={"theme": "x"}))
        while (item := receive(connection)["payload"]["data"]["activity"])["type"] != "theme.recorded":
            found.append(item)
        connection.send('{"id": "1", "type": "complete"}')
        wait_for_followers(served, connection, 0)
    return found


def wait_for_followers(served: Serving, connection: Any, count: int) -> None:
    for _ in range(200):
        if served.gateway.broker.facts.followers == count:
            return
        connection.send('{"type": "ping"}')
        assert receive(connection)["type"] == "pong"
    raise AssertionError(f"{served.gateway.broker.facts.followers} follow")


def shown_as(visibility: str | None, type: str = "project.admitted") -> bytes:
    data = {"themes": ["mieux-vieillir"], **({"visibility": visibility} if visibility else {})}
    return fact(type=type, data=data)


def test_an_entry_says_what_happened_to_what_when_and_why(served: Serving, teller: Teller) -> None:
    (item,) = seen(served, teller, [fact()])
    assert item["type"] == "project.admitted"
    assert item["at"] == "2026-03-01T10:00:00+00:00"
    assert item["cause"] == FACT["causationid"]
    assert item["data"] == FACT["data"]
    assert item["actor"] == {"kind": "PERSON", "person": None}


@pytest.mark.parametrize(
    ("visibility", "to_anybody", "to_the_signed_in"),
    [("PUBLIC", 1, 1), ("NETWORK", 0, 1), ("PRIVATE", 0, 0), ("SOMETHING", 0, 0), (None, 0, 0)],
)
def test_a_fact_is_shown_to_those_who_may_see_it(
    served: Serving, teller: Teller, issuing: Issuing, visibility: str | None, to_anybody: int, to_the_signed_in: int
) -> None:
    assert len(seen(served, teller, [shown_as(visibility)])) == to_anybody
    assert len(seen(served, teller, [shown_as(visibility)], issuing.token())) == to_the_signed_in


@pytest.mark.parametrize(
    "type", ["role.granted", "mandate.granted", "person.known", "suggestion.proposed", "something.new"]
)
def test_what_says_nothing_of_who_may_see_it_is_shown_to_nobody(served: Serving, teller: Teller, type: str) -> None:
    assert seen(served, teller, [shown_as(None, type)]) == []


@pytest.mark.parametrize("type", ["project.reviewed", "project.conflict_declared", "position.stance_cast"])
def test_what_people_do_among_themselves_is_shown_to_nobody(
    served: Serving, teller: Teller, issuing: Issuing, type: str
) -> None:
    assert seen(served, teller, [shown_as("PUBLIC", type)], issuing.token(roles=["ADMIN"])) == []


def test_a_subscriber_may_ask_for_some_of_it_only(served: Serving, teller: Teller) -> None:
    told = [shown_as("PUBLIC"), shown_as("PUBLIC", "project.graduated"), fact(data={"visibility": "PUBLIC"})]
    ask = 'subscription { activity(filter: {types: ["project.graduated", "theme.recorded"]}) { type } }'
    assert [item["type"] for item in seen(served, teller, told, ask=ask)] == ["project.graduated"]


def test_names_that_the_caller_chooses_never_reach_the_broker(served: Serving, teller: Teller) -> None:
    types = json.dumps(["#", "*", "project.*", "theme.recorded"])
    ask = f"subscription {{ activity(filter: {{types: {types}}}) {{ type }} }}"
    assert seen(served, teller, [shown_as("PUBLIC")], ask=ask) == []


SOMEONE = str(uuid5(NAMESPACE_URL, "someone"))


def done_by(whom: str, **data: Any) -> bytes:
    return fact(type="role.granted", subject="role/x", actor={"kind": "PERSON", "id": whom}, data=data)


def test_what_one_did_oneself_is_shown_to_oneself_when_it_is_asked_for(
    served: Serving, teller: Teller, issuing: Issuing
) -> None:
    token = issuing.token()
    assert seen(served, teller, [done_by(SOMEONE)], token) == []
    told = [done_by(SOMEONE), done_by("another"), done_by("another", person=SOMEONE)]
    named = fact(data={"visibility": "PUBLIC", "founders": [{"person": SOMEONE}]})
    ask = (
        f'subscription {{ activity(filter: {{person: "{global_id("person", SOMEONE)}"}}) {{ type actor {{ kind }} }} }}'
    )
    last = fact(type="theme.recorded", data={"theme": "x", "recorded_by": SOMEONE})
    shown = seen(served, teller, [*told, named, last], token, ask)
    assert [item["type"] for item in shown] == ["role.granted", "project.admitted"]


def test_an_administrator_is_shown_what_is_private_and_what_somebody_did(
    served: Serving, teller: Teller, issuing: Issuing
) -> None:
    admin = issuing.token(sub="admin", roles=["ADMIN"])
    assert len(seen(served, teller, [shown_as("PRIVATE"), done_by("another")], admin)) == 2
    told = [shown_as("PRIVATE"), done_by(SOMEONE), done_by("another")]
    ask = f'subscription {{ activity(filter: {{person: "{global_id("person", SOMEONE)}"}}) {{ type }} }}'
    last = fact(type="theme.recorded", data={"theme": "x", "recorded_by": SOMEONE})
    assert seen(served, teller, [*told, last], admin, ask) == [{"type": "role.granted"}]


@pytest.mark.parametrize("signed_in", [False, True])
def test_what_somebody_else_did_is_refused(served: Serving, issuing: Issuing, signed_in: bool) -> None:
    headers = {"authorization": f"Bearer {issuing.token()}"} if signed_in else {}
    another = global_id("person", "another")
    with served.socket(headers) as connection:
        subscribe(connection, f'subscription {{ activity(filter: {{person: "{another}"}}) {{ type }} }}')
        [error] = receive(connection)["payload"]["errors"]
    assert (error["extensions"]["code"], error["message"]) == (
        "FORBIDDEN",
        "Only administrators may ask what somebody else did.",
    )


TYPES = {path.name.rsplit(".", 2)[0] for path in Path("services").glob("*/contracts/*.json")}
ASKERS = {
    "anonymous": (ANONYMOUS, actor.ANONYMOUS),
    "signed in": (Principal("PERSON", "a"), actor.Actor(actor.ActorKind.PERSON, uuid4())),
    "an application": (Principal("CLIENT", "a"), actor.Actor(actor.ActorKind.CLIENT, uuid4())),
    **{
        role: (
            Principal("PERSON", "a", frozenset({role})),
            actor.Actor(actor.ActorKind.PERSON, uuid4(), frozenset({actor.Grant(role)})),
        )
        for role in ("DIRECTOR", "ADMIN")
    },
}


@pytest.mark.parametrize("asker", ASKERS)
def test_the_live_log_and_the_journal_show_the_same(asker: str) -> None:
    """The rule stands twice, for the gateway imports no service and the live log asks none."""
    assert len(TYPES) > 100
    principal, same = ASKERS[asker]
    for type in sorted(TYPES | {"something.new"}):
        for visibility in (None, "PUBLIC", "NETWORK", "PRIVATE", "SOMETHING", 7):
            data = {"visibility": visibility} if visibility else {}
            told = msgspec.json.decode(fact(type=type, data=data), type=Fact)
            assert may_see(principal, told) == (sight.seen_by(type, visibility) in sight.sees(same)), (type, visibility)


@pytest.mark.parametrize("asker", ASKERS)
def test_the_live_log_and_the_journal_tell_the_same_of_persons(asker: str) -> None:
    """Of every fact as its contract shows it, and of one that names the asker."""
    principal, same = ASKERS[asker]
    principal = replace(principal, id=str(same.id) if same.id else None)
    for path in sorted(Path("services").glob("*/contracts/*.json")):
        example, kind = json.loads(path.read_text())["example"], path.name.partition(".")[0]
        for data in (example, {**example, **dict.fromkeys(PERSONS.get(kind, ()), principal.id)}):
            told = msgspec.json.decode(fact(subject=f"{kind}/x", data=data), type=Fact)
            assert activity.shown_of(told, principal) == shown_of(data, kind, same), path.name


def test_the_tables_of_both_are_the_same() -> None:
    assert activity.PERSONS == PERSONS
    assert activity.PUBLIC_TYPES == sight.PUBLIC_TYPES
    assert activity.INTERNAL_TYPES == sight.INTERNAL_TYPES
    assert SAY_WHO_SEES | {"event.published"} == sight.SAY_WHO_SEES, "the live log has nothing to show again"
    assert sight.INTERNAL_TYPES | sight.PUBLIC_TYPES | sight.SAY_WHO_SEES <= TYPES, "what nobody tells"
