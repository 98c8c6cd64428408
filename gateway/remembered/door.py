"""In front of everything else: what is kept is given without more ado.

A request that is plainly a question of nobody in particular is answered here if its answer is kept. Everything else,
and whatever is doubtful about a request, is left to the layers behind. What they would have done is done here too: a
correlation id, the cost taken from the address's purse, the headers for front-ends of other origins, a line in the log.
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.crowd import LARGEST_HEADERS, Shares
from gateway.http.requests import HEADER, correlation_id, note
from gateway.identity.principal import ANONYMOUS
from gateway.problems import Failure
from gateway.remembered.answering import LONGEST_BODY, Headers, given, key_of, language_of
from gateway.remembered.memory import Memory, Recording
from gateway.schema.budget import REQUEST
from gateway.settings import Settings
from gateway.sharing import address_of

PATH = "/graphql"
#: What a request may have beside the headers that matter here, and be plain.
DOUBTFUL = frozenset({b"authorization", b"content-encoding", b"transfer-encoding", b"expect"})
VARY = (b"vary", b"Origin")
SAID = {"principal": ANONYMOUS.kind, "calls": 0, "remembered": True}


class Door:
    """Answers from memory, or opens to the application."""

    def __init__(self, app: ASGIApp, memory: Memory, shares: Shares, settings: Settings) -> None:
        self._app = app
        self._memory = memory
        self._shares = shares
        self._body_within = settings.body_within
        self._for_origin: dict[bytes | None, Headers] = {None: [VARY]}
        for origin in settings.allowed_origins:
            allowed = (b"access-control-allow-origin", origin.encode())
            self._for_origin[origin.encode()] = [(b"access-control-expose-headers", HEADER), allowed, VARY]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = self._plain(scope)
        if plain is None:
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        language, origin, named = plain
        message = await self._in_time(receive)
        key = None if message.get("more_body") else key_of(message.get("body", b""), language)
        kept = self._memory.kept(key) if key else None
        left = None if kept is None else self._paid(scope, kept)
        if kept is None or left is None:
            await self._app(scope, _again(message, receive), send)
            return
        body, headers = given(kept, left)
        known_by = correlation_id(named)
        headers += self._for_origin[origin]
        headers.append((HEADER, known_by.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        note("POST", PATH, 200, started, known_by, SAID)

    def _plain(self, scope: Scope) -> tuple[str, bytes | None, list[bytes]] | None:
        """The language, the origin and the correlation ids of a request that may be answered from memory."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST" or not len(self._memory):
            return None
        accepted, origin, size, is_json, named = b"", None, 0, False, list[bytes]()
        for name, value in scope["headers"]:
            size += len(name) + len(value)
            if name == b"content-type":
                is_json = value == b"application/json"
            elif name == b"accept-language":
                accepted = accepted or value
            elif name == b"origin":
                origin = value
            elif name == HEADER:
                named.append(value)
            elif name in DOUBTFUL or (name == b"content-length" and len(value) > len(str(LONGEST_BODY))):
                return None
        if not is_json or size > LARGEST_HEADERS or origin not in self._for_origin:
            return None
        return language_of(accepted), origin, named

    def _paid(self, scope: Scope, kept: Recording) -> int | None:
        """What is left in the purse of the address; None when the answer costs more than is in it."""
        client = scope.get("client")
        try:
            return self._shares.pay(address_of(client[0] if client else None), None, kept.cost + REQUEST)
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
