"""Gatherings and the registrations for them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.commands import Payload
from gateway.schema.events.codes import (
    EventKind,
    EventMode,
    EventRecordOutcome,
    EventState,
    MarkOutcome,
    NoticeTopic,
    RegistrationState,
)
from gateway.schema.events.feeds import address_of_event
from gateway.schema.events.parts import (
    Accessibility,
    AgendaItem,
    Challenge,
    EventCause,
    OutcomeReport,
    ParticipantAnswer,
    Place,
)
from gateway.schema.node import Node
from gateway.schema.people.types import Organisation, Person, Theme
from gateway.schema.problems import Change, Problem, Transition, changes_of, transitions_of
from gateway.schema.scalars import URL
from gateway.schema.wire import InParts, Row

if TYPE_CHECKING:
    from gateway.schema.coalitions.types import Coalition, Position
    from gateway.schema.incubator.types import Need, Project

incubator = strawberry.lazy("gateway.schema.incubator.types")
coalitions = strawberry.lazy("gateway.schema.coalitions.types")

MINE = declare("events", "my_registrations_by_events")
TRANSITIONS = declare("events", "allowed_transitions_by_ids")
HISTORIES = declare("events", "event_histories_by_ids")


@strawberry.type(description="A gathering of people.")
class Event(InParts, Node):
    kind: ClassVar[str] = "event"
    loader: ClassVar[str] = declare("events", "events_by_ids")
    read: ClassVar[frozenset[str]] = frozenset(
        {"calendar_url", "themes", "organisers", "facilitators", "host_organisation"}
        | {"project", "need", "coalition", "position"}
    )
    made_of: ClassVar[dict[str, tuple[str, ...]]] = {"form": ("kind",), "calendar_url": ("slug",)}

    row: strawberry.Private[Row]
    slug: str = strawberry.field(description="Readable name in addresses.")
    form: EventKind = strawberry.field(name="kind", description="What kind of gathering it is.")
    title: str = strawberry.field(description="What the gathering is called.")
    description: str = strawberry.field(description="What it is about.")
    state: EventState = strawberry.field(description="Where it stands.")
    starts_at: datetime = strawberry.field(description="When it starts, in UTC.")
    ends_at: datetime = strawberry.field(description="When it ends, in UTC.")
    timezone: str = strawberry.field(description="IANA name of the timezone in which people read its times.")
    all_day: bool = strawberry.field(description="Whether it takes whole days in its timezone.")
    time_proposed: bool = strawberry.field(
        description="Whether its time is only a proposal, until somebody takes the draft up."
    )
    mode: EventMode = strawberry.field(description="How people take part.")
    place: Place | None = strawberry.field(description="Where people meet.")
    website: URL | None = strawberry.field(description="Address of a page about it on the web.")
    languages: list[str] = strawberry.field(description="Codes of the languages spoken, such as `fr`.")
    accessibility: Accessibility = strawberry.field(description="What the place and the gathering offer.")
    agenda: list[AgendaItem] = strawberry.field(description="Its parts, in order.")
    challenge: Challenge | None = strawberry.field(description="The question that a hold-up works on.")
    capacity: int | None = strawberry.field(description="Places; null without limit.")
    seats_left: int | None = strawberry.field(description="Places neither taken nor offered; null without limit.")
    confirmed: int = strawberry.field(description="People who have a seat.")
    offered: int = strawberry.field(description="Seats that are offered to people who waited.")
    waiting: int = strawberry.field(description="People who wait for a seat.")
    attended: int = strawberry.field(description="People who came.")
    min_participants: int | None = strawberry.field(description="Below this it may not take place.")
    waiting_list: bool = strawberry.field(description="Whether people may wait when all seats are taken.")
    approval_required: bool = strawberry.field(description="Whether the organisers decide on registrations.")
    registration_opens_at: datetime | None = strawberry.field(description="From when people register.")
    registration_closes_at: datetime | None = strawberry.field(description="Until when; its start when null.")
    reconfirm_by: datetime | None = strawberry.field(description="After a new date: until when to reconfirm.")
    questions: list[str] = strawberry.field(description="What its organisers ask those who register.")
    outcome: OutcomeReport | None = strawberry.field(description="What came out of it, once reported.")
    cause: EventCause | None = strawberry.field(description="The fact that it was drafted from.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "form": row["kind"]} if "kind" in row else row)

    @strawberry.field(description="What it is about, in the network's themes.")
    async def themes(self, info: Info) -> list[Theme]:
        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="Who organises it.")
    async def organisers(self, info: Info) -> list[Person]:
        return await Person.load_each(info, self.row["organisers"])

    @strawberry.field(description="Who facilitates it.")
    async def facilitators(self, info: Info) -> list[Person]:
        return await Person.load_each(info, self.row["facilitators"])

    @strawberry.field(description="In whose house it is.")
    async def host_organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["host_organisation"])

    @strawberry.field(description="The project that it serves.")
    async def project(self, info: Info) -> Annotated[Project, incubator] | None:
        from gateway.schema.incubator.types import Project

        return await Project.load(info, self.row["project"])

    @strawberry.field(description="The need that it answers to.")
    async def need(self, info: Info) -> Annotated[Need, incubator] | None:
        from gateway.schema.incubator.types import Need

        return await Need.load(info, self.row["need"])

    @strawberry.field(description="The coalition that meets.")
    async def coalition(self, info: Info) -> Annotated[Coalition, coalitions] | None:
        from gateway.schema.coalitions.types import Coalition

        return await Coalition.load(info, self.row["coalition"])

    @strawberry.field(description="The position that it is about.")
    async def position(self, info: Info) -> Annotated[Position, coalitions] | None:
        from gateway.schema.coalitions.types import Position

        return await Position.load(info, self.row["position"])

    @strawberry.field(description="The caller's registration: the open one, else the latest.")
    async def my_registration(self, info: Info) -> Registration | None:
        if not info.context.principal.signed_in:
            return None
        return Registration.from_wire_or_none(await info.context.loaders.of(MINE).load(self.key))

    @strawberry.field(description="Where it may go from here, and what stands in the way.")
    async def allowed_transitions(self, info: Info) -> list[Transition]:
        return transitions_of(await info.context.loaders.of(TRANSITIONS).load(self.key), info)

    @strawberry.field(description="What became of it, oldest first.")
    async def history(self, info: Info) -> list[Change]:
        return changes_of(await info.context.loaders.of(HISTORIES).load(self.key))

    @strawberry.field(description="Address of its calendar entry (RFC 5545).")
    def calendar_url(self, info: Info) -> URL:
        return URL(address_of_event(info.context.public_url, self.slug))


@strawberry.type(description="One person's registration for one gathering, shown to that person and to who runs it.")
class Registration(Node):
    kind: ClassVar[str] = "registration"
    loader: ClassVar[str] = declare("events", "registrations_by_ids")

    state: RegistrationState = strawberry.field(description="Where it stands.")
    registered_at: datetime = strawberry.field(description="When it was made.")
    waitlisted_at: datetime | None = strawberry.field(description="Since when the person waits, or waited.")
    offer_expires_at: datetime | None = strawberry.field(description="Until when the offered seat is kept.")
    walk_in: bool = strawberry.field(description="Whether it was made at the door.")
    eligible: bool = strawberry.field(description="False while offers pass this person over.")
    reconfirm_by: datetime | None = strawberry.field(
        description="While a new date waits for the person's word: until when it does."
    )
    cancelled_late: bool = strawberry.field(
        description="Whether the seat was given back in the last 24 hours before the start."
    )
    needs: str | None = strawberry.field(
        description="What the person needs to take part; deleted 30 days after the gathering."
    )
    answers: list[ParticipantAnswer] = strawberry.field(
        description="What the person answered to the organisers; deleted 90 days after the gathering."
    )
    online_url: URL | None = strawberry.field(
        description="Address of the online room: for people with a seat, from an hour before the start."
    )
    row: strawberry.Private[Row]

    @strawberry.field(description="The gathering.")
    async def event(self, info: Info) -> Event | None:
        return await Event.load(info, self.row["event"])

    @strawberry.field(description="Who is registered.")
    async def person(self, info: Info) -> Person | None:
        return await Person.load(info, self.row["person"])


@strawberry.type(description="A changed gathering.")
class EventPayload(Payload):
    event: Event | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="A gathering, held again elsewhere.")
class CopyEventPayload(Payload):
    copies: list[Event] = strawberry.field(description="The drafts that were made, in the order asked.")


@strawberry.type(description="A changed registration.")
class RegistrationPayload(Payload):
    registration: Registration | None = strawberry.field(description="As it is now; null when refused.")
    event: Event | None = strawberry.field(description="Its gathering as it is now; null when refused.")


@strawberry.type(description="What became of one mark made at the door.")
class MarkResult:
    outcome: MarkOutcome = strawberry.field(description="What became of it.")
    registration: strawberry.ID | None = strawberry.field(description="Id of the registration that it is about.")
    problems: list[Problem] = strawberry.field(description="Why it was refused.")


@strawberry.type(description="A batch of marks, worked off.")
class CheckInPayload(Payload):
    event: Event | None = strawberry.field(description="The gathering as it is now; null when all was refused.")
    results: list[MarkResult] = strawberry.field(description="What became of each mark, in their order.")


@strawberry.type(description="What became of one line of a list.")
class EventRecordResult:
    outcome: EventRecordOutcome = strawberry.field(description="What became of it.")
    event: Event | None = strawberry.field(description="The gathering; null when refused, or in a dry run.")
    problems: list[Problem] = strawberry.field(description="Why it was refused.")
    notes: list[str] = strawberry.field(description="What was assumed or left out.")


@strawberry.type(description="A list of gatherings, worked off.")
class RecordEventsPayload(Payload):
    results: list[EventRecordResult] = strawberry.field(description="What became of each line, in their order.")


@strawberry.type(description="The caller's own calendar.")
class MyCalendarPayload(Payload):
    url: URL | None = strawberry.field(
        description="Its secret address, shown this once; whoever has it sees what the caller goes to."
    )


@strawberry.type(description="The caller's own calendar, taken away.")
class CloseMyCalendarPayload(Payload):
    closed: bool = strawberry.field(description="Whether it had an address.")


@strawberry.type(description="What the caller is told by letter.")
class NoticesPayload(Payload):
    unwanted: list[NoticeTopic] = strawberry.field(description="What is not told.")


@strawberry.type(description="What was erased of the caller's data about gatherings.")
class EraseMyDataPayload(Payload):
    counts: JSON | None = strawberry.field(description="How many of each were erased.")
    kept: JSON | None = strawberry.field(description="In how many gatherings the caller still stands in public.")
