"""Revise a coalition that is forming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand


@dataclass(frozen=True, kw_only=True)
class ReviseCoalition:
    coalition: UUID
    name: str | None = None
    themes: list[str] | None = None
    call: str | None = None
    charter: str | None = None
    expected_version: int | None = None


def revise_coalition(command: ReviseCoalition, work: CoalitionsWork) -> dict[str, Any]:
    """New name, themes, call or charter; what is left out stays."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    coalition.revise(
        name=command.name,
        themes=command.themes,
        call=command.call,
        charter=command.charter,
        by=work.actor,
        now=work.now,
    )
    return {"id": coalition.id, "version": coalition.version}
