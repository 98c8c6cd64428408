"""The demonstration network and the story of Colette, on a whole network of its own, through the front door."""

import asyncio
import re
from pathlib import Path

import httpx

from deploy.commands.token import ask_issuer
from deploy.demo.asking import asking
from deploy.local.settings import PROJECT, SERVICES
from deploy.local.stack import Stack
from deploy.story.telling import Story

GRAPHQL = re.compile(r'"query": "(?P<query>.*?)"\s*\}\'', re.DOTALL)


def answer(network: Stack, query: str, person: str | None = None) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {ask_issuer(network, person)}"} if person else {}
    url = f"{network.plan().url}/graphql"
    body = httpx.post(url, json={"query": query}, headers=headers, timeout=30, trust_env=False).json()
    assert "errors" not in body, body
    data: dict[str, object] = body["data"]
    return data


def test_the_story_of_colette_goes_as_told(demonstration: Stack) -> None:
    said: list[str] = []
    story = Story(demonstration.plan().url, lambda person: ask_issuer(demonstration, person), said.append)
    asyncio.run(story.play())
    assert said[-1] == "The end: nobody typed anything twice."
    assert set(story.seconds) == {"admitted to suggested", "need to draft", "report to gate"}


def test_the_story_can_be_told_again(demonstration: Stack) -> None:
    said: list[str] = []
    story = Story(demonstration.plan().url, lambda person: ask_issuer(demonstration, person), said.append)
    asyncio.run(story.play())
    assert said[-1] == "The end: nobody typed anything twice."


def test_the_queries_of_the_readme_are_answered(demonstration: Stack) -> None:
    readme = Path(PROJECT / "README.md").read_text("utf-8")
    queries = [found["query"].replace('\\"', '"') for found in GRAPHQL.finditer(readme)]
    assert len(queries) == 2
    for query in queries:
        assert all(value is not None for value in answer(demonstration, query, "staff").values())


def test_the_queries_that_make_up_proposes_are_answered(demonstration: Stack) -> None:
    from deploy.commands.network import TRY

    queries = re.findall(r"^  \{\{ (.*) \}\}$", TRY, re.MULTILINE)
    assert len(queries) == 3
    for query in queries:
        data = answer(demonstration, ("{ " + query + " }").replace("{{", "{").replace("}}", "}"))
        assert all(data.values())


def test_every_kind_of_thing_is_there_to_be_seen(demonstration: Stack) -> None:
    query = """{
      themes { slug projects { totalCount } }
      incubators { totalCount }
      projects { totalCount }
      coalitions { totalCount }
      events { totalCount }
      network { __typename }
      theme(slug: "mieux-vieillir") {
        projects { totalCount } coalitions { totalCount } events { totalCount } consultations { totalCount }
      }
    }"""
    data = answer(demonstration, query)
    counts = [value["totalCount"] for value in data.values() if isinstance(value, dict) and "totalCount" in value]
    theme = data["theme"]
    assert isinstance(theme, dict)
    assert min([*counts, *(value["totalCount"] for value in theme.values())]) > 0


def calls_made(network: Stack) -> dict[str, float]:
    """How often each method of each service was called so far, by the services' own count."""
    counted: dict[str, float] = {}
    settings = network.plan().settings
    for service in SERVICES:
        for instance in settings.instances(service):
            port = settings.health_port(instance)
            page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60, trust_env=False).text
            for method, count in re.findall(r'maillage_call_seconds_count\{method="(\w+)",outcome="\w+"\} (\S+)', page):
                counted[f"{service}.{method}"] = counted.get(f"{service}.{method}", 0.0) + float(count)
    return counted


def test_fifty_projects_with_all_around_them_take_one_call_per_service_and_level(demonstration: Stack) -> None:
    projects = [
        {"incubator": "atelier-des-communs", "name": f"Projet numéro {number}", "themes": ["agriculture", "emploi"]}
        for number in range(50)
    ]

    async def record() -> None:
        async with asking(demonstration.plan().cli_environment()) as by_command:
            await by_command.do("incubator.record_projects", projects=projects)

    asyncio.run(record())
    query = "{ projects(first: 50) { nodes { name incubator { name } themes { label } events { totalCount } } } }"
    answer(demonstration, query)
    before = calls_made(demonstration)
    shown = answer(demonstration, query)
    after = calls_made(demonstration)

    assert len(shown["projects"]["nodes"]) == 50  # type: ignore[index]
    made = {method: count - before.get(method, 0) for method, count in after.items() if count != before.get(method, 0)}
    assert made == {
        "incubator.list_projects": 1,
        "incubator.incubators_by_ids": 1,
        "people.themes_by_slugs": 1,
        "events.events_by_projects": 1,
    }
