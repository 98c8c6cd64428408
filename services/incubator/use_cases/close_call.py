"""Close a call before its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.use_cases.ports import IncubatorWork, answer_of


@dataclass(frozen=True, kw_only=True)
class CloseCall:
    call: UUID
    expected_version: int | None = None


def close_call(command: CloseCall, work: IncubatorWork) -> dict[str, Any]:
    """By staff; applications that are in stay in."""
    call = work.calls.get(command.call)
    work.expect(call, command.expected_version)
    call.close(by=work.actor, now=work.now)
    return answer_of(call)
