"""Many front-ends at once, cheaply: HTTP/1.1 over connections that are kept, as little of Python as can be."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class NotAnswered(RuntimeError):
    """What was asked was refused, or failed; the text is the answer."""


@dataclass(frozen=True)
class Request:
    """One GraphQL operation, as somebody."""

    query: str
    variables: dict[str, Any]
    token: str | None = None


@dataclass(frozen=True)
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    async def send(self, request: Request) -> float:
        """Seconds until the answer is there; NotAnswered unless it is data without errors and problems."""
        body = json.dumps({"query": request.query, "variables": request.variables}).encode()
        own = f"authorization: Bearer {request.token}\r\n" if request.token else ""
        head = (
            f"POST /graphql HTTP/1.1\r\nhost: {self.host}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{own}\r\n"
        )
        began = time.perf_counter()
        self.writer.write(head.encode() + body)
        answered = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answered.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        answer = await self.reader.readexactly(length)
        seconds = time.perf_counter() - began
        if b" 200 " not in answered[:16] or b'"errors":' in answer or b'"problems":[{' in answer.replace(b" ", b""):
            raise NotAnswered(answer.decode(errors="replace")[:600])
        return seconds


@asynccontextmanager
async def lines(url: str, count: int) -> AsyncIterator[list[Line]]:
    """So many connections to a gateway."""
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port}"
    opened = [Line(*await asyncio.open_connection(parts.hostname, parts.port), host) for _ in range(count)]
    try:
        yield opened
    finally:
        for line in opened:
            line.writer.close()


async def send_all(requests: Sequence[Request], over: Sequence[Line]) -> list[float]:
    """Each line sends its next request when the last is answered; the seconds of each."""
    waiting = iter(requests)
    took: list[float] = []

    async def one(line: Line) -> None:
        for request in waiting:
            took.append(await line.send(request))

    await asyncio.gather(*(one(line) for line in over))
    return took
