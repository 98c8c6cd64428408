"""Around every request: a correlation id, one line in the log, and nothing of our insides in an answer."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from secrets import token_hex
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import metrics
from gateway.logs import tell
from gateway.problems import language_of, say

log = structlog.get_logger("maillage.gateway")

CORRELATION_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
HEADER = b"x-correlation-id"
#: New ones begin with what no other process has.
PROCESS, _numbers = token_hex(10), count(1)


def error_response(
    scope: Scope,
    status: int,
    code: str,
    message: str,
    *,
    rule: str = "",
    values: Mapping[str, Any] = {},
    **headers: str,
) -> JSONResponse:
    """An answer in the form of GraphQL errors, for requests that never became one, in the caller's language.

    ``rule`` (else the code) names the sentence and ``values`` fill its holes, as for problems of commands.
    """
    language = language_of(HTTPConnection(scope).headers.get("accept-language", ""))
    said = say(rule or code, message, dict(values), language)
    extensions = {"code": code, "correlationId": scope["state"]["correlation_id"]}
    body = {"data": None, "errors": [{"message": said, "extensions": extensions}]}
    return JSONResponse(body, status_code=status, headers=headers)


def correlation_id_of(scope: Scope) -> str:
    """The correlation id that the request came with, if it has the form of one, else a new one."""
    return correlation_id([value for name, value in scope["headers"] if name == HEADER])


def correlation_id(given: list[bytes]) -> str:
    """The one that was given, if it is one; else the next of this process."""
    if len(given) == 1:
        text = given[0].decode("latin-1")
        if CORRELATION_ID.fullmatch(text):
            return text
    return f"{PROCESS}{next(_numbers):012x}"


class Requests:
    """The outermost layer. ``scope["state"]`` gets a ``correlation_id``, and ``said`` for what the log should tell."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started, said, answered = time.monotonic(), dict[str, Any](), dict[str, int]()
        correlation_id = correlation_id_of(scope)
        scope.setdefault("state", {}).update(correlation_id=correlation_id, said=said)

        async def answer(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                answered["status"] = message.get("status", 101)
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (HEADER, correlation_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            response = error_response(scope, 408, "TOO_SLOW", "The body did not come in time.")
            await response(scope, receive, answer)
        except Exception:
            log.exception("request_failed", correlation_id=correlation_id)
            if scope["type"] == "http" and not answered:
                response = error_response(scope, 500, "INTERNAL", "Something went wrong on our side.")
                await response(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["type"] == "http" else None
            note(method, route, answered.get("status", 0), started, correlation_id, said)


def note(
    method: str | None, route: str, status: int, started: float, correlation_id: str, said: dict[str, Any]
) -> None:
    """Count a request and tell of it in the log; no method: it was a WebSocket. ``said``: what else is told."""
    seconds = time.monotonic() - started
    if method is not None:
        _timed(route, status).observe(seconds)
    tell_of(method, route, status, seconds, correlation_id, said)


def tell_of(
    method: str | None, route: str, status: int, seconds: float, correlation_id: str, said: dict[str, Any]
) -> None:
    """A line of the log about a request."""
    line = {
        "method": method or "GET",
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "correlation_id": correlation_id,
        **said,
    }
    tell("websocket" if method is None else "request", line)


_timed = lru_cache(1000)(metrics.REQUESTS.labels)
