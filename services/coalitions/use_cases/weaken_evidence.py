"""Flag positions whose evidence no longer bears what it bore."""

from __future__ import annotations

from services.coalitions.domain.evidence import EvidenceKind
from services.coalitions.domain.follow_up import Weakness
from services.coalitions.domain.known_metric import KnownMetric
from services.coalitions.received import EventTold, ProjectMetricRecorded
from services.coalitions.use_cases.keep_event import keep_event
from services.coalitions.use_cases.ports import CoalitionsWork


def note_metric(fact: ProjectMetricRecorded, work: CoalitionsWork) -> None:
    """Keep what was measured; a value below the one that a position quotes contradicts it."""
    metric = KnownMetric(
        id=fact.metric,
        project=fact.project,
        indicator=fact.indicator,
        period=fact.period,
        value=fact.value,
        unit=fact.unit,
    )
    work.metrics.keep(metric)
    for older in work.metrics.of_indicator(metric.project, metric.indicator):
        if metric.contradicts(older):
            weaken(EvidenceKind.METRIC, str(older.id), Weakness.METRIC_CONTRADICTED, work)


def note_event_cancelled(fact: EventTold, work: CoalitionsWork) -> None:
    """A gathering that did not take place proves nothing."""
    keep_event(fact, work)
    weaken(EvidenceKind.EVENT, str(fact.event), Weakness.EVENT_CANCELLED, work)


def weaken(kind: EvidenceKind, ref: str, reason: Weakness, work: CoalitionsWork) -> None:
    """Flag every position that stands on it."""
    for position in work.positions.standing_on(kind, ref):
        position.weaken(kind, ref, reason, now=work.now)
