"""Review what came of a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class ReviewDelivery:
    position: UUID
    delivery: UUID
    review: str
    expected_version: int | None = None


def review_delivery(command: ReviewDelivery, work: CoalitionsWork) -> dict[str, Any]:
    """Once for each delivery."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.review(held.coalition, command.delivery, command.review, by=work.actor, now=held.now)
    return {**held.answer, "delivery": command.delivery}
