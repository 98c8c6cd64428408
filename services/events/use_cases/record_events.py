"""Enter gatherings of elsewhere from a list, past and to come, the same ones once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.backbone.rules import BrokenRule, refuse_unless
from services.events.domain.lines import read_line
from services.events.domain.permissions import may_record
from services.events.domain.recording import Recorded, record, record_again
from services.events.use_cases.ports import EventsWork
from services.events.use_cases.results import as_problem


@dataclass(frozen=True, kw_only=True)
class RecordEvents:
    """``events``: lines as domain/lines.py reads them. A dry run answers the same and keeps nothing."""

    events: list[Any]
    dry_run: bool = False


def record_events(command: RecordEvents, work: EventsWork) -> dict[str, Any]:
    """``results [{outcome, id, slug, problems, notes}]`` in order: CREATED, CHANGED, UNCHANGED or REFUSED."""
    refuse_unless(
        may_record(work.actor),
        "FORBIDDEN",
        "event.may_not_record",
        "Lists are entered by the staff of an incubator and by administrators.",
    )
    return {"results": [_result_of(line, work) for line in command.events]}


def _result_of(line: Any, work: EventsWork) -> dict[str, Any]:
    try:
        with work.attempt():
            read, notes = read_line(line)
            return _recorded(read, notes, work)
    except BrokenRule as broken:
        return {"outcome": "REFUSED", "id": None, "slug": None, "problems": [as_problem(broken)], "notes": []}


def _recorded(line: Recorded, notes: list[str], work: EventsWork) -> dict[str, Any]:
    event = work.events.find(reference=line.reference)
    if event is None:
        outcome = "CREATED"
        event = record(line, slug=work.events.free_slug(line.title), by=work.actor, now=work.now)
        work.events.add(event)
    else:
        outcome = "CHANGED" if record_again(event, line, by=work.actor, now=work.now) else "UNCHANGED"
    notes = [*notes, *line.notes()]
    return {"outcome": outcome, "id": event.id, "slug": event.slug, "problems": [], "notes": notes}
