"""Every change of a registration in one place: its state, the counts of the gathering, the history and the fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.backbone.actor import Actor
from services.events import facts
from services.events.domain.event import Event
from services.events.domain.registration import Registration
from services.events.domain.vocabulary import SEATED, RegistrationState

S = RegistrationState


@dataclass(frozen=True)
class Ledger:
    """Keeps the counts of one gathering in step with its registrations, for one act by one actor at one time."""

    event: Event
    by: Actor
    now: datetime

    def move(self, registration: Registration, state: S, *, reason: str | None = None, rule: str | None = None) -> None:
        """Let a registration begin in that state, or reach it from the one it has."""
        before = registration.become(state, self.now)
        self._count(before, state)
        self.event.moved(before, state, by=self.by, at=self.now, subject=registration.subject, reason=reason, rule=rule)

    def tell(self, fact: type[facts.RegistrationFact], registration: Registration, **more: Any) -> None:
        """Record what happened to the registration, with the seats as they are now."""
        self.event.tell(fact, registration=registration.id, person=registration.person, seats=self.event.seats, **more)

    def _count(self, before: S | None, after: S) -> None:
        event = self.event
        event.confirmed += (after in SEATED) - (before in SEATED)
        event.offered += (after == S.OFFERED) - (before == S.OFFERED)
        event.waiting += (after == S.WAITLISTED) - (before == S.WAITLISTED)
        event.attended += (after == S.ATTENDED) - (before == S.ATTENDED)
