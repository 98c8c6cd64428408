"""No more letters of a kind: one click in the mail program (RFC 8058), or a button for whoever follows the link."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.context import Context
from gateway.http.pages import page
from gateway.http.requests import error_response
from gateway.problems import Failure

WORDS = {
    "fr": ("Se désinscrire", "Ne plus recevoir de lettres de ce genre ?", "C'est fait.", "Ce lien ne vaut plus rien."),
    "en": ("Unsubscribe", "No more letters of this kind?", "Done.", "This link is not valid."),
}


def unsubscribe_route(anonymous: Callable[[Request], Context]) -> Route:
    """``/notices/unsubscribe?token=...&topic=...``: GET asks, since mail programs look at links; only POST does it."""

    async def unsubscribe(request: Request) -> Response:
        context = anonymous(request)
        name, asked, done, bad = WORDS.get(context.language, WORDS["fr"])
        if request.method != "POST":
            query = escape(request.url.query)
            form = f'<form method="post" action="?{query}"><p>{asked}</p><button>{name}</button></form>'
            return page(name, f"<h1>{name}</h1>{form}", language=context.language)
        given = {key: request.query_params.get(key, "") for key in ("token", "topic")}
        try:
            answer = await context.rpc.command("events", "unsubscribe", given)
        except Failure as failure:
            return error_response(request.scope, 503, failure.code, failure.message)
        if answer.problems:
            return page(name, f"<h1>{bad}</h1>", language=context.language, status=404)
        return page(name, f"<h1>{done}</h1>", language=context.language)

    return Route("/notices/unsubscribe", unsubscribe, methods=["GET", "POST"])
