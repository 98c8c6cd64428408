"""What a front-end does: asks and commands over HTTP, watches over a WebSocket. Nothing but the public API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

#: Seconds that a watcher waits for what it expects.
PATIENCE = 20.0

Json = dict[str, Any]


class NotAsTold(RuntimeError):
    """The network did something else than the story says."""


@dataclass
class FrontEnd:
    """One person's front-end."""

    http: httpx.AsyncClient
    url: str
    token: str | None = None

    async def ask(self, query: str, **variables: Any) -> Json:
        """The data that answers a query; NotAsTold with the errors when there are any."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.http.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        body: Json = answer.json()
        if body.get("errors"):
            raise NotAsTold(json.dumps(body["errors"], ensure_ascii=False))
        data: Json = body["data"]
        return data

    async def do(self, mutation: str, shown: str, **given: Any) -> Json:
        """The payload of a mutation that must be accepted; ``shown`` is what to select of it."""
        payload = await self.attempt(mutation, shown, **given)
        if payload["problems"]:
            raise NotAsTold(f"{mutation}: {json.dumps(payload['problems'], ensure_ascii=False)}")
        return payload

    async def attempt(self, mutation: str, shown: str, **given: Any) -> Json:
        """The payload of a mutation, with the problems if it was refused."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = (
            f"mutation Do($input: {kind}!) {{ {mutation}(input: $input) "
            f"{{ problems {{ code message blockedBy {{ code message fix }} }} {shown} }} }}"
        )
        payload: Json = (await self.ask(query, input=given))[mutation]
        return payload


@dataclass
class Watching:
    """What one subscription has shown so far, and a way to wait for what it will show."""

    shown: list[Json] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, wanted: Callable[[Json], bool], what: str) -> Json:
        """The first item that is wanted; NotAsTold when it does not come."""
        looked_at = 0
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    self.news.clear()
                    for item in self.shown[looked_at:]:
                        looked_at += 1
                        if wanted(item):
                            return item
                    await self.news.wait()
        except TimeoutError:
            raise NotAsTold(f"{what} was not shown within {PATIENCE:.0f} s") from None


@asynccontextmanager
async def watching(front_end: FrontEnd, subscription: str) -> AsyncIterator[Watching]:
    """Subscribe over ``graphql-transport-ws`` for the time of the block."""
    address = front_end.url.replace("http", "ws", 1) + "/graphql"
    protocol = websockets.Subprotocol("graphql-transport-ws")
    seen = Watching()
    async with websockets.connect(address, subprotocols=[protocol], origin=websockets.Origin(front_end.url)) as socket:
        payload = {"authorization": f"Bearer {front_end.token}"} if front_end.token else {}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        if json.loads(await socket.recv())["type"] != "connection_ack":
            raise NotAsTold("the gateway did not acknowledge the connection")
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": subscription}}))
        # Answered in order: after the pong the subscription stands.
        await socket.send(json.dumps({"type": "ping"}))
        while json.loads(message := await socket.recv())["type"] != "pong":
            _show(seen, json.loads(message))
        reading = asyncio.create_task(_read(socket, seen))
        try:
            yield seen
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(socket: Any, seen: Watching) -> None:
    async for message in socket:
        _show(seen, json.loads(message))


def _show(seen: Watching, message: Json) -> None:
    if message["type"] == "next":
        [item] = message["payload"]["data"].values()
        seen.shown.append(item)
        seen.news.set()
    elif message["type"] == "error":
        raise NotAsTold(json.dumps(message["payload"], ensure_ascii=False))
