"""Revise a coalition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.policy import DecisionClass
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, is_decided


@dataclass(frozen=True, kw_only=True)
class ReviseCoalition:
    """``decision`` is the adopted position of class CALL that decided it, from activation on."""

    coalition: UUID
    name: str | None = None
    themes: list[str] | None = None
    call: str | None = None
    charter: str | None = None
    decision: UUID | None = None
    expected_version: int | None = None


def revise_coalition(command: ReviseCoalition, work: CoalitionsWork) -> dict[str, Any]:
    """New name, themes, call or charter; what is left out stays."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    decided = is_decided(work, command.decision, coalition.id, DecisionClass.CALL)
    coalition.revise(
        name=command.name,
        themes=command.themes,
        call=command.call,
        charter=command.charter,
        decision=command.decision if decided else None,
        by=work.actor,
        now=work.now,
    )
    return {"id": coalition.id, "version": coalition.version}
