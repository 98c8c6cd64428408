"""What the commands on a coalition and its members take."""

from __future__ import annotations

import strawberry

from gateway.schema.coalitions.codes import MembershipCategory
from gateway.schema.commands import ChangeInput, CommandInput
from gateway.schema.visibility import Visibility


@strawberry.input(description="Founds a coalition; the founder convenes it.")
class FoundCoalitionInput(CommandInput):
    name: str = strawberry.field(description="What people call it; its readable address is made from it.")
    themes: list[str] = strawberry.field(description="Slugs of one to three themes.")
    call: str | None = strawberry.field(default=None, description="The common demand.")
    charter: str | None = strawberry.field(default=None, description="What members accept.")
    visibility: Visibility | None = strawberry.field(default=None, description="Who may see it: everybody unless said.")
    convener: strawberry.ID | None = strawberry.field(
        default=None, description="Who runs its agenda, when an administrator founds it for somebody."
    )


@strawberry.input(
    description="Revises a coalition; what is left out stays. Once it is active, that takes a ballot of class CALL."
)
class ReviseCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition to revise.")
    name: str | None = strawberry.field(default=None, description="What people call it from now on.")
    themes: list[str] | None = strawberry.field(default=None, description="Slugs of one to three themes.")
    call: str | None = strawberry.field(default=None, description="The common demand.")
    charter: str | None = strawberry.field(default=None, description="What members accept.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class CALL that decided it; good for one revision."
    )


@strawberry.input(description="Chooses the organisations in steering.")
class ChooseSteeringInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition whose steering is chosen.")
    organisations: list[strawberry.ID] = strawberry.field(description="Members that steer from now on.")


@strawberry.input(description="Activates a coalition that has formed.")
class ActivateCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of a coalition that is forming.")


@strawberry.input(description="Closes a coalition for good.")
class CloseCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition to close.")
    reason: str = strawberry.field(description="Why it is closed; kept in its history.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class CALL that decided it; it concerns this coalition."
    )


@strawberry.input(description="Invites an organisation for 30 days.")
class InviteMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition that invites.")
    organisation: strawberry.ID = strawberry.field(description="Id of the verified organisation to invite.")
    category: MembershipCategory | None = strawberry.field(default=None, description="As what: member unless said.")


@strawberry.input(description="Applies in the name of a verified organisation, or takes up its invitation.")
class ApplyForMembershipInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition to join.")
    organisation: strawberry.ID = strawberry.field(description="Id of the organisation in whose name you apply.")
    category: MembershipCategory | None = strawberry.field(default=None, description="As what: member unless said.")
    accepts_charter: bool | None = strawberry.field(
        default=None, description="Whether the organisation accepts the charter as it reads now."
    )


@strawberry.input(description="Accepts the charter in the name of an organisation.")
class AcceptCoalitionCharterInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition whose charter is accepted.")
    organisation: strawberry.ID = strawberry.field(description="Id of the organisation that accepts it.")


@strawberry.input(description="Admits an organisation that applied.")
class AdmitMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition that was applied to.")
    membership: strawberry.ID = strawberry.field(description="Id of the membership in state APPLIED.")
    weight: int | None = strawberry.field(default=None, description="Its weight, 1 to 5: 1 unless said.")


@strawberry.input(description="Refuses an organisation that applied.")
class RefuseMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition that was applied to.")
    membership: strawberry.ID = strawberry.field(description="Id of the membership in state APPLIED.")
    reason: str = strawberry.field(description="Why the application is refused.")


@strawberry.input(description="Declines an invitation in the name of an organisation.")
class DeclineInvitationInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition that invited.")
    membership: strawberry.ID = strawberry.field(description="Id of the membership in state INVITED.")


@strawberry.input(description="Leaves a coalition in the name of an organisation.")
class LeaveCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition to leave.")
    membership: strawberry.ID = strawberry.field(description="Id of the organisation's membership.")


@strawberry.input(description="Suspends a member: it sees, and decides nothing.")
class SuspendMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition in which it is suspended.")
    membership: strawberry.ID = strawberry.field(description="Id of the active membership.")
    reason: str = strawberry.field(description="Why the member is suspended.")


@strawberry.input(description="Reinstates a suspended member.")
class ReinstateMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition in which it is suspended.")
    membership: strawberry.ID = strawberry.field(description="Id of the suspended membership.")


@strawberry.input(description="Expels a member, as a ballot of class CALL decided.")
class ExpelMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition that decided it.")
    membership: strawberry.ID = strawberry.field(description="Id of the membership that ends.")
    reason: str = strawberry.field(description="Why the member is expelled.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class CALL that decided it; it concerns this organisation."
    )
