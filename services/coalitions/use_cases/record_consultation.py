"""Record a consultation that was held elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.backbone.rules import not_found
from services.coalitions.domain.coalition import Coalition, Visibility
from services.coalitions.domain.consultation import Consultation, ConsultationState
from services.coalitions.domain.permissions import refuse_unless_convener
from services.coalitions.use_cases.ports import CoalitionsWork

#: The coalition of consultations that were recorded without one; made when it is first needed.
RECORDED_COALITION = "consultations-importees"


@dataclass(frozen=True, kw_only=True)
class RecordConsultation:
    """``slug`` names it for good: recorded again, it is brought up to date. ``coalition`` is a slug."""

    slug: str
    question: str
    coalition: str | None = None
    description: str = ""
    themes: list[str] = field(default_factory=list)
    state: ConsultationState = ConsultationState.CLOSED
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    dry_run: bool = False


def record_consultation(command: RecordConsultation, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> the state that the records give it. ``outcome`` is CREATED, CHANGED or UNCHANGED."""
    consultation = work.consultations.find(slug=command.slug)
    outcome = "CREATED" if consultation is None else "CHANGED"
    if consultation is None:
        coalition = _coalition(command, work)
        refuse_unless_convener(work.actor, coalition)
        consultation = Consultation.prepare(
            coalition,
            slug=command.slug,
            question=command.question,
            description=command.description,
            themes=command.themes or None,
            by=work.actor,
            now=work.now,
        )
    else:
        refuse_unless_convener(work.actor, work.coalitions.look(consultation.coalition))
    changed = consultation.record_as(
        question=command.question,
        description=command.description,
        themes=command.themes or consultation.themes,
        state=command.state,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        by=work.actor,
        now=work.now,
    )
    if outcome == "CREATED":
        work.consultations.add(consultation)
    return {
        "id": consultation.id,
        "version": consultation.version,
        "slug": consultation.slug,
        "outcome": outcome if changed else "UNCHANGED",
    }


def _coalition(command: RecordConsultation, work: CoalitionsWork) -> Coalition:
    slug = command.coalition or RECORDED_COALITION
    coalition = work.coalitions.find(slug=slug)
    if coalition is not None:
        return coalition
    if command.coalition is not None:
        raise not_found("coalition", slug)
    coalition = Coalition.found(
        slug=slug,
        name="Consultations importées",
        themes=["participation"],
        call="Garder la trace des consultations menées ailleurs.",
        charter="",
        visibility=Visibility.PUBLIC,
        convener=None,
        by=work.actor,
        now=work.now,
    )
    work.coalitions.add(coalition)
    return coalition
