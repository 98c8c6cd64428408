"""Persons, organisations and themes."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.commands import Payload
from gateway.schema.node import Node, global_id
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request
from gateway.schema.scalars import URL
from gateway.schema.wire import FromWire, Row

if TYPE_CHECKING:
    from gateway.schema.coalitions.types import Coalition, Consultation, Position
    from gateway.schema.events.types import Event
    from gateway.schema.incubator.types import Project

incubator = strawberry.lazy("gateway.schema.incubator.types")
coalitions = strawberry.lazy("gateway.schema.coalitions.types")
events = strawberry.lazy("gateway.schema.events.types")


@strawberry.type(description="A person, known to others by the display name alone.")
class Person(Node):
    kind: ClassVar[str] = "person"
    loader: ClassVar[str] = declare("people", "persons_by_ids")

    display_name: str = strawberry.field(description="The name under which the person appears.")


@strawberry.enum(description="Form of an organisation.")
class OrganisationKind(Enum):
    ASSOCIATION = strawberry.enum_value("ASSOCIATION", description="An association, with a number in its register.")
    COMPANY = strawberry.enum_value("COMPANY", description="A company that works for profit.")
    PUBLIC = strawberry.enum_value("PUBLIC", description="A public body: a city, an administration, a hospital.")
    STARTUP = strawberry.enum_value("STARTUP", description="A young company that looks for its model.")
    INFORMAL = strawberry.enum_value("INFORMAL", description="A group without legal form.")


@strawberry.enum(description="Where an organisation stands.")
class OrganisationState(Enum):
    DECLARED = strawberry.enum_value("DECLARED", description="Declared by one of its people.")
    VERIFIED = strawberry.enum_value("VERIFIED", description="Staff has verified that it exists.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="May not act for now.")
    CLOSED = strawberry.enum_value("CLOSED", description="Exists no more.")


@strawberry.type(description="An organisation that takes part in the network.")
class Organisation(Node):
    kind: ClassVar[str] = "organisation"
    loader: ClassVar[str] = declare("people", "organisations_by_ids")

    slug: str = strawberry.field(description="Readable name in addresses.")
    name: str = strawberry.field(description="What it is registered as.")
    form: OrganisationKind = strawberry.field(name="kind", description="Form of the organisation.")
    state: OrganisationState = strawberry.field(description="Where it stands.")
    siren: str | None = strawberry.field(description="Number in the French register of companies.")
    rna: str | None = strawberry.field(description="Number in the French register of associations.")
    website: URL | None = strawberry.field(description="Address of the organisation's own site.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "form": row["kind"]})


@strawberry.enum(description="A role that a person may be given.")
class Role(Enum):
    ADMIN = strawberry.enum_value("ADMIN", description="Everything but voting, signing and approving; no scope.")
    DIRECTOR = strawberry.enum_value("DIRECTOR", description="May override gates and reopen what is final; no scope.")
    INCUBATOR_STAFF = strawberry.enum_value("INCUBATOR_STAFF", description="Staff of an incubator.")
    MENTOR = strawberry.enum_value("MENTOR", description="Mentor of a project.")
    FOUNDER = strawberry.enum_value("FOUNDER", description="Founder of a project.")
    CONVENER = strawberry.enum_value("CONVENER", description="Runs a coalition's agenda.")
    STEERING = strawberry.enum_value("STEERING", description="Steers a coalition.")
    ORGANISER = strawberry.enum_value("ORGANISER", description="Organises an event.")
    FACILITATOR = strawberry.enum_value("FACILITATOR", description="Facilitates an event.")
    CHECKIN = strawberry.enum_value("CHECKIN", description="Checks people in at an event.")
    ORG_ADMIN = strawberry.enum_value("ORG_ADMIN", description="Administers an organisation.")


@strawberry.enum(description="How a person speaks for an organisation.")
class MandateKind(Enum):
    REPRESENTATIVE = strawberry.enum_value("REPRESENTATIVE", description="Speaks for it.")
    ALTERNATE = strawberry.enum_value("ALTERNATE", description="Speaks for it when the representative does not.")


@strawberry.type(description="A role that a person holds.")
class RoleGrant(FromWire):
    row: strawberry.Private[Row]
    role: str = strawberry.field(description="Code of the role.")
    until: datetime | None = strawberry.field(description="When it ends by itself.")

    @strawberry.field(description="Id of the grant; null for a role that the identity provider vouches for.")
    def id(self) -> strawberry.ID | None:
        return global_id("role", self.row["id"]) if self.row.get("id") else None

    @strawberry.field(description="What it is held over, as a global id; null for the whole network.")
    def scope(self) -> strawberry.ID | None:
        kind, _, key = (self.row.get("scope") or "").partition("/")
        return global_id(kind, key) if key else None


@strawberry.type(description="A person's mandate to speak for an organisation in a coalition.")
class Mandate(FromWire):
    row: strawberry.Private[Row]
    kind: MandateKind = strawberry.field(description="How the person speaks.")
    starts_on: date | None = strawberry.field(description="The first day on which it holds; null: from the beginning.")
    ends_on: date | None = strawberry.field(description="Last day; null when it has none.")

    @strawberry.field(description="Id of the mandate.")
    def id(self) -> strawberry.ID:
        return global_id("mandate", self.row["id"])

    @strawberry.field(description="For whom the person speaks.")
    async def organisation(self, info: Info) -> Organisation | None:
        return await Organisation.load(info, self.row["organisation"])

    @strawberry.field(description="Where the person speaks.")
    async def coalition(self, info: Info) -> Annotated[Coalition, coalitions] | None:
        from gateway.schema.coalitions.types import Coalition

        return await Coalition.load(info, self.row["coalition"])


@strawberry.type(description="The one who asks, as nobody else sees them.")
class Viewer(FromWire):
    row: strawberry.Private[Row]
    display_name: str = strawberry.field(description="The name under which others see the viewer.")
    email: str | None = strawberry.field(description="Address, shown to nobody else.")
    locale: str | None = strawberry.field(description="Preferred language.")
    roles: list[RoleGrant] = strawberry.field(description="Roles that the viewer holds.")
    mandates: list[Mandate] = strawberry.field(description="Mandates under which the viewer speaks.")

    @strawberry.field(description="The viewer as others see them.")
    def person(self) -> Person:
        return Person.from_wire(self.row)


@strawberry.type(description="A subject that projects, coalitions, positions, consultations and events share.")
class Theme(Node):
    kind: ClassVar[str] = "theme"
    loader: ClassVar[str] = declare("people", "themes_by_slugs", key="slugs")

    slug: str = strawberry.field(description="Readable name, the same everywhere.")
    label_fr: str = strawberry.field(description="Label in French.")
    label_en: str = strawberry.field(description="Label in English.")
    synonyms: list[str] = strawberry.field(description="Other words for it.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "id": row["slug"]})

    @strawberry.field(description="Label in the caller's language.")
    def label(self, info: Info) -> str:
        return self.label_fr if info.context.language == "fr" else self.label_en

    @strawberry.field(description="Projects on this theme, as the caller may see them.")
    async def projects(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Project, incubator]]:
        from gateway.schema.incubator.types import Project

        request = page_request(first, after, count=asks_total(info), **Project.wanted(info))
        return connection_of(await info.context.loaders.of(PROJECTS, **request).load(self.slug), Project, after=after)

    @strawberry.field(description="Coalitions on this theme.")
    async def coalitions(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Coalition, coalitions]]:
        from gateway.schema.coalitions.types import Coalition

        request = page_request(first, after, count=asks_total(info), **Coalition.wanted(info))
        page = await info.context.loaders.of(COALITIONS, **request).load(self.slug)
        return connection_of(page, Coalition, after=after)

    @strawberry.field(description="Positions on this theme.")
    async def positions(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Position, coalitions]]:
        from gateway.schema.coalitions.types import Position

        return connection_of(await self._page(info, POSITIONS, first, after), Position, after=after)

    @strawberry.field(description="Consultations on this theme.")
    async def consultations(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Consultation, coalitions]]:
        from gateway.schema.coalitions.types import Consultation

        return connection_of(await self._page(info, CONSULTATIONS, first, after), Consultation, after=after)

    @strawberry.field(description="Events on this theme.")
    async def events(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Event, events]]:
        from gateway.schema.events.types import Event

        request = page_request(first, after, count=asks_total(info), **Event.wanted(info))
        page = await info.context.loaders.of(EVENTS, **request).load(self.slug)
        return connection_of(page, Event, after=after)

    async def _page(self, info: Info, loader: str, first: int | None, after: str | None) -> Any:
        return await info.context.loaders.of(loader, **page_request(first, after)).load(self.slug)


PROJECTS = declare("incubator", "projects_by_themes", key="slugs")
COALITIONS = declare("coalitions", "coalitions_by_themes", key="slugs")
POSITIONS = declare("coalitions", "positions_by_themes", key="slugs")
CONSULTATIONS = declare("coalitions", "consultations_by_themes", key="slugs")
EVENTS = declare("events", "events_by_themes", key="slugs")


@strawberry.type(description="What one part of the network has erased of a person.")
class ErasureAnswer(FromWire):
    service: str = strawberry.field(description="Which part: incubator, coalitions, events or journal.")
    counts: JSON = strawberry.field(description="How many rows were emptied, deleted or made nameless, by table.")
    kept: JSON = strawberry.field(description="How many things had to stay, by code; they name nobody any more.")
    answered_at: datetime = strawberry.field(description="When the service answered, in UTC.")


@strawberry.type(description="The erasure of a person, for whoever holds its id; it does not say whose it is.")
class Erasure(Node):
    kind: ClassVar[str] = "erasure"
    loader: ClassVar[str] = declare("people", "erasures_by_ids")

    started_at: datetime = strawberry.field(description="Since when nobody sees the person's name.")
    completed_at: datetime | None = strawberry.field(description="When the last part answered; null until then.")
    answers: list[ErasureAnswer] = strawberry.field(description="What the parts of the network have done so far.")


@strawberry.type(description="An erasure that has begun.")
class ErasePersonPayload(Payload):
    erasure: Erasure | None = strawberry.field(description="As it stands; null when refused.")


@strawberry.type(description="A changed organisation.")
class OrganisationPayload(Payload):
    organisation: Organisation | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="A role given or taken back.")
class RoleGrantPayload(Payload):
    id: strawberry.ID | None = strawberry.field(description="Id of the grant; null when refused.")
    person: Person | None = strawberry.field(description="Whose role it is; null when refused or taken back.")


@strawberry.type(description="A mandate given.")
class MandatePayload(Payload):
    mandate: Mandate | None = strawberry.field(description="The mandate; null when refused.")


@strawberry.type(description="A mandate taken back.")
class RevokedMandatePayload(Payload):
    id: strawberry.ID | None = strawberry.field(description="Id of the mandate; null when refused.")
