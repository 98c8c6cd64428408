"""``/exports/participants/<event>.csv``: who has a seat at a gathering, for those who run it.

``?state=WAITLISTED`` (repeated, if need be) asks for registrations in other states.

Rows are fetched a lot at a time and sent on as they come; a file whose connection breaks off was not finished.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gateway.calls import Calls, Rpc
from gateway.http.exports import STATUS, cell, csv_lines
from gateway.http.requests import error_response
from gateway.identity.callers import Callers
from gateway.problems import Failure, language_of

COLUMNS = (
    *("state", "registered_at", "waitlisted_at", "offer_expires_at", "walk_in", "attendance_at", "cancelled_late"),
    "needs",
)


def participants_route(callers: Callers, rpc: Rpc) -> Route:
    """The file of a gathering's participants. Who asks is told by the Authorization header."""

    async def export(request: Request) -> Response:
        correlation_id = request.scope["state"]["correlation_id"]
        slug = request.path_params["slug"]
        language = language_of(request.headers.get("accept-language", ""))
        try:
            principal = await callers.principal(request.headers.get("authorization"), correlation_id)
            lines = _lines(Calls(rpc, principal, correlation_id, language), {"event": slug, **_chosen(request)})
            first = await anext(lines)
        except Failure as failure:
            return error_response(request.scope, STATUS.get(failure.code, 503), failure.code, failure.message)
        headers = {
            "content-disposition": f'attachment; filename="{slug}.csv"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }
        return StreamingResponse(_joined(first, lines), media_type="text/csv; charset=utf-8", headers=headers)

    return Route("/exports/participants/{slug}.csv", export)


def _chosen(request: Request) -> dict[str, Any]:
    states = request.query_params.getlist("state")
    return {"state": states} if states else {}


async def _lines(calls: Calls, asked: dict[str, Any]) -> AsyncIterator[bytes]:
    """RFC 4180 with a heading, in UTF-8: name, registration, and a column for each question of the organisers."""
    going_on: dict[str, Any] = {}
    while True:
        lot = await calls.ask("events", "export_participants", asked | going_on)
        names = await _names(calls, [row["person"] for row in lot["rows"]])
        heading = [] if going_on else [["name", *COLUMNS, *map(cell, lot["questions"])]]
        yield csv_lines([*heading, *(_line(row, names, lot["questions"]) for row in lot["rows"])])
        if lot["after"] is None:
            return
        going_on = {"after": lot["after"]}


async def _names(calls: Calls, persons: list[str]) -> dict[str, str]:
    """As people show themselves; who erased their data has no name any more."""
    known = await calls.ask("people", "persons_by_ids", {"ids": persons})
    return {row["id"]: row["display_name"] for row in known if row}


def _line(row: dict[str, Any], names: dict[str, str], questions: list[str]) -> list[str]:
    answers = {one["question"]: one["answer"] for one in row["answers"]}
    values = [names.get(row["person"]), *(row[name] for name in COLUMNS), *(answers.get(one) for one in questions)]
    return [cell(value) for value in values]


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for lines in rest:
        yield lines
