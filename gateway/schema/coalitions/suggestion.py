"""Suggestions: a project and a coalition that belong together."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.coalitions.coalition import Coalition
from gateway.schema.coalitions.codes import SuggestionState
from gateway.schema.node import Node
from gateway.schema.people.types import Theme
from gateway.schema.problems import Transition, transitions_of
from gateway.schema.wire import Row

if TYPE_CHECKING:
    from gateway.schema.incubator.types import Project

incubator = strawberry.lazy("gateway.schema.incubator.types")


@strawberry.type(description="A project on a theme that a coalition shares, brought to the notice of both.")
class Suggestion(Node):
    kind: ClassVar[str] = "suggestion"
    loader: ClassVar[str] = declare("coalitions", "suggestions_by_ids")

    row: strawberry.Private[Row]
    cause: str | None = strawberry.field(description="Id of the fact that caused it.")
    cause_type: str | None = strawberry.field(description="What happened, such as `project.admitted`.")
    state: SuggestionState = strawberry.field(description="Where it stands.")
    proposed_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="Until when it may be answered.")
    answered_at: datetime | None = strawberry.field(description="When it was answered.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @strawberry.field(description="The coalition to which the project is suggested.")
    async def coalition(self, info: Info) -> Coalition | None:
        return await Coalition.load(info, self.row["coalition"])

    @strawberry.field(description="The project that is suggested, if the caller may see it.")
    async def project(self, info: Info) -> Annotated[Project, incubator] | None:
        from gateway.schema.incubator.types import Project

        return await Project.load(info, self.row["project"])

    @strawberry.field(description="The themes that they share.")
    async def themes(self, info: Info) -> list[Theme]:
        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="How it may be answered, and what stands in the way.")
    def allowed_transitions(self, info: Info) -> list[Transition]:
        return transitions_of(self.row["allowed_transitions"], info)
