"""Add a statement to a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True, kw_only=True)
class AddStatement:
    consultation: UUID
    body: str


def add_statement(command: AddStatement, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> PENDING, or ACCEPTED at once when the convener adds it."""
    held = consultation_in_hand(work, command.consultation)
    statement = held.consultation.add_statement(held.coalition, command.body, by=work.actor, now=held.now)
    return {**held.answer, "statement": statement.id}
