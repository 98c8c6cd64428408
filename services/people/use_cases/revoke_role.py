"""Take a role back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.people.domain.permissions import must_grant
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class RevokeRole:
    grant: UUID


def revoke_role(command: RevokeRole, work: PeopleWork) -> dict[str, Any]:
    """The role is gone everywhere as soon as the others have heard; the last administrator stays."""
    grant = work.grants.get(command.grant)
    must_grant(work.actor, grant.role, grant.scope)
    is_last = work.grants.holders(grant.role, grant.scope) == 1
    grant.revoke(is_last=is_last, by=work.actor, now=work.now)
    work.grants.drop(grant)
    return {"id": grant.id, "version": grant.version}
