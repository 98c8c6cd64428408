"""Who may do what with a gathering (domain.md section 2). Grants are narrower than people think: see each function."""

from __future__ import annotations

from uuid import UUID

from services.backbone.actor import Actor
from services.events.domain.gathering import Gathering
from services.events.domain.vocabulary import EventState, Visibility


def may_manage(event: Gathering, actor: Actor) -> bool:
    """Publish, edit, cancel, see who registered: its organisers, staff of the host, an administrator."""
    return actor.is_admin or runs(event, actor)


def runs(event: Gathering, actor: Actor) -> bool:
    """Its organisers and the staff of its host: those who also approve, which an administrator never does."""
    return (
        (actor.id is not None and actor.id in event.organisers)
        or actor.has("ORGANISER", event.subject)
        or _hosts(event.host_organisation, actor)
    )


def may_check_in(event: Gathering, actor: Actor) -> bool:
    """Who helps at the door: also facilitators and those who hold CHECKIN for this gathering."""
    return (
        may_manage(event, actor)
        or (actor.id is not None and actor.id in event.facilitators)
        or actor.has("FACILITATOR", event.subject)
        or actor.has("CHECKIN", event.subject)
    )


def may_schedule_for(actor: Actor, *, coalition: UUID | None, host_organisation: UUID | None) -> bool:
    """Anybody who is signed in may bring people together, also to help a project.

    In a coalition's name only its convener and steering do, in an organisation's its administrators.
    """
    if actor.is_admin or actor.has("DIRECTOR"):
        return True
    return (
        actor.signed_in
        and (coalition is None or _belongs_to_coalition(coalition, actor))
        and (host_organisation is None or _hosts(host_organisation, actor))
    )


def may_record(actor: Actor) -> bool:
    """Lists of gatherings are entered by administrators, the direction and the staff of an incubator."""
    return actor.is_admin or actor.has("DIRECTOR") or bool(actor.scopes("INCUBATOR_STAFF"))


def may_take_up(event: Gathering, actor: Actor) -> bool:
    """A draft that waits for an organiser is open to those who could have scheduled it.

    One that is PRIVATE, because its project is, only to those who belong to that project.
    """
    if not may_schedule_for(actor, coalition=event.coalition, host_organisation=event.host_organisation):
        return False
    hidden = event.visibility == Visibility.PRIVATE and event.project is not None
    return not hidden or may_manage(event, actor) or belongs_to_project(event.project, actor)


def may_see(event: Gathering, actor: Actor, *, registered: bool = False) -> bool:
    """PUBLIC is for anybody, NETWORK for whoever is signed in, PRIVATE and drafts for those concerned.

    A draft that waits for an organiser is an invitation: whoever is signed in sees it.
    """
    if may_check_in(event, actor) or registered:
        return True
    if event.state == EventState.DRAFT:
        return not event.organisers and _waiting_draft_is_shown_to(event, actor)
    if event.visibility == Visibility.PUBLIC:
        return True
    return event.visibility == Visibility.NETWORK and actor.signed_in


def _waiting_draft_is_shown_to(event: Gathering, actor: Actor) -> bool:
    if event.visibility == Visibility.PRIVATE:
        return event.project is not None and belongs_to_project(event.project, actor)
    return actor.signed_in


def belongs_to_project(project: UUID | None, actor: Actor) -> bool:
    """Its founders and mentors, the staff of the incubators and the direction."""
    scope = f"project/{project}"
    return (
        actor.has("FOUNDER", scope)
        or actor.has("MENTOR", scope)
        or bool(actor.scopes("INCUBATOR_STAFF"))
        or actor.has("DIRECTOR")
    )


def _belongs_to_coalition(coalition: UUID, actor: Actor) -> bool:
    scope = f"coalition/{coalition}"
    return actor.has("CONVENER", scope) or actor.has("STEERING", scope)


def _hosts(organisation: UUID | None, actor: Actor) -> bool:
    return organisation is not None and actor.has("ORG_ADMIN", f"organisation/{organisation}")
