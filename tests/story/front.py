"""People of a coalition at their front-ends, and what they do again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import create_engine, text

from deploy.commands.token import ask_issuer
from deploy.local.stack import Stack
from tests.running import until

Json = dict[str, Any]
PROBLEMS = "problems { code rule message field blockedBy { code message fix } }"
SPEAKERS = ("member", "member2", "member3", "founder2", "steering", "organiser")
TEXT = ["Vieillir chez soi est un droit.", "Chaque ville ouvre une maison partagée.", "Un fonds soutient ces maisons."]
WHY = "Parce que cela ne suffit pas encore."


class Front:
    """A front-end, signed in as one of the demonstration people or as nobody."""

    def __init__(self, network: Stack, person: str | None) -> None:
        headers = {"authorization": f"Bearer {ask_issuer(network, person)}"} if person else {}
        self.http = httpx.Client(base_url=network.plan().url, headers=headers, timeout=30, trust_env=False)

    def ask(self, document: str, **variables: Any) -> Json:
        answer = self.http.post("/graphql", json={"query": document, "variables": variables}).json()
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data

    def attempt(self, mutation: str, shown: str, /, **given: Any) -> Json:
        """The payload of a mutation, refused or not."""
        form = f"{mutation[0].upper()}{mutation[1:]}Input"
        document = f"mutation($input: {form}!) {{ {mutation}(input: $input) {{ {shown} {PROBLEMS} }} }}"
        payload: Json = self.ask(document, input=given)[mutation]
        return payload

    def do(self, mutation: str, shown: str, /, **given: Any) -> Json:
        """The payload of a mutation that must be accepted."""
        payload = self.attempt(mutation, shown, **given)
        assert payload["problems"] == [], payload["problems"]
        return payload

    def do_once_known(self, mutation: str, shown: str, /, **given: Any) -> Json:
        """As ``do``, waiting for what another service has yet to tell."""

        def accepted() -> Json | None:
            payload = self.attempt(mutation, shown, **given)
            return None if payload["problems"] else payload

        known: Json = until(accepted)
        return known

    def refused(self, mutation: str, /, **given: Any) -> tuple[str, str]:
        """The code and rule of what must be refused."""
        [problem] = self.attempt(mutation, "__typename", **given)["problems"]
        return problem["code"], problem["rule"]


@dataclass
class Formed:
    """An active coalition, and the people in it; ``speakers`` speak for one member each."""

    network: Stack
    people: dict[str, Front]
    speakers: tuple[str, ...] = SPEAKERS
    id: str = ""
    slug: str = ""
    organisations: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, person: str) -> Front:
        return self.people[person]

    def leave(self) -> None:
        for front in self.people.values():
            front.http.close()

    def identity(self, person: str) -> str:
        found: str = self[person].ask("{ viewer { person { id } } }")["viewer"]["person"]["id"]
        return found

    def let_speak(self, person: str, organisation: str, granted_by: str) -> None:
        self[granted_by].do_once_known(
            "grantMandate",
            "__typename",
            person=self.identity(person),
            organisation=organisation,
            coalition=self.id,
        )

    def an_organisation(self, person: str) -> str:
        made = self[person].do(
            "declareOrganisation", "organisation { id }", name=f"L'Œuvre de {person}", kind="STARTUP"
        )
        organisation: str = made["organisation"]["id"]
        self["admin"].do("verifyOrganisation", "__typename", organisation=organisation)
        return organisation

    def draft(self, **more: Any) -> Json:
        made = self["member"].do_once_known(
            "draftPosition",
            "position { id slug state paragraphs { pid } editors { organisation { name } } }",
            coalition=self.id,
            title="Pour des maisons partagées",
            paragraphs=TEXT,
            noEvidenceReason="Une position de principe.",
            editors=[self.identity("member2")],
            **more,
        )
        position: Json = made["position"]
        return position

    def amendable(self, **more: Any) -> Json:
        position = self.draft(**more)
        closes_at = (datetime.now(UTC) + timedelta(days=6)).isoformat()
        self["member"].do("openAmendments", "__typename", position=position["id"], closesAt=closes_at)
        return position

    def consolidated(self, **more: Any) -> Json:
        position = self.amendable(**more)
        for person in self.speakers:
            self[person].do("declareNoAmendment", "__typename", position=position["id"])
        self["member"].do("consolidatePosition", "__typename", position=position["id"])
        return position

    def in_decision(self, **more: Any) -> Json:
        position = self.consolidated(**more)
        self["convener"].do("openBallot", "__typename", position=position["id"])
        return position

    def say(self, position: Json, **stances: str) -> None:
        """Each person casts a stance; reasons are given where they are asked for."""
        for person, stance in stances.items():
            self[person].do("castStance", "__typename", position=position["id"], stance=stance, reason=WHY)

    def move(self, position: Json, statement: str) -> None:
        """Let time pass for a position."""
        engine = create_engine(self.network.plan().database_urls()["coalitions"])
        with engine.begin() as connection:
            connection.execute(text(statement), {"slug": position["slug"]})
        engine.dispose()

    def ballot_closes(self, position: Json) -> None:
        """Its time is over; the service's own job closes it."""
        own = "(SELECT id FROM common_positions WHERE slug = :slug)"
        self.move(position, f"UPDATE ballots SET closes_at = now() WHERE position = {own} AND state = 'OPEN'")
        self.move(position, "UPDATE common_positions SET decision_close_at = now() WHERE slug = :slug")
        until(lambda: self.seen(position, "state")["state"] != "DECISION")

    def seen(self, position: Json, shown: str, by: str = "convener") -> Json:
        document = f"query($slug: String!) {{ position(slug: $slug) {{ {shown} }} }}"
        row: Json = self[by].ask(document, slug=position["slug"])["position"]
        return row


def form(network: Stack, *more: str) -> Formed:
    """Found a coalition, have six organisations and those of some more people apply and be admitted, activate it."""
    speakers = (*SPEAKERS, *more)
    everybody = (*speakers, "convener", "admin", "citizen", "facilitator", "nobody")
    people = {person: Front(network, None if person == "nobody" else person) for person in everybody}
    coalition = Formed(network, people, speakers)
    convener = coalition["convener"]
    made = convener.do(
        "foundCoalition",
        "coalition { id slug state }",
        name=f"Mieux vieillir ensemble {uuid4().hex[:6]}",
        themes=["mieux-vieillir"],
        call="Que chacun choisisse où et avec qui vieillir.",
        charter="Chaque membre parle en son nom.",
    )["coalition"]
    assert made["state"] == "FORMING"
    coalition.id, coalition.slug = made["id"], made["slug"]
    for number, person in enumerate(speakers):
        organisation = coalition.organisations[person] = coalition.an_organisation(person)
        coalition.let_speak(person, organisation, granted_by=person)
        applied = coalition[person].do_once_known(
            "applyForMembership",
            "membership { id state }",
            coalition=coalition.id,
            organisation=organisation,
            acceptsCharter=True,
        )["membership"]
        assert applied["state"] == "APPLIED"
        by = convener if number < 3 else coalition["member"]  # an organisation in steering admits too
        by.do("admitMember", "membership { state }", coalition=coalition.id, membership=applied["id"])
        if number == 1:
            early = convener.attempt("activateCoalition", "__typename", coalition=coalition.id)["problems"][0]
            assert early["code"] == "ILLEGAL_TRANSITION"
            assert {one["code"] for one in early["blockedBy"]} == {
                "coalition.members_missing",
                "coalition.steering_missing",
            }
        if number == 2:
            steering = [coalition.organisations[one] for one in ("member", "member2")]
            convener.do("chooseSteering", "__typename", coalition=coalition.id, organisations=steering)
    own = {"coalition": coalition.id, "organisation": coalition.organisations["member"]}
    accepted = coalition["member"].do("acceptCoalitionCharter", "membership { acceptedCharter category }", **own)
    assert accepted["membership"] == {"acceptedCharter": 1, "category": "MEMBER"}
    active = convener.do("activateCoalition", "coalition { state memberCount }", coalition=coalition.id)
    assert active["coalition"] == {"state": "ACTIVE", "memberCount": len(speakers)}
    return coalition
