"""Strict JSON, the only encoding that crosses a process border.

kombu's own JSON lets a sender choose Python types (``__type__``) and passes NaN; here JSON is only ever data.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import msgspec

CONTENT_TYPE = "application/json"
#: Largest body that is read, in bytes. A batch of 2,000 votes is about 300 kB.
LARGEST_BODY = 8 * 1024 * 1024
#: The character that no text may hold, as JSON writes it.
NUL = rb"\u0000"

T = TypeVar("T")


class Unreadable(ValueError):
    """A body that is not strict JSON of the expected shape; the text says why and holds nothing of the body."""


def encode(value: Any) -> bytes:
    """JSON bytes; UUIDs and dates become strings, instants are written in UTC. NaN is refused."""
    return msgspec.json.encode(value)


def decode(body: bytes | memoryview | str) -> Any:
    """Plain data from JSON bytes: dict, list, str, int, float, bool or None, nothing else."""
    return decode_as(body, Any)


def decode_as(body: bytes | memoryview | str, shape: type[T] | Any) -> T:
    """Data of the given shape from JSON bytes, or Unreadable."""
    if len(body) > LARGEST_BODY:
        raise Unreadable(f"The body has {len(body)} bytes; {LARGEST_BODY} are the most that is read.")
    try:
        decoded: T = msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    return decoded


def shape(value: Any, into: type[T] | Any) -> T:
    """Plain data as a dataclass, strictly: no coercion but of strings to UUIDs and dates; or Unreadable.

    PostgreSQL keeps no NUL in a text, and its driver refuses one in a way that looks like a lost connection.
    """
    try:
        shaped: T = msgspec.convert(value, into)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if NUL in encode(value) and _holds_nul(shaped):
        raise Unreadable("a text holds a NUL character")
    return shaped


def _holds_nul(value: Any) -> bool:
    if is_dataclass(value):
        return any(_holds_nul(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return any(map(_holds_nul, value)) or any(map(_holds_nul, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        # Records in a batch have no shape yet: one that is bad is refused by itself, by who reads it.
        return any(_holds_nul(item) for item in value if not isinstance(item, dict))
    return isinstance(value, str) and "\x00" in value
