"""Questions about coalitions, positions, consultations and suggestions."""

from __future__ import annotations

from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.schema.coalitions.coalition import Coalition
from gateway.schema.coalitions.consultation import Consultation
from gateway.schema.coalitions.inputs.filters import (
    CoalitionFilter,
    ConsultationFilter,
    PositionFilter,
    SuggestionFilter,
)
from gateway.schema.coalitions.position import Position
from gateway.schema.coalitions.suggestion import Suggestion
from gateway.schema.commands import wire
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request

Slug = Annotated[str, strawberry.argument(description="Its readable name.")]
Search = Annotated[str | None, strawberry.argument(description="Words, whatever their case and accents.")]


@strawberry.type
class CoalitionsQueries:
    @strawberry.field(description="One coalition; null when there is none that the caller may see.")
    async def coalition(self, info: Info, slug: Slug) -> Coalition | None:
        request = {"slug": slug, **Coalition.wanted(info)}
        return Coalition.from_wire_or_none(await info.context.rpc.ask("coalitions", "coalition_by_slug", request))

    @strawberry.field(description="Coalitions by name, as the caller may see them.")
    async def coalitions(
        self,
        info: Info,
        filter: Annotated[
            CoalitionFilter | None,
            strawberry.argument(description="Which coalitions are wanted; all that the caller may see by default."),
        ] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Coalition]:
        asked = {"filter": wire(filter), "search": search, **Coalition.wanted(info)}
        request = page_request(first, after, count=asks_total(info), **asked)
        page = await info.context.rpc.ask("coalitions", "list_coalitions", request)
        return connection_of(page, Coalition, after=after)

    @strawberry.field(description="One position; null when there is none that the caller may see.")
    async def position(self, info: Info, slug: Slug) -> Position | None:
        return Position.from_wire_or_none(await info.context.rpc.ask("coalitions", "position_by_slug", {"slug": slug}))

    @strawberry.field(description="Positions, the latest first, as the caller may see them.")
    async def positions(
        self,
        info: Info,
        filter: Annotated[
            PositionFilter | None,
            strawberry.argument(description="Which positions are wanted; all that the caller may see by default."),
        ] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Position]:
        request = page_request(first, after, filter=wire(filter), search=search)
        page = await info.context.rpc.ask("coalitions", "list_positions", request)
        return connection_of(page, Position, after=after)

    @strawberry.field(description="One consultation; null when there is none that the caller may see.")
    async def consultation(self, info: Info, slug: Slug) -> Consultation | None:
        return Consultation.from_wire_or_none(
            await info.context.rpc.ask("coalitions", "consultation_by_slug", {"slug": slug})
        )

    @strawberry.field(description="Consultations by question, as the caller may see them.")
    async def consultations(
        self,
        info: Info,
        filter: Annotated[
            ConsultationFilter | None,
            strawberry.argument(description="Which consultations are wanted; all that the caller may see by default."),
        ] = None,
        search: Search = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Consultation]:
        request = page_request(first, after, filter=wire(filter), search=search)
        page = await info.context.rpc.ask("coalitions", "list_consultations", request)
        return connection_of(page, Consultation, after=after)

    @strawberry.field(description="Suggestions that concern the caller, the latest first.")
    async def suggestions(
        self,
        info: Info,
        filter: Annotated[
            SuggestionFilter | None,
            strawberry.argument(description="Which suggestions are wanted; all that the caller may see by default."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Suggestion]:
        request = page_request(first, after, filter=wire(filter))
        page = await info.context.rpc.ask("coalitions", "list_suggestions", request)
        return connection_of(page, Suggestion, after=after)
