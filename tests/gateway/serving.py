"""The gateway served over a real socket, for tests: HTTP and WebSocket as a client sees them."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, BinaryIO

import httpx
import uvicorn
from websockets.sync.client import ClientConnection, connect

from gateway.__main__ import server_options
from gateway.app import Gateway


@dataclass
class Serving:
    """A gateway that runs in a thread of its own."""

    url: str
    gateway: Gateway
    server: Announcing
    client: httpx.Client

    @classmethod
    @contextmanager
    def running(cls, gateway: Gateway) -> Iterator[Serving]:
        """Serve within the block, ready from its beginning."""
        listener = socket.create_server(("127.0.0.1", 0))
        door = gateway.app()
        server = Announcing(uvicorn.Config(door, **server_options(gateway.settings, door)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.up.wait(20)
            with httpx.Client(timeout=30) as client:
                serving = cls(f"http://127.0.0.1:{listener.getsockname()[1]}", gateway, server, client)
                serving.wait_until_ready()
                yield serving
        finally:
            server.should_exit = True
            thread.join(30)

    def wait_until_ready(self) -> None:
        """Return when ``/readyz`` says so; it is asked on one connection until then."""
        for _ in range(2000):
            if self.client.get(f"{self.url}/readyz").status_code == 200:
                return
        raise AssertionError(f"not ready: {httpx.get(self.url + '/readyz').text}")

    def post(self, query: str, token: str | None = None, headers: dict[str, Any] | None = None, **more: Any) -> Any:
        """The body of the answer to a query."""
        return self.respond({"query": query, **more}, token, headers).json()

    def respond(self, body: Any, token: str | None = None, headers: dict[str, Any] | None = None) -> httpx.Response:
        """The answer to a body, given as bytes or as what becomes JSON."""
        sent: dict[str, Any] = {"content-type": "application/json", **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"{self.url}/graphql", content=content, headers=sent)

    def steps(self, query: str, **more: Any) -> tuple[Any, int]:
        """The body of the answer to a query, and the calls and returns of functions that it took.

        They are what the gateway's thread did for it, however fast or busy the machine is: a second of processor
        is some three million of them.
        """
        told = count()
        self._watch(lambda frame, event, arg: next(told))
        try:
            answer = self.post(query, **more)
        finally:
            self._watch(None)
        return answer, next(told)

    def _watch(self, watcher: Any) -> None:
        done = threading.Event()
        self.server.loop.call_soon_threadsafe(lambda: (done.set(), sys.setprofile(watcher)))
        assert done.wait(30)

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A connection of one's own for HTTP."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), 30) as connection, connection.makefile("rb") as lines:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield Line(connection, lines, host)

    @contextmanager
    def socket(self, init: dict[str, Any] | None = None, **options: Any) -> Iterator[ClientConnection]:
        """A WebSocket that is acknowledged."""
        with self.raw_socket(**options) as connection:
            connection.send(json.dumps({"type": "connection_init", "payload": init or {}}))
            assert json.loads(connection.recv(5))["type"] == "connection_ack"
            yield connection

    def raw_socket(self, protocol: str | None = "graphql-transport-ws", **options: Any) -> ClientConnection:
        """A WebSocket on which nothing was said yet."""
        url = f"ws{self.url.removeprefix('http')}/graphql"
        protocols: Any = [protocol] if protocol else None
        return connect(url, subprotocols=protocols, close_timeout=2, **options)


@dataclass
class Answered:
    """An answer over a line: its headers in small letters, and its JSON."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Line:
    """One HTTP connection, of which the test says in how many pieces a request is sent."""

    connection: socket.socket
    lines: BinaryIO
    host: str

    def send(self, *bodies: Any, pieces: int = 1, **headers: str) -> None:
        """Send a request for each body, bytes or what becomes JSON, one after the other, and wait for no answer."""
        contents = (body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies)
        said = b"".join(self._request(content, headers) for content in contents)
        size = -(-len(said) // pieces)
        for start in range(0, len(said), size):
            self.connection.sendall(said[start : start + size])

    def answer(self) -> Answered:
        """The next answer."""
        status = int(self.lines.readline().split()[1])
        headers = dict(line.decode().strip().lower().split(": ", 1) for line in iter(self.lines.readline, b"\r\n"))
        return Answered(status, headers, json.loads(self.lines.read(int(headers["content-length"]))))

    def _request(self, content: bytes, headers: dict[str, str]) -> bytes:
        named = {
            "host": self.host,
            "content-type": "application/json",
            "content-length": str(len(content)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        return f"POST /graphql HTTP/1.1\r\n{lines}\r\n".encode() + content


class Announcing(uvicorn.Server):
    """A server that tells when it has started, and in which loop."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.up.set()


def subscribe(connection: ClientConnection, query: str, id: str = "1") -> None:
    """Send a subscription."""
    connection.send(json.dumps({"id": id, "type": "subscribe", "payload": {"query": query}}))


def receive(connection: ClientConnection, timeout: float = 30) -> Any:
    """The next message."""
    return json.loads(connection.recv(timeout))
