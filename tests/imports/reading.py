"""What the tests of the readers share: files in memory and on disk, and what was read of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from gateway.imports.records import Item, Record, Refusal

TODAY = date(2026, 6, 1)
STAGES = (
    "investigation=IDEA,construction=PROTOTYPE,acceleration=GROWTH,consolidation=SCALE,"
    "transfere=GRADUATED,abandon=STOPPED,committee=-"
)


def file_of(*lines: object) -> io.BytesIO:
    """A file of these lines: bytes and texts as they are, anything else as JSON."""
    return io.BytesIO(b"".join(each + b"\n" for each in map(_bytes, lines)))


def written(path: Path, *lines: object) -> Path:
    """The same on disk."""
    path.write_bytes(file_of(*lines).getvalue())
    return path


def _bytes(line: object) -> bytes:
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)).encode()


def told(items: Iterable[Item]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The fields of the records, and the reasons of the refusals by their place."""
    kept = list(items)
    records = [item.data for item in kept if isinstance(item, Record)]
    return records, {item.where: item.reason for item in kept if isinstance(item, Refusal)}
