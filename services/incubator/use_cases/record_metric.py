"""Record a figure of a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import metrics
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class RecordMetric:
    project: UUID
    indicator: str
    period: str
    value: float
    unit: str
    source: str | None = None
    disclosed: bool = False
    supersedes: UUID | None = None
    expected_version: int | None = None


def record_metric(command: RecordMetric, work: IncubatorWork) -> dict[str, Any]:
    """Append-only: a correction names the record that it supersedes."""
    project = project_for(work, command.project, command.expected_version)
    metric = metrics.record_metric(
        project,
        indicator=command.indicator,
        period=command.period,
        value=command.value,
        unit=command.unit,
        source=command.source,
        disclosed=command.disclosed,
        supersedes=command.supersedes,
        by=work.actor,
        now=work.now,
    )
    return answer_of(project, metric=metric)
