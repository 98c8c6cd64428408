"""The numbers of domain.md section 5: defaults, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, kw_only=True)
class HoldUpNumbers:
    """What a hold-up is held to: minutes and places."""

    minutes: int = 120
    shortest: int = 90
    longest: int = 180
    places: int = 12
    most_places: int = 20
    fewest_places: int = 5


@dataclass(frozen=True, kw_only=True)
class OfferNumbers:
    """How long an offered seat is kept: a share of the time left, within bounds; none are made close to the start."""

    share_of_time_left: int = 4
    shortest: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=24)
    none_within: timedelta = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class AttendanceNumbers:
    """When people may be checked in, until when that may be corrected, and what follows the gathering."""

    opens_before: timedelta = timedelta(hours=1)
    closes_after: timedelta = timedelta(hours=24)
    clock_difference: timedelta = timedelta(minutes=5)
    settled_after: timedelta = timedelta(hours=72)
    corrected_until: timedelta = timedelta(days=14)
    most_in_a_batch: int = 500


@dataclass(frozen=True, kw_only=True)
class EventNumbers:
    """Lengths of texts, and the time within which people act."""

    title_longest: int = 200
    description_longest: int = 10_000
    question_longest: int = 500
    reason_shortest: int = 3
    reason_longest: int = 500
    most_themes: int = 10
    most_places: int = 100_000
    most_solutions: int = 50
    solution_longest: int = 500
    next_steps_longest: int = 2_000
    late_within: timedelta = timedelta(hours=24)
    reconfirm_within: timedelta = timedelta(days=7)
    outcome_due_within: timedelta = timedelta(days=7)
    needs_longest: int = 1_000
    most_questions: int = 10
    answer_longest: int = 1_000
    most_copies: int = 60
    timezone: str = "Europe/Paris"


@dataclass(frozen=True, kw_only=True)
class KeepingNumbers:
    """How long what participants told is kept after a gathering, and what calendars show of the past."""

    needs: timedelta = timedelta(days=30)
    answers: timedelta = timedelta(days=90)
    cancelled_entries: timedelta = timedelta(days=30)
    past_entries: timedelta = timedelta(days=180)
    most_entries: int = 1_000


@dataclass(frozen=True, kw_only=True)
class DraftNumbers:
    """When a drafted gathering is proposed for, until somebody takes it up and gives it a time."""

    ahead: timedelta = timedelta(days=21)
    at: time = time(18, 0)
    minutes: int = 120


HOLD_UP = HoldUpNumbers()
OFFERS = OfferNumbers()
ATTENDANCE = AttendanceNumbers()
EVENTS = EventNumbers()
KEEPING = KeepingNumbers()
DRAFTS = DraftNumbers()
