"""Which address leads to which calendar."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from gateway.context import Context
from gateway.http.calendar import OWN, Anonymous, Asked, calendar_route
from gateway.schema.events.calendar import Feed, feed_of, feed_of_event, feed_of_person

#: The folder of each kind of thing that has a calendar of its own.
FOLDERS = {"THEME": "themes", "PROJECT": "projects", "COALITION": "coalitions"}


def address_of_calendar(public_url: str, scope: str = "AGENDA", slug: str | None = None) -> str:
    """The public address of a calendar."""
    return f"{public_url}/calendar/{FOLDERS[scope]}/{slug}.ics" if slug else f"{public_url}/calendar.ics"


def address_of_event(public_url: str, slug: str) -> str:
    """The public address of one gathering's calendar."""
    return f"{public_url}/calendar/{slug}.ics"


def address_of_own(public_url: str, token: str) -> str:
    """The secret address of a person's own calendar."""
    return f"{public_url}/calendar/mine/{token}.ics"


def calendar_routes(anonymous: Anonymous, within: float) -> list[Route]:
    """All calendars; each is written ``within`` seconds, or it is said that it was not."""
    of_things = {f"/calendar/{folder}/{{slug}}.ics": _of(scope) for scope, folder in FOLDERS.items()}
    return [
        calendar_route("/calendar.ics", _agenda, anonymous, within),
        calendar_route("/calendar/mine/{token}.ics", _own, anonymous, within, cache=OWN),
        *(calendar_route(path, asked, anonymous, within) for path, asked in of_things.items()),
        calendar_route("/calendar/{slug}.ics", _event, anonymous, within),
    ]


async def _agenda(context: Context, request: Request) -> Feed | None:
    return await feed_of(context, "AGENDA")


async def _own(context: Context, request: Request) -> Feed | None:
    return await feed_of_person(context, request.path_params["token"])


async def _event(context: Context, request: Request) -> Feed | None:
    return await feed_of_event(context, request.path_params["slug"])


def _of(scope: str) -> Asked:
    async def asked(context: Context, request: Request) -> Feed | None:
        return await feed_of(context, scope, request.path_params["slug"])

    return asked
