"""What commands of coalitions answer."""

from __future__ import annotations

import strawberry

from gateway.schema.coalitions.coalition import Coalition, Membership
from gateway.schema.coalitions.consultation import Consultation, Statement
from gateway.schema.coalitions.position import Amendment, Ballot, Position
from gateway.schema.coalitions.suggestion import Suggestion
from gateway.schema.commands import Payload


@strawberry.type(description="A changed coalition.")
class CoalitionPayload(Payload):
    coalition: Coalition | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="A changed membership.")
class MembershipPayload(Payload):
    membership: Membership | None = strawberry.field(description="As it is now; null when refused.")
    coalition: Coalition | None = strawberry.field(description="Its coalition; null when refused.")


@strawberry.type(description="A changed position.")
class PositionPayload(Payload):
    position: Position | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="A changed amendment.")
class AmendmentPayload(Payload):
    amendment: Amendment | None = strawberry.field(description="As it is now; null when refused.")
    position: Position | None = strawberry.field(description="Its position; null when refused.")


@strawberry.type(description="A rejected amendment that became a position of its own.")
class PromotionPayload(Payload):
    successor: Position | None = strawberry.field(description="The new draft; null when refused.")
    position: Position | None = strawberry.field(description="The position that it amended; null when refused.")


@strawberry.type(description="A changed ballot.")
class BallotPayload(Payload):
    ballot: Ballot | None = strawberry.field(description="As it is now; null when refused.")
    position: Position | None = strawberry.field(description="Its position; null when refused.")


@strawberry.type(description="A changed consultation.")
class ConsultationPayload(Payload):
    consultation: Consultation | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="A changed statement.")
class StatementPayload(Payload):
    statement: Statement | None = strawberry.field(description="As it is now; null when refused.")
    consultation: Consultation | None = strawberry.field(description="Its consultation; null when refused.")


@strawberry.type(description="A changed suggestion.")
class SuggestionPayload(Payload):
    suggestion: Suggestion | None = strawberry.field(description="As it is now; null when refused.")
