"""What happens in coalitions, as it happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.problems import not_found
from gateway.schema.coalitions.consultation import Consultation
from gateway.schema.coalitions.position import Ballot, Position
from gateway.schema.coalitions.suggestion import Suggestion


@strawberry.type
class CoalitionsSubscriptions:
    @strawberry.subscription(description="The ballot of a position, each time something is said or decided in it.")
    async def ballot_changed(
        self, info: Info, position: Annotated[str, strawberry.argument(description="The position's slug.")]
    ) -> AsyncGenerator[Ballot, None]:
        row = await info.context.rpc.ask("coalitions", "position_by_slug", {"slug": position})
        if row is None:
            raise not_found("position")
        async for fact in info.context.facts.follow(
            lambda fact: fact.subject == f"position/{row['id']}" and "ballot" in fact.data
        ):
            info.context.loaders.forget()
            changed = await Position.load(info, row["id"])
            ballot = next((one for one in changed.ballots if one.key == fact.data["ballot"]), None) if changed else None
            if ballot is not None:
                yield ballot

    @strawberry.subscription(description="The consultation, each time people vote or it changes.")
    async def consultation_changed(
        self, info: Info, slug: Annotated[str, strawberry.argument(description="The consultation's slug.")]
    ) -> AsyncGenerator[Consultation, None]:
        row = await info.context.rpc.ask("coalitions", "consultation_by_slug", {"slug": slug})
        if row is None:
            raise not_found("consultation")
        async for _ in info.context.facts.follow(lambda fact: fact.subject == f"consultation/{row['id']}"):
            info.context.loaders.forget()
            changed = await Consultation.load(info, row["id"])
            if changed is not None:
                yield changed

    @strawberry.subscription(description="Suggestions that concern the caller, as they are made.")
    async def suggestion_made(self, info: Info) -> AsyncGenerator[Suggestion, None]:
        async for fact in info.context.facts.follow(lambda fact: fact.type == "suggestion.proposed"):
            info.context.loaders.forget()
            suggestion = await Suggestion.load(info, fact.key)
            if suggestion is not None:
                yield suggestion
