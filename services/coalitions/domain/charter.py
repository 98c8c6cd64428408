"""What the members of a coalition agree on: its call and its charter, in versions that they accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CharterVersion:
    """Call and charter as they read from ``since`` on."""

    version: int
    call: str
    charter: str
    since: datetime
