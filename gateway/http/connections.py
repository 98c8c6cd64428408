"""What one connection may take: time and bytes to ask, time to read what it is sent; and how many one address may hold.
uvicorn itself would wait and read without end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gateway import metrics
from gateway.http.door import Given, Question
from gateway.remembered.answering import Headers
from gateway.sharing import address_of

#: Bytes of headers that are read; what a request may have is less (crowd.py) and is refused with an answer.
MOST_READ = 64 * 1024
#: Bytes that the system holds for a socket that does not read; it makes twice of it. As many wait before it.
MOST_UNREAD = 64 * 1024
#: The code with which a socket is closed that does not read what it is sent.
TOO_SLOW = 4413
#: Pieces of one message.
MOST_PIECES = 64
OK = b"HTTP/1.1 200 OK\r\n"

#: Headers, body, the caller's host: see Door.at_once.
AtOnce = Callable[[Headers, bytes, str | None], Given | Question | None]


def bounded(*, headers_within: float, each: int, most: int, at_once: AtOnce | None) -> type[HttpToolsProtocol]:
    """uvicorn's protocol with bounds: seconds for the headers to come, connections of one address and of all.

    ``at_once`` may answer a POST for /graphql that was read whole, or let it wait for the answer to another; then no
    task is begun for it.
    """

    class Bounded(HttpToolsProtocol):
        waiting: asyncio.TimerHandle | None = None
        in_headers = True
        unread = 0
        #: What came of a body that may be answered at once; None: uvicorn has it.
        body: list[bytes] | None = None
        #: Whether uvicorn's next task is to be held back; what is held back.
        hold = False
        held: tuple[Any, Any] | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            mine = address_of(self.client[0] if self.client else None)
            if len(self.connections) > most or sum(_held_by(other) == mine for other in self.connections) > each:
                self._cut("connections")
            else:
                self._wait()

        def data_received(self, data: bytes) -> None:
            if self.in_headers:
                self.unread += len(data)
            super().data_received(data)
            if self.body is not None:
                self._leave_to_uvicorn(self.body)
            if self.in_headers and self.unread > MOST_READ:
                self._cut("headers")
            elif self.in_headers:  # most headers come in one piece, and need no clock
                self._wait()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self.in_headers = True

        def on_headers_complete(self) -> None:
            self.in_headers = False
            self._stop_waiting()
            if at_once is not None and self._may_be_answered_at_once():
                self.body = []
            else:
                super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            if self.body is None:
                super().on_body(body)
            else:
                self.body.append(body)

        def on_message_complete(self) -> None:
            came, self.body = self.body, None
            outcome = None
            if came is not None and at_once is not None:
                outcome = at_once(self.headers, b"".join(came), self.client[0] if self.client else None)
            if isinstance(outcome, tuple):
                self.answer(outcome)
                return
            if outcome is not None:
                outcome.asker, self.hold = self, True
            if came is not None:
                self._leave_to_uvicorn(came)
            super().on_message_complete()

        def answer(self, given: Given) -> None:
            """See door.Asker."""
            if self.transport.is_closing():
                return
            body, headers = given
            lines = [b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *headers)]
            self.transport.write(b"".join((OK, *lines, b"\r\n", body)))
            if self.held is not None:
                (cycle, _), self.held = self.held, None
                cycle.response_started = cycle.response_complete = True
                if not cycle.keep_alive:  # the server is about to stop
                    self.transport.close()
            self.on_response_complete()

        def go_in(self, state: dict[str, bool]) -> bool:
            """See door.Asker."""
            if self.held is None or self.transport.is_closing():
                return False
            (cycle, app), self.held = self.held, None
            cycle.scope["state"].update(state)
            super()._start_asgi_task(cycle, app)
            return True

        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            if self.hold:
                self.held, self.hold = (cycle, app), False
            else:
                super()._start_asgi_task(cycle, app)

        def _may_be_answered_at_once(self) -> bool:
            """Nothing is under way on this connection, nor waits to be read, and it stays open afterwards."""
            return (
                self.url == b"/graphql"
                and self.parser.get_method() == b"POST"
                and self.parser.get_http_version() == "1.1"
                and self.parser.should_keep_alive()
                and not self.parser.should_upgrade()
                and (self.cycle is None or self.cycle.response_complete)
                and not self.flow.write_paused
                and not self.transport.is_closing()
            )

        def _leave_to_uvicorn(self, came: list[bytes]) -> None:
            self.body = None
            if not self.transport.is_closing():
                super().on_headers_complete()
                for piece in came:
                    super().on_body(piece)

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


def patient(*, reads_within: float) -> type[WebSocketsSansIOProtocol]:
    """uvicorn's WebSocket with an end to its patience: who reads nothing of what waits for it in so many seconds is
    told so, and as long afterwards it is cut off. uvicorn would keep it for as long as it stays."""

    class Patient(WebSocketsSansIOProtocol):
        patience: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNREAD)

        def pause_writing(self) -> None:
            super().pause_writing()
            # Who does not read is not read: otherwise each of its pings would be answered into the same buffer.
            self.transport.pause_reading()
            self._wait(self._give_up)

        def resume_writing(self) -> None:
            super().resume_writing()
            if self.transport.is_closing():
                return
            self._stop_waiting()
            if not self.read_paused:
                self.transport.resume_reading()

        def handle_cont(self, event: Any) -> None:
            super().handle_cont(event)
            if len(self.frames) > MOST_PIECES:
                self._close(1009, "Too many pieces")

        def keepalive_timeout(self) -> None:
            super().keepalive_timeout()
            self._wait(self.transport.abort)

        async def send(self, message: Any) -> None:
            await super().send(message)
            if self.close_sent:
                self._wait(self.transport.abort)

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _give_up(self) -> None:
            metrics.DROPPED.labels("unread").inc()
            self._close(TOO_SLOW, "What was sent is not read")

        def _close(self, code: int, reason: str) -> None:
            """Say why after what waits already, and be gone soon, heard or not."""
            if not self.close_sent:
                self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
                self.conn.send_close(code, reason)
                self.transport.write(b"".join(self.conn.data_to_send()))
                self.close_sent = True
                self.transport.close()
            self._wait(self.transport.abort)

        def _wait(self, then: Any) -> None:
            self._stop_waiting()
            self.patience = self.loop.call_later(reads_within, then)

        def _stop_waiting(self) -> None:
            if self.patience is not None:
                self.patience.cancel()
            self.patience = None

    return Patient


def _held_by(connection: Any) -> str:
    client = getattr(connection, "client", None)
    return address_of(client[0] if client else None)
