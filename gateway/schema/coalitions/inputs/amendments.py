"""What the commands on amendments take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from gateway.schema.coalitions.codes import AmendmentDecision, AmendmentOperation
from gateway.schema.commands import ChangeInput


@strawberry.input(description="Opens a position to amendments, for five days or more.")
class OpenAmendmentsInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the draft.")
    closes_at: datetime = strawberry.field(description="Until when amendments may be submitted, at least 5 days ahead.")


@strawberry.input(description="Lets amendments close later, once.")
class ExtendAmendmentsInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that is open to amendments.")
    closes_at: datetime = strawberry.field(description="The later moment until which amendments may be submitted.")


@strawberry.input(description="Submits an amendment in the name of a member.")
class SubmitAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that is open to amendments.")
    operation: AmendmentOperation = strawberry.field(name="op", description="What it does to the text.")
    pid: str | None = strawberry.field(
        default=None, description="The paragraph; left out for the whole text, and to insert at the top."
    )
    new_text: str | None = strawberry.field(default=None, description="The words proposed.")
    rationale: str = strawberry.field(description="Why, in 20 characters or more.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Supports another member's amendment.")
class CoSponsorAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that it amends.")
    amendment: strawberry.ID = strawberry.field(description="Id of the amendment to support.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Withdraws an amendment that is undecided.")
class WithdrawAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that it amends.")
    amendment: strawberry.ID = strawberry.field(description="Id of the undecided amendment.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Decides over an amendment, as an editor.")
class DecideAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that it amends.")
    amendment: strawberry.ID = strawberry.field(description="Id of the amendment to decide over.")
    decision: AmendmentDecision = strawberry.field(description="What is decided.")
    reason: str = strawberry.field(description="Why the editors decide so; its author reads it.")
    modified_text: str | None = strawberry.field(
        default=None, description="The words as changed, for ACCEPTED_MODIFIED."
    )
    resolved: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Accepted amendments of the same paragraph whose collision with this one is settled."
    )


@strawberry.input(description="Declares that a member has no amendment; when all do, amendments may close early.")
class DeclareNoAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that is open to amendments.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Makes a position of its own of a rejected amendment, within 30 days.")
class PromoteAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position that it amended.")
    amendment: strawberry.ID = strawberry.field(description="Id of the rejected amendment.")
    title: str = strawberry.field(description="Title of the new position.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )
