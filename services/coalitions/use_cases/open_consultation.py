"""Open a consultation: ask people an open question."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coalitions.domain.consultation import Consultation
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_sight


@dataclass(frozen=True, kw_only=True)
class OpenConsultation:
    """``statements`` are the first ones to vote on, by the coalition itself."""

    coalition: UUID
    question: str
    closes_at: datetime
    description: str = ""
    themes: list[str] | None = None
    statements: list[str] = field(default_factory=list)


def open_consultation(command: OpenConsultation, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> DRAFT -> OPEN until the closing time."""
    coalition = coalition_in_sight(work, command.coalition)
    consultation = Consultation.prepare(
        coalition,
        slug=work.consultations.free_slug(command.question),
        question=command.question,
        description=command.description,
        themes=command.themes,
        by=work.actor,
        now=work.now,
    )
    for body in command.statements:
        consultation.add_statement(coalition, body, by=work.actor, now=work.now)
    consultation.open(coalition, command.closes_at, by=work.actor, now=work.now)
    work.consultations.add(consultation)
    return {"id": consultation.id, "version": consultation.version, "slug": consultation.slug}
