"""What tests do with gatherings again and again: enter, announce, fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.backbone.actor import Actor
from services.events.queries import gatherings, registrations
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.register import register
from services.events.use_cases.schedule_event import schedule_event
from tests.bench import Bench
from tests.events.gatherings import person, staff


@dataclass
class Agenda:
    """Gatherings of one organiser on the bench."""

    bench: Bench
    organiser: Actor = field(default_factory=staff)

    def draft(self, by: Actor | None = None, *, in_days: float = 10, minutes: int = 120, **more: Any) -> str:
        """A draft of a meet-up in Lyon; its id."""
        starts_at = self.bench.clock.now + timedelta(days=in_days)
        values = {
            "kind": "MEETUP",
            "title": "Rencontre de printemps",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "place": {"city": "Lyon", "country": "France"},
        } | more
        return str(self.bench.perform(schedule_event, by=by or self.organiser, **values)["id"])

    def meetup(self, by: Actor | None = None, **more: Any) -> str:
        """An announced meet-up; its id."""
        event = self.draft(by, **more)
        self.bench.perform(publish_event, by=by or self.organiser, event=event)
        return event

    def draft_hold_up(self, **more: Any) -> str:
        """A draft of a hold-up that lacks nothing; its id."""
        values = {
            "kind": "HOLD_UP",
            "title": "Hold-up : nommer la maison",
            "project": uuid4(),
            "challenge": {"kind": "NAMING", "question": "Comment nommer la maison ?"},
            "facilitators": [uuid4()],
        } | more
        return self.draft(**values)

    def hold_up(self, **more: Any) -> str:
        """An announced hold-up; its id."""
        event = self.draft_hold_up(**more)
        self.bench.perform(publish_event, by=self.organiser, event=event)
        return event

    def fill(self, event: str, people: int) -> list[tuple[Actor, str]]:
        """So many new people register one after the other: who, with their registration."""
        some = [person() for _ in range(people)]
        return [(one, self.bench.perform(register, by=one, event=event)["id"]) for one in some]

    def row(self, event: str, by: Actor | None = None) -> dict[str, Any]:
        """The gathering as its organiser sees it."""
        [row] = self.bench.ask(gatherings.events_by_ids, by=by or self.organiser, ids=[event])
        return row

    def state_of(self, registration: str) -> str:
        [row] = self.bench.ask(registrations.registrations_by_ids, by=self.organiser, ids=[registration])
        return str(row["state"])

    def states(self, filled: list[tuple[Actor, str]]) -> list[str]:
        return [self.state_of(registration) for _, registration in filled]
