"""Give somebody a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.people.domain.permissions import must_grant
from services.people.domain.role import RoleGrant
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class GrantRole:
    """``scope`` is ``<kind>/<id>`` for a scoped role, none for a global one."""

    person: UUID
    role: str
    scope: str | None = None
    until: datetime | None = None


def grant_role(command: GrantRole, work: PeopleWork) -> dict[str, Any]:
    """A role for a person; the same role again changes nothing."""
    must_grant(work.actor, command.role, command.scope)
    work.persons.get(command.person).must_not_be_erased()
    held = work.grants.find(person=command.person, role=command.role, scope=command.scope, state="ACTIVE")
    if held is not None and held.until == command.until:
        return {"id": held.id, "version": held.version}
    grant = RoleGrant.grant(
        person=command.person,
        role=command.role,
        scope=command.scope,
        until=command.until,
        by=work.actor,
        now=work.now,
    )
    work.grants.add(grant)
    return {"id": grant.id, "version": grant.version}
