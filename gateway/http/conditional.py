"""Answers that a reader need not fetch twice (RFC 9110, section 13): ETag and Last-Modified, answered with 304."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def conditional(
    request: Request,
    content: bytes,
    *,
    media_type: str,
    modified_at: datetime | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The content, or 304 without it when the reader has this very one; If-None-Match decides before the date."""
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    said = {**(headers or {}), "etag": etag}
    if modified_at is not None:
        said["last-modified"] = format_datetime(modified_at.astimezone(UTC), usegmt=True)
    if _is_known(request, etag, modified_at):
        return Response(status_code=304, headers=said)
    return Response(content, media_type=media_type, headers=said)


def _is_known(request: Request, etag: str, modified_at: datetime | None) -> bool:
    named = request.headers.get("if-none-match")
    if named is not None:
        known = {one.strip().removeprefix("W/") for one in named.split(",")}
        return etag in known or "*" in known
    since = _instant(request.headers.get("if-modified-since"))
    return since is not None and modified_at is not None and modified_at.replace(microsecond=0) <= since


def _instant(value: str | None) -> datetime | None:
    try:
        instant = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None
