"""What a gathering is made of."""

from __future__ import annotations

from datetime import datetime

import strawberry

from gateway.context import Info
from gateway.schema.events.codes import ChallengeKind
from gateway.schema.node import global_id
from gateway.schema.people.types import Person
from gateway.schema.wire import FromWire, Row


@strawberry.type(description="Where people meet.")
class Place(FromWire):
    name: str | None = strawberry.field(description="Name of the place.")
    address: str | None = strawberry.field(description="Street and number.")
    city: str | None = strawberry.field(description="Town, as people write it.")
    country: str | None = strawberry.field(description="Where that town is, such as `France`.")
    latitude: float | None = strawberry.field(description="Degrees north.")
    longitude: float | None = strawberry.field(description="Degrees east of Greenwich, from -180 to 180.")


@strawberry.type(description="What the place and the gathering offer.")
class Accessibility(FromWire):
    wheelchair: bool = strawberry.field(description="Accessible with a wheelchair.")
    hearing_loop: bool = strawberry.field(description="There is a hearing loop.")
    sign_language: bool = strawberry.field(description="It is interpreted in sign language.")
    captions: bool = strawberry.field(description="What is said is captioned.")
    quiet_room: bool = strawberry.field(description="There is a quiet room.")
    other: str | None = strawberry.field(description="Anything else.")


@strawberry.type(description="What a participant answers to a question of the organisers.")
class ParticipantAnswer(FromWire):
    question: str = strawberry.field(description="What the organisers asked, in their words.")
    answer: str = strawberry.field(description="What the participant said; deleted 90 days after the gathering.")


@strawberry.type(description="The question that a hold-up works on.")
class Challenge(FromWire):
    kind: ChallengeKind = strawberry.field(description="What it is about.")
    question: str = strawberry.field(description="What participants look for an answer to.")


@strawberry.type(description="One part of a gathering.")
class AgendaItem(FromWire):
    title: str = strawberry.field(description="What is done in this part.")
    minutes: int = strawberry.field(description="How long this part takes, in minutes.")


@strawberry.type(description="An idea that people brought.")
class Solution(FromWire):
    text: str = strawberry.field(description="The idea, in a few words.")
    retained: bool = strawberry.field(description="Whether the project takes it up.")


@strawberry.type(description="What came out of a gathering.")
class OutcomeReport(FromWire):
    solutions: list[Solution] = strawberry.field(description="The ideas that people brought.")
    next_steps: str = strawberry.field(description="What comes next.")
    reported_at: datetime = strawberry.field(description="When it was reported.")
    row: strawberry.Private[Row]

    @strawberry.field(description="Who reported it.")
    async def reported_by(self, info: Info) -> Person | None:
        return await Person.load(info, self.row.get("reported_by"))


@strawberry.type(description="The fact that a gathering was drafted from.")
class EventCause(FromWire):
    type: str = strawberry.field(description="Kind of the fact, such as `project.need_published`.")
    row: strawberry.Private[Row]

    @strawberry.field(description="Id of the fact.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.row["id"])

    @strawberry.field(description="What the fact is about: a global id for `node(id)`.")
    def subject(self) -> strawberry.ID:
        kind, _, key = self.row["subject"].partition("/")
        return global_id(kind, key)
