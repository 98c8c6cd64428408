"""Reply to a position in the name of a project that it quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import founds, person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class ReplyToPosition:
    position: UUID
    project: UUID
    text: str
    expected_version: int | None = None


def reply_to_position(command: ReplyToPosition, work: CoalitionsWork) -> dict[str, Any]:
    """By a founder, within 7 days of the adoption; the reply is printed with the position."""
    held = position_in_hand(work, command.position, command.expected_version)
    person = person_asking(work)
    refuse_unless(
        founds(work, command.project),
        "FORBIDDEN",
        "reply.founders_only",
        "Only a founder of the project may reply in its name.",
    )
    held.position.reply(command.project, command.text, person=person, now=held.now)
    return held.answer
