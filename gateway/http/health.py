"""Whether this process lives, whether it can serve, and what it counts."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def health_routes(conditions: Callable[[], dict[str, bool]]) -> list[Route]:
    """``/healthz`` (answers while the loop turns), ``/readyz`` (503 until every condition holds) and ``/metrics``."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_request: Request) -> Response:
        found = conditions()
        return JSONResponse({"ready": all(found.values()), **found}, status_code=200 if all(found.values()) else 503)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
