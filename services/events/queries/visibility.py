"""Whom a gathering is shown to, in SQL: the same as domain/permissions.py says of one, and tested to be."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, true
from sqlalchemy import select as select_

from services.backbone.actor import Actor
from services.events.domain.vocabulary import OPEN, SEATED, EventState, Visibility
from services.events.storage.tables import events, registrations


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The gatherings that this actor may see."""
    if actor.is_admin:
        return true()
    announced = events.c.state != EventState.DRAFT
    open_to = [Visibility.PUBLIC, Visibility.NETWORK] if actor.signed_in else [Visibility.PUBLIC]
    return or_(announced & events.c.visibility.in_(open_to), helped_by(actor), _registered(actor), _waits_for(actor))


def managed_by(actor: Actor) -> ColumnElement[bool]:
    """The gatherings that this actor runs: as an organiser, or on the staff of the host."""
    if actor.is_admin:
        return true()
    return or_(
        events.c.organisers.contains([actor.id]) if actor.id else false(),
        events.c.id.in_(_ids(actor, "ORGANISER", "event")),
        events.c.host_organisation.in_(_ids(actor, "ORG_ADMIN", "organisation")),
    )


def helped_by(actor: Actor) -> ColumnElement[bool]:
    """The gatherings that this actor runs, facilitates or checks people in to."""
    return or_(
        managed_by(actor),
        events.c.facilitators.contains([actor.id]) if actor.id else false(),
        events.c.id.in_(_ids(actor, "FACILITATOR", "event")),
        events.c.id.in_(_ids(actor, "CHECKIN", "event")),
    )


def _registered(actor: Actor) -> ColumnElement[bool]:
    if actor.id is None:
        return false()
    mine = select_(registrations.c.id).where(
        registrations.c.event == events.c.id,
        registrations.c.person == actor.id,
        registrations.c.state.in_(OPEN | SEATED),
    )
    return exists(mine)


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    """Drafts that wait for an organiser: for whoever is signed in, PRIVATE ones for those who belong to the project."""
    if not actor.signed_in:
        return false()
    if actor.scopes("INCUBATOR_STAFF") or actor.has("DIRECTOR"):
        own = events.c.project.is_not(None)
    else:
        own = events.c.project.in_([*_ids(actor, "FOUNDER", "project"), *_ids(actor, "MENTOR", "project")])
    return and_(
        events.c.state == EventState.DRAFT,
        func.cardinality(events.c.organisers) == 0,
        or_(events.c.visibility != Visibility.PRIVATE, own),
    )


def _ids(actor: Actor, role: str, kind: str) -> list[UUID]:
    """The things of a kind over which the actor holds a role."""
    found = []
    for scope in actor.scopes(role):
        scope_kind, _, identity = scope.partition("/")
        if scope_kind == kind:
            found.append(UUID(identity))
    return found
