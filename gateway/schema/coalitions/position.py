"""Positions, their amendments and ballots."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.coalitions.coalition import Coalition
from gateway.schema.coalitions.codes import (
    AmendmentOperation,
    AmendmentState,
    BallotState,
    DecisionClass,
    DecisionMethod,
    PositionKind,
    PositionState,
)
from gateway.schema.coalitions.parts import (
    BallotRecount,
    BallotResult,
    Delivery,
    Editor,
    Elector,
    ItemCount,
    Paragraph,
    ParagraphDifference,
    PositionEvidence,
    Proxy,
    Reply,
    Signature,
    Stance,
    TextVersion,
)
from gateway.schema.node import Node, global_id
from gateway.schema.people.types import Organisation, Theme
from gateway.schema.problems import Change, Transition, changes_of, transitions_of
from gateway.schema.visibility import Visibility
from gateway.schema.wire import Row


@strawberry.type(description="A change that a member proposes to the frozen text.")
class Amendment(Node):
    kind: ClassVar[str] = "amendment"
    loader: ClassVar[str] = declare("coalitions", "amendments_by_ids")

    row: strawberry.Private[Row]
    number: int = strawberry.field(description="Its number in the position, from 1.")
    base_text_version: int = strawberry.field(description="The version of the text that it changes.")
    operation: AmendmentOperation = strawberry.field(name="op", description="What it does to the text.")
    pid: str | None = strawberry.field(description="The paragraph that it is about.")
    new_text: str = strawberry.field(description="The words proposed.")
    final_text: str | None = strawberry.field(description="What the editors made of them.")
    rationale: str = strawberry.field(description="Why its author wants it.")
    state: AmendmentState = strawberry.field(description="Where it stands.")
    submitted_at: datetime = strawberry.field(description="When it was submitted.")
    decided_at: datetime | None = strawberry.field(description="When it was decided.")
    decision_reason: str | None = strawberry.field(description="Why it was decided so.")

    @strawberry.field(description="The text that it would change.")
    async def position(self, info: Info) -> Position | None:
        return await Position.load(info, self.row["position"])

    @strawberry.field(description="Who proposes it.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])

    @strawberry.field(description="Members that support it.")
    async def co_sponsors(self, info: Info) -> list[Organisation]:
        return await Organisation.load_each(info, self.row["co_sponsors"])

    @strawberry.field(description="The position of its own that its proposer made of it.")
    async def promoted_to(self, info: Info) -> Position | None:
        return await Position.load(info, self.row["promoted_to"])

    @strawberry.field(description="Amendments in play that cannot simply be applied together with it.")
    def collides_with(self) -> list[strawberry.ID]:
        return [global_id("amendment", one) for one in self.row["collides_with"]]


@strawberry.type(description="One round of decision on a position.")
class Ballot(Node):
    kind: ClassVar[str] = "ballot"
    loader: ClassVar[str] = declare("coalitions", "ballots_by_ids")

    row: strawberry.Private[Row]
    round: int = strawberry.field(description="Its round, from 1.")
    text_version: int = strawberry.field(description="The version of the text that is decided on.")
    decision_class: DecisionClass = strawberry.field(name="class", description="The class of the decision.")
    method: DecisionMethod = strawberry.field(description="How stances become a decision.")
    quorum: int | None = strawberry.field(description="Per cent of the weight that must take a stance; null: none.")
    threshold: int = strawberry.field(description="Per cent to be reached; 50 must be exceeded.")
    opens_at: datetime = strawberry.field(description="When it opened.")
    closes_at: datetime = strawberry.field(description="When it closes.")
    closed_at: datetime | None = strawberry.field(description="When it was closed.")
    state: BallotState = strawberry.field(description="Where it stands.")
    hide_results: bool = strawberry.field(description="Whether counts are hidden until the close.")
    extended: bool = strawberry.field(description="Whether its one extension was used.")
    voted: int = strawberry.field(description="Organisations that took a stance.")
    eligible: int = strawberry.field(description="Organisations that were eligible when it opened.")
    electorate: list[Elector] = strawberry.field(description="Who is eligible, with the weight that counts.")
    counts: list[ItemCount] | None = strawberry.field(
        description="The text's count, then that of every amendment put to the vote; null while hidden."
    )
    stances: list[Stance] = strawberry.field(description="All that was said, in order; while hidden, only one's own.")
    proxies: list[Proxy] = strawberry.field(description="Members that speak for another in this ballot.")
    result: BallotResult | None = strawberry.field(description="What it decided; null while it is open.")
    recount: BallotRecount | None = strawberry.field(
        description="The result proved by counting again; null while it is open."
    )

    @strawberry.field(description="What is voted on.")
    async def position(self, info: Info) -> Position | None:
        return await Position.load(info, self.row["position"])


@strawberry.type(description="A text that members draft, amend, decide, sign and publish together.")
class Position(Node):
    kind: ClassVar[str] = "position"
    loader: ClassVar[str] = declare("coalitions", "positions_by_ids")

    row: strawberry.Private[Row]
    slug: str = strawberry.field(description="Readable name in addresses.")
    visibility: Visibility = strawberry.field(description="Who may see it: its coalition alone until it is published.")
    form: PositionKind = strawberry.field(name="kind", description="What kind of text it is.")
    decision_class: DecisionClass = strawberry.field(name="class", description="By which policy it is decided.")
    title: str = strawberry.field(description="Heading of the text.")
    summary: str = strawberry.field(description="In a few sentences.")
    language: str | None = strawberry.field(description="Language of the text, such as `fr`; null when nobody said it.")
    paragraphs: list[Paragraph] = strawberry.field(description="The text as it stands.")
    consolidated: list[Paragraph] = strawberry.field(description="The text with what has been accepted so far.")
    text_version: int = strawberry.field(description="Number of the frozen version; 0 before the first.")
    texts: list[TextVersion] = strawberry.field(description="Every frozen version, oldest first.")
    evidence: list[PositionEvidence] = strawberry.field(description="What it stands on.")
    no_evidence_reason: str | None = strawberry.field(description="Why it names no evidence.")
    editors: list[Editor] = strawberry.field(description="Who writes it; shown inside the coalition.")
    state: PositionState = strawberry.field(description="Where it stands.")
    drafted_at: datetime = strawberry.field(description="When it was begun.")
    amendments_close_at: datetime | None = strawberry.field(description="Until when members may amend.")
    decision_close_at: datetime | None = strawberry.field(description="Until when members may decide.")
    sign_off_closes_at: datetime | None = strawberry.field(description="Until when members may sign.")
    embargo_until: datetime | None = strawberry.field(description="Before which it is not published.")
    published_at: datetime | None = strawberry.field(description="When it was published.")
    retraction: str | None = strawberry.field(description="Why it was retracted.")
    amendments: list[Amendment] = strawberry.field(description="Its amendments, by number.")
    ballots: list[Ballot] = strawberry.field(description="Its ballots, by round.")
    signatories: int = strawberry.field(description='Members that signed: the n of "signed by n of m".')
    members: int = strawberry.field(description='Members that were asked: the m of "signed by n of m".')
    signatures: list[Signature] = strawberry.field(description="The signatures that stand.")
    answers: list[Signature] = strawberry.field(description="Every member's answer; shown inside the coalition.")
    deliveries: list[Delivery] = strawberry.field(description="To whom it was sent, and what they made of it.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "form": row["kind"]})

    @strawberry.field(description="The coalition whose position it is.")
    async def coalition(self, info: Info) -> Coalition | None:
        return await Coalition.load(info, self.row["coalition"])

    @strawberry.field(description="What it is about; the coalition's themes unless it has its own.")
    async def themes(self, info: Info) -> list[Theme]:
        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="What changed between two frozen versions; null when there is no such version.")
    async def differences(
        self,
        info: Info,
        since: Annotated[int, strawberry.argument(description="Number of the earlier version.")] = 1,
        until: Annotated[
            int | None, strawberry.argument(description="Number of the later version: the newest unless said.")
        ] = None,
    ) -> list[ParagraphDifference] | None:
        versions = {"since": since} if until is None else {"since": since, "until": until}
        rows = await info.context.loaders.of(DIFFERENCES, **versions).load(self.key)
        return None if rows is None else [ParagraphDifference.from_wire(row) for row in rows]

    @strawberry.field(description="What quoted projects reply, or may still reply.")
    async def replies(self, info: Info) -> list[Reply]:
        if not self.row["cited"]:
            return []
        return Reply.of_position(self.row["replies"], await info.context.loaders.of(REPLIES).load(self.key))

    @strawberry.field(description="The older position that it replaces once published.")
    async def supersedes(self, info: Info) -> Position | None:
        return await Position.load(info, self.row["supersedes"])

    @strawberry.field(
        description="What the decision acts on: the position a POLICY retracts, the organisation a CALL expels or the "
        "coalition it closes."
    )
    def concerns(self) -> strawberry.ID | None:
        thing = self.row["concerns"]
        if not thing:
            return None
        of_call = "coalition" if thing == self.row["coalition"] else "organisation"
        return global_id("position" if self.decision_class is DecisionClass.POLICY else of_call, thing)

    @strawberry.field(description="The ballot that is open, or else the last one.")
    def ballot(self) -> Ballot | None:
        return self.last_ballot

    @property
    def last_ballot(self) -> Ballot | None:
        return self.ballots[-1] if self.ballots else None

    @strawberry.field(description="Who did what when.")
    def history(self) -> list[Change]:
        return changes_of(self.row["history"])

    @strawberry.field(description="What it may become, and what stands in the way.")
    def allowed_transitions(self, info: Info) -> list[Transition]:
        return transitions_of(self.row["allowed_transitions"], info)


DIFFERENCES = declare("coalitions", "differences_by_positions")
REPLIES = declare("incubator", "replies_by_positions")
