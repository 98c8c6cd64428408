"""A position that was published before it came here, as its record tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.coalitions.domain.evidence import Evidence
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position_parts import PositionKind
from services.coalitions.domain.text import Paragraph


@dataclass(frozen=True, kw_only=True)
class RecordedSignatory:
    """An organisation that signed, with the reservation that was printed beside its name."""

    organisation: UUID
    reservation: str | None = None


@dataclass(frozen=True, kw_only=True)
class PositionRecord:
    """``members`` is how many were asked to sign: the m of "signed by n of m"."""

    kind: PositionKind
    decision_class: DecisionClass
    title: str
    summary: str
    themes: list[str]
    paragraphs: list[str]
    evidence: list[Evidence] = field(default_factory=list)
    published_on: date
    signatories: list[RecordedSignatory]
    members: int
    language: str | None = None

    @property
    def published_at(self) -> datetime:
        return datetime.combine(self.published_on, time(), UTC)

    def paragraphs_kept(self, present: list[Paragraph]) -> list[tuple[str, str]]:
        """The paragraphs as (pid, text): words that stood there already keep their id, others are given one."""
        pids = {one.text: one.pid for one in present}
        return [(pids.pop(text.strip(), ""), text) for text in self.paragraphs]

    def check(self, now: datetime) -> None:
        """Refuse what cannot have been so."""
        refuse_unless(
            self.published_on <= now.date(),
            "VALIDATION",
            "position.record_to_come",
            "A position that is recorded was published already.",
            field="published_on",
        )
        refuse_unless(
            bool(self.paragraphs),
            "VALIDATION",
            "position.record_without_text",
            "A position that is recorded has its text.",
            field="paragraphs",
        )
        organisations = {one.organisation for one in self.signatories}
        refuse_unless(
            1 <= len(organisations) == len(self.signatories) <= self.members,
            "VALIDATION",
            "position.record_of_signatories",
            "A position that is recorded names each signatory once, and no more of them than members that were asked.",
            field="signatories",
            members=self.members,
        )
