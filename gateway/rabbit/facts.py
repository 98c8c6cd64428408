"""Everything that the services tell, as it happens, for whoever follows.

A fact is believed of its service's relay, and of the operator's account, which tells again what was set aside
(decision 38): the broker vouches for the name that a message bears. What anybody else tells is passed over.

One private queue bound to every service's facts. It lives as long as its connection: when that breaks, facts may be
missed, so everybody who follows is told to fetch again (RESYNC), and an era of positions ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4
from weakref import WeakSet

import msgspec
import structlog
from pika import BasicProperties
from pika.adapters.asyncio_connection import AsyncioConnection

from gateway import metrics
from gateway.facts import Fact
from gateway.following import Follower, Recent, Told, Wanted
from gateway.problems import unavailable
from gateway.rabbit.connection import Channel, Connection, declare_exchange
from gateway.together import Together

log = structlog.get_logger("maillage.gateway")

SERVICES = ("people", "incubator", "coalitions", "events")
#: Facts that wait to be handed out; more, and everybody has to fetch again.
BACKLOG = 10_000
#: Where relays say how far they have come, and the kind of thing that says so (gateway/remembered/watermarks.py).
WATERMARKS, RELAY = "watermarks", "relay"
#: The operator's account.
CLI = "cli"


def may_tell(sender: str | None, fact: Fact) -> bool:
    """Whether this account is believed to tell this fact, or how far its service's facts have come."""
    return sender in (f"{fact.source}-relay", CLI)


class FactStream:
    """The stream of facts, shared by all subscriptions of this process."""

    def __init__(self, url: str, heartbeat: int = 10) -> None:
        self.connection = Connection(url, "facts", self._prepare, self._on_lost, heartbeat)
        self.recent = Recent()
        self.together = Together()
        self._arrived: asyncio.Queue[tuple[str | None, bytes]] = asyncio.Queue(BACKLOG)
        self._followers: WeakSet[Follower] = WeakSet()
        #: Told of every fact, and of nothing (None) when some may have been missed: for what this process remembers.
        self.heed: Callable[[Fact | None], None] = lambda fact: None
        metrics.FOLLOWERS.set_function(lambda: len(self._followers))

    @property
    def followers(self) -> int:
        return len(self._followers)

    @property
    def position(self) -> str:
        """Where the stream is now: what is followed after it begins with the next fact. Failure UNAVAILABLE while it is
        not live."""
        if not self.connection.ready.is_set():
            raise unavailable()
        return self.recent.position

    def follow(self, wanted: Wanted, after: str | None = None) -> Follower:
        """The facts that are wanted, after a position or from now on.

        Failure UNAVAILABLE while the stream is not live, RESYNC when not all that came after the position is kept.
        """
        number = self.recent.number(self.position if after is None else after)
        follower = Follower(self.recent, wanted, number, self._followers.discard)
        self._followers.add(follower)
        return follower

    def who_sees(self, told: Told) -> Fact:
        """The latest fact by which its owner said who may see the thing that this one is about, itself unless another
        came since."""
        return self.recent.said_since(told) or told.fact

    async def hand_out(self) -> None:
        """Run until cancelled: give each fact to those who want it."""
        while True:
            sender, body = await self._arrived.get()
            try:
                fact = msgspec.json.decode(body, type=Fact)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                metrics.FACTS.labels("unreadable").inc()
                log.error("fact_unreadable", reason=str(error))
                continue
            if not may_tell(sender, fact):
                metrics.FACTS.labels("refused").inc()
                log.error("fact_refused", sender=sender, source=fact.source, type=fact.type, fact=fact.id)
                continue
            self.heed(fact)
            if fact.kind == RELAY:
                continue
            self._add(fact, len(body))
            # A queue that is not empty gives without a pause, and others have to do something too.
            await asyncio.sleep(0)

    def _add(self, fact: Fact, size: int) -> None:
        told = self.recent.add(fact, size)
        metrics.FACTS.labels("read" if told else "again").inc()
        if told:
            self.together.forget()
            for follower in list(self._followers):
                follower.hear(fact)

    async def _prepare(self, connection: AsyncioConnection) -> list[Channel]:
        channel = await Channel(connection).open()
        queue = f"facts.gateway-{uuid4()}"
        await channel.ask("queue_declare", queue=queue, exclusive=True, auto_delete=True)
        for service in SERVICES:
            exchange = f"{service}.facts"
            await declare_exchange(connection, exchange, {"alternate-exchange": "unrouted"})
            await channel.ask("queue_bind", queue=queue, exchange=exchange, routing_key="#")
        await declare_exchange(connection, WATERMARKS)
        await channel.ask("queue_bind", queue=queue, exchange=WATERMARKS, routing_key="#")
        await channel.ask("basic_consume", queue=queue, on_message_callback=self._on_fact, auto_ack=True)
        return [channel]

    def _on_fact(self, _channel: object, _method: object, properties: BasicProperties, body: bytes) -> None:
        try:
            self._arrived.put_nowait((properties.user_id, body))
        except asyncio.QueueFull:
            self._on_lost()

    def _on_lost(self) -> None:
        self.heed(None)
        while not self._arrived.empty():
            self._arrived.get_nowait()
        self.recent.begin_anew()
        self.together.forget()
        for follower in list(self._followers):
            follower.wake()
