"""Commands through the whole stack: how many a second, how long one takes, and which process pays for them.

Three kinds in turns: a registration for a gathering, a vote on one statement, votes on thirty statements in one call.
Each is sent by another person over one of 32 connections. What the processes used is read when the relays have told
the facts, so that it holds all that a command costs, also what nobody waits for.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import psycopg

from deploy.demo.asking import asking
from deploy.demo.load import load
from deploy.local.servers import plain
from deploy.local.settings import SERVICES
from deploy.local.stack import Stack
from deploy.measure import processor
from deploy.measure.load import Request, lines, send_all
from deploy.measure.network import say
from deploy.measure.table import Table, milliseconds, percentile, spread
from deploy.measure.votes import crowd_of
from deploy.story.front_end import FrontEnd

ROUNDS, PEOPLE, LINES, STATEMENTS = 5, 240, 32, 30
REGISTER = "mutation Do($input: RegisterInput!) { register(input: $input) { problems { code message } } }"
VOTE = "mutation Do($input: CastVotesInput!) { castVotes(input: $input) { problems { code message } } }"

#: What a part is called in the table; a part that is not named is among "the others".
SHARES = {
    "gateway": "gateway",
    "broker": "broker",
    "the service": "events coalitions",
    "its relay": "events-relay coalitions-relay",
    "database": "database",
}


@dataclass
class Kind:
    """One kind of command, and what was seen of it round by round; ``requests`` makes those of a round."""

    name: str
    requests: Callable[[], Awaitable[list[Request]]]
    votes: int = 0
    a_second: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    commands: int = 0


def measure(network: Stack) -> Iterator[Table]:
    """Two tables: how many and how long; and what each costs a processor, part by part."""
    kinds = asyncio.run(_made(network))
    yield Table(
        "Commands through the whole stack",
        ("command", "a second", "votes a second", "median", "99th percentile"),
        [
            (
                kind.name,
                spread(kind.a_second),
                spread([each * kind.votes for each in kind.a_second]) if kind.votes else "",
                milliseconds(statistics.median(kind.latencies)),
                milliseconds(percentile(kind.latencies, 0.99)),
            )
            for kind in kinds
        ],
        [
            f"{ROUNDS} rounds in turns, in each {PEOPLE} people with one command each over {LINES} connections; rates "
            "are the median of the rounds (least to most). Who asks runs on the same processors."
        ],
    )
    yield Table(
        "What one command costs a processor, in milliseconds",
        ("command", *SHARES, "the others", "together"),
        [(kind.name, *_shares(kind)) for kind in kinds],
        [
            "Processor time of each process, its children included, until the relay had told every fact. The others: "
            "services that learn of it, their relays, the issuer of tokens."
        ],
    )


def _shares(kind: Kind) -> list[str]:
    costs = [sum(kind.used[part] for part in parts.split()) for parts in SHARES.values()]
    total = kind.used.total()
    each = kind.commands * processor.TICK / 1000
    return [f"{cost / each:.2f}" for cost in (*costs, total - sum(costs), total)]


async def _made(network: Stack) -> list[Kind]:
    environment = network.plan().cli_environment()
    async with asking(environment) as by_command:
        await load(by_command, environment["MAILLAGE_ISSUER_URL"], if_empty=True)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        crowd = crowd_of(network, http)
        people = [crowd.person(f"measured-{number}") for number in range(PEOPLE)]
        say(f"signing in {PEOPLE} people")
        async with lines(network.plan().url, LINES) as over:
            await send_all([Request("{ viewer { person { id } } }", {}, person.token) for person in people], over)
        asker = Asker(crowd.person("measuring", "ADMIN"), people)
        kinds = [
            Kind("register", asker.registrations),
            Kind("castVotes, one vote", lambda: asker.votes(1), votes=1),
            Kind(f"castVotes, {STATEMENTS} votes", lambda: asker.votes(STATEMENTS), votes=STATEMENTS),
        ]
        for number in range(ROUNDS + 1):
            for kind in kinds:
                await _round(network, kind, counted=number > 0)
            say(f"round {number} of {ROUNDS}" if number else "warmed up")
        return kinds


async def _round(network: Stack, kind: Kind, *, counted: bool) -> None:
    requests = await kind.requests()
    await _quiet(network)
    async with lines(network.plan().url, LINES) as over:
        used, began = processor.used(network), time.perf_counter()
        took = await send_all(requests, over)
        seconds = time.perf_counter() - began
    await _quiet(network)
    if counted:
        kind.a_second.append(len(requests) / seconds)
        kind.latencies += took
        kind.used += processor.used(network) - used
        kind.commands += len(requests)


async def _quiet(network: Stack) -> None:
    """Return when no fact waits to be told."""
    for service in SERVICES:
        with psycopg.connect(plain(network.plan().database_url(service)), autocommit=True) as connection:
            while connection.execute("select 1 from outbox where published_at is null limit 1").fetchone():
                await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Asker:
    """Makes new gatherings and consultations for the people to act on."""

    administrator: FrontEnd
    people: list[FrontEnd]

    async def registrations(self) -> list[Request]:
        """Everybody registers for a new gathering that has room for all."""
        starts_at = datetime.now(UTC) + timedelta(days=30)
        made = await self.administrator.do(
            "scheduleEvent",
            "event { id }",
            kind="MEETUP",
            title="Mesure",
            startsAt=starts_at.isoformat(),
            endsAt=(starts_at + timedelta(hours=2)).isoformat(),
            mode="ONLINE",
            onlineUrl="https://visio.example/mesure",
            capacity=len(self.people),
        )
        event = made["event"]["id"]
        await self.administrator.do("publishEvent", "__typename", event=event)
        return [Request(REGISTER, {"input": {"event": event}}, person.token) for person in self.people]

    async def votes(self, each: int) -> list[Request]:
        """Everybody says something of each statement of a new consultation."""
        found = await self.administrator.ask('{ coalition(slug: "mieux-vieillir") { id } }')
        made = await self.administrator.do(
            "openConsultation",
            "consultation { id statements(first: 100) { nodes { id } } }",
            coalition=found["coalition"]["id"],
            question="Que faut-il mesurer ?",
            closesAt=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
            statements=[f"Proposition {number}" for number in range(each)],
        )
        consultation = made["consultation"]
        votes = [{"statement": node["id"], "vote": "AGREE"} for node in consultation["statements"]["nodes"]]
        said = {"input": {"consultation": consultation["id"], "votes": votes}}
        return [Request(VOTE, said, person.token) for person in self.people]


if __name__ == "__main__":
    from deploy.measure import bench

    sys.exit(bench.main(["commands"]))
