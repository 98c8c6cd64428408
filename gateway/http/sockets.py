"""The protocol graphql-transport-ws, and what it leaves to the server: how far each subscription is, in ``pong``."""

from __future__ import annotations

from typing import Any

from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import PingMessage, SubscribeMessage

from gateway.collector import DEPARTURES
from gateway.context import Context
from gateway.schema.live import OPERATION


class Conversation(BaseGraphQLTransportWSHandler[Context, None]):
    """What is said on one socket."""

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        OPERATION.set(operation.id)
        await super().run_operation(operation)

    async def shutdown(self) -> None:
        await super().shutdown()
        DEPARTURES.one()

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation; what has not the form of one is no message of the protocol."""
        if is_request(message["payload"]):
            await super().handle_subscribe(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def cleanup_operation(self, operation_id: str) -> None:
        self._follow_no_more(operation_id)
        await super().cleanup_operation(operation_id)

    def forget_id(self, id: str) -> None:
        self._follow_no_more(id)
        super().forget_id(id)

    def _follow_no_more(self, id: str) -> None:
        """Its id may be another's next; the follower itself may lie about for a while until it is collected."""
        assert self.context.socket is not None
        self.context.socket.followers.pop(id, None)

    async def handle_ping(self, message: PingMessage) -> None:
        """Answer with how far each subscription is."""
        assert self.context.socket is not None
        positions = {id: follower.position for id, follower in self.context.socket.followers.items()}
        pong: dict[str, Any] = {"type": "pong", **({"payload": {"positions": positions}} if positions else {})}
        await self.websocket.send_json(pong)


def is_request(payload: object) -> bool:
    """Whether this has the form of a request: over HTTP strawberry itself looks at it."""
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
