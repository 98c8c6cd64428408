"""What a project is made of: stays, gates, evidence, mentors, figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from gateway.context import Info
from gateway.schema.incubator.vocabulary import (
    Direction,
    EvidenceKind,
    Lifecycle,
    MentorState,
    MilestoneState,
)
from gateway.schema.node import global_id
from gateway.schema.wire import FromWire, Row

if TYPE_CHECKING:
    from gateway.schema.people.types import Person

people = strawberry.lazy("gateway.schema.people.types")


@strawberry.type
class Label(FromWire):
    """What has a label in French and in English."""

    row: strawberry.Private[Row]

    @strawberry.field(description="Its name in the caller's language.")
    def label(self, info: Info) -> str:
        return str(self.row["label_fr" if info.context.language == "fr" else "label_en"])


@strawberry.type(description="A dated stay in a stage. Records taken over from elsewhere are shown as they were.")
class StageStay(FromWire):
    stage: str = strawberry.field(description="Code of the stage.")
    entered_on: date = strawberry.field(description="The first day of the stay in this stage.")
    left_on: date | None = strawberry.field(description="Last day; null while it lasts.")
    days: int = strawberry.field(description="Whole days, to today while it lasts.")
    direction: Direction = strawberry.field(description="How the project came into the stage.")


@strawberry.type(description="What shows that a criterion is met.")
class Evidence(FromWire):
    id: strawberry.ID = strawberry.field(description="Opaque and stable.")
    kind: EvidenceKind = strawberry.field(description="What sort of evidence.")
    ref: str = strawberry.field(description="Where it is: an address, or an id.")
    note: str | None = strawberry.field(description="A word about it, for the project's own people.")
    counts: bool = strawberry.field(description="False for an event that was not held yet.")
    recorded_at: datetime = strawberry.field(description="When it was given.")
    cause: strawberry.ID | None = strawberry.field(description="Id of the fact that made it count, if one did.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        ref = global_id(row["kind"].lower(), row["ref"]) if row["kind"] in ("EVENT", "POSITION") else row["ref"]
        return super().from_wire({**row, "id": global_id("evidence", row["id"]), "ref": ref})


@strawberry.type(description="What a gate asks for.")
class Criterion(Label):
    code: str = strawberry.field(description="Stable name of the criterion.")
    mandatory: bool = strawberry.field(description="Whether the gate stays closed without it.")
    met: bool = strawberry.field(description="Whether a piece of evidence counts for it.")
    evidence_kinds: list[EvidenceKind] = strawberry.field(description="What may show it.")
    evidence: list[Evidence] = strawberry.field(description="What was given for it.")


@strawberry.type(description="The gate from a stage to the next.")
class Gate(FromWire):
    from_stage: str = strawberry.field(name="from", description="The stage before.")
    to_stage: str = strawberry.field(name="to", description="The stage after.")
    met: bool = strawberry.field(description="Whether every mandatory criterion is met.")
    criteria: list[Criterion] = strawberry.field(description="Everything that the gate asks for, met or not.")


@strawberry.type(description="A mentor of a project.")
class MentorAssignment(FromWire):
    row: strawberry.Private[Row]
    state: MentorState = strawberry.field(description="How far they are.")
    primary: bool = strawberry.field(description="Whether this is the project's first mentor.")
    since: date = strawberry.field(description="The day on which the mentor was assigned.")
    ended_on: date | None = strawberry.field(description="The day on which it ended; null while it goes on.")

    @strawberry.field(description="The person who accompanies the project.")
    async def mentor(self, info: Info) -> Annotated[Person, people] | None:
        from gateway.schema.people.types import Person

        return await Person.load(info, self.row["mentor"])


@strawberry.type(description="A figure of a project for a period. A correction is a record that supersedes another.")
class MetricRecord(FromWire):
    id: strawberry.ID = strawberry.field(description="Opaque and stable.")
    indicator: str = strawberry.field(description="What is counted.")
    period: str = strawberry.field(description="A year, a quarter or a month: 2026, 2026-Q1, 2026-03.")
    value: float = strawberry.field(description="The figure, in the unit of its metric.")
    unit: str = strawberry.field(description="What the value is counted in, such as `users` or `EUR`.")
    source: str | None = strawberry.field(description="Where it comes from.")
    disclosed: bool = strawberry.field(description="Whether everybody may see it.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    supersedes: strawberry.ID | None = strawberry.field(description="The record that it corrects.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        corrected = global_id("metric", row["supersedes"]) if row["supersedes"] else None
        return super().from_wire({**row, "id": global_id("metric", row["id"]), "supersedes": corrected})


@strawberry.type(description="Something that a project sets out to reach by a date.")
class Milestone(FromWire):
    id: strawberry.ID = strawberry.field(description="Opaque and stable.")
    title: str = strawberry.field(description="What it is to reach.")
    due_on: date = strawberry.field(description="The day by which it should be reached.")
    state: MilestoneState = strawberry.field(description="What became of it.")
    settled_at: datetime | None = strawberry.field(description="When it was achieved, missed or dropped.")
    evidence_kind: EvidenceKind | None = strawberry.field(description="What sort of evidence shows it.")
    evidence_ref: str | None = strawberry.field(description="Where that evidence is.")
    reason: str | None = strawberry.field(description="Why it was dropped.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "id": global_id("milestone", row["id"])})


@strawberry.type(description="Where a project is, in its own words.")
class ProjectUpdate(FromWire):
    row: strawberry.Private[Row]
    id: strawberry.ID = strawberry.field(description="Opaque and stable.")
    text: str = strawberry.field(description="What is new, in the team's words.")
    shared: bool = strawberry.field(description="Whether whoever sees the project may read it.")
    written_at: datetime = strawberry.field(description="When it was written, in UTC.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "id": global_id("update", row["id"])})

    @strawberry.field(description="The person who wrote it.")
    async def written_by(self, info: Info) -> Annotated[Person, people] | None:
        from gateway.schema.people.types import Person

        return await Person.load(info, self.row["written_by"])


@strawberry.type(description="A position that quotes a project, and what the project answers.")
class Quotation(FromWire):
    position: strawberry.ID = strawberry.field(description="Id of the position that quotes the project.")
    slug: str = strawberry.field(description="Readable name of the position.")
    title: str = strawberry.field(description="Title of the position.")
    reply_until: datetime = strawberry.field(description="Until when the project may answer.")
    reply: str | None = strawberry.field(description="What it answers.")
    replied_at: datetime | None = strawberry.field(description="When it answered.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "position": global_id("position", row["position"])})


@strawberry.type(description="A dated end; a project that was reopened may have several.")
class ProjectExit(FromWire):
    state: Lifecycle = strawberry.field(description="GRADUATED or STOPPED.")
    on: date = strawberry.field(description="The day on which the project left.")
    reason: str | None = strawberry.field(description="Code of the reason of a stop.")


@strawberry.type(description="An answer to a question of a call.")
class Answer(FromWire):
    question: str = strawberry.field(description="Stable name of the question.")
    answer: str = strawberry.field(description="What the applicant said.")


@strawberry.type(description="A grade with its explanation.")
class Grade(FromWire):
    criterion: str = strawberry.field(description="What is graded.")
    score: int = strawberry.field(description="From 1 (not at all) to 5 (fully).")
    comment: str = strawberry.field(description="Why the reviewer gave this score.")


@strawberry.type(description="A review of an application.")
class Review(FromWire):
    row: strawberry.Private[Row]
    grades: list[Grade] = strawberry.field(description="What the reviewer gave for each criterion of the call's grid.")
    ethics_veto: bool = strawberry.field(description="Whether the reviewer vetoes it on ethical grounds.")
    submitted_at: datetime = strawberry.field(description="When the review was handed in, in UTC.")

    @strawberry.field(description="The person who reviewed the application.")
    async def reviewer(self, info: Info) -> Annotated[Person, people] | None:
        from gateway.schema.people.types import Person

        return await Person.load(info, self.row["reviewer"])


@strawberry.type(description="An application to a call.")
class Application(FromWire):
    row: strawberry.Private[Row]
    submitted_at: datetime = strawberry.field(description="When it came in.")
    answers: list[Answer] = strawberry.field(description="Answers to the call's questions.")
    reviews: list[Review] = strawberry.field(description="Reviews, for staff and reviewers.")
    decided_at: datetime | None = strawberry.field(description="When it was decided.")
    decline_reason: str | None = strawberry.field(description="Code of the reason of a decline.")
    decline_message: str | None = strawberry.field(description="What the incubator told the founders.")

    @strawberry.field(description="The call, as a global id.")
    def call(self) -> strawberry.ID:
        return global_id("call", self.row["call"])

    @strawberry.field(description="Its reviewers, for staff and reviewers.")
    async def reviewers(self, info: Info) -> list[Annotated[Person, people]]:
        from gateway.schema.people.types import Person

        return await Person.load_each(info, self.row["reviewers"])
