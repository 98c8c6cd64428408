"""The figures of a project: written down once, corrected by a new record that supersedes the old one."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.gates import let_count
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.parts import MetricRecord
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import in_state, team_only
from services.incubator.domain.states import RUNNING, EvidenceKind
from services.incubator.facts import ProjectMetricRecorded

#: A year, a quarter or a month.
PERIOD = re.compile(r"\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?")


def record_metric(
    project: Project,
    *,
    indicator: str,
    period: str,
    value: float,
    unit: str,
    source: str | None,
    disclosed: bool,
    supersedes: UUID | None,
    by: Actor,
    now: datetime,
) -> UUID:
    """A figure of one indicator for one period; its value is told to others only if it is disclosed."""
    pass_or_refuse(team_only(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project records figures."))
    indicator = indicator.strip()
    refuse_unless(
        bool(indicator), "VALIDATION", "metric.indicator_missing", "Say what the figure counts.", field="indicator"
    )
    refuse_unless(
        PERIOD.fullmatch(period) is not None, "VALIDATION", "metric.bad_period",
        "A period is a year, a quarter or a month: 2026, 2026-Q1, 2026-03.", field="period",
    )  # fmt: skip
    refuse_unless(isfinite(value), "VALIDATION", "metric.not_a_number", "A figure is a number.", field="value")
    standing = current(project, indicator, period)
    if supersedes is None:
        refuse_unless(
            standing is None, "DUPLICATE", "metric.recorded_already",
            f"{indicator} is recorded for {period}; a correction supersedes it.", field="supersedes",
            indicator=indicator, period=period,
        )  # fmt: skip
    elif standing is None or standing.id != supersedes:
        raise BrokenRule(
            "NOT_FOUND", "metric.not_found", "There is no such standing record to supersede.", field="supersedes"
        )
    metric = MetricRecord(
        id=new_id(), indicator=indicator, period=period, value=value, unit=unit.strip(), source=source,
        disclosed=disclosed, recorded_at=now, supersedes=supersedes,
    )  # fmt: skip
    project.metrics.append(metric)
    project.note(ProjectMetricRecorded.type, f"{indicator} {period}", at=now, about=f"metric/{metric.id}")
    project.record(
        ProjectMetricRecorded(
            **project.told, metric=metric.id, indicator=indicator, period=period,
            value=value if disclosed else None, unit=metric.unit, supersedes=supersedes,
        )
    )  # fmt: skip
    let_count(project, EvidenceKind.METRIC, {indicator, str(metric.id)}, now, None)
    return metric.id


def current(project: Project, indicator: str, period: str) -> MetricRecord | None:
    """The record of this indicator and period that nothing supersedes."""
    superseded = {metric.supersedes for metric in project.metrics}
    return next(
        (
            metric
            for metric in project.metrics
            if (metric.indicator, metric.period) == (indicator, period) and metric.id not in superseded
        ),
        None,
    )
