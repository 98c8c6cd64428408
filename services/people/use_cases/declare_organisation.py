"""Declare an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.backbone.actor import SYSTEM, ActorKind
from services.people.domain.organisation import Organisation, OrganisationKind
from services.people.domain.role import RoleGrant
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class DeclareOrganisation:
    """``siren`` and ``rna`` are the numbers of the French registers, where there are any."""

    name: str
    kind: OrganisationKind
    siren: str | None = None
    rna: str | None = None
    website: str | None = None


def declare_organisation(command: DeclareOrganisation, work: PeopleWork) -> dict[str, Any]:
    """A new organisation, to be verified by staff; who declares it administers it."""
    organisation = Organisation.declare(
        slug=work.organisations.free_slug(command.name),
        name=command.name,
        category=command.kind,
        siren=command.siren,
        rna=command.rna,
        website=command.website,
        by=work.actor,
        now=work.now,
    )
    work.organisations.add(organisation)
    if work.actor.kind is ActorKind.PERSON and work.actor.id is not None:
        administrator = RoleGrant.grant(
            person=work.actor.id, role="ORG_ADMIN", scope=organisation.subject, until=None, by=SYSTEM, now=work.now
        )
        work.grants.add(administrator)
    return {"id": organisation.id, "slug": organisation.slug, "version": organisation.version}
