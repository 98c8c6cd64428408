"""A coalition finds its position, through the front door: scenarios 10 to 14, from founding to publication.

Only time is helped along: closing times are moved in the database, and the service's own jobs do the rest.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import create_engine, text

from deploy.commands.token import ask_issuer
from deploy.local.stack import Stack

Json = dict[str, Any]
PROBLEMS = "problems { code rule message field blockedBy { code message fix } }"
SPEAKERS = ("member", "member2", "member3", "founder2", "steering", "organiser")
TEXT = ["Vieillir chez soi est un droit.", "Chaque ville ouvre une maison partagée.", "Un fonds soutient ces maisons."]
WHY = "Parce que cela ne suffit pas encore."
#: Seconds until what one service tells, or a job does, must be seen.
PATIENCE = 20.0


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
        return until(lambda: payload if not (payload := self.attempt(mutation, shown, **given))["problems"] else None)

    def refused(self, mutation: str, /, **given: Any) -> tuple[str, str]:
        """The code and rule of what must be refused."""
        [problem] = self.attempt(mutation, "__typename", **given)["problems"]
        return problem["code"], problem["rule"]


def until(answer: Any) -> Any:
    """What the question answers, once it answers anything."""
    deadline = time.monotonic() + PATIENCE
    while not (found := answer()):
        assert time.monotonic() < deadline, "it did not come"
    return found


@dataclass
class Formed:
    """An active coalition of six members, and the people in it."""

    network: Stack
    people: dict[str, Front]
    id: str = ""
    slug: str = ""
    organisations: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, person: str) -> Front:
        return self.people[person]

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
        for person in SPEAKERS:
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


@pytest.fixture(scope="session")
def formed(network: Stack) -> Iterator[Formed]:
    """Founded, applied to, admitted and activated as its people do it."""
    everybody = (*SPEAKERS, "convener", "admin", "citizen", "facilitator", "nobody")
    people = {person: Front(network, None if person == "nobody" else person) for person in everybody}
    coalition = Formed(network, people)
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
    for number, person in enumerate(SPEAKERS):
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
    active = convener.do("activateCoalition", "coalition { state memberCount }", coalition=coalition.id)
    assert active["coalition"] == {"state": "ACTIVE", "memberCount": 6}
    yield coalition
    for front in people.values():
        front.http.close()


def test_disagreeing_takes_a_reason_the_last_representative_counts_and_an_observer_has_no_voice(formed: Formed) -> None:
    """Scenario 10."""
    observing = formed.an_organisation("facilitator")
    formed.let_speak("facilitator", observing, granted_by="facilitator")
    applied = formed["facilitator"].do_once_known(
        "applyForMembership", "membership { id }", coalition=formed.id, organisation=observing, category="OBSERVER"
    )
    formed["convener"].do("admitMember", "__typename", coalition=formed.id, membership=applied["membership"]["id"])
    formed.let_speak("citizen", formed.organisations["member3"], granted_by="member3")
    position = formed.in_decision()
    vote = {"position": position["id"]}
    until(lambda: formed.seen(position, "state", by="citizen"))
    assert formed["member3"].refused("castStance", **vote, stance="DISAGREE") == (
        "VALIDATION",
        "stance.reason_required",
    )
    formed["member3"].do("castStance", "__typename", **vote, stance="AGREE")
    formed["citizen"].do("castStance", "__typename", **vote, stance="ABSTAIN")
    ballot = formed.seen(position, "ballot { counts { tallies { stance heads } } stances { stance } voted }")["ballot"]
    heads = {one["stance"]: one["heads"] for one in ballot["counts"][0]["tallies"]}
    assert (heads["AGREE"], heads["ABSTAIN"], ballot["voted"]) == (0, 1, 1)
    assert [one["stance"] for one in ballot["stances"]] == ["AGREE", "ABSTAIN"]
    assert formed["facilitator"].refused("castStance", **vote, stance="AGREE")[0] == "MANDATE_REQUIRED"
    assert formed["nobody"].ask(f'{{ position(slug: "{position["slug"]}") {{ id }} }}') == {"position": None}


def test_a_quorum_missed_returns_the_position_once_and_rejects_it_the_second_time(formed: Formed) -> None:
    """Scenario 11, with the six members at hand."""
    position = formed.in_decision(**{"class": "PLAN"})
    formed.say(position, member="AGREE", member2="AGREE")
    formed.ballot_closes(position)
    shown = "state ballot { result { rule quorumReached } }"
    missed = {"rule": "ballot.quorum_missed", "quorumReached": False}
    assert formed.seen(position, shown) == {"state": "RETURNED", "ballot": {"result": missed}}
    formed["convener"].do("consolidatePosition", "__typename", position=position["id"])
    formed["convener"].do("openBallot", "__typename", position=position["id"])
    formed.say(position, member="AGREE", member2="AGREE")
    formed.ballot_closes(position)
    assert formed.seen(position, shown) == {"state": "REJECTED", "ballot": {"result": missed}}


def test_a_block_returns_the_position_and_once_lifted_it_is_adopted_signed_and_published(formed: Formed) -> None:
    """Scenarios 12 and 14."""
    position = formed.in_decision()
    named = {"position": position["id"]}
    assert formed["member"].refused("editDraft", **named, title="Autre chose")[0] == "ILLEGAL_TRANSITION"
    assert formed["convener"].refused("closeBallot", **named) == ("ILLEGAL_TRANSITION", "ballot.still_open")
    formed.say(position, member="AGREE", member2="AGREE", member3="BLOCK", founder2="ABSTAIN")
    formed.ballot_closes(position)
    assert formed.seen(position, "state") == {"state": "RETURNED"}
    formed["convener"].do("consolidatePosition", "__typename", **named)
    formed["convener"].do("openBallot", "__typename", **named)
    formed["steering"].do("giveProxy", "__typename", **named, holder=formed.organisations["founder2"])
    formed.say(position, member="AGREE", member2="AGREE", member3="AGREE", founder2="AGREE")
    by_proxy = {**named, "stance": "AGREE", "organisation": formed.organisations["steering"]}
    formed["founder2"].do("castStance", "__typename", **by_proxy)
    formed.ballot_closes(position)
    assert formed.seen(position, "state") == {"state": "SIGN_OFF"}

    for person in ("member", "member2"):
        formed[person].do("signOff", "__typename", **named, answer="SIGNED")
    reservation = "Nous aurions voulu un calendrier."
    formed["member3"].do("signOff", "__typename", **named, answer="SIGNED_WITH_RESERVATION", reservation=reservation)
    formed["founder2"].do("signOff", "__typename", **named, answer="DECLINED")
    early = formed["convener"].attempt("publishPosition", "__typename", **named)["problems"][0]
    assert early["blockedBy"][0]["code"] == "position.answers_missing"
    formed.move(position, "UPDATE common_positions SET sign_off_closes_at = now() WHERE slug = :slug")
    formed["convener"].do("publishPosition", "position { state }", **named)

    shown = "state signatories members signatures { state reservation organisation { id } }"
    page = formed.seen(position, shown, by="nobody")
    assert (page["state"], page["signatories"], page["members"]) == ("PUBLISHED", 3, 6)
    signed = {one["organisation"]["id"]: (one["state"], one["reservation"]) for one in page["signatures"]}
    assert signed == {
        formed.organisations["member"]: ("SIGNED", None),
        formed.organisations["member2"]: ("SIGNED", None),
        formed.organisations["member3"]: ("SIGNED_WITH_RESERVATION", reservation),
    }

    address = f"/positions/{position['slug']}"
    shown_to_all = formed["nobody"].http.get(address, headers={"accept-language": "fr"})
    assert "Signée par 3 membres sur 6" in shown_to_all.text
    assert reservation in shown_to_all.text
    assert reservation in formed["nobody"].http.get(f"{address}.md").text
    assert address in formed["nobody"].http.get(f"/coalitions/{formed.slug}/positions.atom").text
    recount = formed.seen(position, "ballots { recount { matches late } }", by="nobody")
    assert recount == {"ballots": [{"recount": {"matches": True, "late": 0}}] * 2}


def test_two_amendments_of_one_paragraph_collide_until_resolved_and_none_comes_late(formed: Formed) -> None:
    """Scenario 13."""
    position = formed.amendable()
    amend = {
        "position": position["id"],
        "op": "REPLACE",
        "pid": position["paragraphs"][1]["pid"],
        "rationale": "Pour dire les choses plus clairement.",
    }
    first, second = (
        formed[person].do("submitAmendment", "amendment { id number }", **amend, newText=words)["amendment"]["id"]
        for person, words in (("member3", "Une maison par canton."), ("founder2", "Deux maisons par canton."))
    )
    decide = {"position": position["id"], "decision": "ACCEPTED", "reason": "D'accord."}
    formed["member"].do("decideAmendment", "__typename", **decide, amendment=first)
    assert formed["member"].refused("decideAmendment", **decide, amendment=second)[0] == "COLLISION"
    assert formed.seen(position, "amendments { collidesWith }")["amendments"][1]["collidesWith"] == [first]
    formed["member"].do("decideAmendment", "__typename", **decide, amendment=second, resolved=[first])

    third = formed["steering"].do(
        "submitAmendment", "amendment { id }", **{**amend, "pid": position["paragraphs"][2]["pid"]}, newText="Un impôt."
    )["amendment"]["id"]
    for person in ("member3", "founder2", "organiser"):
        formed[person].do("coSponsorAmendment", "__typename", position=position["id"], amendment=third)
    reject = {**decide, "decision": "REJECTED", "amendment": third}
    rejected = formed["member"].do("decideAmendment", "amendment { state }", **reject)
    assert rejected["amendment"] == {"state": "TO_VOTE"}

    formed.move(position, "UPDATE common_positions SET amendments_close_at = now() WHERE slug = :slug")
    assert formed["member3"].refused("submitAmendment", **amend, newText="Trop tard.")[0] == "DEADLINE_PASSED"
    until(lambda: formed.seen(position, "state")["state"] == "CONSOLIDATION")
    formed["convener"].do("openBallot", "__typename", position=position["id"])
    shown = formed.seen(position, "paragraphs { text } textVersion ballot { counts { amendment } }")
    assert [one["text"] for one in shown["paragraphs"]] == [TEXT[0], "Deux maisons par canton.", TEXT[2]]
    assert [one["amendment"] for one in shown["ballot"]["counts"]] == [None, third]
