"""Calls to the services in nameko's wire format.

A call ends in one of four ways: an answer (which may be a refusal), UNAVAILABLE (nothing was done), OUTCOME_UNKNOWN
(a command was sent and nobody knows what became of it), or a code that the service itself gave. It never takes longer
than its deadline, whatever the broker does.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from pika import BasicProperties
from pika.adapters.asyncio_connection import AsyncioConnection

from gateway import metrics
from gateway.calls import Answer
from gateway.identity.passports import Passports
from gateway.identity.principal import Principal
from gateway.problems import Failure, forbidden, internal, outcome_unknown, unauthenticated, unavailable
from gateway.rabbit.connection import Channel, Connection, declare_exchange

log = structlog.get_logger("maillage.gateway")

EXCHANGE = "nameko-rpc"
LARGEST_ANSWER = 8 * 1024 * 1024


class WireError(msgspec.Struct, frozen=True):
    """Why a call did not get through to its method."""

    exc_type: str
    value: Any = None


class Reply(msgspec.Struct, frozen=True):
    """The body of an answer on the wire."""

    result: Answer | None = None
    error: WireError | None = None


@dataclass
class Pending:
    """A call under way. ``sent`` tells whether the broker may have it, so whether a command may have been done."""

    name: str
    command: bool
    reply: asyncio.Future[Reply] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    sent: bool = False

    def fail(self, failure: Failure) -> None:
        if not self.reply.done():
            self.reply.set_exception(failure)

    def lost(self) -> None:
        """The way there or back is gone."""
        self.fail(outcome_unknown() if self.command and self.sent else unavailable())


class RpcClient:
    """The services' RPC. Two connections: one that publishes, one on which the answers come.

    ``name`` is that of the process, which is that of its account: the broker takes no call that bears another's.
    """

    def __init__(
        self,
        url: str,
        passports: Passports,
        *,
        name: str = "gateway",
        heartbeat: int = 10,
        question_within: float = 5.0,
        command_within: float = 10.0,
        most_calls: int = 500,
    ) -> None:
        self._passports = passports
        self._name = name
        self._within = {False: question_within, True: command_within}
        self._most_calls = most_calls
        #: Ids of calls begin with what no other process has.
        self._of_ours, self._numbers = token_hex(10), count(1)
        self._pending: dict[str, Pending] = {}
        self._unconfirmed: dict[int, str] = {}
        self._published = 0
        self._publishing: Channel | None = None
        self._reply_to = ""
        self.publisher = Connection(url, "calls", self._prepare_publishing, self._on_publisher_lost, heartbeat)
        self.consumer = Connection(url, "answers", self._prepare_answers, self._on_consumer_lost, heartbeat)

    @property
    def ready(self) -> bool:
        """Whether calls can be made now."""
        return self.publisher.ready.is_set() and self.consumer.ready.is_set() and not self.publisher.blocked

    @property
    def in_flight(self) -> int:
        return len(self._pending)

    async def call(
        self,
        service: str,
        method: str,
        request: dict[str, Any],
        *,
        principal: Principal,
        correlation_id: str,
        idempotency_key: str | None = None,
        command: bool = False,
    ) -> Answer:
        """Ask ``service.method`` within its deadline; see the module for how it may end. Raises Failure."""
        name, started = f"{service}.{method}", time.monotonic()
        outcome = "cancelled"
        try:
            async with asyncio.timeout(self._within[command]):
                reply = await self._exchange(name, request, principal, correlation_id, idempotency_key, command)
            answer = _answer(reply, name, command)
            outcome = "refused" if answer.problems else "ok"
            return answer
        except TimeoutError:
            outcome = "late"
            raise (outcome_unknown() if command else unavailable()) from None
        except Failure as failure:
            outcome = failure.code.lower()
            raise
        finally:
            metrics.CALLS.labels(service, method, outcome).observe(time.monotonic() - started)

    async def _exchange(
        self,
        name: str,
        request: dict[str, Any],
        principal: Principal,
        correlation_id: str,
        idempotency_key: str | None,
        command: bool,
    ) -> Reply:
        if not self.ready or self._publishing is None or len(self._pending) >= self._most_calls:
            raise unavailable()
        milliseconds = int(self._within[command] * 1000)
        call_id = f"{self._of_ours}{next(self._numbers):012x}"
        headers = {
            "nameko.passport": self._passports.of(principal),
            "nameko.correlation_id": correlation_id,
            "nameko.deadline": int(time.time() * 1000) + milliseconds,
        }
        if idempotency_key is not None:
            headers["nameko.idempotency_key"] = idempotency_key
        properties = BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            reply_to=self._reply_to,
            user_id=self._name,
            correlation_id=call_id,
            expiration=str(milliseconds),
            headers=headers,
        )
        body = msgspec.json.encode({"args": [], "kwargs": {"request": request}})
        pending = self._pending[call_id] = Pending(name, command)
        try:
            self._publish(self._publishing, call_id, pending, properties, body)
            return await pending.reply
        finally:
            del self._pending[call_id]

    def _publish(
        self, channel: Channel, call_id: str, pending: Pending, properties: BasicProperties, body: bytes
    ) -> None:
        self._published += 1
        self._unconfirmed[self._published] = call_id
        pending.sent = True
        channel.raw.basic_publish(EXCHANGE, pending.name, body, properties, mandatory=True)

    # What follows is called by pika and only moves data.

    async def _prepare_publishing(self, connection: AsyncioConnection) -> list[Channel]:
        await declare_exchange(connection, EXCHANGE)
        channel = await Channel(connection).open()
        channel.raw.add_on_return_callback(self._on_return)
        confirming = asyncio.get_running_loop().create_future()
        channel.raw.confirm_delivery(self._on_confirm, callback=lambda _: confirming.set_result(None))
        await confirming
        self._published = 0
        self._publishing = channel
        return [channel]

    async def _prepare_answers(self, connection: AsyncioConnection) -> list[Channel]:
        await declare_exchange(connection, EXCHANGE)
        channel = await Channel(connection).open()
        queue = f"rpc.reply-{self._name}-{uuid4()}"
        await channel.ask("queue_declare", queue=queue, exclusive=True, auto_delete=True)
        await channel.ask("queue_bind", queue=queue, exchange=EXCHANGE, routing_key=queue)
        await channel.ask("basic_consume", queue=queue, on_message_callback=self._on_answer, auto_ack=True)
        self._reply_to = queue
        return [channel]

    def _on_answer(self, _channel: object, _method: object, properties: BasicProperties, body: bytes) -> None:
        pending = self._pending.get(properties.correlation_id or "")
        if pending is None or pending.reply.done():
            metrics.STRAY_ANSWERS.inc()
            return
        try:
            if len(body) > LARGEST_ANSWER:
                raise msgspec.DecodeError(f"{len(body)} bytes")
            pending.reply.set_result(msgspec.json.decode(body, type=Reply))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            log.error("answer_unreadable", call=pending.name, reason=str(error))
            pending.fail(internal())

    def _on_return(self, _channel: object, _method: object, properties: BasicProperties, _body: bytes) -> None:
        pending = self._pending.get(properties.correlation_id or "")
        if pending is not None:
            pending.fail(unavailable())

    def _on_confirm(self, frame: Any) -> None:
        tag, refused = frame.method.delivery_tag, frame.method.NAME == "Basic.Nack"
        tags = [each for each in self._unconfirmed if each <= tag] if frame.method.multiple else [tag]
        for each in tags:
            pending = self._pending.get(self._unconfirmed.pop(each, ""))
            if refused and pending is not None:
                pending.fail(unavailable())

    def _on_publisher_lost(self) -> None:
        """Calls that the broker has confirmed may still be answered; the others are lost."""
        self._publishing = None
        for call_id in self._unconfirmed.values():
            if call_id in self._pending:
                self._pending[call_id].lost()
        self._unconfirmed.clear()

    def _on_consumer_lost(self) -> None:
        """The queue of answers is gone, and with it every answer under way."""
        for pending in list(self._pending.values()):
            pending.lost()


def _answer(reply: Reply, name: str, command: bool) -> Answer:
    """The answer in a reply, or the Failure that stands for the service's error."""
    if reply.error is None:
        if reply.result is None:
            log.error("answer_unreadable", call=name, reason="neither result nor error")
            raise internal()
        return reply.result
    code = reply.error.exc_type
    if code in ("DEADLINE_PASSED", "UNAVAILABLE"):
        raise unavailable()
    if code == "OUTCOME_UNKNOWN":
        raise outcome_unknown()
    if code == "UNAUTHENTICATED":
        raise unauthenticated()
    if code == "FORBIDDEN":
        raise forbidden()
    log.error("call_failed", call=name, code=code)
    raise internal()
