"""Keeping a record: a project that is new here, or one that the record describes anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.incubator.domain.mentoring import take_over_mentors
from services.incubator.domain.parts import Exit, StageStay
from services.incubator.domain.project import Project
from services.incubator.domain.records import ProjectRecord, RecordedStay
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import Lifecycle
from services.incubator.facts import ProjectAdmitted, ProjectRecorded, ProjectStageChanged, ProjectThemesChanged

KEPT_HISTORY = "its history has gone on here and was kept"


def new_project(
    record: ProjectRecord, incubator: UUID, model: StageModel, *, stage: str | None = None, by: Actor, now: datetime
) -> Project:
    """A project as the record has it, history and all; ``stage`` is where one without a history will start."""
    project = Project(
        id=new_id(),
        slug=record.slug,
        incubator_id=incubator,
        lifecycle=record.lifecycle,
        stage=model.stage(stage or model.first).code,
        stage_since=record.ended_on or now.date(),
        stage_model_version=model.version,
        admitted_on=record.ended_on or now.date(),
        created_at=now,
        **record.described,
    )
    project.moved(None, record.lifecycle, by=by, at=now, aspect="lifecycle", rule="project.record")
    _keep_history(project, record, model)
    for before, stay in zip([None, *record.stays], record.stays, strict=False):
        _write_down(project, before, stay, by)
    take_over_mentors(project, list(record.mentors), by=by, now=now)
    if record.lifecycle is Lifecycle.ACTIVE:
        project.owe_update(now.date())
    project.note(ProjectRecorded.type, project.name, at=now)
    project.record(ProjectRecorded(**project.card))
    return project


def tell_admitted(project: Project, now: datetime) -> None:
    """A project that staff record one by one joins the network as one that was admitted through a call does."""
    if project.lifecycle in (Lifecycle.ADMITTED, Lifecycle.ACTIVE):
        project.note(ProjectAdmitted.type, project.name, at=now)
        project.record(ProjectAdmitted(**project.card))


def take_record(
    project: Project, record: ProjectRecord, model: StageModel, *, by: Actor, now: datetime
) -> tuple[bool, list[str]]:
    """Bring a known project up to its record: whether anything changed, and notes.

    What has moved here since it was first recorded keeps its history and lifecycle.
    """
    described = {name: getattr(project, name) for name in record.described}
    changed = described != record.described
    themes_changed = tuple(project.themes) != record.described["themes"]
    for name, value in record.described.items():
        setattr(project, name, value)
    notes: list[str] = []
    if _history_of(project) != _history_in(record):
        if project.history_recorded:
            stage, lifecycle = project.stage, project.lifecycle
            project.lifecycle = record.lifecycle
            _keep_history(project, record, model)
            if project.stage != stage:
                project.moved(stage, project.stage, by=by, at=now, aspect="stage", rule="project.record")
            if project.lifecycle is not lifecycle:
                project.moved(lifecycle, project.lifecycle, by=by, at=now, aspect="lifecycle", rule="project.record")
            changed = True
        else:
            notes.append(KEPT_HISTORY)
    if changed:
        project.record(ProjectRecorded(**project.card))
    if themes_changed:
        project.record(ProjectThemesChanged(**project.card))
    return changed, notes


def _keep_history(project: Project, record: ProjectRecord, model: StageModel) -> None:
    kept = [
        StageStay(
            id=new_id(), seq=seq, stage=stay.stage, entered_on=stay.entered_on, left_on=stay.left_on,
            direction=stay.direction,
        )
        for seq, stay in enumerate(record.stays)
    ]  # fmt: skip
    project.stays[:] = kept
    if kept:
        project.stage, project.stage_since = model.now(kept[-1].stage), kept[-1].entered_on
    project.exits[:] = [
        Exit(id=new_id(), seq=seq, after=end.after, state=end.state, on=end.on, reason=end.reason)
        for seq, end in enumerate(record.exits)
    ]
    if kept:
        project.admitted_on = kept[0].entered_on
    project.stage_model_version = model.version
    project.ended_on, project.stop_reason = record.ended_on, record.stop_reason
    project.history_recorded = True
    project.expect_stay(model)


def _write_down(project: Project, before: RecordedStay | None, stay: RecordedStay, by: Actor) -> None:
    at = datetime.combine(stay.entered_on, time(), UTC)
    start = before.stage if before else None
    project.moved(start, stay.stage, by=by, at=at, aspect="stage", rule="project.record")
    project.note(ProjectStageChanged.type, stay.stage, at=at)


def _history_of(project: Project) -> tuple[object, ...]:
    stays = tuple((stay.stage, stay.entered_on, stay.left_on) for stay in project.stays)
    exits = tuple((end.state, end.on, end.after) for end in project.exits)
    return stays, exits, project.lifecycle, project.ended_on, project.stop_reason


def _history_in(record: ProjectRecord) -> tuple[object, ...]:
    stays: tuple[tuple[str, date, date | None], ...] = tuple(
        (stay.stage, stay.entered_on, stay.left_on) for stay in record.stays
    )
    exits = tuple((end.state, end.on, end.after) for end in record.exits)
    return stays, exits, record.lifecycle, record.ended_on, record.stop_reason
