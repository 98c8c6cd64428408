"""Whatever is changed in the network, through the gateway or past it, kept answers are those that are made anew.

An answer is made anew when the request has a variable that no other has: it is kept under its very bytes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deploy.demo.asking import asking
from deploy.local.stack import Stack
from tests.running import until
from tests.story.front import Front, Json

PROJECT, REFERENCE = "la-memoire-du-quartier", "memoire/2026"
#: Over one, two and three services, of one thing and of many.
QUESTIONS = {
    "projects": "{ projects(first: 10, orderBy: RECENT) { totalCount nodes { slug name visibility } } }",
    "project": f"{{ project(slug: {json.dumps(PROJECT)}) {{ name pitch incubator {{ name }} "
    "events(first: 3) { nodes { title } } } }",
    "events": "{ events(first: 20, orderBy: STARTS_AT_DESC) { totalCount nodes { title confirmed seatsLeft "
    "project { name } coalition { name } } } }",
    "coalitions": "{ coalitions(first: 20) { totalCount nodes { name call events(first: 3) { nodes { title } } } } }",
}


@dataclass
class Town:
    """People at their front-ends, and somebody who asks for nobody."""

    network: Stack
    people: dict[str, Front] = field(default_factory=dict)
    project: str = ""
    registration: str | None = None

    def __getitem__(self, person: str) -> Front:
        return self.people.setdefault(person, Front(self.network, person))

    def asks(self, question: str, **variables: Any) -> httpx.Response:
        with httpx.Client(trust_env=False, timeout=30) as client:
            body = {"query": QUESTIONS[question], "variables": variables}
            return client.post(f"{self.network.plan().url}/graphql", json=body)

    def made_anew(self, question: str) -> Json:
        answer = self.asks(question, v=uuid4().hex)
        assert "age" not in answer.headers
        data: Json = answer.json()["data"]
        return data

    def elsewhere(self, method: str, **request: Any) -> None:
        """Command a service past the gateway."""

        async def command() -> None:
            async with asking(self.network.plan().cli_environment()) as by_command:
                await by_command.do(method, **request)

        asyncio.run(command())

    def record_project(self, visibility: str, *, here: bool) -> tuple[str, str]:
        """Bring the project up to date; it was recorded before."""
        name = f"Mémoire {uuid4().hex}"
        told = {"name": name, "pitch": f"Des voix de {uuid4().hex}.", "visibility": visibility}
        if here:
            self["admin"].do("describeProject", "project { name }", project=self.project, **told)
        else:
            phases = [{"stage": "IDEA", "entered_on": "2026-01-12"}]
            project = {"incubator": "memoire", "slug": PROJECT, "city": "Die", "themes": ["mieux-vieillir"], **told}
            self.elsewhere("incubator.record_projects", projects=[{**project, "phases": phases}])
        return "projects", name if visibility == "PUBLIC" else ""

    def record_event(self, *, here: bool) -> tuple[str, str]:
        title = f"Bourse {uuid4().hex}"
        told = {"reference": REFERENCE, "title": title, "kind": "MEETUP", "city": "Die", "themes": ["mieux-vieillir"]}
        if here:
            self["admin"].do(
                "recordEvents",
                "results { outcome }",
                events=[{**told, "startsOn": "2032-04-18", "endsOn": "2032-04-18"}],
            )
        else:
            self.elsewhere(
                "events.record_events", events=[{**told, "starts_on": "2032-04-18", "ends_on": "2032-04-18"}]
            )
        return "events", title

    def found_coalition(self) -> tuple[str, str]:
        name = f"Ensemble {uuid4().hex}"
        told = {"call": "Que chacun soit entendu.", "charter": "Chaque membre parle en son nom."}
        self["convener"].do("foundCoalition", "coalition { id }", name=name, themes=["mieux-vieillir"], **told)
        return "coalitions", name

    def come_or_go(self) -> tuple[str, str]:
        """Register for a gathering of the demonstration, or cancel."""
        if self.registration is None:
            events = self["member3"].ask("{ events(first: 50) { nodes { id title } } }")["events"]["nodes"]
            event = next(one["id"] for one in events if one["title"] == "Apéro des binômes")
            done = self["member3"].do("register", "registration { id } event { confirmed seatsLeft }", event=event)
            self.registration = done["registration"]["id"]
        else:
            done = self["member3"].do(
                "cancelRegistration", "event { confirmed seatsLeft }", registration=self.registration
            )
            self.registration = None
        counts = done["event"]
        return "events", f'"confirmed":{counts["confirmed"]},"seatsLeft":{counts["seatsLeft"]}'


#: What may be changed. Past the gateway nobody waits for the answer to show it at once.
CHANGES: dict[str, Callable[[Town], tuple[str, str]]] = {
    "a project is recorded": lambda town: town.record_project("PUBLIC", here=True),
    "a project is hidden": lambda town: town.record_project("PRIVATE", here=True),
    "a project is recorded elsewhere": lambda town: town.record_project("PUBLIC", here=False),
    "a project is hidden elsewhere": lambda town: town.record_project("PRIVATE", here=False),
    "an event is recorded": lambda town: town.record_event(here=True),
    "an event is recorded elsewhere": lambda town: town.record_event(here=False),
    "a coalition is founded": lambda town: town.found_coalition(),
    "somebody comes or goes": lambda town: town.come_or_go(),
}


@pytest.fixture(scope="module")
def town(network: Stack) -> Iterator[Town]:
    town = Town(network)
    town["admin"].do("recordIncubators", "results { id }", incubators=[{"slug": "memoire", "name": "La Mémoire"}])
    town.record_project("PUBLIC", here=False)
    town.project = town["admin"].ask("query($p: String!) { project(slug: $p) { id } }", p=PROJECT)["project"]["id"]
    yield town
    if town.registration is not None:
        town.come_or_go()
    town.record_project("PRIVATE", here=True)
    for front in town.people.values():
        front.http.close()


def test_every_question_is_one_whose_answer_is_kept(town: Town) -> None:
    for question in QUESTIONS:
        until(partial(is_kept, town, question))


@given(st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=5), st.data())
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_kept_answers_are_those_that_are_made_anew(town: Town, changes: list[str], data: st.DataObject) -> None:
    """Who changes something through the gateway sees it in what is asked next; the rest is seen in time."""
    for change in changes:
        for question in data.draw(st.lists(st.sampled_from(sorted(QUESTIONS)), max_size=2)):
            town.asks(question)
        question, shown = CHANGES[change](town)
        if "elsewhere" not in change:
            assert shown in town.asks(question).text
    for question in QUESTIONS:
        until(partial(is_true, town, question))


def is_kept(town: Town, question: str) -> bool:
    return "age" in town.asks(question).headers


def is_true(town: Town, question: str) -> bool:
    """Whether the answer, kept or not, is the one that is made anew."""
    return bool(town.asks(question).json()["data"] == town.made_anew(question))
