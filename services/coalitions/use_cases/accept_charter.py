"""Accept a coalition's charter in the name of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.coalitions.domain.permissions import speaks_officially_for
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, speaks_for


@dataclass(frozen=True, kw_only=True)
class AcceptCharter:
    coalition: UUID
    organisation: UUID
    expected_version: int | None = None


def accept_charter(command: AcceptCharter, work: CoalitionsWork) -> dict[str, Any]:
    """By an administrator of the organisation, or who holds its mandate in this coalition."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    official = speaks_officially_for(work.actor, command.organisation)
    refuse_unless(
        official or command.organisation in speaks_for(work, coalition.id),
        "FORBIDDEN",
        "membership.organisation_administrator_only",
        "Only an administrator of the organisation may do this.",
    )
    membership = coalition.accept_charter(command.organisation, by=work.actor, now=work.now)
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
