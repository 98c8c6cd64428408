"""Coalitions and the organisations in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.coalitions.codes import CoalitionState, MembershipCategory, MembershipState
from gateway.schema.coalitions.parts import Charter, CharterVersion, DecisionRule
from gateway.schema.node import Node
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request
from gateway.schema.people.types import Organisation, Person, Theme
from gateway.schema.problems import Change, Transition, changes_of, transitions_of
from gateway.schema.visibility import Visibility
from gateway.schema.wire import InParts, Row

if TYPE_CHECKING:
    from gateway.schema.coalitions.consultation import Consultation
    from gateway.schema.coalitions.position import Position
    from gateway.schema.coalitions.suggestion import Suggestion
    from gateway.schema.events.types import Event

positions = strawberry.lazy("gateway.schema.coalitions.position")
consultations = strawberry.lazy("gateway.schema.coalitions.consultation")
suggestions = strawberry.lazy("gateway.schema.coalitions.suggestion")
events = strawberry.lazy("gateway.schema.events.types")


@strawberry.type(description="An organisation's place in a coalition.")
class Membership(Node):
    kind: ClassVar[str] = "membership"
    loader: ClassVar[str] = declare("coalitions", "memberships_by_ids")

    row: strawberry.Private[Row]
    category: MembershipCategory = strawberry.field(description="As what it is there.")
    weight: int = strawberry.field(description="Its weight, before the cap of 25 % of the whole.")
    state: MembershipState = strawberry.field(description="Where it stands.")
    since: datetime = strawberry.field(description="Since when it stands where it stands, in UTC.")
    invited_until: datetime | None = strawberry.field(description="Until when an invitation stands.")
    accepted_charter: int | None = strawberry.field(description="The version of the charter that it accepted.")
    accept_until: datetime | None = strawberry.field(
        description="Until when it may accept the newest charter and stay a member; null when nothing is asked of it."
    )

    @strawberry.field(description="Who is a member.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])

    @strawberry.field(description="Of what it is a member.")
    async def coalition(self, info: Info) -> Coalition | None:
        return await Coalition.load(info, self.row["coalition"])


@strawberry.type(description="Organisations around one common demand.")
class Coalition(InParts, Node):
    kind: ClassVar[str] = "coalition"
    loader: ClassVar[str] = declare("coalitions", "coalitions_by_ids")
    read: ClassVar[frozenset[str]] = frozenset({"themes", "convener", "steering", "history", "allowed_transitions"})
    made_of: ClassVar[dict[str, tuple[str, ...]]] = {
        "member_count": ("members",),
        "charter": ("charter", "charter_version"),
    }

    row: strawberry.Private[Row]
    slug: str = strawberry.field(description="Readable name in addresses.")
    name: str = strawberry.field(description="What people call it.")
    call: str = strawberry.field(description="The common demand.")
    charter: Charter = strawberry.field(description="What members accept.")
    charters: list[CharterVersion] = strawberry.field(description="Every version of call and charter, oldest first.")
    visibility: Visibility = strawberry.field(description="Who may see it.")
    policy: list[DecisionRule] = strawberry.field(description="How it decides, by class of decision.")
    state: CoalitionState = strawberry.field(description="Where it stands.")
    founded_at: datetime = strawberry.field(description="When it was founded.")
    member_count: int = strawberry.field(description="Members that decide.")
    memberships: list[Membership] = strawberry.field(
        description="Organisations in it; inside it, also those on the way."
    )
    version: int = strawberry.field(description="Grows by one with every change.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        made: Row = {}
        if "charter_version" in row:
            made["charter"] = {"text": row["charter"], "version": row["charter_version"]}
        if "members" in row:
            made["member_count"] = row["members"]
        return super().from_wire({**row, **made})

    @strawberry.field(description="What it works on, one to three themes.")
    async def themes(self, info: Info) -> list[Theme]:
        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="Who runs its agenda.")
    async def convener(self, info: Info) -> Person | None:
        return await Person.load(info, self.row["convener"])

    @strawberry.field(description="The organisations in steering.")
    async def steering(self, info: Info) -> list[Organisation]:
        return await Organisation.load_each(info, self.row["steering"])

    @strawberry.field(description="Its positions, the latest first.")
    async def positions(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Position, positions]]:
        from gateway.schema.coalitions.position import Position

        page = await info.context.loaders.of(POSITIONS, **page_request(first, after)).load(self.key)
        return connection_of(page, Position, after=after)

    @strawberry.field(description="What it has asked people, open or closed.")
    async def consultations(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Consultation, consultations]]:
        from gateway.schema.coalitions.consultation import Consultation

        page = await info.context.loaders.of(CONSULTATIONS, **page_request(first, after)).load(self.key)
        return connection_of(page, Consultation, after=after)

    @strawberry.field(description="Projects that were suggested to it, the latest first.")
    async def suggestions(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Suggestion, suggestions]]:
        from gateway.schema.coalitions.suggestion import Suggestion

        page = await info.context.loaders.of(SUGGESTIONS, **page_request(first, after)).load(self.key)
        return connection_of(page, Suggestion, after=after)

    @strawberry.field(description="Gatherings of the coalition, those that the caller may see.")
    async def events(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Event, events]]:
        from gateway.schema.events.types import Event

        request = page_request(first, after, count=asks_total(info), **Event.wanted(info))
        page = await info.context.loaders.of(EVENTS, **request).load(self.key)
        return connection_of(page, Event, after=after)

    @strawberry.field(description="Who did what when.")
    def history(self) -> list[Change]:
        return changes_of(self.row["history"])

    @strawberry.field(description="What it may become, and what stands in the way.")
    def allowed_transitions(self, info: Info) -> list[Transition]:
        return transitions_of(self.row["allowed_transitions"], info)


POSITIONS = declare("coalitions", "positions_by_coalitions")
CONSULTATIONS = declare("coalitions", "consultations_by_coalitions")
SUGGESTIONS = declare("coalitions", "suggestions_by_coalitions")
EVENTS = declare("events", "events_by_coalitions")
