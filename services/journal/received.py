"""What the journal reads of facts beside their envelope: next to nothing, for it keeps them as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Anything:
    """Of any fact, whatever it carries."""


@dataclass(frozen=True, kw_only=True)
class RoleGranted:
    """Of ``role.granted``: who may see more than others."""

    grant: UUID
    person: UUID
    role: str
    scope: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked:
    """Of ``role.revoked``."""

    grant: UUID
