"""Questions about themes, organisations and oneself."""

from __future__ import annotations

from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.schema.commands import own_id
from gateway.schema.node import GlobalId
from gateway.schema.paging import After, Connection, First, connection_of, page_request
from gateway.schema.people.types import Erasure, Organisation, Theme, Viewer

Slug = Annotated[str, strawberry.argument(description="Readable name in addresses.")]
Search = Annotated[str | None, strawberry.argument(description="Part of the name, whatever the accents and case.")]


@strawberry.type
class PeopleQueries:
    @strawberry.field(description="Who is asking; null when nobody is signed in.")
    async def viewer(self, info: Info) -> Viewer | None:
        if not info.context.principal.signed_in:
            return None
        return Viewer.from_wire_or_none(await info.context.rpc.ask("people", "viewer", {}))

    @strawberry.field(description="An erasure that was asked for, by the id that `erasePerson` answered.")
    async def erasure(self, info: Info, id: GlobalId) -> Erasure | None:
        return await Erasure.load(info, own_id(id, "id"))

    @strawberry.field(description="The themes that tie the network together.")
    async def themes(self, info: Info) -> list[Theme]:
        return Theme.each_from_wire(await info.context.rpc.ask("people", "list_themes", {}))

    @strawberry.field(description="One theme, with everything on it.")
    async def theme(self, info: Info, slug: Slug) -> Theme | None:
        return await Theme.load(info, slug)

    @strawberry.field(description="One organisation.")
    async def organisation(self, info: Info, slug: Slug) -> Organisation | None:
        row = await info.context.rpc.ask("people", "organisation_by_slug", {"slug": slug})
        return Organisation.from_wire_or_none(row)

    @strawberry.field(description="The organisations of the network.")
    async def organisations(
        self, info: Info, search: Search = None, first: First = None, after: After = None
    ) -> Connection[Organisation]:
        request = page_request(first, after, search=search)
        page = await info.context.rpc.ask("people", "list_organisations", request)
        return connection_of(page, Organisation, after=after)
