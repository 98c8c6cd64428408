"""Move a registration to the same gathering on another date, or to any other one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import not_found, refuse_unless
from services.events.domain.permissions import may_manage
from services.events.domain.vocabulary import RegistrationState
from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class MoveRegistration:
    """``event`` is where the person goes instead."""

    registration: UUID
    event: UUID


def move_registration(command: MoveRegistration, work: EventsWork) -> dict[str, Any]:
    """Give one seat back and take the other at once; refused when no seat is free there, and then nothing changes.

    What the person needs goes along, and what they answered, as far as the same is asked there.
    """
    left = work.registrations.event_of(command.registration)
    refuse_unless(
        left != command.event, "DUPLICATE", "registration.same_event", "This registration is for that gathering."
    )
    # In the order of their ids, so that two people who move at once cannot wait for each other.
    locked = {identity: work.events.get(identity) for identity in sorted((left, command.event))}
    registration = work.registrations.get(command.registration)
    if registration.person != work.actor.id and not may_manage(locked[left], work.actor):
        raise not_found("registration", command.registration)
    target = visible_event(work, command.event)
    answers = tuple(one for one in registration.answers if one.question in target.questions)
    moved = seats_of(work, target).register(registration.person, needs=registration.needs, answers=answers)
    refuse_unless(
        moved.state in (RegistrationState.CONFIRMED, RegistrationState.PENDING_APPROVAL),
        "CAPACITY_FULL",
        "registration.no_seat_there",
        "No seat is free there; the one you have is kept.",
    )
    seats_of(work, locked[left]).cancel(registration)
    return {"id": moved.id, "event": target.id, "version": target.version, "state": moved.state}
