"""Erase a person from the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor, person_of
from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.people.domain.role import RoleGrant
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """``person``: none for oneself; administrators may name somebody."""

    person: UUID | None = None


def erase_person(command: ErasePerson, work: PeopleWork) -> dict[str, Any]:
    """``{id}`` of the erasure, by which anybody who holds it may follow it (``erasures_by_ids``).

    Name, address, language and the issuer's name for the person are emptied at once; roles are revoked and mandates
    end as they always do. The row stays and names nobody, for grants and mandates of the past refer to it. A later
    sign-in finds nobody and makes a new person. The last administrator of anything stays: LAST_ADMIN.
    """
    identity = command.person or person_of(work.actor)
    _must_erase(work.actor, identity)
    person = work.persons.get(identity)
    request = new_id()
    person.erase(request, by=work.actor, now=work.now)
    for grant in work.grants.active_of(identity):
        _revoke(grant, work)
    for mandate in work.mandates.active_of(identity):
        mandate.revoke(by=work.actor, now=work.now)
    work.erasures.start(request, identity, work.now)
    return {"id": request}


def _must_erase(actor: Actor, person: UUID) -> None:
    refuse_unless(
        actor.is_admin or actor.id == person,
        "FORBIDDEN",
        "person.erase_others",
        "You may erase yourself; an administrator erases somebody else.",
        field="person",
    )


def _revoke(grant: RoleGrant, work: PeopleWork) -> None:
    is_last = work.grants.holders(grant.role, grant.scope) == 1
    grant.revoke(is_last=is_last, by=work.actor, now=work.now)
    work.grants.drop(grant)
