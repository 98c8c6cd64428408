"""What coalitions know of a project's measurements, learned from the incubator's facts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class KnownMetric:
    """One value of an indicator in a period (``2026-Q2``, ``2026``); ``value`` is None when it is not disclosed."""

    id: UUID
    project: UUID
    indicator: str
    period: str
    value: float | None
    unit: str

    def contradicts(self, older: KnownMetric) -> bool:
        """Whether this says less than the other said of the same or an earlier period."""
        if self.value is None or older.value is None or self.id == older.id:
            return False
        return self.period >= older.period and self.value < older.value
