"""Projects that are running or have ended elsewhere, with every dated phase they went through, and their incubators.

Fields of a project, JSON or CSV: ``name``, ``incubator`` (its slug), ``phases``; optionally ``slug``, ``mission`` (or
``pitch``), ``description``, ``themes``, ``website``, ``repository``, ``city``, ``country``, ``founded_on``. Others are
passed over. ``phases`` is a list of ``{name, start, end?}``, oldest first; in CSV ``name:start:end`` separated by ``;``
(the end may be left out), as in ``investigation:2024-05-14:2024-07-01;construction:2024-08-12``. In CSV themes are
separated by ``;`` as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from gateway.imports.records import (
    Record,
    Refused,
    day_of,
    required_text,
    rewritten,
    text_of,
    texts_of,
    web_address_of,
)
from gateway.imports.stages import EXITS, LEFT_OUT, Stages
from gateway.imports.themes import slug_of, themes_of


@dataclass(frozen=True)
class Phase:
    """A dated phase, by its name elsewhere and by what that is here."""

    name: str
    target: str
    start: date
    end: date | None

    @property
    def is_exit(self) -> bool:
        return self.target in EXITS


def read_project(record: Record, stages: Stages, today: date) -> Record:
    """The record as the incubator service takes it; Refused with the reason when it cannot be."""
    data = record.data
    name = required_text(data, "name")
    website, notes = web_address_of(data, "website")
    repository, more_notes = web_address_of(data, "repository")
    course, remarks = _course(phases_of(data, stages), today)
    founded_on = day_of(data, "founded_on")
    themes = themes_of(texts_of(data, "themes"))
    request = {
        "incubator": required_text(data, "incubator"),
        "slug": text_of(data, "slug") or slug_of(name),
        "name": name,
        "pitch": text_of(data, "mission", "pitch"),
        "description": text_of(data, "description"),
        "themes": list(themes),
        "website": website,
        "repository": repository,
        "city": text_of(data, "city"),
        "country": text_of(data, "country"),
        "founded_on": founded_on.isoformat() if founded_on else None,
        **course,
    }
    if not request["slug"]:
        raise Refused(f"the name {name[:60]!r} gives no slug: say slug")
    return rewritten(record, request, str(request["slug"]), [*notes, *more_notes, *remarks], themes)


def read_incubator(record: Record) -> Record:
    """An incubator ``{slug, name, summary?, website?}`` as the incubator service takes it."""
    slug = required_text(record.data, "slug")
    website, notes = web_address_of(record.data, "website")
    request = {
        "slug": slug,
        "name": required_text(record.data, "name"),
        "summary": text_of(record.data, "summary") or "",
        "website": website,
    }
    return rewritten(record, request, slug, notes)


def phases_of(data: dict[str, Any], stages: Stages) -> list[Phase]:
    """The phases in order; Refused when one has no start, an unknown name, or dates that run backward."""
    phases = [_phase(each, stages) for each in _as_mappings(data.get("phases"))]
    for before, after in pairwise(phases):
        if after.start < before.start:
            raise Refused(
                f"dates run backward: {after.name} starts on {after.start}, "
                f"after {before.name} which starts on {before.start}"
            )
    kept = [phase for phase in phases if phase.target != LEFT_OUT]
    return sorted(kept, key=lambda phase: (phase.start, stages.place(phase.target)))


def _phase(given: dict[str, Any], stages: Stages) -> Phase:
    name = required_text(given, "name")
    start, end = day_of(given, "start", f"the start of {name}"), day_of(given, "end", f"the end of {name}")
    if start is None:
        raise Refused(f"{name} has no start")
    if end is not None and end < start:
        raise Refused(f"dates run backward: {name} ends on {end}, before it starts on {start}")
    return Phase(name, stages.target(name), start, end)


def _as_mappings(phases: Any) -> list[dict[str, Any]]:
    if phases is None:
        return []
    if isinstance(phases, str):
        parts = [part.strip().split(":") for part in phases.split(";") if part.strip()]
        if not all(2 <= len(part) <= 3 for part in parts):
            raise Refused("phases are not written as name:start:end;name:start:end")
        return [dict(zip(("name", "start", "end"), part, strict=False)) for part in parts]
    if not isinstance(phases, list) or not all(isinstance(phase, dict) for phase in phases):
        raise Refused("phases are not a list of {name, start, end}")
    return phases


def _course(phases: list[Phase], today: date) -> tuple[dict[str, Any], list[str]]:
    """Stays in stages, where that led, and remarks. An end that is missing is the start of the next phase."""
    stays, notes = [], []
    for phase, following in zip(phases, [*phases[1:], None], strict=True):
        if phase.start > today:
            notes.append(f"{phase.name} starts on {phase.start}, which is to come")
        if following is not None and phase.end is not None and phase.end > following.start:
            notes.append(f"{phase.name} ends on {phase.end}, after {following.name} starts on {following.start}")
        if not phase.is_exit:
            left_on = phase.end or (following.start if following else None)
            stays.append(
                {"stage": phase.target, "entered_on": str(phase.start), "left_on": str(left_on) if left_on else None}
            )
            if following is None and phase.end is not None:
                notes.append(f"{phase.name} ends on {phase.end} and nothing follows")
        elif following is not None:
            notes.append(f"{following.name} on {following.start} follows {phase.name} of {phase.start}")
    last = phases[-1] if phases else None
    ended = last if last is not None and last.is_exit else None
    ends = [{"state": phase.target, "on": str(phase.start)} for phase in phases if phase.is_exit]
    passed = {"exits": ends} if len(ends) > (ended is not None) else {}
    return {
        "phases": stays,
        **passed,
        "lifecycle": ended.target if ended else "ACTIVE",
        "ended_on": str(ended.start) if ended else None,
    }, notes
