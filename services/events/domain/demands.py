"""What each kind of gathering demands: of its shape at all times, and of its content before it is announced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.backbone.rules import BrokenRule
from services.events.domain.gathering import Gathering
from services.events.domain.numbers import EVENTS, HOLD_UP
from services.events.domain.vocabulary import EventKind, EventMode


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Something that a gathering lacks."""

    rule: str
    message: str
    field: str
    fix: str | None = None


def faults_of_shape(event: Gathering) -> Iterator[Demand]:
    """What no gathering of its kind may be, not even as a draft."""
    if event.capacity is not None and not 1 <= event.capacity <= EVENTS.most_places:
        yield Demand(
            rule="event.capacity_out_of_range",
            message=f"A gathering has between 1 and {EVENTS.most_places} places, or no limit.",
            field="capacity",
        )
    if _lasting_agenda(event) > event.minutes:
        yield Demand(
            rule="event.agenda_too_long", message="The agenda lasts longer than the gathering.", field="agenda"
        )
    if event.event_kind == EventKind.HOLD_UP:
        yield from _faults_of_a_hold_up(event)
    if event.event_kind == EventKind.COALITION_MEETING and event.coalition is None and event.position is None:
        yield Demand(
            rule="event.coalition_missing", message="A coalition's meeting names the coalition.", field="coalition"
        )


def _faults_of_a_hold_up(event: Gathering) -> Iterator[Demand]:
    if event.project is None:
        yield Demand(rule="event.project_missing", message="A hold-up serves a project.", field="project")
    if not HOLD_UP.shortest <= event.minutes <= HOLD_UP.longest:
        yield Demand(
            rule="event.hold_up_duration",
            message=f"A hold-up lasts between {HOLD_UP.shortest} and {HOLD_UP.longest} minutes.",
            field="ends_at",
        )
    if event.capacity is None or not HOLD_UP.fewest_places <= event.capacity <= HOLD_UP.most_places:
        yield Demand(
            rule="event.hold_up_places",
            message=f"A hold-up has between {HOLD_UP.fewest_places} and {HOLD_UP.most_places} places.",
            field="capacity",
        )


def unmet_demands(event: Gathering) -> Iterator[Demand]:
    """What is missing before a gathering can be announced."""
    yield from faults_of_shape(event)
    if event.event_kind == EventKind.HOLD_UP:
        yield from _missing_in_a_hold_up(event)
    if event.mode != EventMode.ONLINE and event.place is None:
        yield Demand(
            rule="event.place_missing",
            message="People who come need a place; a city is enough.",
            field="place",
            fix="Give it a place, or hold it online.",
        )


def _missing_in_a_hold_up(event: Gathering) -> Iterator[Demand]:
    if event.challenge is None:
        yield Demand(
            rule="event.challenge_missing",
            message="A hold-up works on a challenge.",
            field="challenge",
            fix="Say what kind of challenge it is and ask the question.",
        )
    if not event.facilitators:
        yield Demand(
            rule="event.facilitator_missing",
            message="A hold-up has a facilitator.",
            field="facilitators",
            fix="Name a facilitator.",
        )
    if not event.agenda:
        yield Demand(
            rule="event.agenda_missing", message="A hold-up has an agenda.", field="agenda", fix="Write its agenda."
        )


def refuse_bad_shape(event: Gathering) -> None:
    """Raise the first thing that no gathering of its kind may be."""
    for fault in faults_of_shape(event):
        raise BrokenRule("VALIDATION", fault.rule, fault.message, field=fault.field)


def _lasting_agenda(event: Gathering) -> int:
    return sum(item.minutes for item in event.agenda)
