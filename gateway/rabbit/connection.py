"""One connection to the broker that is opened again whenever it breaks.

pika reports everything by callbacks, and an exception in one closes the connection: here a callback only moves what it
was given into a future, and everything else happens in tasks (reliability.md, section 4).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from socket import socket
from typing import Any

import structlog
from pika import URLParameters
from pika.adapters.asyncio_connection import AsyncioConnection

log = structlog.get_logger("maillage.gateway")

OPEN_WITHIN = 8.0
PREPARE_WITHIN = 8.0
CLOSE_WITHIN = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
#: Bytes.
READ_AT_ONCE = 64 * 1024
#: What the broker says of an exchange that is not there.
NOT_FOUND = 404


class Lost(Exception):
    """The connection or a channel is gone, with the reason that pika gave and the broker's code, if it was the broker
    that closed it."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code


class Channel:
    """A channel with awaitable methods. ``closed`` is done when it is gone; what was asked then fails with Lost."""

    def __init__(self, connection: AsyncioConnection) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._connection = connection
        self.raw: Any = None

    async def open(self) -> Channel:
        """The channel, open."""
        opened = self._promise()
        self.raw = self._connection.channel(on_open_callback=lambda _: _keep(opened, None))
        self.raw.add_on_close_callback(self._on_close)
        await opened
        return self

    async def ask(self, method: str, **arguments: Any) -> Any:
        """The broker's answer to one of the channel's methods (``queue_declare`` and the like)."""
        answered = self._promise()
        getattr(self.raw, method)(**arguments, callback=lambda frame: _keep(answered, frame))
        return await answered

    def _promise(self) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def _on_close(self, _channel: object, reason: BaseException) -> None:
        _keep(self.closed, None)
        for future in list(self._waiting):
            _fail(future, Lost(str(reason), getattr(reason, "reply_code", None)))


async def declare_exchange(connection: AsyncioConnection, name: str, arguments: dict[str, str] | None = None) -> None:
    """See to it that a durable topic exchange is there.

    It stands in the broker's definitions, and the gateway may not declare it; but on a broker that nobody prepared it
    may, and then does with the same arguments as its owner.
    """
    looking = await Channel(connection).open()
    try:
        await looking.ask("exchange_declare", exchange=name, passive=True)
    except Lost as lost:
        if lost.code != NOT_FOUND:
            raise
        looking = await Channel(connection).open()
        await looking.ask("exchange_declare", exchange=name, exchange_type="topic", durable=True, arguments=arguments)
    looking.raw.close()


class Gathering(AsyncioConnection):  # type: ignore[misc]
    """pika's connection, with fewer calls of the system: what is said in one turn of the event loop is one piece, which
    is sent without asking first whether it can be, and each time something came it is read once.

    pika makes three pieces of a message, waits for each turn of sending, and reads 4 KiB at a time until nothing comes.
    """

    _said: list[bytes]

    def _adapter_emit_data(self, data: bytes) -> None:
        if not self._said:
            self.ioloop.call_soon(self._send)
        self._said.append(data)

    def _proto_connection_made(self, transport: Any) -> None:
        self._said = []
        transport._MAX_RECV_BYTES, transport._MAX_CONSUME_BYTES = READ_AT_ONCE, 1
        super()._proto_connection_made(transport)

    def _send(self) -> None:
        """Send what was said; what does not go at once, or not at all, is left to pika."""
        said, self._said = b"".join(self._said), []
        transport: Any = self._transport
        if transport is None:
            return
        sent, plain = 0, getattr(transport, "_sock", None)
        if type(plain) is socket and not transport.get_write_buffer_size():
            with suppress(OSError):
                sent = plain.send(said)
        if sent < len(said):
            transport.write(said[sent:])


class Connection:
    """Keeps one connection open: connects, lets ``prepare`` open its channels, and begins again when it breaks.

    ``purpose`` names it in the broker's list and in the logs; ``on_lost`` is told each time that it broke.
    ``ready`` is set while it may be used and ``blocked`` while the broker takes nothing more (memory, disk).
    """

    def __init__(
        self,
        url: str,
        purpose: str,
        prepare: Callable[[AsyncioConnection], Awaitable[list[Channel]]],
        on_lost: Callable[[], None],
        heartbeat: int = 10,
    ) -> None:
        self.purpose = purpose
        self.ready = asyncio.Event()
        self.blocked = False
        self._prepare = prepare
        self._on_lost = on_lost
        self._parameters = URLParameters(url)
        self._parameters.heartbeat = heartbeat
        self._parameters.socket_timeout = OPEN_WITHIN / 2
        self._parameters.stack_timeout = OPEN_WITHIN / 2
        self._parameters.blocked_connection_timeout = 60
        self._parameters.connection_attempts = 1
        self._parameters.client_properties = {"connection_name": f"gateway {purpose}"}

    async def keep_open(self) -> None:
        """Run until cancelled."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._live_once()
                pause = FIRST_PAUSE
            except (Lost, TimeoutError, OSError) as error:
                log.warning("broker_not_reached", connection=self.purpose, reason=str(error) or type(error).__name__)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _live_once(self) -> None:
        """Connect, prepare, and return when the connection or one of its channels is gone."""
        gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        connection = await self._open(gone)
        try:
            async with asyncio.timeout(PREPARE_WITHIN):
                channels = await self._prepare(connection)
            self.ready.set()
            log.info("broker_connected", connection=self.purpose)
            endings: list[asyncio.Future[Any]] = [gone, *(channel.closed for channel in channels)]
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
            log.warning("broker_lost", connection=self.purpose, reason=gone.result() if gone.done() else "channel")
        finally:
            self.ready.clear()
            self.blocked = False
            self._on_lost()
            await self._close(connection, gone)

    async def _open(self, gone: asyncio.Future[str]) -> AsyncioConnection:
        opened: asyncio.Future[AsyncioConnection] = asyncio.get_running_loop().create_future()
        connection = Gathering(
            self._parameters,
            on_open_callback=lambda connection: _keep(opened, connection),
            on_open_error_callback=lambda _, error: _fail(opened, Lost(_reason(error))),
            on_close_callback=lambda _, reason: _keep(gone, _reason(reason)),
        )
        connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
        connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                return await opened
        except BaseException:
            _abort(connection)
            raise

    def _set_blocked(self, blocked: bool) -> None:
        self.blocked = blocked

    async def _close(self, connection: AsyncioConnection, gone: asyncio.Future[str]) -> None:
        """Close in good order within a short time, else cut: closing can hang while the broker has an alarm."""
        if connection.is_open:
            connection.close()
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                await asyncio.shield(gone)
        except TimeoutError:
            _abort(connection)


def _abort(connection: AsyncioConnection) -> None:
    transport = getattr(connection, "_transport", None)
    if transport is not None:
        transport.abort()


def _keep(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _reason(error: object) -> str:
    return f"{type(error).__name__}: {error}"
