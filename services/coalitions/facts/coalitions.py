"""What is told of a coalition and of the organisations in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact


@dataclass(frozen=True, kw_only=True)
class CoalitionFact(Fact):
    """Every fact of a coalition says which one it is and who may see it."""

    coalition: UUID
    slug: str
    name: str
    themes: list[str]
    visibility: str


@dataclass(frozen=True, kw_only=True)
class CoalitionFounded(CoalitionFact):
    """A coalition begins to form around a demand."""

    type: ClassVar[str] = "coalition.founded"


@dataclass(frozen=True, kw_only=True)
class CoalitionRevised(CoalitionFact):
    """Its name, themes, call or charter changed."""

    type: ClassVar[str] = "coalition.revised"
    charter_version: int


@dataclass(frozen=True, kw_only=True)
class SteeringChosen(CoalitionFact):
    """These organisations steer it from now on."""

    type: ClassVar[str] = "coalition.steering_chosen"
    steering: list[UUID]


@dataclass(frozen=True, kw_only=True)
class CoalitionActivated(CoalitionFact):
    """It has formed and is at work."""

    type: ClassVar[str] = "coalition.activated"


@dataclass(frozen=True, kw_only=True)
class CoalitionRested(CoalitionFact):
    """Nothing has happened in it for a long time."""

    type: ClassVar[str] = "coalition.rested"


@dataclass(frozen=True, kw_only=True)
class CoalitionWoken(CoalitionFact):
    """Something happens in it again."""

    type: ClassVar[str] = "coalition.woken"


@dataclass(frozen=True, kw_only=True)
class CoalitionClosed(CoalitionFact):
    """It is closed for good."""

    type: ClassVar[str] = "coalition.closed"


@dataclass(frozen=True, kw_only=True)
class MembershipFact(CoalitionFact):
    """An organisation's place in the coalition, as it is after what happened."""

    membership: UUID
    organisation: UUID
    category: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class MemberInvited(MembershipFact):
    """An organisation was invited."""

    type: ClassVar[str] = "coalition.member_invited"


@dataclass(frozen=True, kw_only=True)
class MemberApplied(MembershipFact):
    """An organisation asks to come in."""

    type: ClassVar[str] = "coalition.member_applied"


@dataclass(frozen=True, kw_only=True)
class MemberAdmitted(MembershipFact):
    """An organisation is inside."""

    type: ClassVar[str] = "coalition.member_admitted"


@dataclass(frozen=True, kw_only=True)
class MemberRefused(MembershipFact):
    """An organisation's application was refused."""

    type: ClassVar[str] = "coalition.member_refused"


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(MembershipFact):
    """An organisation declined its invitation."""

    type: ClassVar[str] = "coalition.invitation_declined"


@dataclass(frozen=True, kw_only=True)
class InvitationExpired(MembershipFact):
    """An invitation lapsed."""

    type: ClassVar[str] = "coalition.invitation_expired"


@dataclass(frozen=True, kw_only=True)
class CharterAccepted(MembershipFact):
    """An organisation accepted the charter in this version."""

    type: ClassVar[str] = "coalition.charter_accepted"
    charter_version: int


@dataclass(frozen=True, kw_only=True)
class MemberBecameObserver(MembershipFact):
    """A member that did not accept the new call or charter in time decides nothing any more."""

    type: ClassVar[str] = "coalition.member_became_observer"


@dataclass(frozen=True, kw_only=True)
class MemberSuspended(MembershipFact):
    """A member decides nothing for now."""

    type: ClassVar[str] = "coalition.member_suspended"


@dataclass(frozen=True, kw_only=True)
class MemberReinstated(MembershipFact):
    """A suspended member decides again."""

    type: ClassVar[str] = "coalition.member_reinstated"


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MembershipFact):
    """A member left."""

    type: ClassVar[str] = "coalition.member_left"


@dataclass(frozen=True, kw_only=True)
class MemberExpelled(MembershipFact):
    """A member was expelled by a ballot."""

    type: ClassVar[str] = "coalition.member_expelled"
