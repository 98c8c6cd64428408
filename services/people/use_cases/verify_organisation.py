"""Verify an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.people.domain.permissions import must_verify
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class VerifyOrganisation:
    organisation: UUID
    expected_version: int | None = None


def verify_organisation(command: VerifyOrganisation, work: PeopleWork) -> dict[str, Any]:
    """Staff confirm that the organisation is what it says; nobody confirms their own."""
    organisation = work.organisations.get(command.organisation)
    must_verify(work.actor, organisation)
    work.expect(organisation, command.expected_version)
    organisation.verify(by=work.actor, now=work.now)
    return {"id": organisation.id, "version": organisation.version}
