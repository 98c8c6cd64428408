"""Gatherings that the network suggests by itself: what each kind of fact makes, for an organiser to take up.

Each has a ``suggestion``: the stable name of what it was made from, so that it is made once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.events.domain.description import Description
from services.events.domain.numbers import DRAFTS, EVENTS
from services.events.domain.values import Challenge, Place, Span
from services.events.domain.vocabulary import ChallengeKind, EventKind, EventMode, Visibility


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is to be drafted; ``more`` are further fields of the gathering."""

    suggestion: str
    event_kind: EventKind
    description: Description
    more: dict[str, Any] = field(default_factory=dict)


def hold_up_for_need(
    *,
    project: UUID,
    project_name: str | None,
    need: UUID,
    title: str | None,
    themes: tuple[str, ...],
    city: str | None,
    visibility: str,
) -> Draft:
    """A hold-up on the challenge that a project asks for help with."""
    question = (title or "").strip()
    return Draft(
        suggestion=f"need/{need}",
        event_kind=EventKind.HOLD_UP,
        description=_described(
            f"Hold-up : {question or project_name or 'un défi à relever'}", themes, Visibility(visibility)
        ),
        more={
            "project": project,
            "need": need,
            "challenge": Challenge(
                kind=ChallengeKind.OTHER, question=question[: EVENTS.question_longest] or "Comment avancer ?"
            ),
            "place": Place(city=city) if city else None,
        },
    )


def demo_day(
    *, project: UUID, project_name: str | None, themes: tuple[str, ...], city: str | None, visibility: str
) -> Draft:
    """A demo day for a project that has reached its launch, once."""
    return Draft(
        suggestion=f"demo-day/{project}",
        event_kind=EventKind.DEMO_DAY,
        description=_described(
            f"Démonstration : {project_name or 'un projet se lance'}", themes, Visibility(visibility)
        ),
        more={"project": project, "place": Place(city=city) if city else None},
    )


def working_meeting(
    *,
    position: UUID,
    coalition: UUID | None,
    title: str | None,
    themes: tuple[str, ...],
    text_version: int,
) -> Draft:
    """A working meeting on the amendments to a position, once for each text."""
    return Draft(
        suggestion=f"amendments/{position}/{text_version}",
        event_kind=EventKind.COALITION_MEETING,
        description=_described(f"Réunion de travail : {title or 'amendements'}", themes, Visibility.NETWORK),
        more={"position": position, "coalition": coalition, "mode": EventMode.ONLINE},
    )


def presentation(*, position: UUID, coalition: UUID | None, title: str | None, themes: tuple[str, ...]) -> Draft:
    """A presentation of a position that was published, once."""
    return Draft(
        suggestion=f"presentation/{position}",
        event_kind=EventKind.MEETUP,
        description=_described(f"Présentation : {title or 'une position commune'}", themes),
        more={"position": position, "coalition": coalition, "mode": EventMode.ONLINE},
    )


def proposed_span(now: datetime, *, before: datetime | None = None) -> Span:
    """A weekday evening three weeks ahead; earlier where something else is due before (``before``)."""
    zone = ZoneInfo(EVENTS.timezone)
    ahead = DRAFTS.ahead
    if before is not None and before - now < ahead * 2:
        ahead = max((before - now) / 2, timedelta(days=1))
    day = (now + ahead).astimezone(zone).date()
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    starts_at = datetime.combine(day, DRAFTS.at, tzinfo=zone).astimezone(UTC)
    return Span(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=DRAFTS.minutes))


def _described(title: str, themes: tuple[str, ...], visibility: Visibility = Visibility.PUBLIC) -> Description:
    return Description(
        title=title[: EVENTS.title_longest],
        themes=themes[: EVENTS.most_themes],
        languages=("fr",),
        visibility=visibility,
    )
