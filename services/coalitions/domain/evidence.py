"""What a position stands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EvidenceKind(StrEnum):
    PROJECT = "PROJECT"
    METRIC = "METRIC"
    EVENT = "EVENT"
    CONSULTATION = "CONSULTATION"
    URL = "URL"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a position stands on. ``ref`` is the id of the thing (or the address, for URL)."""

    kind: EvidenceKind
    ref: str
    pinned_version: int | None = None
    quote: str | None = None
