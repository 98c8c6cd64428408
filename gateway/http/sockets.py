"""The protocol graphql-transport-ws, and what it leaves to the server: how far each subscription is, in ``pong``."""

from __future__ import annotations

from typing import Any

from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import PingMessage

from gateway.context import Context
from gateway.schema.live import OPERATION


class Conversation(BaseGraphQLTransportWSHandler[Context, None]):
    """What is said on one socket."""

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        OPERATION.set(operation.id)
        await super().run_operation(operation)

    async def handle_ping(self, message: PingMessage) -> None:
        """Answer with how far each subscription is."""
        assert self.context.socket is not None
        positions = {id: follower.position for id, follower in self.context.socket.followers.items()}
        pong: dict[str, Any] = {"type": "pong", **({"payload": {"positions": positions}} if positions else {})}
        await self.websocket.send_json(pong)
