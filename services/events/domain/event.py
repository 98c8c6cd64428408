"""A gathering of people: when and where, what it demands, and the states that it passes through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor, ActorKind
from services.backbone.identifiers import new_id
from services.backbone.rules import Transition, refuse_unless
from services.events import facts
from services.events.domain import transitions
from services.events.domain.demands import refuse_bad_shape
from services.events.domain.description import Description
from services.events.domain.gathering import Gathering
from services.events.domain.numbers import EVENTS, HOLD_UP
from services.events.domain.permissions import may_manage
from services.events.domain.values import (
    Cause,
    OutcomeReport,
    Place,
    Span,
    agenda_of_a_hold_up,
)
from services.events.domain.vocabulary import EventKind, EventMode, EventState, Visibility


@dataclass(eq=False, kw_only=True)
class Event(Gathering):
    """A gathering that is scheduled, announced, moved, held and closed."""

    @classmethod
    def schedule(
        cls,
        *,
        slug: str,
        event_kind: EventKind,
        description: Description,
        span: Span,
        by: Actor,
        now: datetime,
        **more: Any,
    ) -> Event:
        """A draft entered by an organiser. A person who schedules is its organiser beside those named."""
        more["organisers"] = _with_oneself(more.get("organisers", ()), by)
        event = cls._begin(slug, event_kind, description, span, now, more)
        refuse_bad_shape(event)
        event.moved(None, EventState.DRAFT, by=by, at=now)
        event.tell(facts.EventScheduled)
        return event

    @classmethod
    def draft(
        cls,
        *,
        slug: str,
        event_kind: EventKind,
        description: Description,
        span: Span,
        suggestion: str,
        cause: Cause | None,
        by: Actor,
        now: datetime,
        **more: Any,
    ) -> Event:
        """A draft made from a fact, with a proposed time and nobody to run it yet."""
        more |= {"suggestion": suggestion, "cause": cause, "time_proposed": True}
        event = cls._begin(slug, event_kind, description, span, now, more)
        event.moved(None, EventState.DRAFT, by=by, at=now, rule=cause.type if cause else None)
        event.tell(
            facts.EventDrafted,
            need=event.need,
            position=event.position,
            cause=cause.id if cause else None,
            cause_type=cause.type if cause else None,
        )
        return event

    @classmethod
    def _begin(
        cls,
        slug: str,
        event_kind: EventKind,
        description: Description,
        span: Span,
        now: datetime,
        more: dict[str, Any],
    ) -> Event:
        if event_kind == EventKind.HOLD_UP:
            more["capacity"] = HOLD_UP.places if more.get("capacity") is None else more["capacity"]
            more["agenda"] = more.get("agenda") or agenda_of_a_hold_up(round(span.minutes))
        return cls(
            id=more.pop("id", None) or new_id(),
            slug=slug,
            event_kind=event_kind,
            starts_at=span.starts_at.astimezone(UTC),
            ends_at=span.ends_at.astimezone(UTC),
            timezone=span.timezone,
            all_day=span.all_day,
            created_at=now,
            changed_at=now,
            **description.given(),
            **more,
        )

    def allowed_transitions(self, *, now: datetime, actor: Actor) -> list[Transition]:
        """What may come next, and what stands in the way, by the guards of the commands themselves."""
        return transitions.transitions_from(self, now=now, actor=actor)

    def must_be_run_by(self, actor: Actor) -> None:
        """Refuse whoever may not manage this gathering."""
        if not may_manage(self, actor):
            raise transitions.not_yours()

    def take_up(self, *, organiser: UUID, span: Span, by: Actor, now: datetime, **more: Any) -> None:
        """Become the organiser of a draft that waits for one, and settle its time; ``more`` is set with it."""
        refuse_unless(
            self.state == EventState.DRAFT and not self.organisers,
            "DUPLICATE",
            "event.taken_up_already",
            "This draft has an organiser already.",
        )
        self.organisers = (organiser,)
        self._set_span(span)
        self.time_proposed = False
        self._set(more)
        if self.event_kind == EventKind.HOLD_UP and "agenda" not in more:
            self.agenda = agenda_of_a_hold_up(round(span.minutes))
        refuse_bad_shape(self)
        self._touch(now)
        self.tell(facts.EventTakenUp, need=self.need)

    def edit(self, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
        """Say something else about it; time, place and capacity have commands of their own."""
        self.must_be_run_by(by)
        refuse_unless(
            self.state in (EventState.DRAFT, EventState.PUBLISHED, EventState.POSTPONED),
            "ILLEGAL_TRANSITION",
            "event.over",
            "This gathering is over or cancelled.",
        )
        changed = sorted(name for name, value in changes.items() if getattr(self, name) != value)
        self._set({name: changes[name] for name in changed})
        refuse_unless(
            bool(self.organisers) or self.state == EventState.DRAFT,
            "LAST_ADMIN",
            "event.last_organiser",
            "A gathering keeps an organiser.",
            field="organisers",
        )
        refuse_bad_shape(self)
        self._touch(now)
        self.tell(facts.EventEdited, changed=changed)

    def publish(self, *, by: Actor, now: datetime) -> None:
        """Announce it. One that was postponed asks everybody to reconfirm in time."""
        postponed = self.state == EventState.POSTPONED
        self._move(EventState.PUBLISHED, by=by, now=now)
        self.reconfirm_by = self._time_to_reconfirm(now) if postponed else None
        self.tell(
            facts.EventPublished,
            need=self.need,
            capacity=self.capacity,
            registration_opens_at=self.registration_opens_at,
            reconfirm_by=self.reconfirm_by,
        )

    def reschedule(self, span: Span, place: Place | None, mode: EventMode, *, by: Actor, now: datetime) -> None:
        """Give it a new time or place. One that was postponed is announced again with it."""
        self.must_be_run_by(by)
        refuse_unless(
            self.state in (EventState.DRAFT, EventState.PUBLISHED, EventState.POSTPONED),
            "ILLEGAL_TRANSITION",
            "event.over",
            "This gathering is over or cancelled.",
        )
        refuse_unless(
            span.starts_at > now,
            "VALIDATION",
            "event.new_date_in_the_past",
            "The new date lies in the future.",
            field="starts_at",
        )
        formerly = self.starts_at
        self._set_span(span)
        self._set({"place": place, "mode": mode})
        self.time_proposed = False
        refuse_bad_shape(self)
        self.calendar_sequence += 1
        self._touch(now)
        self.tell(facts.EventRescheduled, sequence=self.calendar_sequence, formerly_starts_at=formerly)
        if self.state == EventState.POSTPONED:
            self.publish(by=by, now=now)

    def postpone(self, *, reason: str, by: Actor, now: datetime) -> None:
        """Say that the date no longer holds; registrations are kept."""
        self._move(EventState.POSTPONED, by=by, now=now, reason=given_reason(reason))
        self.calendar_sequence += 1
        self.tell(facts.EventPostponed, sequence=self.calendar_sequence)

    def cancel(self, *, reason: str, by: Actor, now: datetime) -> None:
        """Say that it does not take place; the calendar keeps the entry as cancelled. Seats are released after this."""
        self._move(EventState.CANCELLED, by=by, now=now, reason=given_reason(reason))
        self.calendar_sequence += 1
        open_registrations = self.confirmed + self.offered + self.waiting
        self.tell(facts.EventCancelled, sequence=self.calendar_sequence, registrations=open_registrations)

    def hold(self, *, by: Actor, now: datetime) -> None:
        """Say that it took place: by itself at its end, or when somebody who runs it declares it over."""
        self._move(EventState.HELD, by=by, now=now)
        self.held_at = now
        self.tell(facts.EventHeld, attended=self.attended)

    def close(self, *, by: Actor, now: datetime) -> None:
        """Settle the attendance: who has a seat and was not checked in did not come."""
        self._move(EventState.CLOSED, by=by, now=now)
        self.tell(facts.EventClosed, attended=self.attended, no_shows=self.confirmed - self.attended)

    def report_outcome(self, report: OutcomeReport, *, by: Actor, now: datetime) -> None:
        """Keep what came out of it, once."""
        self.must_be_run_by(by)
        refuse_unless(
            self.state in (EventState.HELD, EventState.CLOSED),
            "ILLEGAL_TRANSITION",
            "event.not_held",
            "The outcome is reported once the gathering was held.",
        )
        refuse_unless(
            self.outcome is None, "DUPLICATE", "event.outcome_reported_already", "The outcome was reported already."
        )
        self.outcome = report
        self._touch(now)
        self.tell(facts.EventOutcomeReported, solutions=len(report.solutions), retained=report.retained)

    def tell(self, fact: type[facts.EventFact], **more: Any) -> None:
        """Record a fact about this gathering as it is now."""
        self.record(
            fact(
                event=self.id,
                slug=self.slug,
                title=self.title,
                kind=str(self.event_kind),
                state=str(self.state),
                visibility=str(Visibility.PRIVATE if fact.about_persons else self.shown_to),
                themes=list(self.themes),
                city=self.place.city if self.place else None,
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                project=self.project,
                coalition=self.coalition,
                **more,
            )
        )

    def _time_to_reconfirm(self, now: datetime) -> datetime:
        """Seven days, or half of the time left if that is sooner, so that freed seats still find somebody."""
        return now + min(EVENTS.reconfirm_within, (self.starts_at - now) / 2)

    def _move(self, to: EventState, *, by: Actor, now: datetime, reason: str | None = None) -> None:
        transitions.refuse_blocked(self, to, by=by, now=now)
        before, self.state = self.state, to
        self._touch(now)
        self.moved(before, to, by=by, at=now, reason=reason)

    def _set_span(self, span: Span) -> None:
        self.starts_at = span.starts_at.astimezone(UTC)
        self.ends_at = span.ends_at.astimezone(UTC)
        self.timezone = span.timezone
        self.all_day = span.all_day

    def _set(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def _touch(self, now: datetime) -> None:
        self.changed_at = now


def given_reason(reason: str) -> str:
    """A reason of a sensible length, or a refusal."""
    reason = reason.strip()
    refuse_unless(
        EVENTS.reason_shortest <= len(reason) <= EVENTS.reason_longest,
        "VALIDATION",
        "event.reason_missing",
        f"Say why, in {EVENTS.reason_shortest} to {EVENTS.reason_longest} characters.",
        field="reason",
    )
    return reason


def _with_oneself(organisers: tuple[UUID, ...], by: Actor) -> tuple[UUID, ...]:
    own = (by.id,) if by.kind is ActorKind.PERSON and by.id is not None else ()
    return tuple(dict.fromkeys((*own, *organisers)))
