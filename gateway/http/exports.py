"""Whole lists as files: ``/exports/projects.csv`` and ``/exports/projects.jsonl``, of exactly what a filter shows.

The query says which projects, as the GraphQL filter does: ``incubator, stage, lifecycle`` (the last two may be
repeated), ``theme, city, stalled, need, mentor, search``. Who asks is told by the Authorization header, as everywhere.
Rows are fetched a lot at a time and sent on as they come; a file whose connection breaks off was not finished.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gateway.calls import Calls, Rpc
from gateway.http.requests import error_response
from gateway.identity.callers import Callers
from gateway.problems import Failure, language_of, say
from gateway.schema.node import kind_and_id

Row = dict[str, Any]
Lots = AsyncIterator[list[Row]]

STATUS = {"VALIDATION": 400, "UNAUTHENTICATED": 401, "NOT_FOUND": 404}
ONE, MANY = ("incubator", "theme", "city", "need"), ("stage", "lifecycle")
COLUMNS = (
    *("slug", "name", "pitch", "incubator", "themes", "city", "country", "website", "founded_on", "visibility"),
    *("lifecycle", "stage", "stage_since", "days_in_stage", "stalled", "admitted_on", "ended_on", "stop_reason"),
)


def export_route(callers: Callers, rpc: Rpc) -> Route:
    """The files of projects, for whoever may see them."""

    async def export(request: Request) -> Response:
        correlation_id = request.scope["state"]["correlation_id"]
        language = language_of(request.headers.get("accept-language", ""))
        form = request.path_params["form"]
        try:
            if form not in FORMS:
                raise _failure("NOT_FOUND", "gateway.unknown_form", "Projects are exported as csv or jsonl.", language)
            principal = await callers.principal(request.headers.get("authorization"), correlation_id)
            lots = project_lots(
                Calls(rpc, principal, correlation_id, language), asked_for(request.query_params, language)
            )
            first = await anext(lots)
        except Failure as failure:
            status = STATUS.get(failure.code, 503)
            rule = str((failure.extensions or {}).get("rule", ""))
            return error_response(request.scope, status, failure.code, failure.message, rule=rule)
        write, media_type = FORMS[form]
        headers = {"content-disposition": f'attachment; filename="projects.{form}"', "cache-control": "no-store"}
        return StreamingResponse(write(_joined(first, lots)), media_type=media_type, headers=headers)

    return Route("/exports/projects.{form}", export)


def asked_for(query: QueryParams, language: str) -> dict[str, Any]:
    """The request of ``export_projects``; a name that is none of the filter's is a mistake, not everything."""

    def wrong(rule: str, message: str, **values: str) -> Failure:
        return _failure("VALIDATION", rule, message, language, **values)

    unknown = sorted(set(query) - {*ONE, *MANY, "stalled", "mentor", "search"})
    if unknown:
        name = unknown[0][:40]
        raise wrong("gateway.unknown_filter", f"There is no filter {name}.", name=name)
    chosen: dict[str, Any] = {name: query[name] for name in ONE if name in query}
    chosen |= {name: query.getlist(name) for name in MANY if name in query}
    if "stalled" in query:
        if query["stalled"] not in ("true", "false"):
            raise wrong("gateway.not_a_boolean", "stalled is true or false.", name="stalled")
        chosen["stalled"] = query["stalled"] == "true"
    if "mentor" in query:
        named = kind_and_id(query["mentor"])
        if named is None:
            raise wrong("gateway.not_an_id", "This is not an id of the network.")
        chosen["mentor"] = named[1]
    return {"filter": chosen, **({"search": query["search"]} if "search" in query else {})}


async def project_lots(calls: Calls, asked: dict[str, Any]) -> Lots:
    """The rows, a lot at a time, until there are no more."""
    going_on: dict[str, Any] = {}
    while True:
        lot = await calls.ask("incubator", "export_projects", {**asked, **going_on})
        yield lot["rows"]
        if lot["after"] is None:
            return
        going_on = {"after": lot["after"]}


async def as_csv(lots: Lots) -> AsyncIterator[bytes]:
    """RFC 4180 with a heading, in UTF-8; themes are separated by semicolons."""
    yield csv_lines([COLUMNS])
    async for lot in lots:
        yield csv_lines([[cell(row[column]) for column in COLUMNS] for row in lot])


async def as_json_lines(lots: Lots) -> AsyncIterator[bytes]:
    """One object a line."""
    async for lot in lots:
        yield b"".join(msgspec.json.encode({column: row[column] for column in COLUMNS}) + b"\n" for row in lot)


def cell(value: Any) -> str:
    """A value as a cell; what a spreadsheet would take for a formula is marked as text (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ";".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _failure(code: str, rule: str, message: str, language: str, **values: str) -> Failure:
    return Failure(code, say(rule, message, values, language), rule=rule)


async def _joined(first: list[Row], rest: Lots) -> Lots:
    yield first
    async for lot in rest:
        yield lot


def csv_lines(rows: list[Any]) -> bytes:
    """Rows of texts as lines of a file (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


Writer = Callable[[Lots], AsyncIterator[bytes]]
FORMS: dict[str, tuple[Writer, str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "jsonl": (as_json_lines, "application/jsonl"),
}
