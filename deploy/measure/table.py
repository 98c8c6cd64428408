"""What a measure found, as a Markdown table; and how to say a time with its spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """``notes`` say what stands behind the figures: what was asked, how often, what else the machine had to do."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        lines = [self.columns, ["---", *["---:"] * (len(self.columns) - 1)], *self.rows]
        table = "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
        return "\n\n".join([f"### {self.title}", table, *self.notes])


class LeftOut(RuntimeError):
    """A measure that this machine cannot make; the text says what is missing."""


def percentile(samples: Sequence[float], part: float) -> float:
    """The value that ``part`` (0 to 1) of the samples stay at or below."""
    return sorted(samples)[max(0, -(-len(samples) * part // 1).__int__() - 1)]


def milliseconds(seconds: float) -> str:
    """A time with as many places as it has meaning."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def spread(samples: Sequence[float], form: str = "{:,.0f}") -> str:
    """The median of repetitions, with the least and the most."""
    low, middle, high = (form.format(value) for value in (min(samples), statistics.median(samples), max(samples)))
    return middle if low == high else f"{middle} ({low} to {high})"


def ratio(these: Sequence[float], those: Sequence[float]) -> str:
    """How many times as much these are as those, repetition by repetition: a drift of the machine meets both."""
    return spread([one / other for one, other in zip(these, those, strict=True)], "{:.2f}")
