"""Entrust somebody with an organisation's voice in a coalition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.people.domain.mandate import Mandate, MandateKind
from services.people.domain.permissions import must_administer
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class GrantMandate:
    """``starts_on`` is today unless given; without ``ends_on`` the mandate lasts until it is revoked."""

    person: UUID
    organisation: UUID
    coalition: UUID
    kind: MandateKind = MandateKind.REPRESENTATIVE
    starts_on: date | None = None
    ends_on: date | None = None


def grant_mandate(command: GrantMandate, work: PeopleWork) -> dict[str, Any]:
    """A mandate, given by who administers the organisation; the same one again changes nothing."""
    organisation = work.organisations.get(command.organisation)
    must_administer(work.actor, organisation)
    work.persons.get(command.person).must_not_be_erased()
    held = work.mandates.find(
        person=command.person, organisation=command.organisation, coalition=command.coalition, state="ACTIVE"
    )
    if held is not None and (held.category, held.ends_on) == (command.kind, command.ends_on):
        return {"id": held.id, "version": held.version}
    mandate = Mandate.grant(
        person=command.person,
        organisation=command.organisation,
        coalition=command.coalition,
        category=command.kind,
        starts_on=command.starts_on or work.now.date(),
        ends_on=command.ends_on,
        by=work.actor,
        now=work.now,
    )
    work.mandates.add(mandate)
    return {"id": mandate.id, "version": mandate.version}
