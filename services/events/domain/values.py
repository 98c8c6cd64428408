"""What a gathering is made of, as values that are replaced and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from services.backbone.rules import refuse_unless
from services.events.domain.numbers import EVENTS
from services.events.domain.vocabulary import ChallengeKind


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where people meet; a city is enough to begin with."""

    name: str | None = None
    address: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        given = (self.latitude is None) == (self.longitude is None)
        refuse_unless(
            given and abs(self.latitude or 0) <= 90 and abs(self.longitude or 0) <= 180,
            "VALIDATION",
            "event.no_such_point",
            "A point has a latitude within 90 degrees and a longitude within 180.",
            field="place",
        )


@dataclass(frozen=True, kw_only=True)
class Accessibility:
    """What the place and the gathering offer."""

    wheelchair: bool = False
    hearing_loop: bool = False
    sign_language: bool = False
    captions: bool = False
    quiet_room: bool = False
    other: str | None = None


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """The question that a hold-up works on."""

    kind: ChallengeKind
    question: str


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """One part of a gathering, in minutes."""

    title: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a participant answers to a question of the organisers."""

    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Solution:
    """An idea that people brought; the retained ones are those that the project takes up."""

    text: str
    retained: bool = False


@dataclass(frozen=True, kw_only=True)
class OutcomeReport:
    """What came out of a gathering."""

    solutions: tuple[Solution, ...]
    next_steps: str
    reported_at: datetime
    reported_by: UUID | None

    @classmethod
    def of(cls, solutions: tuple[Solution, ...], next_steps: str, *, at: datetime, by: UUID | None) -> OutcomeReport:
        """A report whose texts keep their bounds."""
        refuse_unless(
            len(solutions) <= EVENTS.most_solutions
            and all(0 < len(solution.text.strip()) <= EVENTS.solution_longest for solution in solutions),
            "VALIDATION",
            "event.solutions_out_of_bounds",
            f"A report has {EVENTS.most_solutions} solutions at most, of 1 to {EVENTS.solution_longest} characters.",
            field="solutions",
        )
        refuse_unless(
            len(next_steps) <= EVENTS.next_steps_longest,
            "VALIDATION",
            "event.next_steps_too_long",
            f"The next steps have {EVENTS.next_steps_longest} characters at most.",
            field="next_steps",
        )
        return cls(solutions=solutions, next_steps=next_steps.strip(), reported_at=at, reported_by=by)

    @property
    def retained(self) -> int:
        return sum(solution.retained for solution in self.solutions)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The fact of another part of the network that a gathering was drafted from."""

    id: UUID
    type: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when to when, and the timezone in which people read it. Whole days run from midnight to midnight there."""

    starts_at: datetime
    ends_at: datetime
    timezone: str = EVENTS.timezone
    all_day: bool = False

    def __post_init__(self) -> None:
        known_timezone(self.timezone)
        aware = self.starts_at.tzinfo is not None and self.ends_at.tzinfo is not None
        refuse_unless(
            aware, "VALIDATION", "event.time_without_offset", "Give times with their offset.", field="starts_at"
        )
        refuse_unless(
            self.starts_at < self.ends_at,
            "VALIDATION",
            "event.ends_before_it_starts",
            "A gathering ends after it starts.",
            field="ends_at",
        )

    @property
    def minutes(self) -> float:
        return (self.ends_at - self.starts_at) / timedelta(minutes=1)


def token_hash(token: str) -> str:
    """What a secret address is known by: the secret itself is not kept."""
    return sha256(token.encode()).hexdigest()


def checked_needs(needs: str | None) -> str | None:
    """What a participant needs to take part, tidied; None where nothing is said."""
    needs = (needs or "").strip()
    refuse_unless(
        len(needs) <= EVENTS.needs_longest,
        "VALIDATION",
        "registration.needs_too_long",
        f"Needs are told in {EVENTS.needs_longest} characters at most.",
        field="needs",
        most=EVENTS.needs_longest,
    )
    return needs or None


def checked_questions(questions: tuple[str, ...]) -> tuple[str, ...]:
    """The questions of the organisers, each once, within their bounds."""
    asked = tuple(dict.fromkeys(question.strip() for question in questions if question.strip()))
    refuse_unless(
        len(asked) <= EVENTS.most_questions and all(len(one) <= EVENTS.question_longest for one in asked),
        "VALIDATION",
        "event.questions_out_of_bounds",
        f"At most {EVENTS.most_questions} questions are asked, of {EVENTS.question_longest} characters at most.",
        field="questions",
        most=EVENTS.most_questions,
    )
    return asked


def checked_answers(answers: tuple[Answer, ...], questions: tuple[str, ...]) -> tuple[Answer, ...]:
    """Answers to questions that are asked, within their bounds; empty ones are left out."""
    given = {one.question.strip(): one.answer.strip() for one in answers}
    refuse_unless(
        set(given) <= set(questions) and all(len(answer) <= EVENTS.answer_longest for answer in given.values()),
        "VALIDATION",
        "registration.answers_out_of_bounds",
        f"Answers are to the questions asked, of {EVENTS.answer_longest} characters at most.",
        field="answers",
        most=EVENTS.answer_longest,
    )
    return tuple(Answer(question=question, answer=answer) for question, answer in given.items() if answer)


def checked_challenge(challenge: Challenge | None) -> Challenge | None:
    """The challenge, if its question is one."""
    refuse_unless(
        challenge is None or 0 < len(challenge.question.strip()) <= EVENTS.question_longest,
        "VALIDATION",
        "event.question_out_of_bounds",
        f"A challenge asks a question of 1 to {EVENTS.question_longest} characters.",
        field="challenge",
    )
    return challenge


def whole_days(first: date, last: date, timezone: str) -> Span:
    """The span of whole days from the first to the last, both included, as they begin and end in that timezone."""
    refuse_unless(
        first <= last, "VALIDATION", "event.ends_before_it_starts", "A gathering ends after it starts.", field="ends_on"
    )
    zone = known_timezone(timezone)
    starts_at = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    after = last + timedelta(days=1)
    ends_at = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    return Span(starts_at=starts_at, ends_at=ends_at, timezone=timezone, all_day=True)


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def known_timezone(name: str) -> ZoneInfo:
    """The timezone of that IANA name, or a refusal."""
    refuse_unless(
        name in _timezones(),
        "VALIDATION",
        "event.timezone_unknown",
        f"{name!r} is not the name of a timezone.",
        field="timezone",
        timezone=name,
    )
    return ZoneInfo(name)


def agenda_of_a_hold_up(minutes: int) -> tuple[AgendaItem, ...]:
    """Icebreaker, divergence, convergence, restitution: 15, 45, 45 and 15 of 120 minutes, in like shares otherwise."""
    icebreaker = round(minutes / 8 / 5) * 5
    work = round(minutes * 3 / 8 / 5) * 5
    return (
        AgendaItem(title="icebreaker", minutes=icebreaker),
        AgendaItem(title="divergence", minutes=work),
        AgendaItem(title="convergence", minutes=work),
        AgendaItem(title="restitution", minutes=minutes - icebreaker - 2 * work),
    )
