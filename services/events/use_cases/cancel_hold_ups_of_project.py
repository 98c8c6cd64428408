"""A project has stopped: its hold-ups to come do not take place."""

from __future__ import annotations

from services.events.received import ProjectStopped
from services.events.use_cases.looking_up import seats_of
from services.events.use_cases.ports import EventsWork

REASON = "Le projet s'est arrêté."


def cancel_hold_ups_of_project(fact: ProjectStopped, work: EventsWork) -> None:
    """Drafts too; those that have begun are left to their organisers."""
    for event in work.events.to_come_for(fact.project, work.now):
        event.cancel(reason=REASON, by=work.actor, now=work.now)
        seats_of(work, event).release_everybody()
