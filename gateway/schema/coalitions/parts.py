"""Small types inside positions: paragraphs, evidence, editors, signatures, counts, stances."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.context import Info
from gateway.schema.coalitions.codes import (
    DecisionClass,
    DecisionMethod,
    DeliveryResponse,
    ElectorateKind,
    EvidenceWeakness,
    PositionEvidenceKind,
    SignatureState,
    StanceKind,
    TextChange,
)
from gateway.schema.node import global_id
from gateway.schema.people.types import Organisation, Person
from gateway.schema.scalars import URL
from gateway.schema.wire import FromWire, Row

if TYPE_CHECKING:
    from gateway.schema.coalitions.consultation import Consultation
    from gateway.schema.events.types import Event
    from gateway.schema.incubator.types import Project

incubator = strawberry.lazy("gateway.schema.incubator.types")
events = strawberry.lazy("gateway.schema.events.types")
consultations = strawberry.lazy("gateway.schema.coalitions.consultation")


@strawberry.type(description="How a coalition decides on one class of things.")
class DecisionRule(FromWire):
    decision_class: DecisionClass = strawberry.field(name="class", description="The class of decisions.")
    electorate: ElectorateKind = strawberry.field(description="Whose stances count.")
    method: DecisionMethod = strawberry.field(description="How stances become a decision.")
    quorum: int | None = strawberry.field(description="Per cent of the weight that must take a stance; null: none.")
    threshold: int = strawberry.field(description="Per cent to be reached; 50 must be exceeded.")
    open_hours: int = strawberry.field(description="Hours for which a ballot stays open at least.")


@strawberry.type(description="What members of a coalition accept.")
class Charter(FromWire):
    text: str = strawberry.field(description="The words that members accept.")
    version: int = strawberry.field(description="Its version; 0 when there is none.")


@strawberry.type(description="Call and charter as they read from a moment on.")
class CharterVersion(FromWire):
    version: int = strawberry.field(description="Its version, from 1.")
    call: str = strawberry.field(description="The common demand.")
    charter: str = strawberry.field(description="What members accept.")
    since: datetime = strawberry.field(description="When this version took the place of the one before.")


@strawberry.type(description="Some words, and what became of them.")
class WordDifference(FromWire):
    change: TextChange = strawberry.field(description="SAME, ADDED or REMOVED.")
    text: str = strawberry.field(description="The words, with the blanks around them.")


@strawberry.type(description="What became of a paragraph between two versions of a text.")
class ParagraphDifference(FromWire):
    pid: str = strawberry.field(description="Stable id of the paragraph in its position.")
    change: TextChange = strawberry.field(description="What became of it.")
    before: str | None = strawberry.field(description="Its words before; null when it was not there.")
    after: str | None = strawberry.field(description="Its words after; null when it is not there any more.")
    words: list[WordDifference] = strawberry.field(description="Word by word, in reading order.")


@strawberry.type(description="A paragraph, with the id that it keeps through every version.")
class Paragraph(FromWire):
    pid: str = strawberry.field(description="Stable id of the paragraph in its position.")
    text: str = strawberry.field(description="The words of the paragraph.")


@strawberry.type(description="A version of the text, frozen.")
class TextVersion(FromWire):
    number: int = strawberry.field(description="Its number, from 1.")
    frozen_at: datetime = strawberry.field(description="Since when it stands.")
    paragraphs: list[Paragraph] = strawberry.field(description="Its paragraphs, in order.")


@strawberry.type(description="That evidence no longer bears what it bore.")
class Weakening(FromWire):
    reason: EvidenceWeakness = strawberry.field(description="Why it supports the position less than before.")
    at: datetime = strawberry.field(description="Since when it has been so, in UTC.")


@strawberry.type(description="A quoted measurement, and the latest of the same indicator.")
class QuotedMetric(FromWire):
    indicator: str = strawberry.field(description="What is measured.")
    period: str = strawberry.field(description="The period that is quoted.")
    value: float | None = strawberry.field(description="The value that is quoted; null when it is not disclosed.")
    unit: str = strawberry.field(description="What the value is counted in, such as `users` or `EUR`.")
    latest_period: str = strawberry.field(description="The latest period of which a value is known.")
    latest_value: float | None = strawberry.field(description="Its value; it moves without anybody typing it again.")


@strawberry.type(description="The right of a quoted project to reply, and its reply.")
class Reply(FromWire):
    row: strawberry.Private[Row]
    closes_at: datetime = strawberry.field(description="Until when it may reply.")
    text: str | None = strawberry.field(description="Its reply, printed with the position; null while there is none.")
    answered_at: datetime | None = strawberry.field(description="When it replied.")

    @classmethod
    def of_position(cls, asked: list[Row], said: list[Row]) -> list[Reply]:
        """Whom the coalition asked, with what the incubator keeps of it, and who replied without having been asked."""
        words = {row["project"]: row for row in said}
        deadlines = {row["project"]: row["closes_at"] for row in asked}
        deadlines |= {project: row["reply_until"] for project, row in words.items() if project not in deadlines}
        nothing: Row = {"reply": None, "replied_at": None}
        return [
            cls.from_wire({
                "project": project,
                "closes_at": closes_at,
                "text": words.get(project, nothing)["reply"],
                "answered_at": words.get(project, nothing)["replied_at"],
            })
            for project, closes_at in deadlines.items()
        ]  # fmt: skip

    @strawberry.field(description="The quoted project that answers.")
    async def project(self, info: Info) -> Annotated[Project, incubator] | None:
        from gateway.schema.incubator.types import Project

        return await Project.load(info, self.row["project"])


@strawberry.type(description="To whom a position was sent, what they answered, and what came of it.")
class Delivery(FromWire):
    row: strawberry.Private[Row]
    target: str = strawberry.field(description="To whom it was sent.")
    channel: str = strawberry.field(description="By which way it went, such as a letter or a meeting.")
    sent_on: date = strawberry.field(description="When it was sent.")
    response: DeliveryResponse = strawberry.field(description="What they made of it.")
    responded_on: date | None = strawberry.field(description="When they answered.")
    review_due_on: date = strawberry.field(description="When what came of it is to be reviewed.")
    review: str | None = strawberry.field(description="What came of it.")
    reviewed_on: date | None = strawberry.field(description="When it was reviewed.")

    @strawberry.field(description="Opaque global id, for commands.")
    def id(self) -> strawberry.ID:
        return global_id("delivery", self.row["id"])


@strawberry.type(description="What a position stands on.")
class PositionEvidence(FromWire):
    row: strawberry.Private[Row]
    kind: PositionEvidenceKind = strawberry.field(description="What kind of thing it is.")
    quote: str | None = strawberry.field(description="What is quoted of it.")
    pinned_version: int | None = strawberry.field(description="The version that was quoted.")
    project_lifecycle: str | None = strawberry.field(
        description="Where a quoted project stands, as the coalition last heard: STOPPED and GRADUATED say so."
    )

    weakened: list[Weakening] = strawberry.field(description="What speaks against it since; empty while it stands.")
    metric: QuotedMetric | None = strawberry.field(description="The quoted measurement, for kind METRIC.")

    @strawberry.field(description="Global id of the thing; null for a page elsewhere.")
    def thing(self) -> strawberry.ID | None:
        return None if self.kind is PositionEvidenceKind.URL else global_id(self.kind.value.lower(), self.row["ref"])

    @strawberry.field(description="Address of a page elsewhere.")
    def url(self) -> URL | None:
        return URL(self.row["ref"]) if self.kind is PositionEvidenceKind.URL else None

    @strawberry.field(description="The quoted project.")
    async def project(self, info: Info) -> Annotated[Project, incubator] | None:
        from gateway.schema.incubator.types import Project

        return await Project.load(info, self._ref(PositionEvidenceKind.PROJECT))

    @strawberry.field(description="The gathering that is quoted, for evidence of kind EVENT.")
    async def event(self, info: Info) -> Annotated[Event, events] | None:
        from gateway.schema.events.types import Event

        return await Event.load(info, self._ref(PositionEvidenceKind.EVENT))

    @strawberry.field(description="What people said, for evidence of kind CONSULTATION.")
    async def consultation(self, info: Info) -> Annotated[Consultation, consultations] | None:
        from gateway.schema.coalitions.consultation import Consultation

        return await Consultation.load(info, self._ref(PositionEvidenceKind.CONSULTATION))

    def _ref(self, kind: PositionEvidenceKind) -> str | None:
        return self.row["ref"] if self.kind is kind else None


@strawberry.type(description="Somebody who writes a position, for an organisation.")
class Editor(FromWire):
    row: strawberry.Private[Row]

    @strawberry.field(description="Who writes the text.")
    async def person(self, info: Info) -> Person | None:
        return await Person.load(info, self.row["person"])

    @strawberry.field(description="The organisation; null for a convener without one.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])


@strawberry.type(description="What a member answered when asked to sign.")
class Signature(FromWire):
    row: strawberry.Private[Row]
    state: SignatureState = strawberry.field(description="What the member answered, or that it has yet to.")
    reservation: str | None = strawberry.field(description="Printed beside the signature.")
    answered_at: datetime | None = strawberry.field(description="When it answered.")

    @strawberry.field(description="The member that was asked to sign.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])


@strawberry.type(description="How many said the same, by heads and by weight.")
class StanceTally(FromWire):
    stance: StanceKind = strawberry.field(description="What they said.")
    heads: int = strawberry.field(description="Organisations.")
    weight: float = strawberry.field(description="Weight that counts, after the cap.")


@strawberry.type(description="The count of one item of a ballot.")
class ItemCount(FromWire):
    row: strawberry.Private[Row]
    tallies: list[StanceTally] = strawberry.field(description="One for each stance.")

    @strawberry.field(description="The amendment that the item is; null for the text itself.")
    def amendment(self) -> strawberry.ID | None:
        return _amendment(self.row["amendment"])


@strawberry.type(description="An organisation that may decide in a ballot.")
class Elector(FromWire):
    row: strawberry.Private[Row]
    weight: float = strawberry.field(description="Its weight, after the cap.")

    @strawberry.field(description="The member that had a voice when the ballot opened.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])


@strawberry.type(description="One thing said in a ballot; an organisation's last one on an item counts.")
class Stance(FromWire):
    row: strawberry.Private[Row]
    number: int = strawberry.field(description="Its place in the order in which stances were cast.")
    stance: StanceKind = strawberry.field(description="What was said.")
    reason: str | None = strawberry.field(
        description="The words that the organisation gave for it; DISAGREE and BLOCK have some."
    )
    pids: list[str] = strawberry.field(description="The paragraphs that it is about.")
    at: datetime = strawberry.field(description="When it was taken, in UTC; the last one before the close counts.")

    @strawberry.field(description="For which organisation.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])

    @strawberry.field(description="The member that said it for the organisation, by proxy; null when it spoke itself.")
    async def holder(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["holder"])

    @strawberry.field(description="The amendment that it is about; null for the text itself.")
    def amendment(self) -> strawberry.ID | None:
        return _amendment(self.row["amendment"])


@strawberry.type(description="A member's trust in another for one ballot.")
class Proxy(FromWire):
    row: strawberry.Private[Row]
    at: datetime = strawberry.field(description="When it was given, in UTC.")

    @strawberry.field(description="The organisation that gave it.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])

    @strawberry.field(description="The organisation that decides in its place.")
    async def holder(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["holder"])


@strawberry.type(description="A closed ballot counted again from every stance that was kept.")
class BallotRecount(FromWire):
    matches: bool = strawberry.field(description="Whether it says just what the result says.")
    differences: list[str] = strawberry.field(description="What differs; empty when the result is proved.")
    late: int = strawberry.field(description="Stances after the closing time: none.")
    uncounted: int = strawberry.field(
        description="Stances that a later one of the same organisation replaced, or that fell with a member that went."
    )
    counts: list[ItemCount] = strawberry.field(
        description="The text's count as found now, then that of every amendment put to the vote."
    )


@strawberry.type(description="What a ballot decided. It never changes.")
class BallotResult(FromWire):
    row: strawberry.Private[Row]
    outcome: str = strawberry.field(description="What became of the position: ADOPTED, RETURNED or REJECTED.")
    rule: str = strawberry.field(description="The rule that decided it.")
    quorum_reached: bool = strawberry.field(description="Whether enough took a stance.")
    eligible_heads: int = strawberry.field(description="Organisations that were eligible at the end.")
    eligible_weight: float = strawberry.field(description="Weight of all who were eligible, added up.")

    @strawberry.field(description="The amendments that the ballot carried.")
    def carried(self) -> list[strawberry.ID]:
        return [global_id("amendment", one) for one in self.row["carried"]]


def _amendment(key: str | None) -> strawberry.ID | None:
    return global_id("amendment", key) if key else None
