"""Who sees which project, in SQL: what may not be seen is not found, not counted and not searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, exists, false, literal_column, or_, true

from services.backbone.actor import Actor, ActorKind
from services.incubator.domain.permissions import is_director, is_staff
from services.incubator.domain.states import IN_APPLICATION, MentorState, Visibility
from services.incubator.storage.tables import applications, mentors, projects


@lru_cache(1000)
def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``projects`` that ``permissions.may_see`` states for one project; made once for an actor."""
    if actor.is_admin or is_director(actor):
        return true()
    levels = [Visibility.PUBLIC, Visibility.NETWORK] if actor.signed_in else [Visibility.PUBLIC]
    return or_(
        and_(projects.c.visibility.in_(_written(levels)), projects.c.lifecycle.not_in(_written(IN_APPLICATION))),
        inside(actor),
    )


def visible_in(incubator: UUID, actor: Actor) -> ColumnElement[bool]:
    """The same among the projects of one incubator, whose staff see them all."""
    return true() if is_staff(actor, incubator) else visible(actor)


def inside(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``projects`` that ``permissions.is_insider`` states for one project."""
    if actor.is_admin:
        return true()
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        return projects.c.incubator_id.in_(staffed) if (staffed := _scoped(actor, "INCUBATOR_STAFF")) else false()
    return or_(projects.c.incubator_id.in_(_scoped(actor, "INCUBATOR_STAFF")), _of_the_team(actor))


def is_insider(row: Mapping[str, Any], mentors_of_it: Iterable[UUID], actor: Actor) -> bool:
    """Whether the actor sees the private side of a project, from its row and its confirmed mentors."""
    if is_staff(actor, row["incubator_id"]):
        return True
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        return False
    scope = f"project/{row['id']}"
    return (
        actor.id in row["founders"]
        or actor.id in mentors_of_it
        or actor.has("FOUNDER", scope)
        or actor.has("MENTOR", scope)
    )


def _of_the_team(actor: Actor) -> ColumnElement[bool]:
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        return false()
    return or_(
        projects.c.founders.contains([actor.id]),
        projects.c.id.in_([*_scoped(actor, "FOUNDER"), *_scoped(actor, "MENTOR")]),
        exists().where(
            mentors.c.project_id == projects.c.id,
            mentors.c.mentor == actor.id,
            mentors.c.state == MentorState.CONFIRMED,
        ),
        exists().where(applications.c.project_id == projects.c.id, applications.c.reviewers.contains([actor.id])),
    )


def _scoped(actor: Actor, role: str) -> list[UUID]:
    return [UUID(scope.rsplit("/", 1)[1]) for scope in actor.scopes(role)]


def _written(codes: Iterable[StrEnum]) -> list[ColumnElement[str]]:
    """Codes as they stand in a statement: the partial index of what may be seen is found by them."""
    return [literal_column(f"'{code}'", Text) for code in sorted(codes)]
