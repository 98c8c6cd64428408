"""Everything that the services tell, as it happens, for whoever follows.

One private queue bound to every service's facts. It lives as long as its connection: when that breaks, facts may be
missed, so everybody who follows is told to fetch again (RESYNC). Who reads too slowly is let go the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import uuid4
from weakref import WeakSet

import msgspec
import structlog
from pika.adapters.asyncio_connection import AsyncioConnection

from gateway import metrics
from gateway.facts import Fact
from gateway.problems import Failure, missed_some, unavailable
from gateway.rabbit.connection import Channel, Connection

log = structlog.get_logger("maillage.gateway")

SERVICES = ("people", "incubator", "coalitions", "events")
#: Facts that wait for one follower; more, and it is let go.
PATIENCE = 256
#: Facts that wait to be handed out; more, and everybody has to fetch again.
BACKLOG = 10_000


class Follower(AsyncIterator[Fact]):
    """The facts that one subscription wants, from the moment it was made.

    It ends when whoever waits for the next fact is cancelled, and when nobody holds it any more.
    """

    def __init__(self, wanted: Callable[[Fact], bool], on_end: Callable[[Follower], None]) -> None:
        self.wanted = wanted
        self._on_end = on_end
        self._facts: asyncio.Queue[Fact | Failure] = asyncio.Queue(PATIENCE + 1)

    def __aiter__(self) -> Follower:
        return self

    async def __anext__(self) -> Fact:
        """The next fact; raises Failure RESYNC when some may have been missed."""
        try:
            fact = await self._facts.get()
        except asyncio.CancelledError:
            self._on_end(self)
            raise
        if isinstance(fact, Failure):
            raise fact
        return fact

    def offer(self, fact: Fact) -> bool:
        """Hand over a fact; False when too many wait already."""
        if self._facts.qsize() >= PATIENCE:
            return False
        self._facts.put_nowait(fact)
        return True

    def end(self, failure: Failure) -> None:
        """The last thing that the follower hears; what still waited is dropped."""
        while not self._facts.empty():
            self._facts.get_nowait()
        self._facts.put_nowait(failure)


class FactStream:
    """The stream of facts, shared by all subscriptions of this process."""

    def __init__(self, url: str, heartbeat: int = 10) -> None:
        self.connection = Connection(url, "facts", self._prepare, self._on_lost, heartbeat)
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        self._followers: WeakSet[Follower] = WeakSet()
        #: Told of every fact, and of nothing (None) when some may have been missed: for what this process remembers.
        self.heed: Callable[[Fact | None], None] = lambda fact: None
        metrics.FOLLOWERS.set_function(lambda: len(self._followers))

    @property
    def followers(self) -> int:
        return len(self._followers)

    def follow(self, wanted: Callable[[Fact], bool]) -> Follower:
        """The facts that are wanted, from now on; Failure UNAVAILABLE while the stream is not live."""
        if not self.connection.ready.is_set():
            raise unavailable()
        follower = Follower(wanted, self._followers.discard)
        self._followers.add(follower)
        return follower

    async def hand_out(self) -> None:
        """Run until cancelled: give each fact to those who want it."""
        while True:
            body = await self._arrived.get()
            try:
                fact = msgspec.json.decode(body, type=Fact)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                metrics.FACTS.labels("unreadable").inc()
                log.error("fact_unreadable", reason=str(error))
                continue
            metrics.FACTS.labels("read").inc()
            self.heed(fact)
            for follower in list(self._followers):
                self._hand_to(follower, fact)

    def _hand_to(self, follower: Follower, fact: Fact) -> None:
        try:
            in_time = not follower.wanted(fact) or follower.offer(fact)
        except Exception:
            log.exception("follower_failed", fact=fact.type)
            in_time = False
        if not in_time:
            metrics.DROPPED.labels("slow").inc()
            self._followers.discard(follower)
            follower.end(missed_some())

    async def _prepare(self, connection: AsyncioConnection) -> list[Channel]:
        channel = await Channel(connection).open()
        queue = f"facts.gateway-{uuid4()}"
        await channel.ask("queue_declare", queue=queue, exclusive=True, auto_delete=True)
        for service in SERVICES:
            exchange = f"{service}.facts"
            # The same arguments as the owner's, so that either may start first.
            arguments = {"alternate-exchange": "unrouted"}
            await channel.ask(
                "exchange_declare", exchange=exchange, exchange_type="topic", durable=True, arguments=arguments
            )
            await channel.ask("queue_bind", queue=queue, exchange=exchange, routing_key="#")
        await channel.ask("basic_consume", queue=queue, on_message_callback=self._on_fact, auto_ack=True)
        return [channel]

    def _on_fact(self, _channel: object, _method: object, _properties: object, body: bytes) -> None:
        try:
            self._arrived.put_nowait(body)
        except asyncio.QueueFull:
            self._on_lost()

    def _on_lost(self) -> None:
        self.heed(None)
        while not self._arrived.empty():
            self._arrived.get_nowait()
        for follower in list(self._followers):
            metrics.DROPPED.labels("resync").inc()
            self._followers.discard(follower)
            follower.end(missed_some())
