"""Names of things: ids that sort by the time they were made, slugs that people can read."""

from __future__ import annotations

from uuid import UUID, uuid5

from slugify import slugify
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): later ids sort after earlier ones."""
    return uuid7()


def derived_id(namespace: UUID, name: str) -> UUID:
    """The same id for the same name, for things that come again from outside (RFC 9562, version 5)."""
    return uuid5(namespace, name)


def slug_of(name: str, *, limit: int = 80) -> str:
    """A readable slug: lower case, no accents, words joined by hyphens, at most ``limit`` characters."""
    return slugify(name, max_length=limit, word_boundary=True) or "sans-nom"
