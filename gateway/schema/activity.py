"""What happens in the network, one entry per fact."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.facts import Fact
from gateway.identity.principal import Principal
from gateway.schema.live import AfterPosition, follow
from gateway.schema.node import global_id
from gateway.schema.problems import Actor, ActorKind

#: Facts that carry no visibility and are about what anybody may see.
PUBLIC_TYPES = frozenset(
    {"incubator.recorded", "call.opened", "call.closed", "organisation.verified", "theme.recorded"}
)
#: Facts about what a thing's own people do among themselves, whoever may see the thing.
INTERNAL_TYPES = frozenset(
    {
        *("project.conflict_declared", "project.reviewers_assigned", "project.reviewed"),
        *("project.stage_proposed", "project.stage_refused", "project.stage_cancelled"),
        *("coalition.member_applied", "coalition.member_invited", "coalition.member_refused"),
        *("coalition.invitation_declined", "coalition.invitation_expired", "position.stance_cast"),
    }
)


@strawberry.type(description="Something that happened, as its owner told it.")
class Activity:
    id: strawberry.ID = strawberry.field(description="Id of the fact.")
    type: str = strawberry.field(description="Kind of the fact, in the past tense, such as `project.admitted`.")
    subject: strawberry.ID = strawberry.field(description="What it happened to: a global id for `node(id)`.")
    at: datetime = strawberry.field(description="When, in UTC.")
    data: JSON = strawberry.field(description="What the fact carries: ids, codes, numbers, dates and public titles.")
    actor: Actor | None = strawberry.field(description="What kind of actor caused it.")
    cause: strawberry.ID | None = strawberry.field(description="Id of the fact that this one answers to.")
    position: str | None = strawberry.field(
        default=None, description="Where the entry stands in the subscription, which takes it as `after`."
    )

    @classmethod
    def from_fact(cls, fact: Fact, position: str | None = None) -> Activity:
        """The entry of a fact."""
        return cls(
            id=strawberry.ID(fact.id),
            type=fact.type,
            subject=global_id(fact.kind, fact.key),
            at=fact.time.astimezone(UTC),
            data=JSON(fact.data),
            # Which person it was is not for everybody: who votes or registers is nobody's business.
            actor=Actor(kind=ActorKind(fact.actor.kind), key=None) if fact.actor else None,
            cause=strawberry.ID(fact.causationid) if fact.causationid else None,
            position=position,
        )


@strawberry.input(description="Which activity. What is left out is not asked for.")
class ActivityFilter:
    types: list[str] | None = strawberry.field(default=None, description="Kinds of facts, such as `project.admitted`.")
    subject: strawberry.ID | None = strawberry.field(default=None, description="Only about this thing.")
    theme: str | None = strawberry.field(default=None, description="Only what carries this theme.")

    def wants(self, fact: Fact) -> bool:
        """Whether the fact passes the filter."""
        return (
            (self.types is None or fact.type in self.types)
            and (self.subject is None or self.subject == global_id(fact.kind, fact.key))
            and (self.theme is None or self.theme in (fact.data.get("themes") or ()))
        )


Filter = Annotated[ActivityFilter | None, strawberry.argument(description="Only some of it; everything unless said.")]


def may_see(principal: Principal, fact: Fact) -> bool:
    """Whether this fact may be shown to the one who asks, by the visibility that it carries."""
    if fact.type in INTERNAL_TYPES:
        return False
    visibility = fact.data.get("visibility")
    if visibility is None:
        return fact.type in PUBLIC_TYPES
    return visibility == "PUBLIC" or (visibility == "NETWORK" and principal.signed_in)


@strawberry.type
class ActivitySubscriptions:
    @strawberry.subscription(description="Everything that happens, as far as the caller may see it, one by one.")
    async def activity(
        self, info: Info, filter: Filter = None, after: AfterPosition = None
    ) -> AsyncGenerator[Activity, None]:
        principal, facts = info.context.principal, info.context.facts
        wanted = filter or ActivityFilter()
        async for told in follow(info, lambda fact: may_see(principal, fact) and wanted.wants(fact), after):
            # Who comes to it late may find that it was public once.
            if may_see(principal, facts.who_sees(told)):
                info.context.show(told)
                yield Activity.from_fact(told.fact, told.position)
