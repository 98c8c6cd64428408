"""What a member answered when asked to sign an adopted position. Silence is never a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SignatureState(StrEnum):
    PENDING = "PENDING"
    SIGNED = "SIGNED"
    SIGNED_WITH_RESERVATION = "SIGNED_WITH_RESERVATION"
    DECLINED = "DECLINED"
    NO_ANSWER = "NO_ANSWER"
    WITHDRAWN = "WITHDRAWN"


class SignOffAnswer(StrEnum):
    """What a member may answer."""

    SIGNED = "SIGNED"
    SIGNED_WITH_RESERVATION = "SIGNED_WITH_RESERVATION"
    DECLINED = "DECLINED"


STANDING = frozenset({SignatureState.SIGNED, SignatureState.SIGNED_WITH_RESERVATION})


@dataclass(eq=False, kw_only=True)
class Signature:
    """Part of its position: one for every member that was asked. The reservation is printed."""

    id: UUID
    position: UUID
    organisation: UUID
    state: str = SignatureState.PENDING
    reservation: str | None = None
    signed_by: UUID | None = None
    answered_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.state in STANDING
