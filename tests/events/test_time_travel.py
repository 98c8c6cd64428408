"""All that happens because time has passed, over the nights in which clocks change, on the minute and not before.

The clock is the test's own: it stops a minute before each moment at which something is due, and at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.backbone.actor import Actor
from services.backbone.entrypoints.jobs import Job
from services.events.post.letters import Letter
from services.events.post.postman import Postman
from services.events.post.senders import Contact
from services.events.service import EventsService
from services.events.use_cases.cancel_registration import cancel_registration
from services.events.use_cases.check_in import check_in
from services.events.use_cases.register import register
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person

#: Begins at ten in the morning after a night of 25 hours, or of 23: when that is in UTC.
MORNINGS = [
    ("Europe/Paris", datetime(2026, 10, 25, 10, 0), datetime(2026, 10, 25, 9, 0, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 3, 29, 10, 0), datetime(2026, 3, 29, 8, 0, tzinfo=UTC)),
    ("America/Toronto", datetime(2026, 11, 1, 10, 0), datetime(2026, 11, 1, 15, 0, tzinfo=UTC)),
    ("America/Toronto", datetime(2026, 3, 8, 10, 0), datetime(2026, 3, 8, 14, 0, tzinfo=UTC)),
]


@dataclass
class Jobs:
    """All jobs of the service, as nameko would run them: hands over what each one runs."""

    bench: Bench
    letters: list[str] = field(default_factory=list)

    @property
    def post(self) -> Postman:
        return Postman(self, self, "https://maillage.example")

    def contacts(self, persons: Collection[UUID]) -> dict[UUID, Contact]:
        return {}

    def send(self, letter: Letter, contact: Contact | None) -> None:
        self.letters.append(letter.kind)

    def run(self) -> list[str]:
        """Run every job once; what was told and written because of it."""
        service = EventsService()
        service.desk, service.post = self.bench, self.post
        before = len(self.bench.facts())
        for name, method in vars(EventsService).items():
            if any(isinstance(entrypoint, Job) for entrypoint in getattr(method, "nameko_entrypoints", ())):
                getattr(service, name)()
        told = [fact["type"].removeprefix("event.") for fact in self.bench.facts()[before:]]
        written, self.letters = self.letters, []
        return sorted(told) + sorted(written)


@dataclass
class Morning:
    """A gathering of two places: who comes, who gives the seat back twelve hours before, who waits."""

    agenda: Agenda
    starts_at: datetime
    timezone: str

    def __post_init__(self) -> None:
        bench = self.agenda.bench
        bench.clock.now = self.starts_at - timedelta(days=10)
        local = self.starts_at.astimezone(ZoneInfo(self.timezone))
        self.event = self.agenda.meetup(
            starts_at=local,
            ends_at=local + timedelta(hours=2),
            timezone=self.timezone,
            capacity=2,
            questions=["Pain ou vin ?"],
        )
        self.comes, self.leaves = person(), person()
        told = {"needs": "Une rampe", "answers": [{"question": "Pain ou vin ?", "answer": "Pain"}]}
        self.seat = self.registers(self.comes, **told)
        self.seat_left = self.registers(self.leaves)
        self.registers(person())

    def registers(self, one: Actor, **told: Any) -> str:
        return str(self.agenda.bench.perform(register, by=one, event=self.event, **told)["id"])

    def acts(self) -> dict[datetime, Callable[[], Any]]:
        """What people do meanwhile."""
        bench = self.agenda.bench
        return {
            self.starts_at - timedelta(hours=12): lambda: bench.perform(
                cancel_registration, by=self.leaves, registration=self.seat_left
            ),
            self.starts_at: lambda: bench.perform(
                check_in,
                by=self.agenda.organiser,
                event=self.event,
                marks=[{"registration": self.seat, "at": bench.clock.now}],
            ),
        }

    def due(self) -> dict[datetime, list[str]]:
        """What happens by itself, and when."""
        start, end = self.starts_at, self.starts_at + timedelta(hours=2)
        return {
            start - timedelta(hours=24): ["DAY_BEFORE", "DAY_BEFORE"],
            start - timedelta(hours=12): ["OFFER"],
            start - timedelta(hours=9): ["offer_lapsed", "OFFER_LAPSED"],
            start - timedelta(hours=2): ["HOURS_BEFORE"],
            end: ["held"],
            end + timedelta(hours=24): ["AFTERWARDS"],
            end + timedelta(hours=72): ["closed"],
            end + timedelta(days=30): ["participant_data_erased"],
            end + timedelta(days=90): ["participant_data_erased"],
        }


@pytest.mark.parametrize(("timezone", "local", "starts_at"), MORNINGS)
def test_all_that_is_due_happens_then_and_not_a_minute_before(
    agenda: Agenda, events: Bench, timezone: str, local: datetime, starts_at: datetime
) -> None:
    assert local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC) == starts_at
    morning, jobs = Morning(agenda, starts_at, timezone), Jobs(events)
    jobs.run()
    acts, due = morning.acts(), morning.due()
    for moment in sorted({*acts, *due}):
        events.clock.now = moment - timedelta(minutes=1)
        assert jobs.run() == [], events.clock.now
        events.clock.now = moment
        acts.get(moment, lambda: None)()
        assert jobs.run() == due.get(moment, []), moment
        assert jobs.run() == [], "each once"
    [row] = events.rows("SELECT state, needs, answers::text FROM registrations WHERE id = :id", id=morning.seat)
    assert row == {"state": "ATTENDED", "needs": None, "answers": "[]"}
