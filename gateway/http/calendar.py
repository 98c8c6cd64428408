"""Calendar feeds: ``/calendar/<event>.ics``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.calls import Calls, Rpc
from gateway.context import Context, FactStream
from gateway.http.requests import error_response
from gateway.identity.principal import ANONYMOUS
from gateway.problems import Failure, language_of

#: Writes the calendar of an event, by its slug, as the asker may see it; None when there is none.
CalendarOf = Callable[[Context, str], Awaitable[bytes | None]]


def calendar_route(calendar_of: CalendarOf, rpc: Rpc, facts: FactStream) -> Route:
    """The feed of one event (RFC 5545), as anybody may see it."""

    async def feed(request: Request) -> Response:
        correlation_id = request.scope["state"]["correlation_id"]
        language = language_of(request.headers.get("accept-language", ""))
        calls = Calls(rpc, ANONYMOUS, correlation_id, language)
        try:
            calendar = await calendar_of(
                Context(ANONYMOUS, language, correlation_id, calls, facts), request.path_params["slug"]
            )
        except Failure as failure:
            return error_response(503, failure.code, failure.message, correlation_id)
        if calendar is None:
            return error_response(404, "NOT_FOUND", "There is no such event.", correlation_id)
        headers = {"cache-control": "max-age=60", "content-disposition": "inline"}
        return Response(calendar, media_type="text/calendar; charset=utf-8", headers=headers)

    return Route("/calendar/{slug}.ics", feed)
