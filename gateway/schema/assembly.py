"""The whole schema, put together from the parts that stand beside each service."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import strawberry
from strawberry import Schema
from strawberry.extensions import DisableIntrospection, MaxTokensLimiter
from strawberry.schema.config import StrawberryConfig

from gateway.context import Info
from gateway.schema.activity import ActivitySubscriptions
from gateway.schema.budget import WithinBudget
from gateway.schema.errors import CodedErrors
from gateway.schema.node import Node, find_node
from gateway.schema.scalars import SCALARS

MOST_TOKENS = 2000
SERVICES = ("people", "incubator", "coalitions", "events")


@strawberry.type
class GatewayQueries:
    @strawberry.field(description="The thing with this global id; null when there is none that the caller may see.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await find_node(info, id)


def make_schema(*, local: bool) -> Schema:
    """The schema; outside local mode it neither suggests names nor describes itself."""
    subscriptions = [ActivitySubscriptions, *_parts("subscriptions", "Subscriptions")]
    return Schema(
        query=_joined("Query", "Everything that may be asked.", [GatewayQueries, *_parts("queries", "Queries")]),
        mutation=_joined("Mutation", "Every command.", _parts("mutations", "Mutations")),
        subscription=_joined("Subscription", "What happens, as it happens.", subscriptions),
        extensions=extensions(local=local),
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not local),
    )


def extensions(*, local: bool) -> list[Any]:
    """What stands around every operation."""
    around: list[Any] = [lambda: MaxTokensLimiter(MOST_TOKENS), CodedErrors, WithinBudget]
    return around if local else [*around, DisableIntrospection]


def _parts(module: str, suffix: str) -> list[type]:
    """The classes of this name beside each service."""
    found = []
    for service in SERVICES:
        name = f"gateway.schema.{service}.{module}"
        if find_spec(f"gateway.schema.{service}") and find_spec(name):
            found.append(getattr(import_module(name), f"{service.capitalize()}{suffix}"))
    return found


def _joined(name: str, description: str, parts: list[type]) -> Any:
    return strawberry.type(type(name, tuple(parts), {}), description=description)
