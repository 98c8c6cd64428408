"""The demonstration network, people who ask it, and what there is to ask it about."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema, build_schema

from deploy.commands.token import ask_issuer
from deploy.demo.asking import asking
from deploy.demo.load import load
from deploy.local.stack import Stack
from gateway.schema.__main__ import COMMITTED
from tests.hostile.generating import generator

NOBODY = "nobody"
#: Who asks: nobody in particular, a member of coalitions, those who run things; not who may erase the others.
CALLERS = (NOBODY, "member", "staff", "convener", "organiser", "founder")

HERE = """{
  themes { id slug }
  incubators(first: 20) { nodes { id slug } }
  organisations(first: 100) { nodes { id slug } }
  projects(first: 100) { nodes { id slug founders { id } needs { id } suggestions { id } } }
  coalitions(first: 20) { nodes { id slug memberships { id } } }
  positions(first: 20) { nodes { id slug amendments { id } ballots { id } } }
  consultations(first: 20) { nodes { id slug statements(first: 20) { nodes { id } } } }
  events(first: 100) { nodes { id slug } }
}"""


@dataclass(frozen=True)
class Callers:
    """The front-ends of those who ask."""

    http: httpx.Client
    tokens: dict[str, str]

    def send(self, document: str, caller: str, language: str = "en", **variables: Any) -> httpx.Response:
        headers = {"accept-language": language}
        if caller != NOBODY:
            headers["authorization"] = f"Bearer {self.tokens[caller]}"
        return self.http.post("/graphql", json={"query": document, "variables": variables}, headers=headers)


@pytest.fixture(scope="session")
def populated(network: Stack) -> Stack:
    """With the demonstration in it, unless others did that before."""
    environment = network.plan().cli_environment()

    async def work() -> None:
        async with asking(environment) as by_command:
            await load(by_command, environment["MAILLAGE_ISSUER_URL"], if_empty=True)

    asyncio.run(work())
    return network


@pytest.fixture(scope="session")
def callers(populated: Stack) -> Iterator[Callers]:
    tokens = {caller: ask_issuer(populated, caller) for caller in CALLERS if caller != NOBODY}
    with httpx.Client(base_url=populated.plan().url, timeout=60, trust_env=False) as http:
        yield Callers(http, tokens)


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    return build_schema(COMMITTED.read_text("utf-8"))


@pytest.fixture(scope="session")
def generated(schema: GraphQLSchema, callers: Callers) -> Any:
    """schemathesis, knowing what is there."""
    told = callers.send(HERE, "staff")
    assert "errors" not in told.json(), told.text
    found = {name: sorted(set(re.findall(rf'"{name}":"([^"]+)"', told.text))) for name in ("id", "slug")}
    return generator(schema, found["id"], found["slug"])
