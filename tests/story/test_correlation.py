"""One correlation id finds every log line of a request: front door, service, outbox, reaction, and what that caused."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from deploy.demo.asking import asking
from deploy.local.servers import plain
from deploy.local.stack import Stack
from gateway.schema.node import global_id, kind_and_id
from tests.running import until
from tests.story.front import Front

Json = dict[str, Any]


def a_project(network: Stack, founder: str) -> str:
    """A project of this person on its way, recorded by the network itself."""
    environment = network.plan().cli_environment()

    async def record() -> str:
        async with asking(environment) as services:
            await services.do("people.record_themes", themes=[{"slug": "fil", "label_fr": "Fil", "label_en": "Thread"}])
            incubator = f"fil-{uuid4().hex[:8]}"
            one = {"slug": incubator, "name": "Fil", "summary": "Pour suivre."}
            await services.do("incubator.record_incubators", incubators=[one])
            made = await services.do(
                "incubator.record_project",
                incubator=incubator,
                name="Le fil",
                pitch="Un projet que l'on suit à la trace.",
                themes=["fil"],
                founders=[founder],
                stage="PROTOTYPE",
            )
            return str(made["id"])

    return asyncio.run(record())


def lines_with(network: Stack, correlation_id: str) -> list[Json]:
    """Every log line of every process that carries the id, in the order of time."""
    found = []
    for log in (network.folder / "log").glob("*.log"):
        whole_lines = log.read_text("utf-8", errors="replace").rpartition("\n")[0]
        for line in whole_lines.splitlines():
            if correlation_id in line:
                found.append(json.loads(line))
    return sorted(found, key=lambda line: str(line["at"]))


def test_one_correlation_id_finds_every_line_of_a_request_and_of_what_it_caused(network: Stack) -> None:
    front, correlation_id = Front(network, "founder"), f"trace-{uuid4().hex}"
    known = kind_and_id(front.ask("{ viewer { person { id } } }")["viewer"]["person"]["id"])
    assert known
    project = a_project(network, known[1])
    front.http.headers["x-correlation-id"] = correlation_id
    need = front.do(
        "publishNeed",
        "need { id }",
        project=global_id("project", project),
        kind="CHALLENGE",
        title=f"Un défi de {datetime.now(UTC):%H:%M:%S}",
    )
    assert need["need"]["id"]

    def has(**said: Any) -> Json | None:
        return next((line for line in lines_with(network, correlation_id) if said.items() <= line.items()), None)

    until(lambda: has(service="gateway", event="request", status=200))
    until(lambda: has(service="incubator", event="call", method="publish_need", outcome="ok"))
    left = until(lambda: has(service="incubator-relay", event="told", type="project.need_published"))
    drafted = until(lambda: has(service="events", event="fact", type="project.need_published", outcome="DONE"))
    told = until(lambda: has(service="events-relay", event="told", type="event.drafted"))
    noted = until(lambda: has(service="incubator", event="fact", type="event.drafted", outcome="DONE"))
    assert drafted["fact"] == left["fact"]
    assert noted["fact"] == told["fact"]
    assert {line["correlation_id"] for line in lines_with(network, correlation_id)} == {correlation_id}

    with psycopg.connect(plain(network.plan().database_url("events"))) as connection:
        cause = "SELECT envelope ->> 'causationid' FROM outbox WHERE fact = %s"
        assert connection.execute(cause, (told["fact"],)).fetchone() == (left["fact"],)
