"""Record one project that is running already, with its people and its dated history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.backbone.rules import not_found, refuse_unless
from services.incubator.domain import recording
from services.incubator.domain.details import checked_pitch, checked_themes
from services.incubator.domain.permissions import refuse_unless_staff
from services.incubator.domain.records import read_record
from services.incubator.domain.states import Lifecycle, Visibility
from services.incubator.use_cases.ports import IncubatorWork, answer_of


@dataclass(frozen=True, kw_only=True)
class GivenPhase:
    stage: str
    entered_on: date
    left_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class RecordProject:
    """``incubator``: its slug. Without ``phases`` an active project begins today in ``stage``, or in the first one."""

    incubator: str
    name: str
    pitch: str
    themes: list[str]
    slug: str | None = None
    description: str | None = None
    city: str | None = None
    country: str | None = None
    website: str | None = None
    repository: str | None = None
    founded_on: date | None = None
    founders: list[UUID] = field(default_factory=list)
    mentors: list[UUID] = field(default_factory=list)
    visibility: Visibility = Visibility.PUBLIC
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    stage: str | None = None
    phases: list[GivenPhase] = field(default_factory=list)
    ended_on: date | None = None
    stop_reason: str | None = None


def record_project(command: RecordProject, work: IncubatorWork) -> dict[str, Any]:
    """By staff; what a person types is refused where an import would cut it. Admitted and active ones join at once."""
    incubator = work.incubators.read(command.incubator)
    if incubator is None:
        raise not_found("incubator", command.incubator)
    refuse_unless_staff(work.actor, incubator.id)
    checked_pitch(command.pitch)
    checked_themes(command.themes)
    model = incubator.stage_model
    record = read_record(_as_record(command, model.first, work), model)
    refuse_unless(
        command.slug is None or work.projects.find(slug=command.slug) is None,
        "DUPLICATE", "project.slug_taken", f"There is a project {command.slug} already.", field="slug",
        slug=command.slug,
    )  # fmt: skip
    slug = command.slug or work.projects.free_slug(command.name)
    project = recording.new_project(
        record.named(slug), incubator.id, model, stage=command.stage, by=work.actor, now=work.now
    )
    recording.tell_admitted(project, work.now)
    work.projects.add(project)
    return answer_of(project)


def _as_record(command: RecordProject, first_stage: str, work: IncubatorWork) -> dict[str, Any]:
    phases: list[dict[str, Any]] = [
        {"stage": phase.stage, "entered_on": phase.entered_on, "left_on": phase.left_on} for phase in command.phases
    ]
    running = command.lifecycle in (Lifecycle.ACTIVE, Lifecycle.PAUSED)
    if running and not phases:
        phases = [{"stage": command.stage or first_stage, "entered_on": work.now.date()}]
    return {
        "name": command.name,
        "pitch": command.pitch,
        "description": command.description,
        "themes": command.themes,
        "city": command.city,
        "country": command.country,
        "website": command.website,
        "repository": command.repository,
        "founded_on": command.founded_on,
        "founders": [str(founder) for founder in command.founders],
        "mentors": [str(mentor) for mentor in command.mentors],
        "visibility": command.visibility.value,
        "lifecycle": command.lifecycle.value,
        "phases": phases,
        "ended_on": command.ended_on,
        "stop_reason": command.stop_reason,
    }
