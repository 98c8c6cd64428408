"""Give one's own calendar a secret address, or take it away."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from services.backbone.actor import person_of
from services.events.domain.values import token_hash
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class OpenMyCalendar:
    """Nothing else is asked: everybody has one calendar."""


@dataclass(frozen=True, kw_only=True)
class CloseMyCalendar:
    """The address answers nothing any more."""


def open_my_calendar(command: OpenMyCalendar, work: EventsWork) -> dict[str, Any]:
    """``{token}``: shown once; only its hash is kept. An earlier address answers nothing any more."""
    token = secrets.token_urlsafe(32)
    work.private.open_calendar(person_of(work.actor), token_hash(token), work.now)
    return {"token": token}


def close_my_calendar(command: CloseMyCalendar, work: EventsWork) -> dict[str, Any]:
    """``{closed}``: whether there was one."""
    return {"closed": work.private.close_calendar(person_of(work.actor))}
