"""Open a call for applications."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.backbone.rules import not_found
from services.incubator.domain.call import Call, Question
from services.incubator.use_cases.ports import IncubatorWork, answer_of


@dataclass(frozen=True, kw_only=True)
class OpenCall:
    """``incubator``: its slug. ``grid``: what reviewers grade; problem, solution, team and impact unless given."""

    incubator: str
    title: str
    closes_at: datetime
    opens_at: datetime | None = None
    questions: list[Question] = field(default_factory=list)
    grid: list[str] = field(default_factory=list)


def open_call(command: OpenCall, work: IncubatorWork) -> dict[str, Any]:
    """By staff; open from now unless it opens later."""
    incubator = work.incubators.read(command.incubator)
    if incubator is None:
        raise not_found("incubator", command.incubator)
    call = Call.open_new(
        slug=work.calls.free_slug(command.title),
        incubator_id=incubator.id,
        title=command.title,
        opens_at=command.opens_at or work.now,
        closes_at=command.closes_at,
        questions=tuple(command.questions),
        grid=tuple(command.grid),
        by=work.actor,
        now=work.now,
    )
    work.calls.add(call)
    return answer_of(call)
