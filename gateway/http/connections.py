"""Connections on which nothing is asked yet: how long one may take to ask, how much it may say until then, how many
one address may hold. uvicorn itself would wait and read without end."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway import metrics
from gateway.sharing import address_of

#: Bytes of headers that are read; what a request may have is less (crowd.py) and is refused with an answer.
MOST_READ = 64 * 1024


def bounded(*, headers_within: float, each: int, most: int) -> type[HttpToolsProtocol]:
    """uvicorn's protocol with bounds: seconds for the headers to come, connections of one address and of all."""

    class Bounded(HttpToolsProtocol):
        waiting: asyncio.TimerHandle | None = None
        unread = 0

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            mine = address_of(self.client[0] if self.client else None)
            if len(self.connections) > most or sum(_held_by(other) == mine for other in self.connections) > each:
                self._cut("connections")
            else:
                self._wait()

        def data_received(self, data: bytes) -> None:
            if self.waiting is not None:
                self.unread += len(data)
            super().data_received(data)
            if self.waiting is not None and self.unread > MOST_READ:
                self._cut("headers")

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._wait()

        def on_headers_complete(self) -> None:
            self._stop_waiting()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self.waiting is None:
                self.waiting = self.loop.call_later(headers_within, self._cut, "slow")

        def _stop_waiting(self) -> None:
            if self.waiting is not None:
                self.waiting.cancel()
            self.waiting, self.unread = None, 0

        def _cut(self, reason: str) -> None:
            metrics.REFUSED.labels(reason).inc()
            self._stop_waiting()
            self.transport.abort()

    return Bounded


def _held_by(connection: Any) -> str:
    client = getattr(connection, "client", None)
    return address_of(client[0] if client else None)
