"""The load: people who register, vote, speak for members, publish needs and move projects, as front-ends do."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from deploy.commands.token import ask_issuer
from deploy.demo.asking import asking
from deploy.local.issuer import Issuer
from deploy.local.stack import Stack
from gateway.schema.node import global_id
from tests.faults.history import OK, REFUSED, UNAVAILABLE, UNKNOWN, History, Operation
from tests.story.front import SPEAKERS, form

#: Seconds that a client waits for one answer; the gateway promises one sooner.
PATIENCE = 25.0
#: How often a command without a known outcome is sent again under its key.
ATTEMPTS = 8
SEATS = 5

MUTATIONS = {
    "register": ("register", "RegisterInput", "registration { id state }"),
    "cancel": ("cancelRegistration", "CancelRegistrationInput", "registration { id state }"),
    "vote": ("castVotes", "CastVotesInput", "consultation { id }"),
    "stance": ("castStance", "CastStanceInput", "position { id }"),
    "need": ("publishNeed", "PublishNeedInput", "need { id }"),
    "forward": ("skipToStage", "SkipToStageInput", "project { id }"),
    "back": ("moveProjectBack", "MoveProjectBackInput", "project { id }"),
}


@dataclass
class Place:
    """What the load acts upon, made before it begins."""

    people: list[str]
    events: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    consultation: str = ""
    statements: list[str] = field(default_factory=list)
    position: str = ""
    speakers: tuple[str, ...] = SPEAKERS
    tokens: dict[str, str] = field(default_factory=dict)


async def prepare(network: Stack, *, events: int, people: int = 40, projects: int = 8) -> Place:
    """Gatherings of few seats, active projects, a consultation and a ballot, with everybody signed in once."""
    environment = network.plan().cli_environment()
    position = await asyncio.to_thread(_ballot, network)
    issuer = _issuer(network)
    place = Place(people=[f"load-{number}" for number in range(people)], position=position)
    place.tokens |= {speaker: ask_issuer(network, speaker) for speaker in SPEAKERS}
    for person in place.people:
        place.tokens[person] = _token(issuer, person, [])
    place.tokens["director"] = _token(issuer, "load-director", ["DIRECTOR", "ADMIN"])
    async with asking(environment) as services:
        host = await services.do(
            "people.sign_in", issuer=issuer.url, subject="load-host", display_name="Hôte", locale="fr"
        )
        await services.do("people.record_themes", themes=[{"slug": "essai", "label_fr": "Essai", "label_en": "Trial"}])
        await services.do(
            "incubator.record_incubators", incubators=[{"slug": "essai", "name": "Essai", "summary": "Pour l'essai."}]
        )
        for number in range(projects):
            made = await services.do(
                "incubator.record_project",
                incubator="essai",
                name=f"Projet {number}",
                pitch="Un projet que l'on bouscule.",
                themes=["essai"],
                founders=[host["id"]],
                stage="IDEA",
            )
            place.projects.append(global_id("project", made["id"]))
        starts_at = datetime.now(UTC) + timedelta(days=30)
        for number in range(events):
            made = await services.do(
                "events.schedule_event",
                kind="MEETUP",
                title=f"Rencontre {number}",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                mode="ONLINE",
                capacity=SEATS,
                organisers=[host["id"]],
            )
            await services.do("events.publish_event", event=made["id"])
            place.events.append(global_id("event", made["id"]))
        consultation = await services.do(
            "coalitions.record_consultation",
            slug="essai",
            question="Qu'en pensez-vous ?",
            state="OPEN",
            opens_at=datetime.now(UTC),
            closes_at=datetime.now(UTC) + timedelta(days=30),
        )
        place.consultation = global_id("consultation", consultation["id"])
        told = await services.do(
            "coalitions.record_statements",
            consultation=consultation["id"],
            statements=[
                {"reference": str(number), "body": f"Il faut essayer la chose {number}.", "at": datetime.now(UTC)}
                for number in range(10)
            ],
        )
        place.statements = [global_id("statement", row["id"]) for row in told["results"]]
    return place


def _ballot(network: Stack) -> str:
    """The id of a position on which six organisations vote."""
    formed = form(network)
    position: str = formed.in_decision()["id"]
    formed.leave()
    return position


def _issuer(network: Stack) -> Issuer:
    key = (network.folder / "keys" / "issuer.pem").read_text("utf-8")
    imported = OKPKey.import_key(key)
    imported.ensure_kid()
    return Issuer(network.plan().issuer_url, "maillage", imported)


def _token(issuer: Issuer, person: str, roles: list[str]) -> str:
    who = {"subject": person, "name": person, "email": f"{person}@maillage.example", "locale": "fr", "roles": roles}
    return issuer.token(who, int(time.time()))


@dataclass
class Driver:
    """Some workers, each with people, seats and projects of its own, so that each knows what it asked last.

    Of the commands a share of ``sent_twice`` is sent by two requests at once, under one key.
    """

    url: str
    place: Place
    history: History
    random: random.Random
    workers: int = 8
    sent_twice: float = 0.05
    under_way: int = 0
    _number: int = 0
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Ask until told to stop; what is under way then is finished."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
            await asyncio.gather(*(self._work(http, worker) for worker in range(self.workers)))

    def stop(self) -> None:
        self._stopped.set()

    async def _work(self, http: httpx.AsyncClient, worker: int) -> None:
        mine = random.Random(self.random.random())
        place = self.place
        people = place.people[worker :: self.workers]
        seats = [(event, person) for event in place.events for person in people]
        mine.shuffle(seats)
        projects = place.projects[worker :: self.workers]
        speakers = place.speakers[worker :: self.workers]
        stages = dict.fromkeys(projects, "IDEA")
        held: list[tuple[str, str]] = []
        while not self._stopped.is_set():
            kind = mine.choices(("register", "cancel", "vote", "stance", "need", "move"), (40, 8, 16, 6, 20, 10))[0]
            if kind == "register" and seats:
                event, person = seats.pop()
                done = await self._do(http, mine, "register", person, event=event)
                if done.acknowledged:
                    held.append((done.answer["id"], person))
            elif kind == "cancel" and held:
                registration, person = held.pop(mine.randrange(len(held)))
                await self._do(http, mine, "cancel", person, registration=registration)
            elif kind == "vote":
                vote = {"statement": mine.choice(place.statements), "vote": mine.choice(("AGREE", "DISAGREE", "PASS"))}
                person = mine.choice(people)
                await self._do(http, mine, "vote", person, consultation=place.consultation, votes=[vote])
            elif kind == "stance" and speakers:
                said = {"stance": mine.choice(("AGREE", "DISAGREE", "ABSTAIN")), "reason": _words("Parce que", mine)}
                await self._do(http, mine, "stance", mine.choice(speakers), position=place.position, **said)
            elif kind == "need" and projects:
                title = _words("Défi", mine)
                project = mine.choice(projects)
                await self._do(http, mine, "need", "director", project=project, kind="CHALLENGE", title=title)
            elif kind == "move" and projects:
                await self._move(http, mine, mine.choice(projects), stages)
            await asyncio.sleep(mine.uniform(0.1, 0.6))

    async def _move(self, http: httpx.AsyncClient, mine: random.Random, project: str, stages: dict[str, str]) -> None:
        forward = stages[project] == "IDEA"
        to = "PROTOTYPE" if forward else "IDEA"
        reason: dict[str, Any] = {"reason": "Un essai pendant que tout tombe."} | (
            {} if forward else {"reasonCode": "PIVOT"}
        )
        done = await self._do(
            http, mine, "forward" if forward else "back", "director", project=project, to=to, **reason
        )
        if done.outcome in (OK, REFUSED):
            stages[project] = to

    async def _do(self, http: httpx.AsyncClient, mine: random.Random, what: str, who: str, **asked: Any) -> Operation:
        """One command under one key, sent until its outcome is known or patience ends."""
        self._number += 1
        number, key, began = self._number, str(uuid.UUID(int=mine.getrandbits(128))), time.time()
        outcome, answer, doubtful, worst, attempts = UNKNOWN, {}, False, 0.0, 0
        mismatch = False
        self.under_way += 1
        while attempts < ATTEMPTS:
            attempts += 1
            started = time.monotonic()
            twice = 2 if mine.random() < self.sent_twice else 1
            sent = [self._send(http, what, who, {**asked, "idempotencyKey": key}) for _ in range(twice)]
            results = await asyncio.gather(*sent)
            worst = max(worst, time.monotonic() - started)
            outcome, answer = results[0]
            doubtful |= any(result[0] == UNKNOWN for result in results)
            known = [result for result in results if result[0] == OK]
            mismatch |= any(result != known[0] for result in known)
            if known:
                outcome, answer = known[0]
            if outcome in (OK, REFUSED):
                break
            await asyncio.sleep(min(4.0, 0.5 * attempts))
        self.under_way -= 1
        done = Operation(
            number=number,
            kind=what,
            key=key,
            began=began,
            ended=time.time(),
            outcome=outcome,
            attempts=attempts,
            doubtful=doubtful and outcome != OK,
            worst=worst,
            asked={"by": who, **asked},
            answer=answer,
            mismatch=mismatch,
        )
        self.history.add(done)
        return done

    async def _send(
        self, http: httpx.AsyncClient, kind: str, who: str, given: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        field_, input_, shown = MUTATIONS[kind]
        query = f"mutation($input: {input_}!) {{ {field_}(input: $input) {{ problems {{ code message }} {shown} }} }}"
        headers = {"Authorization": f"Bearer {self.place.tokens[who]}"}
        body = {"query": query, "variables": {"input": given}}
        try:
            answer = await http.post(f"{self.url}/graphql", json=body, headers=headers)
            told = answer.json()
        except httpx.ConnectError:
            return UNAVAILABLE, {}
        except (httpx.HTTPError, ValueError):
            return UNKNOWN, {}
        return self._read(field_, shown.split(" ")[0], told)

    def _read(self, name: str, shown: str, told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        payload = (told.get("data") or {}).get(name)
        if payload is not None and payload["problems"]:
            code = payload["problems"][0]["code"]
            known = {"UNAVAILABLE": UNAVAILABLE, "OUTCOME_UNKNOWN": UNKNOWN}
            return known.get(code, REFUSED), payload["problems"][0]
        if payload is not None and payload[shown] is not None:
            return OK, {"id": payload[shown]["id"]}
        error = (told.get("errors") or [{}])[0]
        code = (error.get("extensions") or {}).get("code", "")
        return (UNAVAILABLE if code == "UNAVAILABLE" else UNKNOWN), {"code": code, "message": error.get("message")}


def _words(first: str, chance: random.Random) -> str:
    """Words that are said once and never again, so that each effect tells which command it is of."""
    return f"{first} {uuid.UUID(int=chance.getrandbits(128))}"
