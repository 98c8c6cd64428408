"""What may be asked about incubators and projects."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from gateway.context import Info
from gateway.schema.commands import wire
from gateway.schema.incubator.inputs import ProjectFilter
from gateway.schema.incubator.types import BoardColumn, Call, CohortPoint, Incubator, Network, Project, StageSummary
from gateway.schema.incubator.vocabulary import ProjectOrder
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request

Slug = Annotated[str, strawberry.argument(description="Readable name.")]
OfIncubator = Annotated[
    str | None, strawberry.argument(description="Slug of an incubator; the whole network without one.")
]


@strawberry.type
class IncubatorQueries:
    @strawberry.field(description="The incubators, by name.")
    async def incubators(self, info: Info, first: First = None, after: After = None) -> Connection[Incubator]:
        request = page_request(first, after, count=asks_total(info))
        page = await info.context.rpc.ask("incubator", "list_incubators", request)
        return connection_of(page, Incubator, after=after)

    @strawberry.field(description="One incubator.")
    async def incubator(self, info: Info, slug: Slug) -> Incubator | None:
        return Incubator.from_wire_or_none(await info.context.rpc.ask("incubator", "incubator_by_slug", {"slug": slug}))

    @strawberry.field(description="Calls for applications, the ones that close last first.")
    async def calls(
        self,
        info: Info,
        incubator: OfIncubator = None,
        is_open: Annotated[
            bool | None, strawberry.argument(description="Only those that take applications now, or only the others.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Call]:
        request = page_request(first, after, incubator=incubator, is_open=is_open, count=asks_total(info))
        return connection_of(await info.context.rpc.ask("incubator", "list_calls", request), Call, after=after)

    @strawberry.field(description="One project, if the caller may see it.")
    async def project(self, info: Info, slug: Slug) -> Project | None:
        request = {"slug": slug, **Project.wanted(info)}
        return Project.from_wire_or_none(await info.context.rpc.ask("incubator", "project_by_slug", request))

    @strawberry.field(description="The projects that the caller may see.")
    async def projects(
        self,
        info: Info,
        filter: Annotated[ProjectFilter | None, strawberry.argument(description="Which projects.")] = None,
        order_by: Annotated[
            ProjectOrder | None, strawberry.argument(description="In which order; by name unless said.")
        ] = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Words in the name, the pitch or the themes, whatever the accents and case."
            ),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Project]:
        order = order_by.value if order_by else None
        asked = {"filter": wire(filter), "order_by": order, "search": search, **Project.wanted(info)}
        request = page_request(first, after, count=asks_total(info), **asked)
        return connection_of(await info.context.rpc.ask("incubator", "list_projects", request), Project, after=after)

    @strawberry.field(description="Projects by stage, in stage order, final states included.")
    async def pipeline(
        self,
        info: Info,
        incubator: OfIncubator = None,
        as_of: Annotated[
            date | None, strawberry.argument(description="As it was at the end of this day; now unless said.")
        ] = None,
    ) -> list[StageSummary]:
        asked = {"incubator": incubator, "as_of": as_of.isoformat() if as_of else None}
        request = {name: value for name, value in asked.items() if value is not None}
        return StageSummary.each_from_wire(await info.context.rpc.ask("incubator", "pipeline", request))

    @strawberry.field(description="The projects at work in an incubator, a column per stage, stalled ones first.")
    async def board(
        self,
        info: Info,
        incubator: Annotated[str, strawberry.argument(description="Slug of the incubator.")],
        first: Annotated[int | None, strawberry.argument(description="Cards in a column: 20 unless said.")] = None,
    ) -> list[BoardColumn]:
        request = page_request(first, None, incubator=incubator, count=asks_total(info), **Project.wanted(info))
        return BoardColumn.each_from_wire(await info.context.rpc.ask("incubator", "board", request))

    @strawberry.field(description="Projects admitted in a period, and where they are after so many months.")
    async def cohort(
        self,
        info: Info,
        since: Annotated[date, strawberry.argument(description="First day of the period.")],
        until: Annotated[date, strawberry.argument(description="Last day of the period.")],
        incubator: OfIncubator = None,
        months: Annotated[
            list[int] | None,
            strawberry.argument(description="Months after admission; 0, 6, 12, 24 and 36 unless said."),
        ] = None,
    ) -> list[CohortPoint]:
        request: dict[str, Any] = {"since": since.isoformat(), "until": until.isoformat()}
        request |= {"incubator": incubator} if incubator else {}
        request |= {"months": months} if months is not None else {}
        return CohortPoint.each_from_wire(await info.context.rpc.ask("incubator", "cohort", request))

    @strawberry.field(description="The network in numbers.")
    async def network(self, info: Info) -> Network:
        return Network.from_wire(await info.context.rpc.ask("incubator", "network", {}))
