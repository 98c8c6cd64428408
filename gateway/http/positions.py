"""Published positions for everybody: a page to read, link to and print, Markdown to take away, and Atom to follow.

``/positions/<slug>`` and ``/positions/<slug>.md``; ``/positions.atom``, ``/coalitions/<slug>/positions.atom`` and
``/themes/<slug>/positions.atom``. They show what somebody sees who is not signed in, and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.context import Context
from gateway.http.calendar import PUBLIC, Anonymous
from gateway.http.conditional import conditional
from gateway.http.position_feed import feed
from gateway.http.position_page import POLICY, page
from gateway.http.position_text import markdown
from gateway.http.position_words import looked_up
from gateway.http.requests import error_response
from gateway.problems import Failure

Row = dict[str, Any]
#: Positions in a feed: readers that come once a week miss none.
IN_A_FEED = 50
PUBLISHED = ["PUBLISHED", "SUPERSEDED", "RETRACTED"]
#: Which service knows a kind of evidence by id, and what its name is called there.
EVIDENCE = {
    "PROJECT": ("incubator", "projects_by_ids", "name"),
    "EVENT": ("events", "events_by_ids", "title"),
    "CONSULTATION": ("coalitions", "consultations_by_ids", "question"),
}


@dataclass
class Published:
    """A position with the names of everything that it mentions, by id (themes by slug), and what projects reply."""

    row: Row
    address: str
    language: str
    coalition: Row
    names: dict[str, str] = field(default_factory=dict)
    replies: list[Row] = field(default_factory=list)

    @property
    def feed(self) -> str:
        """The address of the feed of its coalition."""
        return f"{self.address.rsplit('/positions/', 1)[0]}/coalitions/{self.coalition.get('slug', '')}/positions.atom"

    @property
    def written_in(self) -> str:
        """The language of what its authors wrote; empty, as HTML and XML have it, where nobody said which."""
        return self.row["language"] or ""

    @property
    def signatures(self) -> list[Row]:
        """The signatures that stand, by the names of those who signed."""
        return sorted(self.row["signatures"], key=lambda one: looked_up(self.name(one["organisation"])))

    def name(self, identity: str) -> str:
        """The name of a thing; its id where nothing is known of it (any more)."""
        return self.names.get(identity, identity)


Shown = Callable[[Context, Request], Awaitable[Response | None]]


def position_routes(anonymous: Anonymous) -> list[Route]:
    """All addresses of published positions."""

    def route(path: str, shown: Shown) -> Route:
        async def show(request: Request) -> Response:
            try:
                response = await shown(anonymous(request), request)
            except Failure as failure:
                return error_response(request.scope, 503, failure.code, failure.message)
            return response or error_response(request.scope, 404, "NOT_FOUND", "There is no such position.")

        return Route(path, show)

    return [
        route("/positions.atom", _everything),
        route("/coalitions/{slug}/positions.atom", _of_coalition),
        route("/themes/{slug}/positions.atom", _of_theme),
        route("/positions/{slug}.md", _markdown),
        route("/positions/{slug}", _page),
    ]


async def _page(context: Context, request: Request) -> Response | None:
    found = await _found(context, request.path_params["slug"])
    headers = {"cache-control": PUBLIC, "content-security-policy": POLICY, "vary": "accept-language"}
    if found is None:
        return None
    return conditional(request, page(found).encode(), media_type="text/html; charset=utf-8", headers=headers)


async def _markdown(context: Context, request: Request) -> Response | None:
    found = await _found(context, request.path_params["slug"])
    if found is None:
        return None
    named = f'attachment; filename="{found.row["slug"]}.md"'
    headers = {"cache-control": PUBLIC, "content-disposition": named, "vary": "accept-language"}
    return conditional(request, markdown(found).encode(), media_type="text/markdown; charset=utf-8", headers=headers)


async def _everything(context: Context, request: Request) -> Response | None:
    return await _feed(context, request, "Maillage", {})


async def _of_coalition(context: Context, request: Request) -> Response | None:
    slug = request.path_params["slug"]
    coalition = await context.rpc.ask("coalitions", "coalition_by_slug", {"slug": slug})
    return await _feed(context, request, coalition["name"], {"coalition": slug}) if coalition else None


async def _of_theme(context: Context, request: Request) -> Response | None:
    slug = request.path_params["slug"]
    [theme] = await context.rpc.ask("people", "themes_by_slugs", {"slugs": [slug]})
    return await _feed(context, request, theme[f"label_{context.language}"], {"theme": slug}) if theme else None


async def _feed(context: Context, request: Request, title: str, which: Row) -> Response:
    asked = {"filter": {**which, "state": PUBLISHED}, "first": IN_A_FEED}
    rows = (await context.rpc.ask("coalitions", "list_positions", asked))["items"]
    latest = sorted(rows, key=lambda row: row["published_at"], reverse=True)
    address = f"{context.public_url}{request.url.path}"
    written = feed(latest, title=title, address=address, public_url=context.public_url)
    headers = {"cache-control": PUBLIC, "vary": "accept-language"}
    return conditional(request, written, media_type="application/atom+xml; charset=utf-8", headers=headers)


async def _found(context: Context, slug: str) -> Published | None:
    row = await context.rpc.ask("coalitions", "position_by_slug", {"slug": slug})
    if row is None:
        return None
    [coalition] = await context.rpc.ask("coalitions", "coalitions_by_ids", {"ids": [row["coalition"]]})
    found = Published(row, f"{context.public_url}/positions/{slug}", context.language, coalition or {})
    await _learn_names(context, found)
    return found


async def _learn_names(context: Context, found: Published) -> None:
    """One question for each kind of thing, however many there are of it."""
    signing = [one["organisation"] for one in found.row["signatures"]]
    await _learn(context, found, ("people", "organisations_by_ids", "name"), signing)
    for kind, where in EVIDENCE.items():
        await _learn(context, found, where, [one["ref"] for one in found.row["evidence"] if one["kind"] == kind])
    if found.row["cited"]:
        [found.replies] = await context.rpc.ask("incubator", "replies_by_positions", {"ids": [found.row["id"]]})
        await _learn(context, found, EVIDENCE["PROJECT"], [one["project"] for one in found.replies])
    themes = await context.rpc.ask("people", "themes_by_slugs", {"slugs": found.row["themes"]})
    found.names |= {theme["slug"]: theme[f"label_{found.language}"] for theme in themes if theme}


async def _learn(context: Context, found: Published, where: tuple[str, str, str], ids: list[str]) -> None:
    service, method, called = where
    unknown = [one for one in dict.fromkeys(ids) if one not in found.names]
    if unknown:
        rows = await context.rpc.ask(service, method, {"ids": unknown})
        found.names |= {row["id"]: row[called] for row in rows if row}
