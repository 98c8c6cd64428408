"""What happens to an event goes on the timeline of its project; a held one may count as evidence."""

from __future__ import annotations

from services.incubator.domain.elsewhere import KnownEvent, note_elsewhere, take_event_as_evidence, title_for
from services.incubator.domain.states import EvidenceKind
from services.incubator.received import EventCancelled, EventHeld, EventOutcomeReported, EventRescheduled, EventTold
from services.incubator.use_cases.ports import IncubatorWork, cause_of, model_for


def take_held_event(fact: EventHeld, work: IncubatorWork) -> None:
    """The event counts from now as evidence, where it was named or where a gate asks for its kind."""
    event, cause = _known(fact, work), cause_of(work)
    event.event_kind, event.held_at = fact.kind, event.held_at or cause.time
    _note(event, fact, work)
    _let_count(event, work)


def take_reported_event(fact: EventOutcomeReported, work: IncubatorWork) -> None:
    """What came out of a hold-up makes it evidence."""
    event, cause = _known(fact, work), cause_of(work)
    event.reported_at = event.reported_at or cause.time
    _note(event, fact, work)
    _let_count(event, work)


def take_cancelled_event(fact: EventCancelled, work: IncubatorWork) -> None:
    """Written down, nothing else."""
    _note(_known(fact, work), fact, work)


def take_rescheduled_event(fact: EventRescheduled, work: IncubatorWork) -> None:
    """Written down, nothing else."""
    _note(_known(fact, work), fact, work)


def _known(fact: EventTold, work: IncubatorWork) -> KnownEvent:
    event = work.known_events.get(fact.event)
    if event is None:
        event = KnownEvent(id=fact.event, slug=fact.slug, title=fact.title)
        work.known_events.add(event)
    event.slug, event.title, event.project_id = fact.slug, fact.title, fact.project or event.project_id
    return event


def _note(event: KnownEvent, fact: EventTold, work: IncubatorWork) -> None:
    project = work.projects.find(id=event.project_id) if event.project_id else None
    if project is not None:
        cause = cause_of(work)
        note_elsewhere(
            project,
            what=cause.type,
            about=cause.subject,
            title=title_for(project, event.title, fact.visibility),
            source=cause.source,
            cause=cause.id,
            at=cause.time,
        )


def _let_count(event: KnownEvent, work: IncubatorWork) -> None:
    if not event.is_evidence:
        return
    concerned = {
        *work.projects.naming(EvidenceKind.EVENT, event.names),
        *([event.project_id] if event.project_id else []),
    }
    for identity in sorted(concerned):
        project = work.projects.find(id=identity)
        if project is not None:
            model = model_for(work, project)
            take_event_as_evidence(project, model, event, cause=cause_of(work).id, now=work.now)
