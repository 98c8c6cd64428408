"""Every service's own copy of who holds which role, kept from the facts of the people service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.backbone.actor import Grant
from services.backbone.work import Work


@dataclass(frozen=True, kw_only=True)
class RoleGranted:
    """What is read of ``role.granted``."""

    grant: UUID
    person: UUID
    role: str
    scope: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked:
    """What is read of ``role.revoked``."""

    grant: UUID


def keep_role_grant(fact: RoleGranted, work: Work) -> None:
    """Remember a role that somebody was given."""
    work.session.execute(
        text(
            "INSERT INTO role_grants (id, person, role, scope, until) VALUES (:id, :person, :role, :scope, :until) "
            "ON CONFLICT (id) DO NOTHING"
        ),
        {"id": fact.grant, "person": fact.person, "role": fact.role, "scope": fact.scope, "until": fact.until},
    )


def drop_role_grant(fact: RoleRevoked, work: Work) -> None:
    """Forget a role that was taken back."""
    work.session.execute(text("DELETE FROM role_grants WHERE id = :id"), {"id": fact.grant})


def grants_of(connection: Connection, person: UUID, now: datetime) -> frozenset[Grant]:
    """The roles that a person holds at this time."""
    rows = connection.execute(
        text("SELECT role, scope FROM role_grants WHERE person = :person AND (until IS NULL OR until > :now)"),
        {"person": person, "now": now},
    )
    return frozenset(Grant(row.role, row.scope) for row in rows)
