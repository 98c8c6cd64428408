"""From a mutation that is sent to the WebSocket message by which a front-end sees the change, one after the other.

The way: gateway, broker, incubator, its database, commit, relay, broker, gateway, one question to the incubator for the
project as it is now, WebSocket. Beside it, in turns, what the broker alone takes: a message as large as the fact,
published and consumed by a bare client. Idle, and under a steady load of questions.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex

import amqp

from deploy.local.stack import Stack
from deploy.measure.changing import SLUG, Changing, a_changing_project
from deploy.measure.load import Line, Request, lines
from deploy.measure.network import say
from deploy.measure.table import Table, milliseconds, percentile
from deploy.measure.watchers import Watcher, watchers

TIMES, WARMING = 200, 10
#: Seconds after which no other turn is begun, however few there were.
LONGEST = 120.0
#: Lines that ask, and seconds from one question to the next on each.
ASKING, EVERY = 4, 0.1
#: A fact is about so large, in bytes.
FACT = 900
EXCHANGE = "incubator.facts"
CHANGED = "subscription($slug: String!) { projectChanged(slug: $slug) { slug version pitch } }"
QUESTION = "{ projects(first: 20) { nodes { slug name stage themes { slug } incubator { name } } } }"


@dataclass
class Seen:
    """Seconds, turn by turn; and how many questions a second were answered meanwhile."""

    bare: list[float] = field(default_factory=list)
    mutation: list[float] = field(default_factory=list)
    screen: list[float] = field(default_factory=list)
    load: float = 0.0


def measure(network: Stack) -> Iterator[Table]:
    """One table: idle and under load."""
    idle, loaded = asyncio.run(_made(network))
    rows = [row for name, seen in (("idle", idle), ("under load", loaded)) for row in _rows(name, seen)]
    yield Table(
        "Change to screen",
        ("", "median", "99th percentile", "times the broker alone"),
        rows,
        [
            f"{len(idle.screen)} turns idle, {len(loaded.screen)} under load. Load: {loaded.load:.0f} questions a "
            "second, of 20 projects with their themes and incubators, asked as somebody signed in, so that none is "
            "answered from memory. Who measures and who asks run on the same processors."
        ],
    )


def _rows(name: str, seen: Seen) -> Iterator[tuple[str, ...]]:
    bare = statistics.median(seen.bare)
    for what, samples in (
        ("published and consumed, the broker alone", seen.bare),
        ("mutation sent to its answer", seen.mutation),
        ("mutation sent to the change on the screen", seen.screen),
    ):
        middle = statistics.median(samples)
        yield (
            f"{name}: {what}",
            milliseconds(middle),
            milliseconds(percentile(samples, 0.99)),
            f"{middle / bare:.1f}",
        )


async def _made(network: Stack) -> tuple[Seen, Seen]:
    changing, url = await a_changing_project(network), network.plan().url
    with Bare(network) as bare:
        async with (
            watchers(url, 1, CHANGED, {"slug": SLUG}, changing.token) as [screen],
            lines(url, 1) as [line],
        ):
            await screen.following()
            turn = Turn(bare, line, screen, changing)
            await turn.take(WARMING)
            idle = await turn.take(TIMES)
            say("idle: done")
            async with _asked(url, changing.token) as answered:
                await turn.take(WARMING)
                began, before = time.perf_counter(), answered[0]
                loaded = await turn.take(TIMES)
                loaded.load = (answered[0] - before) / (time.perf_counter() - began)
            say("under load: done")
    return idle, loaded


@dataclass
class Turn:
    """Everything once, one after the other."""

    bare: Bare
    line: Line
    screen: Watcher
    changing: Changing
    numbers: Iterator[int] = field(default_factory=count)

    async def take(self, times: int) -> Seen:
        """So many turns, or as many as there is time for."""
        seen, until = Seen(), time.perf_counter() + LONGEST
        while len(seen.screen) < times and time.perf_counter() < until:
            # Nothing else of this process runs meanwhile: the broker alone is what is measured.
            seen.bare.append(self.bare.once())
            pitch = f"Le changement {next(self.numbers)} se voit."
            request = self.changing.to(pitch)
            began = time.perf_counter()
            seen.mutation.append(await self.line.send(request))
            seen.screen.append(await self._shown(pitch) - began)
        return seen

    async def _shown(self, pitch: str) -> float:
        """When it was shown."""
        async with asyncio.timeout(30):
            while True:
                self.screen.more.clear()
                for at, text in self.screen.arrived:
                    if json.loads(text)["payload"]["data"]["projectChanged"]["pitch"] == pitch:
                        self.screen.arrived.clear()
                        return at
                await self.screen.more.wait()


@asynccontextmanager
async def _asked(url: str, token: str) -> AsyncIterator[list[int]]:
    """A steady load within the block; how many were answered so far. One that is refused ends the block."""
    answered = [0]

    async def ask(line: Line) -> None:
        while True:
            took = await line.send(Request(QUESTION, {}, token))
            answered[0] += 1
            await asyncio.sleep(max(0.0, EVERY - took))

    async with lines(url, ASKING) as over, asyncio.TaskGroup() as group:
        work = [group.create_task(ask(line)) for line in over]
        yield answered
        for one in work:
            one.cancel()


class Bare:
    """Publish and consume over the network's broker, by a client that does nothing else, on a virtual host where it may
    do everything."""

    def __init__(self, network: Stack) -> None:
        broker, name, password = network.plan().broker, "measure", token_hex(16)
        broker.control("add_vhost", name)
        broker.control("add_user", name, password)
        broker.control("set_permissions", "-p", name, name, ".*", ".*", ".*")
        host = f"127.0.0.1:{broker.port}"
        self._ends = [
            amqp.Connection(host=host, userid=name, password=password, virtual_host=name, connect_timeout=10)
            for _ in range(2)
        ]
        self._arrived = 0.0

    def __enter__(self) -> Bare:
        for end in self._ends:
            end.connect()
        self._sending, taking = (end.channel() for end in self._ends)
        queue = taking.queue_declare(exclusive=True).queue
        taking.exchange_declare(EXCHANGE, "topic", auto_delete=True)
        taking.queue_bind(queue, EXCHANGE, "#")
        taking.basic_consume(queue, no_ack=True, callback=self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.close()

    def once(self) -> float:
        """Seconds from the one end to the other."""
        self._arrived = 0.0
        began = time.perf_counter()
        self._sending.basic_publish(amqp.Message("x" * FACT, delivery_mode=2), EXCHANGE, "project.described")
        while not self._arrived:
            self._ends[1].drain_events(timeout=10)
        return self._arrived - began

    def _take(self, _message: amqp.Message) -> None:
        self._arrived = time.perf_counter()


if __name__ == "__main__":
    from deploy.measure import bench

    sys.exit(bench.main(["change_to_screen"]))
