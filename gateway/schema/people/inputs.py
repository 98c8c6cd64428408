"""What the commands of people take."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from gateway.schema.commands import ChangeInput, CommandInput
from gateway.schema.people.types import MandateKind, OrganisationKind, Role
from gateway.schema.scalars import URL


@strawberry.input(description="An organisation that wants to take part.")
class DeclareOrganisationInput(CommandInput):
    name: str = strawberry.field(description="What it is registered as.")
    kind: OrganisationKind = strawberry.field(description="Form of the organisation.")
    siren: str | None = strawberry.field(default=None, description="Number in the French register of companies.")
    rna: str | None = strawberry.field(default=None, description="Number in the French register of associations.")
    website: URL | None = strawberry.field(default=None, description="Address of the organisation's own site.")


@strawberry.input(description="An organisation whose existence staff has verified.")
class VerifyOrganisationInput(ChangeInput):
    organisation: strawberry.ID = strawberry.field(description="Id of an organisation that was declared.")


@strawberry.input(description="An organisation that may not act for now.")
class SuspendOrganisationInput(ChangeInput):
    organisation: strawberry.ID = strawberry.field(description="Id of the organisation that may not act for now.")
    reason: str = strawberry.field(description="Why, in 20 characters or more.")


@strawberry.input(description="A role for a person, over a scope.")
class GrantRoleInput(CommandInput):
    person: strawberry.ID = strawberry.field(description="Id of the person who receives it.")
    role: Role = strawberry.field(description="What the person may do from now on.")
    scope: strawberry.ID | None = strawberry.field(
        default=None, description="The incubator, project, coalition, event or organisation; none for global roles."
    )
    until: datetime | None = strawberry.field(default=None, description="When it ends by itself.")


@strawberry.input(description="A person whom the network forgets.")
class ErasePersonInput(CommandInput):
    person: strawberry.ID | None = strawberry.field(
        default=None, description="Whom; the caller when left out. Administrators only for somebody else."
    )


@strawberry.input(description="A role that a person loses.")
class RevokeRoleInput(CommandInput):
    grant: strawberry.ID = strawberry.field(description="Id of the grant, as `grantRole` answered it.")


@strawberry.input(description="A mandate to speak for an organisation in a coalition.")
class GrantMandateInput(CommandInput):
    person: strawberry.ID = strawberry.field(description="Id of the person who is to speak for the organisation.")
    organisation: strawberry.ID = strawberry.field(description="Id of the organisation for which the person speaks.")
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition in which the person speaks for it.")
    kind: MandateKind = strawberry.field(
        default=MandateKind.REPRESENTATIVE,
        description="Whether the person speaks for it, or only when the representative does not.",
    )
    starts_on: date | None = strawberry.field(default=None, description="First day; today when left out.")
    ends_on: date | None = strawberry.field(default=None, description="Last day; none when left out.")


@strawberry.input(description="A mandate that ends now.")
class RevokeMandateInput(CommandInput):
    mandate: strawberry.ID = strawberry.field(description="Id of the mandate, as `grantMandate` answered it.")
