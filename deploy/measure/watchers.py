"""Many subscribers at once, cheaply: of what arrives only the time and the text are kept."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
#: Sockets that are opened without waiting: each has little time to say who is there.
AT_ONCE = 50


def handshake(host: str) -> bytes:
    """The request that makes a connection a WebSocket."""
    return (
        f"GET /graphql HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    ).encode()


def frame(kind: int, payload: bytes) -> bytes:
    """What a client sends, of less than 64 KB, under a mask that changes nothing."""
    short = len(payload) < 126
    length = bytes([128 | len(payload)]) if short else b"\xfe" + len(payload).to_bytes(2)
    return bytes([128 | kind]) + length + bytes(4) + payload


def said(message: dict[str, Any]) -> bytes:
    return frame(TEXT, json.dumps(message).encode())


def first_frame(unread: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame that a server sent, if it is there whole: its kind, its payload, and what follows."""
    if len(unread) < 2:
        return None
    start, length = 2, unread[1]
    for code, more in ((126, 2), (127, 8)):
        if length == code:
            start, length = 2 + more, int.from_bytes(unread[2 : 2 + more])
            break
    end = start + length
    return (unread[0] & 15, unread[start:end], unread[end:]) if len(unread) >= end else None


class Watcher(asyncio.Protocol):
    """One WebSocket with one subscription (RFC 6455, as much as the gateway sends: frames in one piece)."""

    def __init__(self, host: str, document: str, variables: dict[str, Any], token: str | None) -> None:
        self._host = host
        self._subscribe = {"id": "1", "type": "subscribe", "payload": {"query": document, "variables": variables}}
        self._init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"} if token else {}}
        self._unread = b""
        self._shaken = False
        #: When what arrived.
        self.arrived: list[tuple[float, str]] = []
        self.more = asyncio.Event()
        self._follows = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(handshake(self._host))

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._unread += data
        if not self._shaken:
            head, end, rest = self._unread.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head, head
            self._shaken, self._unread = True, rest
            self._transport.write(said(self._init))
        while (first := first_frame(self._unread)) is not None:
            kind, payload, self._unread = first
            self._take(now, kind, payload)

    def leave(self) -> None:
        self._transport.abort()

    async def following(self) -> None:
        """Return when it is shown what happens from now on: the gateway says so when it is asked how far it is."""
        async with asyncio.timeout(60):
            while not self._follows:
                if self._shaken:
                    self._transport.write(said({"type": "ping"}))
                await asyncio.sleep(0.05)

    def _take(self, now: float, kind: int, payload: bytes) -> None:
        if kind == PING:
            self._transport.write(frame(PONG, payload))
        elif payload.startswith(b'{"type":"connection_ack"'):
            self._transport.write(said(self._subscribe))
        elif payload.startswith(b'{"type":"pong"'):
            self._follows = self._follows or b'"positions"' in payload
        elif kind == TEXT:
            self.arrived.append((now, payload.decode()))
            self.more.set()


@asynccontextmanager
async def watchers(
    url: str, count: int, document: str, variables: dict[str, Any], token: str | None = None
) -> AsyncIterator[list[Watcher]]:
    """So many sockets that all have subscribed to the same; cut off after the block."""
    loop, opened = asyncio.get_running_loop(), list[Watcher]()
    host, port = _address(url)
    try:
        for number in range(count):
            _, watcher = await loop.create_connection(
                lambda: Watcher(f"{host}:{port}", document, variables, token), host, port
            )
            opened.append(watcher)
            if number % AT_ONCE == AT_ONCE - 1:
                await watcher.following()
        yield opened
    finally:
        for watcher in opened:
            watcher.leave()


def never_reading(url: str, document: str, times: int) -> socket.socket:
    """A socket that has subscribed so many times to the same, and of which nothing is read ever after."""
    (host, port), raw = _address(url), socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, port))
    raw.sendall(handshake(f"{host}:{port}"))
    while b"\r\n\r\n" not in raw.recv(4096):
        continue
    raw.sendall(said({"type": "connection_init"}))
    for number in range(times):
        raw.sendall(said({"id": str(number), "type": "subscribe", "payload": {"query": document}}))
    return raw


def closed_with(raw: socket.socket) -> int | None:
    """What who never read finds when all is over: the code with which it was closed, None when it was only cut off."""
    unread = b""
    with suppress(ConnectionError):
        while data := raw.recv(65536):
            unread += data
    while (first := first_frame(unread)) is not None:
        kind, payload, unread = first
        if kind == CLOSE:
            return int.from_bytes(payload[:2])
    return None


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port
