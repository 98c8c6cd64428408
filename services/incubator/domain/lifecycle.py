"""Pause, resume, graduate, stop, reopen: how a running project rests and ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.incubator.domain import permissions
from services.incubator.domain.guards import Guard, obstacle, pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import Exit
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import director_with_reason, founder_or_staff, in_state, staff_only
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import EXITED, ChangeState, Direction, Lifecycle, StopReason
from services.incubator.facts import (
    ProjectGraduated,
    ProjectPaused,
    ProjectPauseOverdue,
    ProjectReopened,
    ProjectResumed,
    ProjectStopped,
)

ACTIVE = frozenset({Lifecycle.ACTIVE})
PAUSED = frozenset({Lifecycle.PAUSED})


def obstacles_to_pausing(project: Project, by: Actor) -> Guard:
    yield from founder_or_staff(project, by)
    yield from in_state(project, ACTIVE, "Only an active project pauses.")


def pause(project: Project, *, reason: str, until: date | None, by: Actor, now: datetime) -> None:
    """Rest for 180 days at most; no stage changes meanwhile."""
    pass_or_refuse(obstacles_to_pausing(project, by))
    refuse_unless(bool(reason.strip()), "VALIDATION", "project.pause_unexplained", "Say why it pauses.", field="reason")
    latest = now.date() + timedelta(days=INCUBATION.longest_pause_days)
    end = until or latest
    refuse_unless(
        now.date() < end <= latest, "VALIDATION", "project.pause_too_long",
        f"A pause ends within {INCUBATION.longest_pause_days} days.", field="until", most=INCUBATION.longest_pause_days,
    )  # fmt: skip
    project.paused_until, project.pause_told = end, False
    project.live(Lifecycle.PAUSED, by=by, now=now, rule="project.pause", reason=reason.strip())
    project.note(ProjectPaused.type, end.isoformat(), at=now)
    project.record(ProjectPaused(**project.told, until=end))


def remind_of_pause(project: Project) -> None:
    """Say once that a pause has lasted too long."""
    if project.lifecycle is Lifecycle.PAUSED and project.paused_until and not project.pause_told:
        project.pause_told = True
        project.record(ProjectPauseOverdue(**project.told, until=project.paused_until))


def obstacles_to_resuming(project: Project, by: Actor) -> Guard:
    yield from founder_or_staff(project, by)
    yield from in_state(project, PAUSED, "Only a paused project resumes.")


def resume(project: Project, *, by: Actor, now: datetime) -> None:
    pass_or_refuse(obstacles_to_resuming(project, by))
    project.paused_until = None
    project.live(Lifecycle.ACTIVE, by=by, now=now, rule="project.resume")
    project.owe_update(now.date())
    project.note(ProjectResumed.type, project.name, at=now)
    project.record(ProjectResumed(**project.told))


def obstacles_to_graduating(project: Project, model: StageModel, by: Actor, reason: str | None) -> Guard:
    """The last stage, or a director's word."""
    overrides = permissions.is_director(by) and not model.is_last(project.stage)
    yield from director_with_reason(project, by, reason) if overrides else staff_only(project, by)
    yield from in_state(project, ACTIVE, "Only an active project graduates.")
    if overrides or model.is_last(project.stage):
        return
    yield obstacle(
        "GATE_NOT_MET", "project.not_in_last_stage", f"It is in {project.stage}, not in the last stage.",
        fix="Move it to the last stage, or ask a director.", stage=project.stage,
    )  # fmt: skip


def graduate(project: Project, model: StageModel, *, reason: str | None, by: Actor, now: datetime) -> None:
    """The project stands on its own."""
    pass_or_refuse(obstacles_to_graduating(project, model, by, reason))
    _end(project, Lifecycle.GRADUATED, None, by=by, now=now)
    project.live(Lifecycle.GRADUATED, by=by, now=now, rule="project.graduate", reason=reason)
    project.note(ProjectGraduated.type, project.stage, at=now)
    project.record(ProjectGraduated(**project.told, stage=project.stage))


def obstacles_to_stopping(project: Project, by: Actor) -> Guard:
    yield from founder_or_staff(project, by)
    yield from in_state(project, ACTIVE | PAUSED, "Only a running project stops.")


def stop(project: Project, *, reason_code: str, lesson: str, lesson_shareable: bool, by: Actor, now: datetime) -> None:
    """The project ends, with a reason and a lesson; others may learn from it if it may be shared."""
    pass_or_refuse(obstacles_to_stopping(project, by))
    refuse_unless(
        reason_code in set(StopReason), "VALIDATION", "project.unknown_stop_reason",
        f"A stop gives one of the reasons {', '.join(StopReason)}.", field="reasonCode", reasons=", ".join(StopReason),
    )  # fmt: skip
    lesson = lesson.strip()
    shortest, longest = INCUBATION.shortest_lesson, INCUBATION.longest_lesson
    refuse_unless(
        shortest <= len(lesson) <= longest, "VALIDATION", "project.lesson_length",
        f"A lesson has {shortest} to {longest} characters.", field="lesson", shortest=shortest, longest=longest,
    )  # fmt: skip
    _end(project, Lifecycle.STOPPED, reason_code, by=by, now=now)
    project.stop_reason, project.lesson, project.lesson_shareable = reason_code, lesson, lesson_shareable
    project.paused_until = None
    project.live(Lifecycle.STOPPED, by=by, now=now, rule="project.stop", reason=reason_code)
    project.note(ProjectStopped.type, reason_code, at=now)
    project.record(ProjectStopped(**project.told, stage=project.stage, reason_code=reason_code))


def obstacles_to_reopening(project: Project, by: Actor, reason: str | None, now: datetime) -> Guard:
    """A director reopens what ended within the last twelve months."""
    yield from director_with_reason(project, by, reason)
    yield from in_state(project, EXITED, "Only a project that ended is reopened.")
    if project.ended_on and (now.date() - project.ended_on).days > INCUBATION.reopening_days:
        yield obstacle(
            "DEADLINE_PASSED", "project.ended_too_long_ago", f"It ended on {project.ended_on}, over a year ago.",
            fix="Record it as a new project.", ended_on=project.ended_on.isoformat(),
        )  # fmt: skip


def reopen(project: Project, model: StageModel, *, reason: str, by: Actor, now: datetime) -> None:
    """Back to work in the stage in which it ended."""
    pass_or_refuse(obstacles_to_reopening(project, by, reason, now))
    project.ended_on = project.stop_reason = None
    project.live(Lifecycle.ACTIVE, by=by, now=now, rule="project.reopen", reason=reason.strip())
    project.enter(project.stage, Direction.REOPENED, model, now.date())
    project.owe_update(now.date())
    project.note(ProjectReopened.type, project.stage, at=now)
    project.record(ProjectReopened(**project.told, stage=project.stage))


def _end(project: Project, state: Lifecycle, reason: str | None, *, by: Actor, now: datetime) -> None:
    change = project.open_change
    if change is not None:
        change.state, change.decided_by, change.decided_at = ChangeState.CANCELLED, by.id, now
        project.moved(
            ChangeState.PROPOSED, ChangeState.CANCELLED, by=by, at=now, subject=f"stage_change/{change.id}",
            rule="project.ended",
        )  # fmt: skip
    project.leave_stage(now.date())
    project.exits.append(
        Exit(
            id=new_id(), seq=len(project.exits), after=len(project.stays) - 1, state=state, on=now.date(),
            reason=reason,
        )
    )  # fmt: skip
    project.history_recorded = False
    project.ended_on, project.update_due_on = now.date(), None
