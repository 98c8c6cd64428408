"""Loads the demonstration network through the services' own commands, as the people in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.asking import Asking

DATA = Path(__file__).parent
PEOPLE = DATA.parent / "local" / "people.json"
PARIS = ZoneInfo("Europe/Paris")
LANGUAGE = "fr"  # what the demonstration is written in
VOTES = {1: "AGREE", -1: "DISAGREE", 0: "PASS"}


def told(name: str) -> Any:
    """One of the data files."""
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))


@dataclass
class Loading:
    """What was made so far, by the names that the data files use."""

    network: Asking
    issuer: str
    people: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    coalitions: dict[str, str] = field(default_factory=dict)

    def as_(self, person: str) -> Asking:
        return self.network.as_person(self.people[person])

    async def everything(self) -> None:
        """Load it all, in the order in which one thing builds on another."""
        await self.network.do("people.record_themes", themes=told("themes"))
        await self.meet_people()
        await self.declare_organisations()
        await self.record_incubators()
        await self.record_projects()
        for coalition in told("coalitions"):
            await self.found(coalition)
        await self.record_events()
        for event in told("events")["coming"]:
            await self.schedule(event)

    async def meet_people(self) -> None:
        """Everybody whom the local issuer signs in is known, so that roles can be given."""
        for person in json.loads(PEOPLE.read_text("utf-8")):
            known = await self.network.do(
                "people.sign_in",
                issuer=self.issuer,
                subject=person["subject"],
                display_name=person["name"],
                email=person["email"],
                locale=person["locale"],
            )
            self.people[person["person"]] = known["id"]

    async def declare_organisations(self) -> None:
        for told_of in told("organisations"):
            wanted = {key: told_of[key] for key in ("name", "kind", "siren", "website") if key in told_of}
            made = await self.as_(told_of["declared_by"]).do("people.declare_organisation", **wanted)
            await self.network.do("people.verify_organisation", organisation=made["id"])
            self.organisations[told_of["key"]] = made["id"]

    async def record_incubators(self) -> None:
        incubators = told("incubators")
        await self.network.do("incubator.record_incubators", incubators=incubators)
        for incubator in incubators:
            known = await self.network.ask("incubator.incubator_by_slug", slug=incubator["slug"])
            for person in ("staff", "staff2"):
                scope = f"incubator/{known['id']}"
                await self.network.do(
                    "people.grant_role", person=self.people[person], role="INCUBATOR_STAFF", scope=scope
                )

    async def record_projects(self) -> None:
        for project in told("projects"):
            needs, metrics = project.pop("needs", []), project.pop("metrics", [])
            for role in ("founders", "mentors"):
                project[role] = [self.people[person] for person in project.get(role, [])]
            made = await self.network.do("incubator.record_project", **project)
            self.projects[project["slug"]] = made["id"]
            for need in needs:
                await self.network.do("incubator.publish_need", project=made["id"], **need)
            for metric in metrics:
                await self.network.do("incubator.record_metric", project=made["id"], disclosed=True, **metric)

    async def found(self, told_of: dict[str, Any]) -> None:
        """One coalition: its members, their speakers, its steering, its positions, its consultation."""
        convener = self.as_(told_of["convener"])
        wanted = {key: told_of[key] for key in ("name", "themes", "call", "charter")}
        coalition = (await convener.do("coalitions.found_coalition", **wanted))["id"]
        self.coalitions[told_of["name"]] = coalition
        for member in told_of["members"]:
            await self.admit(coalition, convener, member)
        if not told_of["steering"]:
            return
        steering = [self.organisations[key] for key in told_of["steering"]]
        await convener.do("coalitions.choose_steering", coalition=coalition, organisations=steering)
        await convener.do("coalitions.activate_coalition", coalition=coalition)
        for position in told_of.get("positions", []):
            await self.draft(coalition, position)
        for position in told_of.get("published", []):
            await self.record_position(coalition, position)
        if "consultation" in told_of:
            await self.consult(coalition, convener, told_of["consultation"])

    async def admit(self, coalition: str, convener: Asking, member: dict[str, str]) -> None:
        organisation, speaker = self.organisations[member["organisation"]], member["speaker"]
        administrator = next(one for one in told("organisations") if one["key"] == member["organisation"])
        await self.as_(administrator["declared_by"]).do(
            "people.grant_mandate", person=self.people[speaker], organisation=organisation, coalition=coalition
        )
        applied = await self.as_(speaker).do_once_known(
            "coalitions.apply_for_membership", coalition=coalition, organisation=organisation, accepts_charter=True
        )
        await convener.do("coalitions.admit_member", coalition=coalition, membership=applied["membership"])

    async def draft(self, coalition: str, told_of: dict[str, Any]) -> None:
        editor = self.as_(told_of["editor"])
        drafted = await editor.do_once_known(
            "coalitions.draft_position",
            coalition=coalition,
            title=told_of["title"],
            summary=told_of["summary"],
            paragraphs=told_of["paragraphs"],
            language=LANGUAGE,
            evidence=[{"kind": "PROJECT", "thing": self.projects[slug]} for slug in told_of["cites"]],
            editors=[self.people[told_of["second_editor"]]],
        )
        if "amendments_close_in_days" not in told_of:
            return
        closes_at = datetime.now(UTC) + timedelta(days=told_of["amendments_close_in_days"])
        await editor.do("coalitions.open_amendments", position=drafted["id"], closes_at=closes_at)
        [position] = await editor.ask("coalitions.positions_by_ids", ids=[drafted["id"]])
        for amendment in told_of["amendments"]:
            await self.as_(amendment["by"]).do_once_known(
                "coalitions.submit_amendment",
                position=drafted["id"],
                operation="REPLACE",
                pid=position["paragraphs"][amendment["paragraph"]]["pid"],
                new_text=amendment["new_text"],
                rationale=amendment["rationale"],
            )

    async def record_position(self, coalition: str, told_of: dict[str, Any]) -> None:
        """A position that was published before the coalition came here."""
        [known] = await self.network.ask("coalitions.coalitions_by_ids", ids=[coalition])
        wanted = {key: told_of[key] for key in ("slug", "title", "summary", "paragraphs", "published_on", "members")}
        await self.network.do_once_known(
            "coalitions.record_position",
            coalition=known["slug"],
            language=LANGUAGE,
            evidence=[{"kind": "PROJECT", "thing": self.projects[slug]} for slug in told_of["cites"]],
            signatories=[
                {**signatory, "organisation": self.organisations[signatory["organisation"]]}
                for signatory in told_of["signatories"]
            ],
            **wanted,
        )

    async def consult(self, coalition: str, convener: Asking, told_of: dict[str, Any]) -> None:
        opened = await convener.do(
            "coalitions.open_consultation",
            coalition=coalition,
            question=told_of["question"],
            description=told_of["description"],
            closes_at=datetime.now(UTC) + timedelta(days=45),
            statements=told_of["statements"],
        )
        [page] = await convener.ask("coalitions.statements_by_consultations", ids=[opened["id"]])
        statements = {row["body"]: row["id"] for row in page["items"]}
        for person, votes in told_of["votes"].items():
            cast = [
                {"statement": statements[body], "vote": VOTES[vote]}
                for body, vote in zip(told_of["statements"], votes, strict=True)
            ]
            await self.as_(person).do("coalitions.cast_votes", consultation=opened["id"], votes=cast)

    async def record_events(self) -> None:
        await self.network.do("events.record_events", events=told("events")["held"])

    async def schedule(self, told_of: dict[str, Any]) -> None:
        """A gathering to come, published, with those who registered."""
        day = datetime.now(PARIS).replace(hour=told_of["hour"], minute=0, second=0, microsecond=0)
        starts_at = day + timedelta(days=told_of["in_days"])
        taken = ("kind", "title", "themes", "challenge", "capacity", "online_url")
        wanted: dict[str, Any] = {key: told_of[key] for key in taken if key in told_of}
        if "project" in told_of:
            wanted["project"] = self.projects[told_of["project"]]
        if "coalition" in told_of:
            wanted["coalition"] = self.coalitions["Mieux vieillir"]
        if "city" in told_of:
            wanted["place"] = {"name": told_of["place"], "city": told_of["city"], "country": "France"}
        else:
            wanted["mode"] = "ONLINE"
        organiser = self.as_(told_of["by"])
        event = await self.network.do(
            "events.schedule_event",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=told_of["minutes"]),
            timezone="Europe/Paris",
            organisers=[self.people[told_of["by"]]],
            facilitators=[self.people[person] for person in told_of.get("facilitators", [])],
            **wanted,
        )
        await organiser.do("events.publish_event", event=event["id"])
        for person in told_of["registered"]:
            await self.as_(person).do("events.register", event=event["id"])


async def load(network: Asking, issuer: str, *, if_empty: bool) -> bool:
    """Load the demonstration network; False when it, or anything, is there already and ``if_empty``."""
    there = await network.ask("incubator.list_incubators")
    if if_empty and there["total"]:
        return False
    await Loading(network, issuer).everything()
    return True
