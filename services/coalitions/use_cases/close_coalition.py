"""Close a coalition for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.policy import DecisionClass
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, is_decided


@dataclass(frozen=True, kw_only=True)
class CloseCoalition:
    """``decision`` is the adopted position of class CALL that decided it: it concerns the coalition itself.

    A coalition in FORMING needs none.
    """

    coalition: UUID
    reason: str
    decision: UUID | None = None
    expected_version: int | None = None


def close_coalition(command: CloseCoalition, work: CoalitionsWork) -> dict[str, Any]:
    """FORMING | ACTIVE | DORMANT -> CLOSED."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    decided = is_decided(work, command.decision, coalition.id, DecisionClass.CALL, concerning=coalition.id)
    coalition.close(decided=decided, reason=command.reason, by=work.actor, now=work.now)
    return {"id": coalition.id, "version": coalition.version}
