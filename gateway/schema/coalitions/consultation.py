"""Consultations and their statements."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.coalitions.coalition import Coalition
from gateway.schema.coalitions.codes import ConsultationState, StatementOrder, StatementState, Vote
from gateway.schema.node import Node
from gateway.schema.paging import After, Connection, First, connection_of, page_request
from gateway.schema.people.types import Theme
from gateway.schema.problems import Change, Transition, changes_of, transitions_of
from gateway.schema.visibility import Visibility
from gateway.schema.wire import Row


@strawberry.type(description="A short statement that people vote on; each person counts once, by their last vote.")
class Statement(Node):
    kind: ClassVar[str] = "statement"
    loader: ClassVar[str] = declare("coalitions", "statements_by_ids")

    row: strawberry.Private[Row]
    reference: str | None = strawberry.field(description="Its name in the records that it came from, when imported.")
    body: str = strawberry.field(description="Its words, as people vote on them.")
    state: StatementState = strawberry.field(description="Whether it is up for a vote.")
    at: datetime = strawberry.field(description="When it was made.")
    agrees: int = strawberry.field(description="People that agree.")
    disagrees: int = strawberry.field(description="People that disagree.")
    passes: int = strawberry.field(description="People without an opinion.")
    participants: int = strawberry.field(description="People that voted on it.")
    agreement: float | None = strawberry.field(
        description="Those that agree among those that voted, from 0 to 1; null when nobody did."
    )
    my_vote: Vote | None = strawberry.field(description="What the viewer said of it.")

    @strawberry.field(description="To what it is an answer.")
    async def consultation(self, info: Info) -> Consultation | None:
        return await Consultation.load(info, self.row["consultation"])


@strawberry.type(description="An open question that a coalition asks people.")
class Consultation(Node):
    kind: ClassVar[str] = "consultation"
    loader: ClassVar[str] = declare("coalitions", "consultations_by_ids")

    row: strawberry.Private[Row]
    slug: str = strawberry.field(description="Readable name in addresses.")
    question: str = strawberry.field(description="The open question that people answer with statements.")
    description: str = strawberry.field(description="What it is about.")
    visibility: Visibility = strawberry.field(description="Who may see it.")
    opens_at: datetime | None = strawberry.field(description="When it opened.")
    closes_at: datetime | None = strawberry.field(description="When it closes.")
    state: ConsultationState = strawberry.field(description="Where it stands.")
    voters: int = strawberry.field(description="People that voted.")
    votes: int = strawberry.field(description="Votes that count: one for each person and statement.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @strawberry.field(description="The coalition that asks.")
    async def coalition(self, info: Info) -> Coalition:
        coalition = await Coalition.load(info, self.row["coalition"])
        assert coalition is not None, "who sees a consultation sees its coalition"
        return coalition

    @strawberry.field(description="What it is about; the coalition's themes unless it has its own.")
    async def themes(self, info: Info) -> list[Theme]:
        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="Its statements with what people said of each.")
    async def statements(
        self,
        info: Info,
        order_by: Annotated[StatementOrder, strawberry.argument(description="In which order.")] = (
            StatementOrder.REFERENCE
        ),
        first: First = None,
        after: After = None,
    ) -> Connection[Statement]:
        request = page_request(first, after, order_by=order_by.value)
        page = await info.context.loaders.of(STATEMENTS, **request).load(self.key)
        return connection_of(page, Statement, after=after)

    @strawberry.field(description="Who did what when.")
    def history(self) -> list[Change]:
        return changes_of(self.row["history"])

    @strawberry.field(description="What it may become, and what stands in the way.")
    def allowed_transitions(self, info: Info) -> list[Transition]:
        return transitions_of(self.row["allowed_transitions"], info)


STATEMENTS = declare("coalitions", "statements_by_consultations")
