"""What a project sets out to reach by a day: planned, then achieved with something to show, missed or dropped."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.backbone.actor import SYSTEM, Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.gates import Shown
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import Milestone
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import in_state, team_only
from services.incubator.domain.states import RUNNING, MilestoneState
from services.incubator.facts import (
    MilestoneFact,
    ProjectMilestoneAchieved,
    ProjectMilestoneDropped,
    ProjectMilestoneMissed,
    ProjectMilestonePlanned,
)


def plan_milestone(project: Project, *, title: str, due_on: date, by: Actor, now: datetime) -> UUID:
    """Something to reach by a day that is still to come."""
    pass_or_refuse(team_only(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project plans milestones."))
    title = title.strip()
    refuse_unless(
        0 < len(title) <= INCUBATION.longest_milestone_title, "VALIDATION", "milestone.title_length",
        f"A milestone is said in 1 to {INCUBATION.longest_milestone_title} characters.", field="title",
        most=INCUBATION.longest_milestone_title,
    )  # fmt: skip
    refuse_unless(
        due_on >= now.date(), "VALIDATION", "milestone.due_in_the_past", "A milestone is due today or later.",
        field="dueOn",
    )  # fmt: skip
    milestone = Milestone(id=new_id(), title=title, due_on=due_on, state=MilestoneState.PLANNED, planned_at=now)
    project.milestones.append(milestone)
    project.moved(None, MilestoneState.PLANNED, by=by, at=now, subject=_subject(milestone))
    project.note(ProjectMilestonePlanned.type, title, at=now, about=_subject(milestone), for_team=True)
    project.record(ProjectMilestonePlanned(**_told(project, milestone)))
    return milestone.id


def achieve_milestone(project: Project, milestone_id: UUID, *, shown: Shown, by: Actor, now: datetime) -> None:
    """Reached, with something that counts to show for it, before it is missed."""
    pass_or_refuse(team_only(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project achieves milestones."))
    milestone = planned(project, milestone_id)
    refuse_unless(
        not is_missed(milestone, now.date()), "DEADLINE_PASSED", "milestone.too_late",
        f"This milestone was due on {milestone.due_on}; it is missed.", due_on=milestone.due_on.isoformat(),
    )  # fmt: skip
    refuse_unless(
        shown.counts, "GATE_NOT_MET", "milestone.evidence_does_not_count",
        "This evidence does not count yet: the event was not held, the figure not recorded, or the position not "
        "published.", field="ref",
    )  # fmt: skip
    milestone.evidence_kind, milestone.evidence_ref = shown.kind, shown.ref
    _settle(project, milestone, MilestoneState.ACHIEVED, by, now)
    project.record(ProjectMilestoneAchieved(**_told(project, milestone), evidence_kind=shown.kind.value))


def drop_milestone(project: Project, milestone_id: UUID, *, reason: str, by: Actor, now: datetime) -> None:
    """The project aims at it no longer."""
    pass_or_refuse(team_only(project, by))
    milestone = planned(project, milestone_id)
    refuse_unless(
        bool(reason.strip()), "VALIDATION", "milestone.drop_unexplained", "Say why it is dropped.", field="reason"
    )
    milestone.reason = reason.strip()
    _settle(project, milestone, MilestoneState.DROPPED, by, now)
    project.record(ProjectMilestoneDropped(**_told(project, milestone)))


def miss_due_milestones(project: Project, *, now: datetime) -> int:
    """Let time judge what nobody settled; how many were missed."""
    missed = [one for one in project.milestones if one.state is MilestoneState.PLANNED and is_missed(one, now.date())]
    for milestone in missed:
        _settle(project, milestone, MilestoneState.MISSED, SYSTEM, now)
        project.record(ProjectMilestoneMissed(**_told(project, milestone)))
    return len(missed)


def is_missed(milestone: Milestone, today: date) -> bool:
    """Whether its days of grace are over."""
    return today >= milestone.due_on + timedelta(days=INCUBATION.milestone_grace_days)


def planned(project: Project, milestone_id: UUID) -> Milestone:
    """The milestone of this id, if it is still to be settled."""
    milestone = next((one for one in project.milestones if one.id == milestone_id), None)
    if milestone is None:
        raise BrokenRule(
            "NOT_FOUND", "milestone.not_found", f"There is no milestone {milestone_id}.", field="milestone",
            values={"which": str(milestone_id)},
        )  # fmt: skip
    refuse_unless(
        milestone.state is MilestoneState.PLANNED, "ILLEGAL_TRANSITION", "milestone.settled",
        f"This milestone is {milestone.state}.", state=milestone.state.value,
    )  # fmt: skip
    return milestone


def _settle(project: Project, milestone: Milestone, to: MilestoneState, by: Actor, now: datetime) -> None:
    project.moved(
        milestone.state, to, by=by, at=now, subject=_subject(milestone), rule=f"milestone.{to.lower()}",
        reason=milestone.reason,
    )  # fmt: skip
    milestone.state, milestone.settled_at = to, now
    facts: dict[MilestoneState, type[MilestoneFact]] = {
        MilestoneState.ACHIEVED: ProjectMilestoneAchieved,
        MilestoneState.MISSED: ProjectMilestoneMissed,
        MilestoneState.DROPPED: ProjectMilestoneDropped,
    }
    project.note(facts[to].type, milestone.title, at=now, about=_subject(milestone), for_team=True)


def _told(project: Project, milestone: Milestone) -> dict[str, Any]:
    return {**project.told_inside, "milestone": milestone.id, "due_on": milestone.due_on}


def _subject(milestone: Milestone) -> str:
    return f"milestone/{milestone.id}"
