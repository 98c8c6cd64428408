"""What the commands on ballots and the sign-off take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from gateway.schema.coalitions.codes import SignOffAnswer, StanceKind
from gateway.schema.commands import ChangeInput


@strawberry.input(description="Opens the ballot on a position, now or at a moment to come.")
class OpenBallotInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of a consolidated position.")
    opens_at: datetime | None = strawberry.field(default=None, description="From when on: now unless said.")
    closes_at: datetime | None = strawberry.field(
        default=None, description="Until when: the least time of its class unless said."
    )
    hide_results: bool | None = strawberry.field(default=None, description="Whether counts are hidden until the close.")


@strawberry.input(description="Casts a member's stance; its last one counts.")
class CastStanceInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose ballot is open.")
    stance: StanceKind = strawberry.field(description="What the member says.")
    reason: str | None = strawberry.field(default=None, description="Why: asked for DISAGREE and BLOCK.")
    amendment: strawberry.ID | None = strawberry.field(
        default=None, description="An amendment put to the vote; left out for the text itself."
    )
    pids: list[str] | None = strawberry.field(default=None, description="The paragraphs that a BLOCK is about.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None,
        description="For which organisation, when you speak for several or for one that gave yours its proxy.",
    )


@strawberry.input(description="Entrusts another member with a stance in the open ballot; voting directly cancels it.")
class GiveProxyInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose ballot is open.")
    holder: strawberry.ID = strawberry.field(description="The member that is entrusted; it holds one proxy at most.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Takes back the proxy given in the open ballot.")
class WithdrawProxyInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose ballot is open.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Hides the count of the ballot in hand.")
class HideBallotResultsInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose ballot is in hand.")


@strawberry.input(description="Lets the open ballot close later, once.")
class ExtendBallotInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose ballot is open.")
    closes_at: datetime = strawberry.field(description="The later moment until which members may take a stance.")


@strawberry.input(description="Closes the ballot on a position when it is time.")
class CloseBallotInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose ballot has had its time.")


@strawberry.input(description="Signs an adopted position in the name of a member, or declines.")
class SignOffInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the adopted position.")
    answer: SignOffAnswer = strawberry.field(
        description="Whether the member signs, with or without a reservation, or declines."
    )
    reservation: str | None = strawberry.field(
        default=None, description="Printed beside the signature, for SIGNED_WITH_RESERVATION."
    )
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Takes a member's signature back.")
class WithdrawSignatureInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that the member signed.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )
