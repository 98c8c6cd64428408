"""Sending records to the services: in batches, over the same calls as the gateway's, as the network itself.

Everything sent here is known by a name of its own and taken once, so a batch whose outcome is unknown is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.calls import Answer, Rpc
from gateway.identity.passports import Passports
from gateway.identity.principal import THE_NETWORK
from gateway.imports.records import Item, Record
from gateway.problems import Failure
from gateway.rabbit.rpc import RpcClient

#: Seconds.
CONNECTED_WITHIN = 8.0
ANSWERED_WITHIN = 5.0
DONE_WITHIN = 30.0
PAUSES = (0.5, 2.0, 5.0)
#: Bytes of records in one call; services read 8 MB at most.
LARGEST_BATCH = 1_000_000
#: How many records in a row may break a service before it is taken to be broken itself.
MOST_BROKEN = 5

AGAIN = ("UNAVAILABLE", "OUTCOME_UNKNOWN", "UNAUTHENTICATED")


class NetworkAway(Exception):
    """The network does not run, or stopped in the middle; the text says so in plain words."""


@dataclass(frozen=True)
class Batch:
    """Records that were sent together, and the service's answer, or the reason for which all of them were refused."""

    records: list[Record]
    answer: Any = None
    refused: str = ""


class Sender:
    """Sends commands one after the other. ``dry_run`` asks the services what they would do."""

    def __init__(self, rpc: Rpc, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self._rpc = rpc
        self._correlation_id = f"import-{uuid4().hex}"
        self._broken = 0

    async def meet(self, service: str, question: str) -> None:
        """Make sure that the service answers, by a question that costs it nothing; NetworkAway when it does not."""
        try:
            await self._call(service, question, {"ids": []}, command=False)
        except Failure as failure:
            if failure.code in AGAIN:
                raise NetworkAway(f"The {service} service does not answer: make up, then make status.") from None
            raise self._away(service, failure) from None

    async def command(self, service: str, method: str, request: dict[str, Any]) -> Answer:
        """The answer to one command, which may be a refusal; NetworkAway when none can be had."""
        try:
            return await self._again(service, method, request)
        except Failure as failure:
            raise self._away(service, failure) from None

    async def batch(
        self, service: str, method: str, records: list[Record], request_of: Callable[[list[Record]], dict[str, Any]]
    ) -> list[Batch]:
        """Send records together; when the service cannot take them so, in halves, so that one harms no other."""
        try:
            answer = await self._again(service, method, request_of(records))
        except Failure as failure:
            reason = f"the {service} service broke on it; its log says more under {self._correlation_id}"
            if failure.code != "INTERNAL" or (len(records) == 1 and self._broken + 1 >= MOST_BROKEN):
                raise self._away(service, failure) from None
            if len(records) == 1:
                self._broken += 1
        else:
            if not answer.problems:
                self._broken = 0
                return [Batch(records, answer.value)]
            reason = "; ".join(problem.message for problem in answer.problems)
        if len(records) == 1:
            return [Batch(records, refused=reason)]
        middle = len(records) // 2
        halves = [await self.batch(service, method, part, request_of) for part in (records[:middle], records[middle:])]
        return [*halves[0], *halves[1]]

    async def _again(self, service: str, method: str, request: dict[str, Any]) -> Answer:
        for pause in PAUSES:
            try:
                return await self._call(service, method, request, command=True)
            except Failure as failure:
                if failure.code not in AGAIN:
                    raise
                await asyncio.sleep(pause)
        return await self._call(service, method, request, command=True)

    async def _call(self, service: str, method: str, request: dict[str, Any], *, command: bool) -> Answer:
        return await self._rpc.call(
            service, method, request, principal=THE_NETWORK, correlation_id=self._correlation_id, command=command
        )

    def _away(self, service: str, failure: Failure) -> NetworkAway:
        if failure.code in AGAIN:
            said = "does not answer any more. What was imported stays; the same command again goes on from there."
        else:
            said = f"cannot take this import ({failure.code}); its log says more under {self._correlation_id}."
        return NetworkAway(f"The {service} service {said}")


def batches(items: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """Items in lots of ``most`` records at most, and of about a megabyte at most; a lot may hold refusals beside."""
    lot: list[Item] = []
    size = 0
    for item in items:
        weight = item.size if isinstance(item, Record) else 0
        if lot and (len(lot) >= most or size + weight > LARGEST_BATCH):
            yield lot
            lot, size = [], 0
        lot.append(item)
        size += weight
    if lot:
        yield lot


@asynccontextmanager
async def connected(amqp_url: str, passport_key: Path, *, dry_run: bool) -> AsyncIterator[Sender]:
    """A sender over connections of its own; NetworkAway when the broker is not there."""
    rpc = RpcClient(
        amqp_url,
        Passports(passport_key),
        name="cli",
        question_within=ANSWERED_WITHIN,
        command_within=DONE_WITHIN,
        heartbeat=30,
    )
    kept = [asyncio.create_task(each.keep_open()) for each in (rpc.publisher, rpc.consumer)]
    try:
        try:
            async with asyncio.timeout(CONNECTED_WITHIN):
                await asyncio.gather(rpc.publisher.ready.wait(), rpc.consumer.ready.wait())
        except TimeoutError:
            raise NetworkAway("The network does not run, or its broker does not answer: make up.") from None
        yield Sender(rpc, dry_run=dry_run)
    finally:
        for task in kept:
            task.cancel()
        for task in kept:
            with suppress(asyncio.CancelledError):
                await task
