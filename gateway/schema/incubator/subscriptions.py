"""Projects, as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.problems import not_found
from gateway.schema.incubator.types import Project
from gateway.schema.items import load_shown
from gateway.schema.live import LATEST, AfterPosition, beginning, follow


@strawberry.type
class IncubatorSubscriptions:
    @strawberry.subscription(description="The project, each time that it changes." + LATEST)
    async def project_changed(
        self,
        info: Info,
        slug: Annotated[str, strawberry.argument(description="Readable name.")],
        after: AfterPosition = None,
    ) -> AsyncGenerator[Project, None]:
        begun = beginning(info, after)
        project = Project.from_wire_or_none(
            await info.context.ask_together("incubator", "project_by_slug", {"slug": slug})
        )
        if project is None:
            raise not_found("project")
        follower = follow(info, lambda fact: fact.subject == f"project/{project.key}", begun)
        while True:
            came = await follower.all_that_came()
            info.context.show(came[-1])
            changed = await load_shown(info, Project, project.key)
            if changed is None:
                raise not_found("project")
            yield changed
