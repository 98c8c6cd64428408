"""Public pages: ``/events`` (the agenda) and ``/events/<event>``, as anybody may see them. No JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.context import Context
from gateway.http.conditional import conditional
from gateway.http.pages import page
from gateway.http.requests import error_response
from gateway.problems import Failure
from gateway.schema.events.pages import agenda_body, described, event_body, texts_in

#: What has begun stays in the agenda for some hours.
BEGUN = timedelta(hours=6)
A_PAGE = 50


def event_pages(anonymous: Callable[[Request], Context]) -> list[Route]:
    """The agenda and each gathering's own page."""

    async def agenda(request: Request) -> Response:
        context = anonymous(request)
        since = (datetime.now(UTC) - BEGUN).replace(minute=0, second=0, microsecond=0)
        asked = {
            "filter": {"state": ["PUBLISHED"], "starts_after": since.isoformat()},
            "order_by": "STARTS_AT_ASC",
            "first": A_PAGE,
        }
        after = request.query_params.get("after")
        try:
            found = await context.rpc.ask("events", "list_events", asked | ({"after": after} if after else {}))
        except Failure as failure:
            return _failed(failure, request)
        return _answer(
            request,
            page(
                texts_in(context.language)["agenda"],
                agenda_body(found, context.language, context.public_url),
                language=context.language,
                data=[described(row, context.public_url) for row in found["items"]],
                links=_alternate(f"{context.public_url}/calendar.ics"),
            ),
        )

    async def event(request: Request) -> Response:
        context = anonymous(request)
        try:
            row = await context.rpc.ask("events", "event_by_slug", {"slug": request.path_params["slug"]})
        except Failure as failure:
            return _failed(failure, request)
        if row is None or row["state"] == "DRAFT":
            words = texts_in(context.language)
            return page(words["not_found"], f"<h1>{words['not_found']}</h1>", language=context.language, status=404)
        return _answer(
            request,
            page(
                row["title"],
                event_body(row, context.language, context.public_url, await _called(context, row["themes"])),
                language=context.language,
                data=described(row, context.public_url),
                links=_alternate(f"{context.public_url}/calendar/{row['slug']}.ics"),
            ),
        )

    return [Route("/events", agenda), Route("/events/{slug}", event)]


async def _called(context: Context, themes: list[str]) -> dict[str, str]:
    """What these themes are called; the page is shown also when nobody answers."""
    try:
        known = await context.rpc.ask("people", "themes_by_slugs", {"slugs": themes}) if themes else []
    except Failure:
        return {}
    label = "label_en" if context.language == "en" else "label_fr"
    return {theme["slug"]: theme[label] for theme in known if theme}


def _answer(request: Request, shown: Response) -> Response:
    """With an ETag; a reader who has the very page gets 304."""
    kept = {name: value for name, value in shown.headers.items() if name not in ("content-length", "content-type")}
    headers = {**kept, "cache-control": "public, max-age=60", "vary": "accept-language"}
    return conditional(request, bytes(shown.body), media_type="text/html; charset=utf-8", headers=headers)


def _failed(failure: Failure, request: Request) -> Response:
    status = 400 if failure.code == "VALIDATION" else 503
    return error_response(request.scope, status, failure.code, failure.message)


def _alternate(address: str) -> str:
    return f'<link rel="alternate" type="text/calendar" href="{escape(address)}">'
