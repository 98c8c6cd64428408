"""In front of everything else: what is kept is given without more ado.

A request that is plainly a question of nobody in particular is answered here if its answer is kept. Everything else,
and whatever is doubtful about a request, is left to the layers behind. What they would have done is done here too: a
correlation id, the cost taken from the address's purse, the headers for front-ends of other origins. In the log a kept
answer has a line of its own when its request named a correlation id; the others are told of together.

The door stands in two places: at the connection, for a request that came whole and from the caller itself
(``at_once``), and before the application, for those that came in pieces or through a proxy.
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.crowd import LARGEST_HEADERS, Shares
from gateway.http.requests import HEADER, correlation_id, tell_of
from gateway.identity.principal import ANONYMOUS
from gateway.logs import tell
from gateway.problems import Failure
from gateway.remembered.answering import LONGEST_BODY, Headers, given, key_of, language_of
from gateway.remembered.memory import Memory, Recording
from gateway.schema.budget import REQUEST
from gateway.settings import Settings
from gateway.sharing import address_of

PATH = "/graphql"
#: Headers that a plain request does not have; which others it has does not matter.
DOUBTFUL = frozenset({b"authorization", b"content-encoding", b"transfer-encoding", b"expect"})
#: Of the length of a body that may be plain.
DIGITS = len(str(LONGEST_BODY))
VARY = (b"vary", b"Origin")
SAID = {"principal": ANONYMOUS.kind, "calls": 0, "remembered": True}
#: Seconds between two lines of the log about kept answers. None of them came near a service, so that there is nothing
#: that a line for each would lead to; and it was a fifth of what one costs.
TOLD_EVERY = 1.0


class Door:
    """Answers from memory, or opens to the application."""

    def __init__(self, app: ASGIApp, memory: Memory, shares: Shares, settings: Settings) -> None:
        self._app = app
        self._memory = memory
        self._shares = shares
        self._body_within = settings.body_within
        self._given = 0
        self._for_origin: dict[bytes | None, Headers] = {None: [VARY]}
        for origin in settings.allowed_origins:
            allowed = (b"access-control-allow-origin", origin.encode())
            self._for_origin[origin.encode()] = [(b"access-control-expose-headers", HEADER), allowed, VARY]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = None
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            asked = self._plain(scope["headers"])
        if asked is None:
            await self._app(scope, receive, send)
            if scope["type"] == "lifespan":
                self._tell()
            return
        message = await self._in_time(receive)
        client = scope.get("client")
        answer = None
        if not message.get("more_body"):
            answer = self._from_memory(asked, message.get("body", b""), client[0] if client else None)
        if answer is None:
            await self._app(scope, _again(message, receive), send)
            return
        body, headers = answer
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def at_once(self, headers: Headers, body: bytes, host: str | None) -> tuple[bytes, Headers] | None:
        """The bytes and headers of the answer to a POST for ``PATH`` that was read whole, if it is kept."""
        asked = self._plain(headers)
        return None if asked is None else self._from_memory(asked, body, host)

    def _from_memory(self, asked: dict[bytes, bytes], body: bytes, host: str | None) -> tuple[bytes, Headers] | None:
        started = time.monotonic()
        key = key_of(body, language_of(asked.get(b"accept-language", b"")))
        kept = self._memory.kept(key) if key else None
        left = None if kept is None else self._paid(host, kept)
        if kept is None or left is None:
            return None
        answer, headers = given(kept, left)
        named = asked.get(HEADER)
        known_by = correlation_id([named] if named else []).encode()
        headers += self._for_origin[asked.get(b"origin")]
        headers.append((HEADER, known_by))
        self._count()
        if known_by == named:
            tell_of("POST", PATH, 200, time.monotonic() - started, known_by.decode(), SAID)
        return answer, headers

    def _plain(self, said: Headers) -> dict[bytes, bytes] | None:
        """The headers of a request that may be answered from memory, none of which is said twice."""
        headers = dict(said)
        if (
            not len(self._memory)
            or len(headers) != len(said)
            or headers.get(b"content-type") != b"application/json"
            or not DOUBTFUL.isdisjoint(headers)
            or sum(map(len, headers)) + sum(map(len, headers.values())) > LARGEST_HEADERS
            or len(headers.get(b"content-length", b"")) > DIGITS
            or headers.get(b"origin") not in self._for_origin
        ):
            return None
        return headers

    def _count(self) -> None:
        if not self._given:
            asyncio.get_running_loop().call_later(TOLD_EVERY, self._tell)
        self._given += 1

    def _tell(self) -> None:
        given, self._given = self._given, 0
        if given:
            tell("remembered", {"answers": given})

    def _paid(self, host: str | None, kept: Recording) -> int | None:
        """What is left in the purse of the address; None when the answer costs more than is in it."""
        try:
            return self._shares.pay(address_of(host), None, kept.cost + REQUEST)
        except Failure:
            return None

    async def _in_time(self, receive: Receive) -> Message:
        """The body, or the beginning of it; who is slow is taken for gone. A timer costs less than asyncio.timeout."""
        task, late = asyncio.current_task(), False
        assert task is not None

        def cut() -> None:
            nonlocal late
            late = task.cancel()

        timer = asyncio.get_running_loop().call_later(self._body_within, cut)
        try:
            return await receive()
        except asyncio.CancelledError:
            if not late or task.uncancel() > 0:
                raise
            return {"type": "http.disconnect"}
        finally:
            timer.cancel()


def _again(message: Message, receive: Receive) -> Receive:
    """What was received, once more, and then what comes."""
    waiting = [message]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
