"""Which state a gathering may reach from which, and what guards the way: one table for commands and for display."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.backbone.actor import Actor
from services.backbone.rules import Blocker, BrokenRule, Transition
from services.events.domain.demands import unmet_demands
from services.events.domain.gathering import Gathering
from services.events.domain.numbers import ATTENDANCE
from services.events.domain.permissions import may_manage
from services.events.domain.vocabulary import EventState

S = EventState


@dataclass(frozen=True, kw_only=True)
class Hindrance:
    """Why a transition is not possible now, and what would remove it."""

    code: str
    rule: str
    message: str
    fix: str | None = None

    def as_blocker(self) -> Blocker:
        return Blocker(self.rule, self.message, self.fix)


Guard = Callable[[Gathering, datetime], Iterator[Hindrance]]


def _has_an_organiser(event: Gathering, now: datetime) -> Iterator[Hindrance]:
    if not event.organisers:
        yield Hindrance(
            code="GATE_NOT_MET",
            rule="event.organiser_missing",
            message="Nobody has taken this draft up yet.",
            fix="Take the draft up and give it a time.",
        )


def _starts_in_the_future(event: Gathering, now: datetime) -> Iterator[Hindrance]:
    if event.starts_at <= now:
        yield Hindrance(
            code="DEADLINE_PASSED",
            rule="event.starts_in_the_past",
            message="A gathering is announced before it starts.",
            fix="Give it a new date.",
        )


def _meets_its_demands(event: Gathering, now: datetime) -> Iterator[Hindrance]:
    for demand in unmet_demands(event):
        yield Hindrance(code="GATE_NOT_MET", rule=demand.rule, message=demand.message, fix=demand.fix)


def _has_not_begun(event: Gathering, now: datetime) -> Iterator[Hindrance]:
    if event.starts_at <= now:
        yield Hindrance(
            code="DEADLINE_PASSED", rule="event.has_begun", message="This gathering has begun.", fix="End or cancel it."
        )


def _has_begun(event: Gathering, now: datetime) -> Iterator[Hindrance]:
    if now < event.starts_at:
        yield Hindrance(code="GATE_NOT_MET", rule="event.not_begun", message="This gathering has not begun.")


def _attendance_is_settled(event: Gathering, now: datetime) -> Iterator[Hindrance]:
    if event.held_at is None or now < event.held_at + ATTENDANCE.settled_after:
        yield Hindrance(
            code="GATE_NOT_MET",
            rule="event.attendance_not_settled",
            message="Attendance may still come in; the gathering is closed 72 hours after it was held.",
        )


#: POSTPONED -> CANCELLED is not in domain.md's line of states, but what was put off may also never take place.
GUARDS: dict[S, dict[S, tuple[Guard, ...]]] = {
    S.DRAFT: {
        S.PUBLISHED: (_has_an_organiser, _starts_in_the_future, _meets_its_demands),
        S.CANCELLED: (),
    },
    S.PUBLISHED: {
        S.POSTPONED: (_has_not_begun,),
        S.CANCELLED: (),
        S.HELD: (_has_begun,),
    },
    S.POSTPONED: {
        S.PUBLISHED: (_starts_in_the_future, _meets_its_demands),
        S.CANCELLED: (),
    },
    S.HELD: {S.CLOSED: (_attendance_is_settled,)},
    S.CLOSED: {},
    S.CANCELLED: {},
}


def hindrances(event: Gathering, to: EventState, now: datetime) -> list[Hindrance]:
    """What stands between the gathering and that state now; asked only of states that the table knows."""
    return [hindrance for guard in GUARDS[event.state][to] for hindrance in guard(event, now)]


def refuse_blocked(event: Gathering, to: EventState, *, by: Actor, now: datetime) -> None:
    """Raise why this gathering cannot reach that state now: the first reason, with all of them as blockers."""
    if not may_manage(event, by):
        raise not_yours()
    if to not in GUARDS[event.state]:
        raise BrokenRule(
            "ILLEGAL_TRANSITION",
            "event.illegal_transition",
            f"A gathering that is {event.state} cannot become {to}.",
            values={"from": event.state, "to": to},
        )
    blocking = hindrances(event, to, now)
    if not blocking:
        return
    first, blocked_by = blocking[0], tuple(hindrance.as_blocker() for hindrance in blocking)
    raise BrokenRule(first.code, first.rule, first.message, blocked_by=blocked_by)


def transitions_from(event: Gathering, *, now: datetime, actor: Actor) -> list[Transition]:
    """The states that may come next, each with what stands in its way for this actor now."""
    forbidden = () if may_manage(event, actor) else (Blocker("event.not_yours", not_yours().message),)
    return [
        Transition(to, forbidden + tuple(hindrance.as_blocker() for hindrance in hindrances(event, to, now)))
        for to in GUARDS[event.state]
    ]


def not_yours() -> BrokenRule:
    """The refusal of what only those who run a gathering may do."""
    return BrokenRule("FORBIDDEN", "event.not_yours", "Only its organisers and the staff of its host may do this.")
