"""What happens in coalitions, as it happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.problems import not_found
from gateway.schema.coalitions.consultation import Consultation
from gateway.schema.coalitions.position import Ballot
from gateway.schema.coalitions.suggestion import Suggestion
from gateway.schema.items import load_shown
from gateway.schema.live import LATEST, AfterPosition, beginning, follow, latest_of_each


@strawberry.type
class CoalitionsSubscriptions:
    @strawberry.subscription(
        description="The ballots of a position, each time that something is said or decided in one." + LATEST
    )
    async def ballot_changed(
        self,
        info: Info,
        position: Annotated[str, strawberry.argument(description="The position's slug.")],
        after: AfterPosition = None,
    ) -> AsyncGenerator[Ballot, None]:
        begun = beginning(info, after)
        row = await info.context.ask_together("coalitions", "position_by_slug", {"slug": position})
        if row is None:
            raise not_found("position")
        follower = follow(info, lambda fact: fact.subject == f"position/{row['id']}" and "ballot" in fact.data, begun)
        while True:
            for told in latest_of_each(await follower.all_that_came(), lambda fact: fact.data["ballot"]):
                info.context.show(told)
                ballot = await load_shown(info, Ballot, told.fact.data["ballot"])
                if ballot is None:
                    raise not_found("position")
                yield ballot

    @strawberry.subscription(description="The consultation, each time people vote or it changes." + LATEST)
    async def consultation_changed(
        self,
        info: Info,
        slug: Annotated[str, strawberry.argument(description="The consultation's slug.")],
        after: AfterPosition = None,
    ) -> AsyncGenerator[Consultation, None]:
        begun = beginning(info, after)
        row = await info.context.ask_together("coalitions", "consultation_by_slug", {"slug": slug})
        if row is None:
            raise not_found("consultation")
        follower = follow(info, lambda fact: fact.subject == f"consultation/{row['id']}", begun)
        while True:
            came = await follower.all_that_came()
            info.context.show(came[-1])
            changed = await load_shown(info, Consultation, row["id"])
            if changed is None:
                raise not_found("consultation")
            yield changed

    @strawberry.subscription(description="Suggestions that concern the caller, as they are made, one by one.")
    async def suggestion_made(self, info: Info, after: AfterPosition = None) -> AsyncGenerator[Suggestion, None]:
        async for told in follow(info, lambda fact: fact.type == "suggestion.proposed", after):
            info.context.show(told)
            suggestion = await Suggestion.load(info, told.fact.key)
            if suggestion is not None:
                yield suggestion
