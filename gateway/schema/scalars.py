"""Scalars that GraphQL does not bring: web addresses."""

from __future__ import annotations

from typing import NewType
from urllib.parse import urlsplit

from strawberry.types.scalar import ScalarDefinition, scalar

URL = NewType("URL", str)


def read_url(value: object) -> URL:
    """An absolute http or https address; ValueError for anything else, so that no link can run a script."""
    if not isinstance(value, str) or len(value) > 2048:
        raise ValueError("A URL is a string of at most 2048 characters.")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("A URL starts with http:// or https:// and names a host.")
    return URL(value)


SCALARS: dict[object, ScalarDefinition] = {
    URL: scalar(
        name="URL",
        description="An absolute web address (http or https).",
        serialize=str,
        parse_value=read_url,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
    )
}
