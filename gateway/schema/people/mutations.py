"""Commands of people: organisations, roles, mandates."""

from __future__ import annotations

import strawberry

from gateway.context import Info
from gateway.schema.commands import Outcome, command, subject_of
from gateway.schema.node import global_id
from gateway.schema.people.inputs import (
    DeclareOrganisationInput,
    ErasePersonInput,
    GrantMandateInput,
    GrantRoleInput,
    RevokeMandateInput,
    RevokeRoleInput,
    SuspendOrganisationInput,
    VerifyOrganisationInput,
)
from gateway.schema.people.types import (
    ErasePersonPayload,
    Erasure,
    Mandate,
    MandatePayload,
    Organisation,
    OrganisationPayload,
    Person,
    RevokedMandatePayload,
    RoleGrantPayload,
)


@strawberry.type
class PeopleMutations:
    @strawberry.mutation(description="Declares an organisation. By anybody signed in: they administer it.")
    async def declare_organisation(self, info: Info, input: DeclareOrganisationInput) -> OrganisationPayload:
        return await _organisation(info, await command(info, "people", "declare_organisation", input))

    @strawberry.mutation(description="Says that an organisation is what it says it is. Staff only.")
    async def verify_organisation(self, info: Info, input: VerifyOrganisationInput) -> OrganisationPayload:
        return await _organisation(info, await command(info, "people", "verify_organisation", input))

    @strawberry.mutation(description="Keeps an organisation from acting for now. Staff only.")
    async def suspend_organisation(self, info: Info, input: SuspendOrganisationInput) -> OrganisationPayload:
        return await _organisation(info, await command(info, "people", "suspend_organisation", input))

    @strawberry.mutation(description="Gives somebody a role. Administrators only.")
    async def grant_role(self, info: Info, input: GrantRoleInput) -> RoleGrantPayload:
        scope = {"scope": subject_of(input.scope)} if input.scope else {}
        outcome = await command(info, "people", "grant_role", input, **scope)
        person = await Person.load(info, subject_of(input.person).partition("/")[2]) if outcome.id else None
        return RoleGrantPayload(id=_id("role", outcome), person=person, problems=outcome.problems)

    @strawberry.mutation(description="Takes a role back. Administrators only.")
    async def revoke_role(self, info: Info, input: RevokeRoleInput) -> RoleGrantPayload:
        outcome = await command(info, "people", "revoke_role", input)
        return RoleGrantPayload(id=_id("role", outcome), person=None, problems=outcome.problems)

    @strawberry.mutation(
        description="Erases the caller, or somebody for an administrator, from the whole network: roles and mandates "
        "end, seats to come are given back, what was decided stays and names nobody. "
        "Who signs in later is somebody new."
    )
    async def erase_person(self, info: Info, input: ErasePersonInput) -> ErasePersonPayload:
        outcome = await command(info, "people", "erase_person", input)
        return ErasePersonPayload(erasure=await Erasure.load(info, outcome.id), problems=outcome.problems)

    @strawberry.mutation(
        description="Entrusts somebody with an organisation's voice in a coalition. By who administers "
        "the organisation."
    )
    async def grant_mandate(self, info: Info, input: GrantMandateInput) -> MandatePayload:
        outcome = await command(info, "people", "grant_mandate", input)
        mandate = Mandate.from_wire({**outcome.request, "id": outcome.id}) if outcome.id else None
        return MandatePayload(mandate=mandate, problems=outcome.problems)

    @strawberry.mutation(description="Takes an organisation's voice back. By who administers the organisation.")
    async def revoke_mandate(self, info: Info, input: RevokeMandateInput) -> RevokedMandatePayload:
        outcome = await command(info, "people", "revoke_mandate", input)
        return RevokedMandatePayload(id=_id("mandate", outcome), problems=outcome.problems)


async def _organisation(info: Info, outcome: Outcome) -> OrganisationPayload:
    organisation = await Organisation.load(info, outcome.id)
    return OrganisationPayload(organisation=organisation, problems=outcome.problems)


def _id(kind: str, outcome: Outcome) -> strawberry.ID | None:
    return global_id(kind, outcome.id) if outcome.id else None
