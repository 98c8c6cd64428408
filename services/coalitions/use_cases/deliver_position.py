"""Note to whom a published position was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class DeliverPosition:
    position: UUID
    target: str
    channel: str
    sent_on: date
    expected_version: int | None = None


def deliver_position(command: DeliverPosition, work: CoalitionsWork) -> dict[str, Any]:
    """By an editor or the convener; a review is due 180 days later."""
    held = position_in_hand(work, command.position, command.expected_version)
    delivery = held.position.deliver(
        held.coalition,
        target=command.target,
        channel=command.channel,
        sent_on=command.sent_on,
        by=work.actor,
        now=held.now,
    )
    return {**held.answer, "delivery": delivery.id}
