"""Every way out of where a project is, each with what blocks it: the guards of the commands, asked without acting."""

from __future__ import annotations

from datetime import datetime

from services.backbone.actor import Actor
from services.backbone.rules import Transition
from services.incubator.domain import admission, lifecycle, stage_moves
from services.incubator.domain.guards import Guard, transition
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.project import Project
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import IN_APPLICATION, Lifecycle

#: Stands for the reason that a director has still to give: what is drawn is who may, not what was typed.
_REASON = "." * INCUBATION.shortest_override_reason


def allowed_transitions(project: Project, model: StageModel, by: Actor, now: datetime) -> list[Transition]:
    """The lifecycle states and the stages that a project can pass to from here, and what stands in the way."""
    return [*_lives(project, model, by, now), *_stages(project, model, by)]


def _lives(project: Project, model: StageModel, by: Actor, now: datetime) -> list[Transition]:
    state = project.lifecycle
    application = project.application
    if state is Lifecycle.APPLIED:
        named = application.reviewers if application else ()
        return [
            transition(Lifecycle.UNDER_REVIEW, admission.obstacles_to_assigning(project, named, by)),
            transition(Lifecycle.DECLINED, admission.obstacles_to_declining(project, by)),
            transition(Lifecycle.WITHDRAWN, admission.obstacles_to_withdrawing(project, by)),
        ]
    if state is Lifecycle.UNDER_REVIEW:
        return [
            transition(Lifecycle.ADMITTED, admission.obstacles_to_admitting(project, by)),
            transition(Lifecycle.DECLINED, admission.obstacles_to_declining(project, by)),
            transition(Lifecycle.WITHDRAWN, admission.obstacles_to_withdrawing(project, by)),
        ]
    if state is Lifecycle.ADMITTED:
        return [transition(Lifecycle.ACTIVE, admission.obstacles_to_activating(project, by))]
    if state is Lifecycle.ACTIVE:
        return [
            transition(Lifecycle.PAUSED, lifecycle.obstacles_to_pausing(project, by)),
            transition(Lifecycle.GRADUATED, lifecycle.obstacles_to_graduating(project, model, by, _REASON)),
            transition(Lifecycle.STOPPED, lifecycle.obstacles_to_stopping(project, by)),
        ]
    if state is Lifecycle.PAUSED:
        return [
            transition(Lifecycle.ACTIVE, lifecycle.obstacles_to_resuming(project, by)),
            transition(Lifecycle.STOPPED, lifecycle.obstacles_to_stopping(project, by)),
        ]
    if state in (Lifecycle.GRADUATED, Lifecycle.STOPPED):
        return [transition(Lifecycle.ACTIVE, lifecycle.obstacles_to_reopening(project, by, _REASON, now))]
    return []


def _stages(project: Project, model: StageModel, by: Actor) -> list[Transition]:
    if project.lifecycle in IN_APPLICATION or project.stage not in model.codes:
        return []
    return [transition(stage, _way_to(stage, project, model, by)) for stage in model.codes if stage != project.stage]


def _way_to(stage: str, project: Project, model: StageModel, by: Actor) -> Guard:
    distance = model.place_of(stage) - model.place_of(project.stage)
    change = project.open_change
    if distance < 0:
        return stage_moves.obstacles_to_moving_back(project, model, stage, by)
    if distance > 1:
        return stage_moves.obstacles_to_skipping(project, model, stage, by, _REASON)
    if change is not None and change.to_stage == stage:
        return stage_moves.obstacles_to_approving(project, model, change, by)
    return stage_moves.obstacles_to_proposing(project, model, stage, by)
