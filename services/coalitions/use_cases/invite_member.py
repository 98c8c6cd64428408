"""Invite an organisation into a coalition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.membership import Category
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand


@dataclass(frozen=True, kw_only=True)
class InviteMember:
    coalition: UUID
    organisation: UUID
    category: Category = Category.MEMBER
    expected_version: int | None = None


def invite_member(command: InviteMember, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> INVITED, for 30 days."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    membership = coalition.invite(command.organisation, command.category, by=work.actor, now=work.now)
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
