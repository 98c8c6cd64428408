"""Questions about gatherings."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.schema.commands import own_id, wire
from gateway.schema.events.codes import EventOrder, NoticeTopic, RegistrationState
from gateway.schema.events.feeds import address_of_calendar
from gateway.schema.events.inputs import EventFilter
from gateway.schema.events.types import Event, Registration
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request
from gateway.schema.scalars import URL

Slug = Annotated[str, strawberry.argument(description="Readable name of the gathering.")]
Filter = Annotated[EventFilter | None, strawberry.argument(description="Which ones; all that are seen unless said.")]
Order = Annotated[EventOrder | None, strawberry.argument(description="In which order; the latest first unless said.")]
Search = Annotated[str | None, strawberry.argument(description="Words of the title or the text, whatever the accents.")]
States = Annotated[
    list[RegistrationState] | None, strawberry.argument(description="In one of these states; all unless said.")
]
OfTheme = Annotated[str | None, strawberry.argument(description="Slug of a theme.")]
OfProject = Annotated[str | None, strawberry.argument(description="Slug of a project.")]
OfCoalition = Annotated[str | None, strawberry.argument(description="Slug of a coalition.")]
Which = Annotated[strawberry.ID, strawberry.argument(description="Id of the gathering.")]


@strawberry.type
class EventsQueries:
    @strawberry.field(description="One gathering; null when there is none that the caller may see.")
    async def event(self, info: Info, slug: Slug) -> Event | None:
        request = {"slug": slug, **Event.wanted(info)}
        return Event.from_wire_or_none(await info.context.rpc.ask("events", "event_by_slug", request))

    @strawberry.field(description="The gatherings that the caller may see.")
    async def events(
        self,
        info: Info,
        filter: Filter = None,
        order_by: Order = None,
        search: Search = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Event]:
        order = order_by.value if order_by else None
        asked = {"filter": wire(filter), "order_by": order, "search": search, **Event.wanted(info)}
        request = page_request(first, after, count=asks_total(info), **asked)
        return connection_of(await info.context.rpc.ask("events", "list_events", request), Event, after=after)

    @strawberry.field(description="Who is registered for a gathering: for those who run it or help at its door.")
    async def registrations(
        self, info: Info, event: Which, state: States = None, first: First = None, after: After = None
    ) -> Connection[Registration]:
        states = [one.value for one in state] if state else None
        request = page_request(first, after, event=own_id(event, "event"), state=states)
        page = await info.context.rpc.ask("events", "list_registrations", request)
        return connection_of(page, Registration, after=after)

    @strawberry.field(description="The caller's own registrations, the latest first.")
    async def my_registrations(self, info: Info, first: First = None, after: After = None) -> Connection[Registration]:
        page = await info.context.rpc.ask("events", "my_registrations", page_request(first, after))
        return connection_of(page, Registration, after=after)

    @strawberry.field(description="What the caller has chosen not to be told by letter.")
    async def my_unwanted_notices(self, info: Info) -> list[NoticeTopic]:
        chosen = await info.context.rpc.ask("events", "my_notices", {})
        return [NoticeTopic(topic) for topic in chosen["unwanted"]]

    @strawberry.field(description="All that is held about the caller's taking part in gatherings, to take along.")
    async def my_event_data(self, info: Info) -> JSON:
        return JSON(await info.context.rpc.ask("events", "my_data", {}))

    @strawberry.field(
        description="Address of a calendar (RFC 5545): a theme's, a project's, a coalition's, or everybody's."
    )
    def calendar_url(
        self, info: Info, theme: OfTheme = None, project: OfProject = None, coalition: OfCoalition = None
    ) -> URL:
        scopes = {"THEME": theme, "PROJECT": project, "COALITION": coalition}
        scope, slug = next(((scope, slug) for scope, slug in scopes.items() if slug), ("AGENDA", None))
        return URL(address_of_calendar(info.context.public_url, scope, slug))
