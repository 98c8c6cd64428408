"""Apply for an organisation's membership of a coalition, or take up its invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.coalitions.domain.membership import Category
from services.coalitions.domain.permissions import speaks_officially_for
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand


@dataclass(frozen=True, kw_only=True)
class ApplyForMembership:
    coalition: UUID
    organisation: UUID
    category: Category = Category.MEMBER
    accepts_charter: bool = False
    expected_version: int | None = None


def apply_for_membership(command: ApplyForMembership, work: CoalitionsWork) -> dict[str, Any]:
    """(new) | INVITED -> APPLIED, by an administrator of the organisation."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    refuse_unless(
        speaks_officially_for(work.actor, command.organisation),
        "FORBIDDEN",
        "membership.organisation_administrator_only",
        "Only an administrator of the organisation may do this.",
    )
    membership = coalition.receive_application(
        command.organisation,
        command.category,
        verified=work.organisations.is_verified(command.organisation),
        accepts_charter=command.accepts_charter,
        by=work.actor,
        now=work.now,
    )
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
