"""From stage to stage: recommended, proposed, approved by somebody else; or back; or skipped by a director."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import SYSTEM, Actor, ActorKind, person_of
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain import permissions
from services.incubator.domain.gates import obstacles_at_gate, unmet_between
from services.incubator.domain.guards import Guard, obstacle, pass_or_refuse
from services.incubator.domain.lifecycle import ACTIVE
from services.incubator.domain.parts import Recommendation, StageChange
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import (
    director_with_reason,
    founder_or_staff,
    in_state,
    not_ones_own,
    seen_by,
)
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import BackwardReason, ChangeState, Direction
from services.incubator.facts import (
    ProjectStageCancelled,
    ProjectStageChanged,
    ProjectStageProposed,
    ProjectStageRecommended,
    ProjectStageRefused,
)


def obstacles_to_recommending(project: Project, model: StageModel, to: str, by: Actor) -> Guard:
    seen_by(project, by)
    if not permissions.is_mentor(by, project):
        yield obstacle("FORBIDDEN", "project.mentors_only", "Only a confirmed mentor recommends a stage.")
    yield from not_ones_own(project, by)
    yield from _next_only(project, model, to)


def recommend(project: Project, model: StageModel, *, to: str, note: str | None, by: Actor, now: datetime) -> None:
    """A mentor finds the project ready for the next stage."""
    pass_or_refuse(obstacles_to_recommending(project, model, to, by))
    mentor = person_of(by)
    refuse_unless(
        not any(r.mentor == mentor for r in _recommendations(project, to)), "DUPLICATE", "project.recommended_already",
        "You have recommended this stage.",
    )  # fmt: skip
    project.recommendations.append(
        Recommendation(id=new_id(), stage=to, stay=_stay(project), mentor=mentor, note=note, given_at=now)
    )
    project.note(ProjectStageRecommended.type, to, at=now)
    project.record(ProjectStageRecommended(**project.told, mentor=mentor, stage=to))


def obstacles_to_proposing(project: Project, model: StageModel, to: str, by: Actor) -> Guard:
    """The next stage, its gate met, and no other proposal open."""
    yield from founder_or_staff(project, by)
    yield from _next_only(project, model, to)
    if project.open_change is not None:
        yield obstacle(
            "DUPLICATE", "project.change_already_proposed", "A stage change awaits a decision.",
            fix="Have it decided or cancelled first.",
        )  # fmt: skip
    yield from obstacles_at_gate(project, model)


def propose(project: Project, model: StageModel, *, to: str, note: str | None, by: Actor, now: datetime) -> StageChange:
    """Ask for the next stage. Somebody else approves."""
    pass_or_refuse(obstacles_to_proposing(project, model, to, by))
    change = _new_change(project, to, ChangeState.PROPOSED, note, by, now)
    project.moved(None, ChangeState.PROPOSED, by=by, at=now, subject=_subject(change), rule="stage_change.propose")
    project.note(ProjectStageProposed.type, to, at=now, for_team=True)
    project.record(ProjectStageProposed(**project.told, **_told(change)))
    return change


def obstacles_to_approving(project: Project, model: StageModel, change: StageChange, by: Actor) -> Guard:
    """Staff other than the proposer and the founders, a gate that is met, and a mentor's recommendation."""
    seen_by(project, by)
    is_proposer = by.id is not None and by.id == change.proposed_by
    if is_proposer:
        yield obstacle(
            "SELF_APPROVAL", "stage_change.self_approval", "Nobody approves a stage change that they proposed.",
            fix="Ask another member of the staff.",
        )  # fmt: skip
    yield from _deciders_only(project, by)
    if not is_proposer:
        yield from not_ones_own(project, by)
    yield from _next_only(project, model, change.to_stage)
    yield from obstacles_at_gate(project, model)
    if not _recommendations(project, change.to_stage):
        yield obstacle(
            "GATE_NOT_MET", "project.recommendation_missing", f"No mentor recommends {change.to_stage}.",
            fix="Ask a mentor to recommend it.", stage=change.to_stage,
        )  # fmt: skip


def approve(project: Project, model: StageModel, change_id: UUID, *, by: Actor, now: datetime) -> StageChange:
    """The project passes to the stage that was proposed."""
    seen_by(project, by)
    change = open_change(project, change_id)
    pass_or_refuse(obstacles_to_approving(project, model, change, by))
    _decide(project, change, ChangeState.APPROVED, None, by, now)
    _pass(project, model, change.to_stage, Direction.FORWARD, by=by, now=now, rule="project.advance")
    return change


def refuse(project: Project, change_id: UUID, *, reason: str, by: Actor, now: datetime) -> StageChange:
    """Staff says no to a proposal, with a reason."""
    seen_by(project, by)
    change = open_change(project, change_id)
    pass_or_refuse(_deciders_only(project, by))
    refuse_unless(
        bool(reason.strip()), "VALIDATION", "stage_change.refusal_unexplained", "A refusal says why.", field="reason"
    )
    _decide(project, change, ChangeState.REFUSED, reason.strip(), by, now)
    project.note(ProjectStageRefused.type, change.to_stage, at=now, for_team=True)
    project.record(ProjectStageRefused(**project.told, **_told(change)))
    return change


def cancel(project: Project, change_id: UUID, *, by: Actor, now: datetime) -> StageChange:
    """Whoever proposed takes it back; so may the staff."""
    seen_by(project, by)
    change = open_change(project, change_id)
    refuse_unless(
        by.id == change.proposed_by or permissions.is_staff(by, project.incubator_id),
        "FORBIDDEN", "stage_change.proposer_or_staff_only", "Only who proposed it and the staff may cancel it.",
    )  # fmt: skip
    _decide(project, change, ChangeState.CANCELLED, None, by, now)
    project.record(ProjectStageCancelled(**project.told, **_told(change)))
    return change


def skips(project: Project, model: StageModel, to: str) -> bool:
    """Whether ``to`` lies beyond the next stage."""
    return model.place_of(to) > model.place_of(project.stage) + 1


def obstacles_to_skipping(project: Project, model: StageModel, to: str, by: Actor, reason: str | None) -> Guard:
    yield from director_with_reason(project, by, reason)
    yield from in_state(project, ACTIVE, "Only an active project changes stage.")
    if model.place_of(to) <= model.place_of(project.stage):
        yield obstacle(
            "ILLEGAL_TRANSITION", "project.not_forward", f"{to} does not come after {project.stage}.",
            field="to", stage=to, now=project.stage,
        )  # fmt: skip


def skip_to(project: Project, model: StageModel, *, to: str, reason: str, by: Actor, now: datetime) -> StageChange:
    """A director moves the project forward past its gates; what was not met is written down as waived."""
    pass_or_refuse(obstacles_to_skipping(project, model, to, by, reason))
    waived = tuple(criterion.code for criterion in unmet_between(project, model, to))
    standing = project.open_change
    if standing is not None:
        _decide(project, standing, ChangeState.CANCELLED, None, by, now)
    change = _new_change(project, to, ChangeState.APPROVED, None, by, now)
    change.decided_by, change.decided_at, change.reason, change.waived = by.id, now, reason.strip(), waived
    _pass(
        project, model, to, Direction.FORWARD, by=by, now=now, rule="project.skip", reason=reason.strip(), waived=waived
    )
    return change


def obstacles_to_moving_back(project: Project, model: StageModel, to: str, by: Actor) -> Guard:
    yield from founder_or_staff(project, by)
    yield from in_state(project, ACTIVE, "Only an active project changes stage.")
    if model.place_of(to) >= model.place_of(project.stage):
        yield obstacle(
            "ILLEGAL_TRANSITION", "project.not_backward", f"{to} does not come before {project.stage}.",
            field="to", stage=to, now=project.stage,
        )  # fmt: skip


def move_back(
    project: Project, model: StageModel, *, to: str, reason_code: str, reason: str, by: Actor, now: datetime
) -> None:
    """Back to an earlier stage: rare, legal, and explained."""
    pass_or_refuse(obstacles_to_moving_back(project, model, to, by))
    refuse_unless(
        reason_code in set(BackwardReason), "VALIDATION", "project.unknown_backward_reason",
        f"A move back gives one of the reasons {', '.join(BackwardReason)}.", field="reasonCode",
        reasons=", ".join(BackwardReason),
    )  # fmt: skip
    refuse_unless(
        bool(reason.strip()), "VALIDATION", "project.move_back_unexplained", "A move back says why.", field="reason"
    )
    standing = project.open_change
    if standing is not None:
        _decide(project, standing, ChangeState.CANCELLED, None, by, now)
    _pass(
        project, model, to, Direction.BACKWARD, by=by, now=now, rule="project.move_back",
        reason=f"{reason_code}: {reason.strip()}",
    )  # fmt: skip


def carry_over(project: Project, model: StageModel, *, now: datetime) -> bool:
    """Bring a project to the newest version of its incubator's stages; whether it was behind.

    Its stage takes the name of now; its history keeps the names of its time. A proposal falls unless it still leads
    from this stage, under this name, to the next.
    """
    if project.stage_model_version >= model.version:
        return False
    standing, stage = project.open_change, model.now(project.stage)
    following = model.next_after(stage) if standing else None
    if standing and (standing.from_stage, standing.to_stage) != (stage, following.code if following else None):
        _decide(project, standing, ChangeState.CANCELLED, None, SYSTEM, now)
    if stage != project.stage:
        project.moved(project.stage, stage, by=SYSTEM, at=now, aspect="stage", rule="stage_model.changed")
    project.stage, project.stage_model_version = stage, model.version
    project.expect_stay(model)
    project.tell_card()
    return True


def open_change(project: Project, change_id: UUID) -> StageChange:
    """The proposal of this id, if it still awaits a decision."""
    change = next((change for change in project.changes if change.id == change_id), None)
    if change is None:
        raise BrokenRule(
            "NOT_FOUND", "stage_change.not_found", f"There is no stage change {change_id}.", field="change",
            values={"which": str(change_id)},
        )  # fmt: skip
    refuse_unless(
        change.state is ChangeState.PROPOSED, "ILLEGAL_TRANSITION", "stage_change.decided",
        f"This stage change is {change.state}.", state=change.state.value,
    )  # fmt: skip
    return change


def _next_only(project: Project, model: StageModel, to: str) -> Guard:
    yield from in_state(project, ACTIVE, "Only an active project changes stage.")
    place, here = model.place_of(to), model.place_of(project.stage)
    if place != here + 1:
        following = model.next_after(project.stage)
        if place > here:
            fix = f"Take {following.code} first, or ask a director." if following else None
        else:
            fix = "Move the project back, with a reason." if place < here else None
        yield obstacle(
            "ILLEGAL_TRANSITION", "project.not_next_stage", f"{to} is not the stage after {project.stage}.",
            fix=fix, field="to", stage=to, now=project.stage,
        )  # fmt: skip


def _deciders_only(project: Project, by: Actor) -> Guard:
    person = by.kind is ActorKind.PERSON
    if not (person and permissions.is_own_staff(by, project.incubator_id)):
        yield obstacle(
            "FORBIDDEN", "stage_change.staff_decides", "Only a member of this incubator's staff, in person, decides."
        )


def _pass(
    project: Project,
    model: StageModel,
    to: str,
    direction: Direction,
    *,
    by: Actor,
    now: datetime,
    rule: str,
    reason: str | None = None,
    waived: tuple[str, ...] = (),
) -> None:
    start = project.stage
    project.moved(start, to, by=by, at=now, aspect="stage", rule=rule, reason=reason, waived=waived)
    days = project.enter(to, direction, model, now.date())
    project.note(ProjectStageChanged.type, to, at=now)
    project.record(
        ProjectStageChanged(
            **project.told, from_stage=start, to=to, direction=direction.value, days=days, waived=list(waived)
        )
    )


def _new_change(
    project: Project, to: str, state: ChangeState, note: str | None, by: Actor, now: datetime
) -> StageChange:
    change = StageChange(
        id=new_id(), from_stage=project.stage, to_stage=to, state=state, proposed_by=by.id, proposed_at=now, note=note
    )
    project.changes.append(change)
    return change


def _decide(
    project: Project, change: StageChange, state: ChangeState, reason: str | None, by: Actor, now: datetime
) -> None:
    project.moved(change.state, state, by=by, at=now, subject=_subject(change), reason=reason)
    change.state, change.decided_by, change.decided_at, change.reason = state, by.id, now, reason


def _recommendations(project: Project, to: str) -> list[Recommendation]:
    return [r for r in project.recommendations if r.stage == to and r.stay == _stay(project)]


def _stay(project: Project) -> int:
    return len(project.stays)


def _subject(change: StageChange) -> str:
    return f"stage_change/{change.id}"


def _told(change: StageChange) -> dict[str, Any]:
    return {"change": change.id, "from_stage": change.from_stage, "to": change.to_stage}
