"""Calendar feeds: of an event, a theme, a project, a coalition, everybody's and one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.context import Context
from gateway.http.conditional import conditional
from gateway.http.requests import error_response
from gateway.problems import Failure, unavailable

#: Calendars fetched with a secret address are nobody else's to keep.
PUBLIC, OWN = "public, max-age=60", "private, max-age=60"


class Feed(Protocol):
    """A calendar that can be written, and when any of it last changed."""

    @property
    def modified_at(self) -> datetime | None:
        """None when that is not known."""

    def written(self) -> bytes:
        """The file."""


#: Makes the context of somebody who is not signed in, for one request.
Anonymous = Callable[[Request], Context]
#: Asks for a calendar by what stands in the path; None when there is none.
Asked = Callable[[Context, Request], Awaitable[Feed | None]]


def calendar_route(path: str, asked: Asked, anonymous: Anonymous, within: float, *, cache: str = PUBLIC) -> Route:
    """A feed (RFC 5545), as anybody may see it who knows its address; 503 when it is not written ``within`` seconds."""

    async def feed(request: Request) -> Response:
        try:
            calendar = await asked(anonymous(request), request)
            if calendar is None:
                return error_response(request.scope, 404, "NOT_FOUND", "There is no such calendar.")
            written = await _written(calendar, within)
        except Failure as failure:
            return error_response(request.scope, 503, failure.code, failure.message)
        return conditional(
            request,
            written,
            media_type="text/calendar; charset=utf-8",
            modified_at=calendar.modified_at,
            headers={"cache-control": cache, "content-disposition": "inline"},
        )

    return Route(path, feed)


async def _written(calendar: Feed, within: float) -> bytes:
    """The file; Failure UNAVAILABLE when no thread was free to write it in time."""
    try:
        async with asyncio.timeout(within):
            return await asyncio.to_thread(calendar.written)
    except TimeoutError:
        raise unavailable() from None
