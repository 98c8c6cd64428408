"""One socket of a front-end, of which a test reads message by message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

Json = dict[str, Any]


class Client:
    """One socket of a front-end."""

    def __init__(self, connection: ClientConnection, ack: Json) -> None:
        self.connection = connection
        self.put_aside: list[Json] = []
        self.begun: str = ack["payload"]["position"]

    def subscribe(self, document: str, id: str = "1", operation: str | None = None, **variables: Any) -> None:
        payload = {"query": document, "variables": variables, "operationName": operation}
        self.connection.send(json.dumps({"id": id, "type": "subscribe", "payload": payload}))

    def leave(self, id: str) -> None:
        """End a subscription."""
        self.connection.send(json.dumps({"id": id, "type": "complete"}))

    def said(self) -> Json:
        """The next message."""
        return self.put_aside.pop(0) if self.put_aside else self._next()

    def _next(self) -> Json:
        message: Json = json.loads(self.connection.recv(30))
        return message

    def item(self) -> tuple[Any, str]:
        """What the next message shows, and its position."""
        payload = self.said()["payload"]
        assert payload.get("errors") is None, payload
        [shown] = payload["data"].values()
        return shown, payload["extensions"]["position"]

    def refusal(self) -> tuple[str, str]:
        """The code and the sentence with which a subscription ends."""
        [error] = self.said()["payload"]["errors"]
        assert self.said()["type"] == "complete"
        return error["extensions"]["code"], error["message"]

    def positions(self) -> dict[str, str]:
        """How far the subscriptions are, as the gateway says when it is asked."""
        self.connection.send('{"type": "ping"}')
        while (pong := self._next())["type"] != "pong":
            self.put_aside.append(pong)
        positions: dict[str, str] = pong.get("payload", {}).get("positions", {})
        return positions


@contextmanager
def opened(url: str, token: str | None = None, **options: Any) -> Iterator[Client]:
    """A socket of the gateway at this address within the block; leaving it is losing the connection."""
    init = {"authorization": f"Bearer {token}"} if token else {}
    address = f"ws{url.removeprefix('http')}/graphql"
    protocols: Any = ["graphql-transport-ws"]
    with connect(address, subprotocols=protocols, close_timeout=2, proxy=None, **options) as connection:
        connection.send(json.dumps({"type": "connection_init", "payload": init}))
        yield Client(connection, json.loads(connection.recv(10)))
