"""An organisation's place in a coalition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Category(StrEnum):
    """Members decide; observers see; allies support from outside. The last two weigh nothing."""

    MEMBER = "MEMBER"
    OBSERVER = "OBSERVER"
    ALLY = "ALLY"


class MembershipState(StrEnum):
    INVITED = "INVITED"
    APPLIED = "APPLIED"
    ADMITTED = "ADMITTED"
    SUSPENDED = "SUSPENDED"
    REFUSED = "REFUSED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    LEFT = "LEFT"
    EXPELLED = "EXPELLED"


#: From these an organisation may come (again); everything else is an open membership.
GONE = frozenset(
    {
        MembershipState.REFUSED,
        MembershipState.DECLINED,
        MembershipState.EXPIRED,
        MembershipState.LEFT,
        MembershipState.EXPELLED,
    }
)


@dataclass(eq=False, kw_only=True)
class Membership:
    """Organisation x coalition. Part of its coalition: it changes only through it.

    ``accepted_charter`` is the version of the charter that the organisation accepted, ``accept_until`` until when it
    may accept a newer one and stay a member, ``demoted`` that it did not and observes since; ``applied_by`` the person
    who asked, who may not admit it.
    """

    id: UUID
    coalition: UUID
    organisation: UUID
    category: str = Category.MEMBER
    weight: int = 1
    state: str
    since: datetime
    invited_until: datetime | None = None
    accepted_charter: int | None = None
    accept_until: datetime | None = None
    demoted: bool = False
    applied_by: UUID | None = None

    @property
    def is_gone(self) -> bool:
        return self.state in GONE

    @property
    def decides(self) -> bool:
        """Whether the organisation votes, amends and signs: an admitted member, neither observer nor ally."""
        return self.state == MembershipState.ADMITTED and self.category == Category.MEMBER

    @property
    def is_inside(self) -> bool:
        """Whether the organisation sees what happens inside the coalition."""
        return self.state in (MembershipState.ADMITTED, MembershipState.SUSPENDED)
