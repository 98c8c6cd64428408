"""Report what came out of a gathering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.domain.values import OutcomeReport, Solution
from services.events.use_cases.looking_up import visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class ReportOutcome:
    event: UUID
    solutions: tuple[Solution, ...]
    next_steps: str = ""
    expected_version: int | None = None


def report_outcome(command: ReportOutcome, work: EventsWork) -> dict[str, Any]:
    """Once, after it was held."""
    event = visible_event(work, command.event, command.expected_version)
    report = OutcomeReport.of(command.solutions, command.next_steps, at=work.now, by=work.actor.id)
    event.report_outcome(report, by=work.actor, now=work.now)
    return {"id": event.id, "version": event.version, "slug": event.slug}
