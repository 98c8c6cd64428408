"""A running project says where it is, every ninety days or sooner."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import Update
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import founder_or_staff, in_state
from services.incubator.domain.states import RUNNING, Lifecycle
from services.incubator.facts import ProjectUpdateOverdue, ProjectUpdatePosted


def post_update(project: Project, *, text: str, shared: bool, by: Actor, now: datetime) -> UUID:
    """Say where the project is; the next word is due ninety days from now."""
    pass_or_refuse(founder_or_staff(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project gives updates."))
    text = text.strip()
    refuse_unless(
        0 < len(text) <= INCUBATION.longest_update, "VALIDATION", "update.text_length",
        f"An update has 1 to {INCUBATION.longest_update} characters.", field="text", most=INCUBATION.longest_update,
    )  # fmt: skip
    update = Update(id=new_id(), text=text, shared=shared, written_by=by.id, written_at=now)
    project.updates.append(update)
    project.owe_update(now.date())
    assert project.update_due_on is not None
    project.note(ProjectUpdatePosted.type, project.name, at=now, about=f"update/{update.id}", for_team=not shared)
    told = project.told if shared else project.told_inside
    project.record(ProjectUpdatePosted(**told, update=update.id, shared=shared, due_on=project.update_due_on))
    return update.id


def remind_of_update(project: Project, today: date) -> None:
    """Say once that a project at work has been silent for too long."""
    due_on = project.update_due_on
    if project.lifecycle is Lifecycle.ACTIVE and due_on and due_on <= today and not project.update_told:
        project.update_told = True
        project.record(ProjectUpdateOverdue(**project.told_inside, due_on=due_on))
