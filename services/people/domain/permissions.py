"""Who may do what in the people service (domain.md section 2)."""

from __future__ import annotations

from services.backbone.actor import Actor
from services.backbone.rules import BrokenRule, refuse_unless
from services.people.domain.organisation import Organisation


def is_staff(actor: Actor) -> bool:
    """Staff of any incubator, directors and administrators."""
    return actor.is_admin or actor.has("DIRECTOR") or bool(actor.scopes("INCUBATOR_STAFF"))


def must_verify(actor: Actor, organisation: Organisation) -> None:
    """Staff verify and suspend organisations, never one that they declared themselves."""
    refuse_unless(is_staff(actor), "FORBIDDEN", "organisation.verify_by_staff", "Staff verify organisations.")
    refuse_unless(
        actor.is_system or actor.id is None or actor.id != organisation.declared_by,
        "SELF_APPROVAL",
        "organisation.own",
        "Nobody verifies an organisation that they declared; ask another member of staff.",
    )


def must_administer(actor: Actor, organisation: Organisation) -> None:
    """Who administers an organisation gives its mandates."""
    refuse_unless(
        actor.is_admin or organisation.is_administered_by(actor),
        "FORBIDDEN",
        "organisation.administer",
        "An administrator of the organisation does this.",
    )


def must_grant(actor: Actor, role: str, scope: str | None) -> None:
    """Administrators give any role; an organisation's administrator names another for the same organisation."""
    own = role == "ORG_ADMIN" and scope is not None and actor.has("ORG_ADMIN", scope)
    director = role not in ("ADMIN", "DIRECTOR") and actor.has("DIRECTOR")
    if not (actor.is_admin or own or director):
        raise BrokenRule("FORBIDDEN", "role.grant", "An administrator gives roles.")
