"""Mentors of a project: wished for, in discussion, confirmed, ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain import permissions
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import MentorAssignment
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import founder_or_staff, in_state, seen_by, staff_only
from services.incubator.domain.states import RUNNING, MentorState
from services.incubator.facts import ProjectMentorAssigned, ProjectMentorConfirmed, ProjectMentorEnded


def assign_mentor(project: Project, mentor: UUID, *, by: Actor, now: datetime) -> UUID:
    """A founder wishes for a mentor; staff begin the discussion with one."""
    pass_or_refuse(founder_or_staff(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project has mentors."))
    refuse_unless(
        mentor not in project.founders, "VALIDATION", "mentor.is_founder", "A founder is no mentor of their project.",
        field="mentor",
    )  # fmt: skip
    refuse_unless(
        _assignment(project, mentor) is None, "DUPLICATE", "mentor.assigned_already",
        "This mentor is with the project already.", field="mentor",
    )  # fmt: skip
    assignment = MentorAssignment(
        id=new_id(), mentor=mentor, state=MentorState.DESIRED, primary=False, since=now.date()
    )
    project.mentors.append(assignment)
    project.moved(None, MentorState.DESIRED, by=by, at=now, subject=_subject(assignment))
    if permissions.is_staff(by, project.incubator_id):
        _move(project, assignment, MentorState.IN_DISCUSSION, by, now)
    project.record(ProjectMentorAssigned(**project.told_inside, mentor=mentor, state=assignment.state.value))
    return assignment.id


def confirm_mentor(
    project: Project, mentor: UUID, *, primary: bool, mentored_elsewhere: int, by: Actor, now: datetime
) -> None:
    """Staff confirm a mentor who has room for one more; the first one, or the one named so, is primary.

    ``mentored_elsewhere``: how many other projects this person is a confirmed mentor of.
    """
    pass_or_refuse(staff_only(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project has mentors."))
    assignment = _assignment(project, mentor)
    if assignment is None:
        raise BrokenRule("NOT_FOUND", "mentor.not_found", "Nobody named this mentor for the project.", field="mentor")
    refuse_unless(
        assignment.state is not MentorState.CONFIRMED, "DUPLICATE", "mentor.confirmed_already",
        "This mentor is confirmed.", field="mentor",
    )  # fmt: skip
    refuse_unless(
        mentored_elsewhere < INCUBATION.mentor_load, "CAPACITY_FULL", "mentor.has_enough",
        f"A mentor accompanies {INCUBATION.mentor_load} projects at most.", field="mentor", most=INCUBATION.mentor_load,
    )  # fmt: skip
    if assignment.state is MentorState.DESIRED:
        _move(project, assignment, MentorState.IN_DISCUSSION, by, now)
    _move(project, assignment, MentorState.CONFIRMED, by, now)
    assignment.since = now.date()
    _settle_primary(project, assignment, primary)
    project.note(ProjectMentorConfirmed.type, project.name, at=now)
    project.record(ProjectMentorConfirmed(**project.told, mentor=mentor, primary=assignment.primary))


def end_mentoring(project: Project, mentor: UUID, *, by: Actor, now: datetime) -> None:
    """The staff or the mentor end it; another confirmed mentor becomes primary."""
    seen_by(project, by)
    refuse_unless(
        permissions.is_staff(by, project.incubator_id) or by.id == mentor,
        "FORBIDDEN", "mentor.staff_or_mentor_only", "Only the mentor and the staff may end it.",
    )  # fmt: skip
    assignment = _assignment(project, mentor)
    if assignment is None:
        raise BrokenRule("NOT_FOUND", "mentor.not_found", "Nobody named this mentor for the project.", field="mentor")
    told = project.told if assignment.state is MentorState.CONFIRMED else project.told_inside
    _move(project, assignment, MentorState.ENDED, by, now)
    assignment.ended_on, assignment.primary = now.date(), False
    remaining = [m for m in project.mentors if m.state is MentorState.CONFIRMED]
    if remaining and not any(m.primary for m in remaining):
        remaining[0].primary = True
    project.record(ProjectMentorEnded(**told, mentor=mentor))


def take_over_mentors(project: Project, mentors: list[UUID], *, by: Actor, now: datetime) -> None:
    """Mentors of a project that is recorded while it runs: confirmed, the first of them primary."""
    for mentor in mentors:
        if _assignment(project, mentor) is None:
            assignment = MentorAssignment(
                id=new_id(), mentor=mentor, state=MentorState.CONFIRMED, primary=False, since=now.date()
            )
            project.mentors.append(assignment)
            project.moved(None, MentorState.CONFIRMED, by=by, at=now, subject=_subject(assignment))
            _settle_primary(project, assignment, False)


def _assignment(project: Project, mentor: UUID) -> MentorAssignment | None:
    return next((m for m in project.mentors if m.mentor == mentor and m.state is not MentorState.ENDED), None)


def _settle_primary(project: Project, assignment: MentorAssignment, primary: bool) -> None:
    others = [m for m in project.mentors if m is not assignment and m.state is MentorState.CONFIRMED]
    assignment.primary = primary or not any(m.primary for m in others)
    if assignment.primary:
        for other in others:
            other.primary = False


def _move(project: Project, assignment: MentorAssignment, to: MentorState, by: Actor, now: datetime) -> None:
    project.moved(assignment.state, to, by=by, at=now, subject=_subject(assignment))
    assignment.state = to


def _subject(assignment: MentorAssignment) -> str:
    return f"mentor_assignment/{assignment.id}"
