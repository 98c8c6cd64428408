"""What the resolvers of one request share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

import strawberry

from gateway.calls import Calls
from gateway.facts import Fact
from gateway.following import Follower, Told, Wanted
from gateway.identity.principal import Principal
from gateway.loaders import Loaders
from gateway.problems import Failure
from gateway.schema.shown import Shown
from gateway.together import Together

if TYPE_CHECKING:
    from gateway.schema.documents import Known

Purse = Callable[[str | None, int], int]


class FactStream(Protocol):
    """Everything that the services tell, as it arrives (gateway/rabbit/facts.py)."""

    together: Together

    @property
    def position(self) -> str:
        """Where the stream is now; Failure UNAVAILABLE while it is not live."""

    def follow(self, wanted: Wanted, after: str | None = None) -> Follower:
        """The facts that are wanted, after a position or from now on; raises Failure RESYNC when some may have been
        missed."""

    def who_sees(self, told: Told) -> Fact:
        """The latest fact by which its owner said who may see the thing that this one is about, itself unless
        another came since."""


@dataclass(frozen=True)
class Socket:
    """The WebSocket over which operations come: from a page of which origin, what it holds of the caller's share until
    it is closed, how long it may live, and what its subscriptions follow, by the operations' ids."""

    origin: str | None
    held: ExitStack
    life: asyncio.Timeout
    followers: WeakValueDictionary[str, Follower] = field(default_factory=WeakValueDictionary)


class Context:
    """Who asks, in which language, under which correlation id; the services and their facts as the asker sees them.

    ``public_url`` is where the gateway is found from outside, without a slash at its end.
    ``connection_params`` holds the payload of a WebSocket's ``connection_init``; on a socket, each operation has a
    context of its own (``for_operation``). ``purse`` takes what an operation costs, (caller's name, cost), and says
    what is left.
    """

    def __init__(
        self,
        principal: Principal,
        language: str,
        correlation_id: str,
        rpc: Calls,
        facts: FactStream,
        public_url: str,
        purse: Purse,
        socket: Socket | None = None,
    ) -> None:
        self.principal = principal
        self.language = language
        self.correlation_id = correlation_id
        self.rpc = rpc
        self.facts = facts
        self.public_url = public_url
        self.loaders = Loaders(rpc.ask)
        self.connection_params: dict[str, Any] = {}
        self.refused: Failure | None = None
        self._purse = purse
        self.socket = socket
        #: Of the fact that a subscription shows.
        self.position: str | None = None
        #: What the operation shows; None where rows are asked for whole.
        self.shown: Shown | None = None
        #: The document of the operation, with what is kept beside it.
        self.known: Known | None = None

    def for_operation(self) -> Context:
        """The context of one operation: the same one for a request, another for each operation of a socket, so that
        none sees what another had loaded, nor is told that a command of another may have been done."""
        if self.socket is None:
            return self
        own = copy(self)
        own.sign_in(self.principal, self.rpc.anew())
        return own

    def pay(self, cost: int) -> int:
        """Take the cost out of the caller's share and say what is left; Failure RATE_LIMITED when it is not enough."""
        try:
            return self._purse(self.principal.name, cost)
        except Failure as refused:
            self.refused = refused
            raise

    async def ask_together(self, service: str, method: str, request: dict[str, Any]) -> Any:
        """The answer to a question that many are likely to ask at the same moment (gateway/together.py)."""
        return await self.facts.together.ask(self.principal, self.language, self.rpc.ask, service, method, request)

    def show(self, told: Told) -> None:
        """A subscription comes to this fact: what it loads from now on is asked anew, with all who are shown it too,
        and whole, since each of them shows something else of it."""
        self.position = told.position
        self.shown = None
        self.loaders = Loaders(self.ask_together)

    def sign_in(self, principal: Principal, rpc: Calls) -> None:
        """A WebSocket has said who is there: from now on everything is asked in their name."""
        self.principal = principal
        self.rpc = rpc
        self.loaders = Loaders(rpc.ask)


Info = strawberry.Info[Context, None]
