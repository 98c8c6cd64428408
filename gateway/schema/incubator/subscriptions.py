"""Projects, as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.problems import not_found
from gateway.schema.incubator.types import Project


@strawberry.type
class IncubatorSubscriptions:
    @strawberry.subscription(description="The project, each time that it changes.")
    async def project_changed(
        self, info: Info, slug: Annotated[str, strawberry.argument(description="Readable name.")]
    ) -> AsyncGenerator[Project, None]:
        project = Project.from_wire_or_none(await info.context.rpc.ask("incubator", "project_by_slug", {"slug": slug}))
        if project is None:
            raise not_found("project")
        async for _ in info.context.facts.follow(lambda fact: fact.subject == f"project/{project.key}"):
            info.context.loaders.forget()
            changed = await Project.load(info, project.key)
            if changed is not None:
                yield changed
