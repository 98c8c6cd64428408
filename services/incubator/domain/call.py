"""A call for applications: when it is open, what it asks, by which criteria applications are reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.incubator.domain import permissions
from services.incubator.domain.guards import Guard, obstacle
from services.incubator.facts import CallClosed, CallOpened

#: What reviewers grade unless the call says otherwise.
DEFAULT_GRID = ("problem", "solution", "team", "impact")


@dataclass(frozen=True, kw_only=True)
class Question:
    code: str
    label: str
    mandatory: bool = True


@dataclass(eq=False, kw_only=True)
class Call(Aggregate):
    """Open while ``opens_at <= now < closes_at``: its state is the time, so no job has to close it."""

    kind: ClassVar[str] = "call"

    id: UUID
    version: int = 0
    slug: str
    incubator_id: UUID
    title: str
    opens_at: datetime
    closes_at: datetime
    questions: tuple[Question, ...]
    grid: tuple[str, ...]

    @classmethod
    def open_new(
        cls,
        *,
        slug: str,
        incubator_id: UUID,
        title: str,
        opens_at: datetime,
        closes_at: datetime,
        questions: tuple[Question, ...],
        grid: tuple[str, ...],
        by: Actor,
        now: datetime,
    ) -> Call:
        """A call by the staff of its incubator."""
        permissions.refuse_unless_staff(by, incubator_id)
        refuse_unless(bool(title.strip()), "VALIDATION", "call.title_missing", "A call has a title.", field="title")
        refuse_unless(
            opens_at < closes_at, "VALIDATION", "call.closes_before_it_opens",
            "A call closes after it opens.", field="closesAt",
        )  # fmt: skip
        refuse_unless(
            closes_at > now, "VALIDATION", "call.already_over", "A call closes in the future.", field="closesAt"
        )
        call = cls(
            id=new_id(), slug=slug, incubator_id=incubator_id, title=title.strip(),
            opens_at=opens_at, closes_at=closes_at, questions=questions, grid=grid or DEFAULT_GRID,
        )  # fmt: skip
        call.moved(None, "OPEN", by=by, at=now)
        call.record(
            CallOpened(
                call=call.id, slug=slug, title=call.title, incubator=incubator_id,
                opens_at=opens_at, closes_at=closes_at,
            )
        )  # fmt: skip
        return call

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def close(self, *, by: Actor, now: datetime) -> None:
        """Close before the time that was announced."""
        permissions.refuse_unless_staff(by, self.incubator_id)
        refuse_unless(now < self.closes_at, "ILLEGAL_TRANSITION", "call.closed_already", "This call is closed already.")
        self.closes_at = now
        self.moved("OPEN", "CLOSED", by=by, at=now)
        self.record(
            CallClosed(call=self.id, slug=self.slug, title=self.title, incubator=self.incubator_id, closes_at=now)
        )

    def obstacles_to_applying(self, answers: Mapping[str, str], now: datetime) -> Guard:
        """What keeps an application out: the time, or a mandatory question without an answer."""
        if now < self.opens_at:
            yield obstacle(
                "ILLEGAL_TRANSITION", "call.not_open_yet", f"This call opens on {self.opens_at:%Y-%m-%d}.",
                fix="Apply once it is open.", opens_at=self.opens_at.isoformat(),
            )  # fmt: skip
        if now >= self.closes_at:
            yield obstacle(
                "DEADLINE_PASSED", "call.closed", f"This call closed on {self.closes_at:%Y-%m-%d}.",
                fix="Wait for the next call.", closes_at=self.closes_at.isoformat(),
            )  # fmt: skip
        for question in self.questions:
            if question.mandatory and not answers.get(question.code, "").strip():
                yield obstacle(
                    "VALIDATION", "call.question_unanswered", f"The question {question.code} awaits an answer.",
                    fix=question.label, field="answers", question=question.code,
                )  # fmt: skip
