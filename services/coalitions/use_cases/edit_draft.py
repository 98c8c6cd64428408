"""Edit a position that is a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.editors import named_editors
from services.coalitions.use_cases.evidence import EvidenceGiven, checked_evidence
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class ParagraphGiven:
    """A paragraph that is kept by its ``pid``, or a new one without."""

    text: str
    pid: str | None = None


@dataclass(frozen=True, kw_only=True)
class EditDraft:
    """What is left out stays. ``paragraphs`` is the whole text, in order."""

    position: UUID
    title: str | None = None
    summary: str | None = None
    themes: list[str] | None = None
    paragraphs: list[ParagraphGiven] | None = None
    evidence: list[EvidenceGiven] | None = None
    no_evidence_reason: str | None = None
    language: str | None = None
    editors: list[UUID] | None = None
    expected_version: int | None = None


def edit_draft(command: EditDraft, work: CoalitionsWork) -> dict[str, Any]:
    """New words, evidence or editors, while it is in DRAFT."""
    held = position_in_hand(work, command.position, command.expected_version)
    texts = None
    if command.paragraphs is not None:
        texts = [(one.pid or "", one.text) for one in command.paragraphs]
    held.position.edit(
        held.coalition,
        title=command.title,
        summary=command.summary,
        themes=command.themes,
        paragraphs=texts,
        evidence=None if command.evidence is None else checked_evidence(command.evidence, work),
        no_evidence_reason=command.no_evidence_reason,
        language=command.language,
        editors=None if command.editors is None else named_editors(command.editors, held.coalition, work),
        by=work.actor,
    )
    return held.answer
