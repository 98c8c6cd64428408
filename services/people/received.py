"""What the people service reads of the others' facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ErasedIn:
    """Of ``person.erased_in``: a service's answer to an erasure."""

    person: UUID
    request: UUID
    service: str
    counts: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
