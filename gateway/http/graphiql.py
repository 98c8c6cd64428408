"""GraphiQL, with example queries and signing in as a demonstration person. In local mode only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent.parent / "graphiql"
KINDS = {".js": "text/javascript", ".css": "text/css"}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; "
    "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'"
)


#: What the menu calls each folder of gateway/examples.
AREAS = {"incubator": "Projects", "coalitions": "Coalitions", "events": "Gatherings", "people": "People"}
#: The tabs that are open at the beginning; the others are in the menu.
TABS = 3


def example_tabs() -> list[dict[str, str]]:
    """The example queries, in the order of their file names."""
    return [{"query": path.read_text("utf-8")} for path in sorted((HERE / "examples").glob("*.graphql"))]


def example_menu() -> list[dict[str, Any]]:
    """All examples by area, ``[{area, examples: [{name, query}]}]``: what to begin with, then every mutation."""
    first = [{"name": operation_name(tab["query"]), **tab} for tab in example_tabs()]
    areas = [{"area": "To begin with", "examples": first}]
    for folder, area in AREAS.items():
        files = sorted((HERE.parent / "examples" / folder).glob("*.graphql"))
        examples = [{"name": path.stem, "query": path.read_text("utf-8")} for path in files]
        areas.append({"area": area, "examples": examples})
    return areas


def operation_name(document: str) -> str:
    """The name of the only operation of an example."""
    found = re.search(r"^(?:query|mutation|subscription) (\w+)", document, re.MULTILINE)
    assert found is not None, "an example names its operation"
    return found[1]


def page() -> Response:
    """The page that ``GET /graphql`` shows."""
    headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return HTMLResponse((HERE / "page.html").read_text("utf-8"), headers=headers)


def graphiql_routes(issuer_url: str) -> list[Route]:
    """What the page needs: its files, its examples, the demonstration people and their tokens."""

    async def examples(_request: Request) -> Response:
        return JSONResponse({"tabs": example_tabs()[:TABS], "menu": example_menu()})

    async def people(_request: Request) -> Response:
        return await _ask(issuer_url, "GET", "/people")

    async def token(request: Request) -> Response:
        person = request.query_params.get("person", "")
        return await _ask(issuer_url, "POST", "/token", {"person": person})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        found = {path.name: path for folder in (HERE, HERE / "vendor") for path in folder.iterdir()}
        path = found.get(f"{name}.gz") or found.get(name)
        kind = KINDS.get(Path(name).suffix)
        if path is None or kind is None:
            return Response(status_code=404)
        headers = {"content-encoding": "gzip"} if path.suffix == ".gz" else {}
        headers["cache-control"] = "max-age=86400" if path.suffix == ".gz" else "no-cache"
        return Response(path.read_bytes(), media_type=kind, headers=headers)

    return [
        Route("/graphiql/examples", examples),
        Route("/graphiql/people", people),
        Route("/graphiql/token", token, methods=["POST"]),
        Route("/graphiql/{name}", file),
    ]


async def _ask(issuer_url: str, method: str, path: str, body: dict[str, str] | None = None) -> Response:
    """The local issuer's answer; 503 while it cannot be reached."""
    try:
        async with httpx.AsyncClient(timeout=3.0) as client:
            answer = await client.request(method, issuer_url + path, json=body)
    except httpx.HTTPError:
        return JSONResponse({"error": "The local issuer cannot be reached."}, status_code=503)
    return Response(answer.content, status_code=answer.status_code, media_type="application/json")
