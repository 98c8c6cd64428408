"""A project that changes while others look, and somebody who may change it: what the measures of live things share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from deploy.demo.asking import asking
from deploy.local.stack import Stack
from deploy.measure.load import Request
from deploy.measure.staleness import record_projects
from deploy.measure.votes import crowd_of

SLUG = "projet-0"
PROJECTS = 20
#: Seconds in which the services must have learnt who may change it.
KNOWN_WITHIN = 120.0
DESCRIBE = "mutation Do($input: DescribeProjectInput!) { describeProject(input: $input) { problems { code } } }"


@dataclass(frozen=True)
class Changing:
    """The project's global id, and the token of an administrator."""

    project: str
    token: str

    def to(self, pitch: str) -> Request:
        """What makes this its pitch."""
        return Request(DESCRIBE, {"input": {"project": self.project, "pitch": pitch}}, self.token)


async def a_changing_project(network: Stack) -> Changing:
    """One of twenty projects that are recorded in an empty network."""
    async with asking(network.plan().cli_environment()) as by_command:
        await record_projects(by_command, PROJECTS)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        somebody = crowd_of(network, http).person("changing", "ADMIN")
        project = (await somebody.ask(f'{{ project(slug: "{SLUG}") {{ id }} }}'))["project"]["id"]
        async with asyncio.timeout(KNOWN_WITHIN):
            while (await somebody.attempt("describeProject", "__typename", project=project, city="Lyon"))["problems"]:
                await asyncio.sleep(0.2)
    assert somebody.token is not None
    return Changing(project, somebody.token)
