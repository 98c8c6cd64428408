"""In front of everything: nobody holds more than a share of the gateway, and when it is full the next is told so.

A refusal costs nothing: it is given before the body is read, with 429 (your share) or 503 (everybody's) and a
Retry-After.
"""

from __future__ import annotations

from contextlib import ExitStack

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.http.requests import error_response
from gateway.problems import Failure
from gateway.settings import Settings
from gateway.sharing import Places, Purses, address_of

#: What anything else than a query costs: a page, a calendar, an export.
PAGE = 200
#: Asked by those who look after the process, and when it is full above all.
ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})
#: Messages that one socket may send in a minute, all at once if it likes.
MESSAGES_A_MINUTE = 1200
#: Bytes that the headers of a request may have: a token of 8 KB and as much beside it.
LARGEST_HEADERS = 16 * 1024
STATUS = {"RATE_LIMITED": 429, "OVERLOADED": 503, "HEADERS_TOO_LARGE": 431, "BODY_TOO_LARGE": 413}
#: The protocol's code for too many requests.
TOO_MANY_MESSAGES = 4429


class Shares:
    """What of this process is held by whom."""

    def __init__(self, settings: Settings) -> None:
        self.purses = Purses()
        self.requests = Places(each=settings.requests_each, most=settings.most_requests)
        self.sockets = Places(each=settings.sockets_each, most=settings.most_sockets)
        self.sockets_of_callers = Places(each=settings.sockets_each, most=settings.most_sockets)
        self._per_minute = settings.cost_per_minute
        self._crowd = settings.callers_per_address

    def pay(self, address: str, caller: str | None, cost: int) -> int:
        """Take the cost out of the caller's purse and its address's; nobody in particular has the address's alone."""
        if caller is None:
            return self.purses.pay(cost, (f"anonymous/{address}", self._per_minute))
        shared = (f"address/{address}", self._per_minute * self._crowd)
        return self.purses.pay(cost, (caller, self._per_minute), shared)


class Crowd:
    """Lets in who finds a place. ``scope["state"]`` gets the ``address`` whose share it is."""

    def __init__(self, app: ASGIApp, shares: Shares) -> None:
        self._app = app
        self._shares = shares

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in ALWAYS_ANSWERED:
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        address = scope["state"]["address"] = address_of(client[0] if client else None)
        is_socket = scope["type"] == "websocket"
        with ExitStack() as held:
            scope["state"]["held"] = held
            try:
                if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
                    raise Failure("HEADERS_TOO_LARGE", "The headers are larger than is read here.")
                held.enter_context((self._shares.sockets if is_socket else self._shares.requests).one(address))
                if scope["path"] != "/graphql":
                    self._shares.pay(address, None, PAGE)
            except Failure as failure:
                await self._refuse(scope, receive, send, failure)
                return
            await self._app(scope, Measured(receive, send) if is_socket else receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, failure: Failure) -> None:
        response = refusal(HTTPConnection(scope), failure)
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(response)
        else:
            await response(scope, receive, send)


class Measured:
    """The messages of one socket, as many as one may send; then it is closed."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._purse = Purses()

    async def __call__(self) -> Message:
        message = await self._receive()
        try:
            self._purse.pay(1, ("messages", MESSAGES_A_MINUTE))
        except Failure:
            await self._send({"type": "websocket.close", "code": TOO_MANY_MESSAGES, "reason": "Too many messages"})
            return {"type": "websocket.disconnect", "code": TOO_MANY_MESSAGES}
        return message


def refusal(request: Request | HTTPConnection, failure: Failure, **headers: str) -> Response:
    """The answer to a request that was refused for its number or its size."""
    extensions = failure.extensions or {}
    if "retryAfter" in extensions:
        headers["retry-after"] = str(extensions["retryAfter"])
    status = STATUS[failure.code]
    return error_response(request.scope, status, failure.code, failure.message, values=extensions, **headers)
