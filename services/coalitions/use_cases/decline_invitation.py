"""Decline a coalition's invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.coalitions.domain.permissions import speaks_officially_for
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand


@dataclass(frozen=True, kw_only=True)
class DeclineInvitation:
    coalition: UUID
    membership: UUID
    expected_version: int | None = None


def decline_invitation(command: DeclineInvitation, work: CoalitionsWork) -> dict[str, Any]:
    """INVITED -> DECLINED, by an administrator of the organisation."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    refuse_unless(
        speaks_officially_for(work.actor, coalition.membership(command.membership).organisation),
        "FORBIDDEN",
        "membership.organisation_administrator_only",
        "Only an administrator of the organisation may do this.",
    )
    membership = coalition.decline(command.membership, by=work.actor, now=work.now)
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
