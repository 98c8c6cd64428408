"""Suspend an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.people.domain.permissions import must_verify
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class SuspendOrganisation:
    organisation: UUID
    reason: str
    expected_version: int | None = None


def suspend_organisation(command: SuspendOrganisation, work: PeopleWork) -> dict[str, Any]:
    """Staff take an organisation out of what is going on, with a reason."""
    organisation = work.organisations.get(command.organisation)
    must_verify(work.actor, organisation)
    work.expect(organisation, command.expected_version)
    organisation.suspend(command.reason, by=work.actor, now=work.now)
    return {"id": organisation.id, "version": organisation.version}
