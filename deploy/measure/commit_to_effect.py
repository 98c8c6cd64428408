"""How long it takes until what one service committed has taken effect in another."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass

import httpx

from deploy.commands.token import ask_issuer
from deploy.demo.asking import asking
from deploy.demo.load import load
from deploy.local.stack import Stack
from deploy.story.front_end import FrontEnd, watching

NEEDS = 'subscription { activity(filter: {types: ["event.drafted"]}) { type cause data } }'


@dataclass(frozen=True)
class CommitToEffect:
    """Seconds from the answer to a command in one service to a subscriber's message about its effect in another.

    The way: incubator commits a need, its relay publishes, events drafts a hold-up and commits, its relay publishes,
    the gateway shows it over a WebSocket.
    """

    seconds: list[float]

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        return (
            f"commit in one service to effect in another, seen by a subscriber, of {len(ordered)}: "
            f"median {statistics.median(ordered) * 1000:.0f} ms, "
            f"95th percentile {ordered[int(len(ordered) * 0.95) - 1] * 1000:.0f} ms, worst {ordered[-1] * 1000:.0f} ms"
        )


async def measure(stack: Stack, times: int) -> CommitToEffect:
    """Publish needs one after the other in a network that holds the demonstration."""
    environment = stack.plan().cli_environment()
    async with asking(environment) as network, httpx.AsyncClient(trust_env=False) as http:
        await load(network, environment["MAILLAGE_ISSUER_URL"], if_empty=True)
        project = await network.ask("incubator.project_by_slug", slug="colette")
        front_end = FrontEnd(http, stack.plan().url, ask_issuer(stack, "staff"))
        seconds = []
        async with watching(front_end, NEEDS) as drafts:
            for number in range(times):
                title = f"Comment mesurer ce qui compte, {number} ?"
                made = await network.do("incubator.publish_need", project=project["id"], kind="CHALLENGE", title=title)
                began = time.monotonic()
                await drafts.until(lambda item, need=made["need"]: item["data"]["need"] == need, "the draft")  # type: ignore[misc]
                seconds.append(time.monotonic() - began)
                await asyncio.sleep(0)
    return CommitToEffect(seconds)
