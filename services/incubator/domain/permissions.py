"""Who may do what with a project (domain.md section 2). What one may not see is answered as not found."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from services.backbone.actor import Actor, ActorKind
from services.backbone.rules import not_found, refuse_unless
from services.incubator.domain.states import MentorState, Visibility

if TYPE_CHECKING:
    from services.incubator.domain.project import Project


def is_director(actor: Actor) -> bool:
    return actor.has("DIRECTOR")


def is_own_staff(actor: Actor, incubator_id: UUID) -> bool:
    """Staff of this very incubator: those who may also approve."""
    return actor.has("INCUBATOR_STAFF", f"incubator/{incubator_id}")


def is_staff(actor: Actor, incubator_id: UUID) -> bool:
    return is_own_staff(actor, incubator_id) or actor.is_admin


def is_founder(actor: Actor, project: Project) -> bool:
    return _is_person(actor) and (actor.id in project.founders or actor.has("FOUNDER", project.subject))


def is_mentor(actor: Actor, project: Project) -> bool:
    """A confirmed mentor of this project, by assignment or by role."""
    confirmed = {m.mentor for m in project.mentors if m.state is MentorState.CONFIRMED}
    return _is_person(actor) and (actor.id in confirmed or actor.has("MENTOR", project.subject))


def is_reviewer(actor: Actor, project: Project) -> bool:
    return _is_person(actor) and any(actor.id in application.reviewers for application in project.applications)


def is_insider(actor: Actor, project: Project) -> bool:
    """Those who see a project's private side."""
    return (
        is_staff(actor, project.incubator_id)
        or is_founder(actor, project)
        or is_mentor(actor, project)
        or is_reviewer(actor, project)
    )


def may_see(actor: Actor, project: Project) -> bool:
    """Directors see every project, as they may override its gates; its private side is not theirs."""
    seen_by = project.seen_by
    if is_director(actor) or seen_by is Visibility.PUBLIC or (seen_by is Visibility.NETWORK and actor.signed_in):
        return True
    return is_insider(actor, project)


def refuse_unless_seen(actor: Actor, project: Project) -> None:
    if not may_see(actor, project):
        raise not_found("project", project.id)


def refuse_unless_staff(actor: Actor, incubator_id: UUID) -> None:
    refuse_unless(
        is_staff(actor, incubator_id), "FORBIDDEN", "incubator.staff_only", "Only staff of this incubator may do this."
    )


def _is_person(actor: Actor) -> bool:
    return actor.kind is ActorKind.PERSON and actor.id is not None
