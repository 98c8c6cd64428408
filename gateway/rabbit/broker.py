"""All that the gateway does over the broker, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.identity.passports import Passports
from gateway.rabbit.facts import FactStream
from gateway.rabbit.rpc import RpcClient
from gateway.settings import Settings


class Broker:
    """The calls and the stream of facts of this process."""

    def __init__(self, settings: Settings, passports: Passports) -> None:
        self.rpc = RpcClient(
            settings.amqp_url,
            passports,
            heartbeat=settings.heartbeat,
            question_within=settings.question_within,
            command_within=settings.command_within,
            most_calls=settings.most_calls,
        )
        self.facts = FactStream(settings.amqp_url, settings.heartbeat)

    @property
    def ready(self) -> bool:
        return self.rpc.ready and self.facts.connection.ready.is_set()

    async def wait_until_ready(self) -> None:
        """Return when every connection is open and prepared."""
        for connection in (self.rpc.publisher, self.rpc.consumer, self.facts.connection):
            await connection.ready.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Broker]:
        """Keep the connections open within the block, and close them in good order after it."""
        work = [
            asyncio.create_task(self.rpc.publisher.keep_open(), name="broker calls"),
            asyncio.create_task(self.rpc.consumer.keep_open(), name="broker answers"),
            asyncio.create_task(self.facts.connection.keep_open(), name="broker facts"),
            asyncio.create_task(self.facts.hand_out(), name="facts"),
        ]
        try:
            yield self
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
