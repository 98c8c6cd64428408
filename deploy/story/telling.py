"""Colette, a house-share of generations, from application to next stage, and what the network learns on the way."""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from deploy.story.front_end import FrontEnd, Json, NotAsTold, Watching, watching

ACTIVITY = "subscription { activity { type subject at data cause } }"
SUGGESTIONS = "subscription { suggestionMade { id coalition { name } project { slug } } }"
#: The incubator of the demonstration network whose staff Solène and Bastien are.
INCUBATOR = "atelier-des-communs"
#: Seconds until the hold-up of the story begins, once everybody is there.
UNTIL_IT_BEGINS = 5.0

Say = Callable[[str], None]


@dataclass
class Story:
    """Plays the story; ``say`` hears each step in words as it happens."""

    url: str
    token_of: Callable[[str], str]
    say: Say
    seconds: dict[str, float] = field(default_factory=dict)

    async def play(self) -> None:
        """From beginning to end; NotAsTold when the network does something else."""
        async with AsyncExitStack() as stage:
            self._http = await stage.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
            people = (
                "staff",
                "staff2",
                "founder",
                "mentor",
                "convener",
                "organiser",
                "facilitator",
                "citizen",
                "citizen2",
            )
            for person in people:
                setattr(self, f"_{person}", FrontEnd(self._http, self.url, self.token_of(person)))
            self._ids = {person: await self._identity(person) for person in people}
            self._activity = await stage.enter_async_context(watching(self._of("staff"), ACTIVITY))
            self._suggested = await stage.enter_async_context(watching(self._of("convener"), SUGGESTIONS))
            await self._tell()

    async def _tell(self) -> None:
        incubator = await self._incubator()
        project = await self._apply_and_be_admitted(incubator)
        await self._see_the_suggestion(project)
        await self._begin(project)
        event = await self._draft_a_hold_up_from_a_need(project)
        await self._publish_and_fill(event)
        await self._hold_and_report(event)
        await self._see_the_gate(project)
        await self._move_on(project)
        self.say("The end: nobody typed anything twice.")

    async def _incubator(self) -> Json:
        data = await self._of("staff").ask(
            "query($slug: String!) { incubator(slug: $slug) { slug name } }", slug=INCUBATOR
        )
        if data["incubator"] is None:
            raise NotAsTold("there is no incubator; load the demonstration network first (make demo)")
        incubator: Json = data["incubator"]
        return incubator

    async def _apply_and_be_admitted(self, incubator: Json) -> Json:
        staff, staff2 = self._of("staff"), self._of("staff2")
        closes_at = (datetime.now(UTC) + timedelta(days=30)).isoformat()
        call = await staff.do(
            "openCall",
            "call { id grid }",
            incubator=incubator["slug"],
            title="Bien vieillir ensemble",
            closesAt=closes_at,
        )
        self.say(f"{incubator['name']} opens a call for applications.")
        applied = await self._of("founder").do(
            "applyToIncubator",
            "project { id slug name lifecycle }",
            call=call["call"]["id"],
            name="Colette à Villeurbanne",
            pitch="Des seniors ouvrent une chambre à de jeunes adultes, pour un loyer juste et de la compagnie.",
            themes=["mieux-vieillir"],
            city="Villeurbanne",
        )
        project: Json = applied["project"]
        self.say(f"Justine applies with {project['name']}, a house-share of generations.")
        reviewers = [self._ids["staff"], self._ids["staff2"]]
        await staff.do("assignReviewers", "project { id }", project=project["id"], reviewers=reviewers)
        grades = [
            {"criterion": criterion, "score": 4, "comment": "Clair, utile, déjà essayé à petite échelle."}
            for criterion in call["call"]["grid"]
        ]
        for reviewer in (staff, staff2):
            await reviewer.do("submitReview", "project { id }", project=project["id"], grades=grades)
        self.say("Two reviewers read it and give it 4 of 5.")
        self._began = time.monotonic()
        await staff.do("admitProject", "project { lifecycle }", project=project["id"])
        self.say("Colette is admitted on the theme mieux-vieillir.")
        return project

    async def _see_the_suggestion(self, project: Json) -> None:
        made = await self._suggested.until(
            lambda item: item["project"] is not None and item["project"]["slug"] == project["slug"],
            "the suggestion to the coalition",
        )
        self.seconds["admitted to suggested"] = time.monotonic() - self._began
        self.say(
            f"The coalition {made['coalition']['name']} sees the suggestion "
            f"{self.seconds['admitted to suggested']:.2f} s later."
        )
        await self._of("convener").do(
            "answerSuggestion", "suggestion { state }", suggestion=made["id"], answer="ACCEPTED"
        )
        self.say("Nadia, who convenes it, accepts.")

    async def _begin(self, project: Json) -> None:
        staff, mentor = self._of("staff"), self._ids["mentor"]
        await staff.do("assignMentor", "project { id }", project=project["id"], mentor=mentor)
        await staff.do("confirmMentor", "project { id }", project=project["id"], mentor=mentor, primary=True)
        await self._of("founder").do("acceptCharter", "project { id }", project=project["id"])
        begun = await staff.do(
            "activateProject",
            "project { stage gate { to criteria { code met } } }",
            project=project["id"],
            stage="PROTOTYPE",
        )
        missing = [one["code"] for one in begun["project"]["gate"]["criteria"] if not one["met"]]
        self.say(f"With a mentor and the charter accepted she begins at {begun['project']['stage']}.")
        self.say(f"Her gate to {begun['project']['gate']['to']} says what is missing: {', '.join(missing)}.")

    async def _draft_a_hold_up_from_a_need(self, project: Json) -> Json:
        self._began = time.monotonic()
        need = await self._of("founder").do(
            "publishNeed",
            "need { id title }",
            project=project["id"],
            kind="CHALLENGE",
            title="Comment convaincre un bailleur social ?",
            city="Villeurbanne",
        )
        self.say(f"Justine publishes a challenge: {need['need']['title']}")
        drafted = await self._fact("event.drafted", lambda data: data.get("project") == self._key(project["id"]))
        self.seconds["need to draft"] = time.monotonic() - self._began
        self.say(
            f"A hold-up is drafted from it {self.seconds['need to draft']:.2f} s later: {drafted['data']['title']}"
        )
        event = await self._of("organiser").ask(
            "query($slug: String!) { event(slug: $slug) { id slug title state } }", slug=drafted["data"]["slug"]
        )
        shown: Json = event["event"]
        return shown

    async def _publish_and_fill(self, event: Json) -> None:
        organiser = self._of("organiser")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        taken = await organiser.do(
            "takeUpDraft",
            "event { id }",
            event=event["id"],
            startsAt=tomorrow.isoformat(),
            endsAt=(tomorrow + timedelta(minutes=120)).isoformat(),
            timezone="Europe/Paris",
            place={"name": "Le Rize", "city": "Villeurbanne", "country": "France"},
            facilitators=[self._ids["facilitator"]],
            capacity=5,
        )
        self.say("Inès takes the draft up, with a place, a facilitator and five seats.")
        await organiser.do("publishEvent", "event { state }", event=taken["event"]["id"])
        for person in ("citizen", "citizen2", "mentor", "convener", "facilitator"):
            await self._of(person).do("register", "registration { state }", event=event["id"])
        seats = await self._of("citizen").ask(
            "query($slug: String!) { event(slug: $slug) { confirmed seatsLeft } }", slug=event["slug"]
        )
        self.say(
            f"It is published; {seats['event']['confirmed']} people register, {seats['event']['seatsLeft']} seats left."
        )

    async def _hold_and_report(self, event: Json) -> None:
        organiser = self._of("organiser")
        begins_at = datetime.now(UTC) + timedelta(seconds=UNTIL_IT_BEGINS)
        await organiser.do(
            "rescheduleEvent",
            "event { startsAt }",
            event=event["id"],
            startsAt=begins_at.isoformat(),
            endsAt=(begins_at + timedelta(minutes=120)).isoformat(),
        )
        self.say("Everybody is there already: Inès moves the beginning forward to now.")
        until_it_begins = (begins_at - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(0.0, until_it_begins))
        present = [
            {"person": self._ids[person], "at": datetime.now(UTC).isoformat()}
            for person in ("citizen", "citizen2", "mentor")
        ]
        await organiser.do("checkIn", "event { id }", event=event["id"], marks=present)
        await organiser.do("endEvent", "event { state }", event=event["id"])
        held = await self._fact("event.held", lambda data: data.get("slug") == event["slug"])
        self.say(f"The hold-up is held; {held['data']['attended']} people came.")
        self._began = time.monotonic()
        await organiser.do(
            "reportOutcome",
            "event { outcome { nextSteps } }",
            event=event["id"],
            solutions=[
                {"text": "Un bail à trois, relu par le bailleur et par le syndic.", "retained": True},
                {"text": "Un appartement témoin au rez-de-chaussée."},
            ],
            nextSteps="Rencontrer deux bailleurs avant la fin du mois.",
        )
        self.say("Inès reports two solutions, one of them retained.")

    async def _see_the_gate(self, project: Json) -> None:
        met = await self._fact("project.evidence_recorded", lambda data: data.get("criterion") == "holdup_1")
        self.seconds["report to gate"] = time.monotonic() - self._began
        if met["cause"] is None:
            raise NotAsTold("the evidence does not name the fact that caused it")
        self.say(f"It counts as evidence at Colette's gate {self.seconds['report to gate']:.2f} s later.")
        founder = self._of("founder")
        await founder.do(
            "recordMetric", "project { id }", project=project["id"], indicator="binômes installés",
            period=f"{datetime.now(UTC):%Y-%m}", value=6, unit="binômes", disclosed=True,
        )  # fmt: skip
        for criterion, kind, ref in (
            ("prototype_tested_5", "URL", "https://colette.example/essais"),
            ("legal_form", "DOCUMENT", "statuts-2026.pdf"),
            ("impact_indicator", "METRIC", "binômes installés"),
        ):
            await founder.do(
                "recordEvidence", "project { id }", project=project["id"], criterion=criterion, kind=kind, ref=ref
            )
        self.say("Justine brings the evidence for the rest.")

    async def _move_on(self, project: Json) -> None:
        founder, staff = self._of("founder"), self._of("staff")
        await self._of("mentor").do("recommendStage", "project { id }", project=project["id"], to="LAUNCH")
        proposed = await founder.do("proposeStageChange", "stageChange { id }", project=project["id"], to="LAUNCH")
        change = proposed["stageChange"]["id"]
        own = await founder.attempt("approveStageChange", "project { stage }", project=project["id"], change=change)
        if [problem["code"] for problem in own["problems"]] not in (["SELF_APPROVAL"], ["FORBIDDEN"]):
            raise NotAsTold("the founder approved her own proposal")
        self.say(
            "Her mentor recommends it, Justine proposes it; "
            f"approving it herself is refused ({own['problems'][0]['code']})."
        )
        approved = await staff.do("approveStageChange", "project { stage }", project=project["id"], change=change)
        await self._fact("project.stage_changed", lambda data: data.get("project") == self._key(project["id"]))
        self.say(f"Solène approves: Colette is at {approved['project']['stage']}, and every subscriber has seen it.")
        await staff.do("endMentoring", "project { id }", project=project["id"], mentor=self._ids["mentor"])
        self.say("Moussa, her mentor, has done his part and is free for the next one.")

    async def _fact(self, type_: str, about: Callable[[Json], bool]) -> Json:
        return await self._activity.until(lambda item: item["type"] == type_ and about(item["data"]), type_)

    async def _identity(self, person: str) -> str:
        data = await self._of(person).ask("{ viewer { person { id } } }")
        identity: str = data["viewer"]["person"]["id"]
        return identity

    def _of(self, person: str) -> FrontEnd:
        front_end: FrontEnd = getattr(self, f"_{person}")
        return front_end

    @staticmethod
    def _key(global_id: str) -> Any:
        """The service's own id in a global id, as facts carry it."""
        return urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().rsplit("/", 1)[1]


def watched(story: Story) -> Watching:
    """What the story's staff saw arrive."""
    return story._activity
