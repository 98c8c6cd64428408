"""A role grant: what a person may do, over what, until when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.people.facts import RoleGranted, RoleRevoked

GLOBAL_ROLES = frozenset({"ADMIN", "DIRECTOR"})
#: Which kind of thing each scoped role is held over (domain.md section 2).
SCOPED_ROLES = {
    "INCUBATOR_STAFF": "incubator",
    "MENTOR": "project",
    "FOUNDER": "project",
    "CONVENER": "coalition",
    "STEERING": "coalition",
    "ORGANISER": "event",
    "FACILITATOR": "event",
    "CHECKIN": "event",
    "ORG_ADMIN": "organisation",
}
_SCOPE = re.compile(r"^[a-z]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(eq=False, kw_only=True)
class RoleGrant(Aggregate):
    """One role of one person."""

    kind: ClassVar[str] = "role"

    person: UUID
    role: str
    scope: str | None
    until: datetime | None
    state: str = "ACTIVE"
    id: UUID = field(default_factory=new_id)
    version: int = 0

    @classmethod
    def grant(
        cls, *, person: UUID, role: str, scope: str | None, until: datetime | None, by: Actor, now: datetime
    ) -> RoleGrant:
        """Give a role; global roles take no scope, the others one of their kind."""
        _check(role, scope)
        refuse_unless(
            until is None or until > now, "VALIDATION", "role.until_past", "A role ends in the future.", field="until"
        )
        refuse_unless(
            by.id != person or by.is_system,
            "SELF_APPROVAL",
            "role.self_granted",
            "Nobody gives a role to themselves.",
            field="person",
        )
        granted = cls(person=person, role=role, scope=scope, until=until)
        granted.moved(None, "ACTIVE", by=by, at=now)
        granted.record(RoleGranted(grant=granted.id, person=person, role=role, scope=scope, until=until))
        return granted

    def revoke(self, *, is_last: bool, by: Actor, now: datetime) -> None:
        """Take the role back; the last administrator of anything stays."""
        refuse_unless(
            self.state == "ACTIVE", "ILLEGAL_TRANSITION", "role.not_active", "This role was taken back already."
        )
        refuse_unless(
            not (is_last and self.role in ("ADMIN", "ORG_ADMIN")),
            "LAST_ADMIN",
            "role.last_admin",
            "The last administrator cannot leave; name another one first.",
        )
        self.state = "REVOKED"
        self.moved("ACTIVE", "REVOKED", by=by, at=now)
        self.record(RoleRevoked(grant=self.id, person=self.person, role=self.role, scope=self.scope))


def _check(role: str, scope: str | None) -> None:
    if role in GLOBAL_ROLES:
        refuse_unless(
            scope is None, "VALIDATION", "role.scope_unwanted", f"{role} is held over the whole network.", field="scope"
        )
        return
    kind = SCOPED_ROLES.get(role)
    if kind is None:
        raise BrokenRule(
            "VALIDATION", "role.unknown", f"There is no role {role[:40]}.", field="role", values={"role": role[:40]}
        )
    refuse_unless(
        scope is not None and scope.startswith(f"{kind}/") and _SCOPE.match(scope) is not None,
        "VALIDATION",
        "role.scope_wanted",
        f"{role} is held over one {kind}: give its id.",
        field="scope",
        role=role,
        kind=kind,
    )
