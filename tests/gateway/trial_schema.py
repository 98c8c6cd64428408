"""A small schema over the peer's service: enough to show how the gateway behaves, whatever the real schema holds."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from enum import Enum
from typing import ClassVar

import strawberry
from strawberry import Schema
from strawberry.schema.config import StrawberryConfig

from gateway.context import Info
from gateway.loaders import declare
from gateway.problems import not_found
from gateway.schema.activity import ActivitySubscriptions
from gateway.schema.assembly import GatewayQueries, GatewaySchema, extensions
from gateway.schema.commands import ChangeInput, Payload, command
from gateway.schema.items import LiveExecution, load_shown
from gateway.schema.live import AfterPosition, beginning, follow
from gateway.schema.node import Node
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request
from gateway.schema.scalars import SCALARS, URL
from gateway.schema.wire import Row


@strawberry.enum
class Loudness(Enum):
    LOUD = "LOUD"
    QUIET = "QUIET"


@strawberry.type
class Owner(Node):
    kind: ClassVar[str] = "owner"
    loader: ClassVar[str] = declare("trial", "owners_by_ids")
    name: str


@strawberry.type
class Thing(Node):
    kind: ClassVar[str] = "thing"
    loader: ClassVar[str] = declare("trial", "things_by_ids")
    name: str
    row: strawberry.Private[Row]

    @strawberry.field
    async def owner(self, info: Info) -> Owner | None:
        return await Owner.load(info, self.row["owner"])

    @strawberry.field
    def itself(self) -> Thing:
        return self

    @strawberry.field
    def shown_to(self, info: Info) -> str:
        return f"{info.context.principal.name} in {info.context.language}"

    @strawberry.field
    def refused(self) -> str:
        raise not_found("owner")

    @strawberry.field
    def may_be_refused(self) -> str | None:
        raise not_found("owner")

    @strawberry.field
    def may_break(self) -> str | None:
        raise RuntimeError("the password is hunter2")

    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError("the password is hunter2")


@strawberry.input
class DoInput(ChangeInput):
    method: str
    thing: strawberry.ID | None = None


@strawberry.type
class DonePayload(Payload):
    headers: str | None
    request: str | None


@strawberry.type
class Query(GatewayQueries):
    @strawberry.field
    def hello(self) -> str:
        return "bonjour"

    @strawberry.field
    async def ask(self, info: Info, method: str) -> str:
        return str(await info.context.rpc.ask("trial", method, {}))

    @strawberry.field
    async def echo(self, info: Info, text: str) -> str:
        answer = await info.context.rpc.ask("trial", "echo", {"text": text})
        return str(answer["request"]["text"])

    @strawberry.field
    def say(self, aloud: Loudness) -> str:
        return aloud.name

    @strawberry.field
    async def absent(self, info: Info) -> str:
        return str(await info.context.rpc.ask("absent", "anything", {}))

    @strawberry.field
    async def things(self, info: Info, first: First = None, after: After = None) -> Connection[Thing]:
        page = await info.context.rpc.ask("trial", "list_things", page_request(first, after, count=asks_total(info)))
        return connection_of(page, Thing, after=after)

    @strawberry.field
    def me(self, info: Info) -> str:
        principal = info.context.principal
        return f"{principal.kind} {principal.id} {sorted(principal.roles)}"

    @strawberry.field
    def visit(self, site: URL) -> str:
        return site

    @strawberry.field
    def language(self, info: Info) -> str:
        return info.context.language


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def do(self, info: Info, input: DoInput) -> DonePayload:
        outcome = await command(info, "trial", input.method, input)
        value = outcome.value if isinstance(outcome.value, dict) else {}
        return DonePayload(
            headers=str(value.get("headers")), request=str(value.get("request")), problems=outcome.problems
        )


@strawberry.type
class Subscription(ActivitySubscriptions):
    @strawberry.subscription
    async def thing_changed(self, info: Info, key: str, after: AfterPosition = None) -> AsyncGenerator[Thing, None]:
        follower = follow(info, lambda fact: fact.subject == f"thing/{key}", beginning(info, after))
        while True:
            info.context.show((await follower.all_that_came())[-1])
            thing = await load_shown(info, Thing, key)
            if thing is None:
                raise not_found("thing")
            yield thing

    @strawberry.subscription
    async def greetings(self, info: Info) -> AsyncGenerator[str, None]:
        yield f"bonjour {info.context.principal.kind}"

    @strawberry.subscription
    async def breaks_at_once(self, info: Info) -> AsyncGenerator[str, None]:
        raise ValueError("the password is hunter2")
        yield "never"

    @strawberry.subscription
    async def breaks(self, info: Info) -> AsyncGenerator[str, None]:
        yield "once"
        raise RuntimeError("the password is hunter2")


def trial_schema(*, local: bool, trusted: Mapping[str, str] | None = None, only_trusted: bool = False) -> Schema:
    """The trial schema under the gateway's own extensions."""
    return GatewaySchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=extensions(local=local, trusted=trusted or {}, only_trusted=only_trusted),
        execution_context_class=LiveExecution,
        types=[Thing, Owner],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not local),
    )
