"""Take an organisation's voice back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.people.domain.permissions import must_administer
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class RevokeMandate:
    mandate: UUID


def revoke_mandate(command: RevokeMandate, work: PeopleWork) -> dict[str, Any]:
    """The mandate ends now."""
    mandate = work.mandates.get(command.mandate)
    must_administer(work.actor, work.organisations.get(mandate.organisation))
    mandate.revoke(by=work.actor, now=work.now)
    return {"id": mandate.id, "version": mandate.version}
