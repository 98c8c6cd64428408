"""What the resolvers of one request share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import strawberry

from gateway.calls import Calls
from gateway.facts import Fact
from gateway.identity.principal import Principal
from gateway.loaders import Loaders


class FactStream(Protocol):
    """Everything that the services tell, as it arrives (gateway/rabbit/facts.py)."""

    def follow(self, wanted: Callable[[Fact], bool]) -> AsyncIterator[Fact]:
        """The facts that are wanted, from now on; raises Failure RESYNC when some may have been missed."""


class Context:
    """Who asks, in which language, under which correlation id; the services and their facts as the asker sees them.

    ``public_url`` is where the gateway is found from outside, without a slash at its end.
    ``connection_params`` holds the payload of a WebSocket's ``connection_init``.
    """

    def __init__(
        self, principal: Principal, language: str, correlation_id: str, rpc: Calls, facts: FactStream, public_url: str
    ) -> None:
        self.principal = principal
        self.language = language
        self.correlation_id = correlation_id
        self.rpc = rpc
        self.facts = facts
        self.public_url = public_url
        self.loaders = Loaders(rpc.ask)
        self.connection_params: dict[str, Any] = {}

    def sign_in(self, principal: Principal, rpc: Calls) -> None:
        """A WebSocket has said who is there: from now on everything is asked in their name."""
        self.principal = principal
        self.rpc = rpc
        self.loaders = Loaders(rpc.ask)


Info = strawberry.Info[Context, None]
