"""Record a position that was published before it came here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.backbone.rules import not_found, refuse_unless
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position import Position
from services.coalitions.domain.position_parts import PositionKind
from services.coalitions.domain.position_record import PositionRecord, RecordedSignatory
from services.coalitions.use_cases.evidence import EvidenceGiven, checked_evidence
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True, kw_only=True)
class SignatoryGiven:
    organisation: UUID
    reservation: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordPosition:
    """``slug`` names it for good: recorded again, it is brought up to date. ``coalition`` is a slug."""

    slug: str
    coalition: str
    title: str
    paragraphs: list[str]
    published_on: date
    signatories: list[SignatoryGiven]
    members: int
    summary: str = ""
    kind: PositionKind = PositionKind.PAPER
    decision_class: DecisionClass = DecisionClass.POLICY
    themes: list[str] | None = None
    evidence: list[EvidenceGiven] = field(default_factory=list)
    language: str | None = None
    dry_run: bool = False


def record_position(command: RecordPosition, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> PUBLISHED. ``outcome`` is CREATED, CHANGED or UNCHANGED."""
    refuse_unless(
        work.actor.is_admin,
        "FORBIDDEN",
        "position.network_records",
        "Only the network itself records what was published elsewhere.",
    )
    coalition = work.coalitions.find(slug=command.coalition)
    if coalition is None:
        raise not_found("coalition", command.coalition)
    for signatory in command.signatories:
        if not work.organisations.is_known(signatory.organisation):
            raise not_found("organisation", signatory.organisation)
    record = _record(command, coalition.themes, work)
    position = work.positions.find(slug=command.slug)
    if position is None:
        position = Position.from_record(coalition, record, slug=command.slug, by=work.actor, now=work.now)
        work.positions.add(position)
        outcome = "CREATED"
    else:
        refuse_unless(
            position.coalition == coalition.id,
            "DUPLICATE",
            "position.slug_taken",
            f"There is a position {command.slug} in another coalition.",
            field="slug",
            slug=command.slug,
        )
        outcome = "CHANGED" if position.take_record(record, now=work.now) else "UNCHANGED"
    return {"id": position.id, "version": position.version, "slug": position.slug, "outcome": outcome}


def _record(command: RecordPosition, themes: list[str], work: CoalitionsWork) -> PositionRecord:
    return PositionRecord(
        kind=command.kind,
        decision_class=command.decision_class,
        title=command.title,
        summary=command.summary,
        themes=list(themes) if command.themes is None else command.themes,
        paragraphs=command.paragraphs,
        evidence=checked_evidence(command.evidence, work),
        published_on=command.published_on,
        signatories=[
            RecordedSignatory(organisation=one.organisation, reservation=one.reservation) for one in command.signatories
        ],
        members=command.members,
        language=command.language,
    )
