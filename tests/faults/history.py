"""What the load driver asked for and what it was told, kept outside the system, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OK, REFUSED, UNAVAILABLE, UNKNOWN = "ok", "refused", "unavailable", "unknown"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One command under one idempotency key, with all its attempts.

    ``outcome`` is the last attempt's; ``doubtful`` tells whether any attempt ended without a known outcome, so that
    its effect may be there whatever came later. ``worst`` is the longest attempt. Times are seconds of the epoch.
    """

    number: int
    kind: str
    key: str
    began: float
    ended: float
    outcome: str
    attempts: int
    doubtful: bool
    worst: float
    asked: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)
    mismatch: bool = False

    @property
    def acknowledged(self) -> bool:
        return self.outcome == OK

    @property
    def may_be_done(self) -> bool:
        return self.outcome == OK or self.doubtful


@dataclass(frozen=True, kw_only=True)
class Strike:
    """One fault: when it was done and when it was over; ``under_way`` counts the commands in flight when it struck."""

    fault: str
    what: str
    struck: float
    healed: float
    under_way: int


class History:
    """Appends to a file and reads it back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, line: Operation | Strike) -> None:
        kind = "operation" if isinstance(line, Operation) else "strike"
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({kind: asdict(line)}, ensure_ascii=False) + "\n")

    def operations(self) -> list[Operation]:
        return [Operation(**line["operation"]) for line in self._lines() if "operation" in line]

    def strikes(self) -> list[Strike]:
        return [Strike(**line["strike"]) for line in self._lines() if "strike" in line]

    def _lines(self) -> Iterator[dict[str, Any]]:
        if self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)
