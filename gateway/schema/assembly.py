"""The whole schema, put together from the parts that stand beside each service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import Schema
from strawberry.extensions import DisableIntrospection, SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from gateway.context import Info
from gateway.schema.activity import ActivityQueries, ActivitySubscriptions
from gateway.schema.around import Around
from gateway.schema.budget import WithinBudget
from gateway.schema.coalitions.mutations import CoalitionsMutations
from gateway.schema.coalitions.queries import CoalitionsQueries
from gateway.schema.coalitions.subscriptions import CoalitionsSubscriptions
from gateway.schema.commands import describe_inputs
from gateway.schema.documents import documents_extension
from gateway.schema.error_codes import ErrorCode
from gateway.schema.errors import CodedErrors
from gateway.schema.events.mutations import EventsMutations
from gateway.schema.events.queries import EventsQueries
from gateway.schema.events.subscriptions import EventsSubscriptions
from gateway.schema.incubator.mutations import IncubatorMutations
from gateway.schema.incubator.queries import IncubatorQueries
from gateway.schema.incubator.subscriptions import IncubatorSubscriptions
from gateway.schema.items import LiveExecution
from gateway.schema.live import ABOUT, Positions
from gateway.schema.node import GlobalId, Node, find_node
from gateway.schema.people.mutations import PeopleMutations
from gateway.schema.people.queries import PeopleQueries
from gateway.schema.scalars import SCALARS


@strawberry.type
class GatewayQueries:
    @strawberry.field(description="The thing with this global id; null when there is none that the caller may see.")
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        return await find_node(info, id)


@strawberry.type(description="Everything that may be asked.")
class Query(GatewayQueries, ActivityQueries, PeopleQueries, IncubatorQueries, CoalitionsQueries, EventsQueries):
    pass


@strawberry.type(description="Every command.")
class Mutation(PeopleMutations, IncubatorMutations, CoalitionsMutations, EventsMutations):
    pass


@strawberry.type(description=ABOUT)
class Subscription(ActivitySubscriptions, IncubatorSubscriptions, CoalitionsSubscriptions, EventsSubscriptions):
    pass


class GatewaySchema(Schema):
    """With less ceremony around each operation, and each item of a subscription (around.py)."""

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> SchemaExtensionsRunner:
        return Around(execution_context, extensions)


def make_schema(*, local: bool, trusted: Mapping[str, str] | None = None, only_trusted: bool = False) -> Schema:
    """The schema; outside local mode it neither suggests names nor describes itself.

    ``trusted`` are the registered documents, by their names; with ``only_trusted`` nothing else is answered.
    """
    schema = GatewaySchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[ErrorCode],
        extensions=extensions(local=local, trusted=trusted or {}, only_trusted=only_trusted),
        execution_context_class=LiveExecution,
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not local),
    )
    _let_arguments_have_any_name(schema)
    describe_inputs(schema)
    return schema


def _let_arguments_have_any_name(schema: Schema) -> None:
    """strawberry resolves a subscription by a function whose own argument is called ``event``, and fails on another."""
    subscription = schema._schema.subscription_type
    for field in subscription.fields.values() if subscription else ():
        field.resolve = _as_yielded


def _as_yielded(yielded: Any, _info: Any, /, **_arguments: Any) -> Any:
    return yielded


def extensions(*, local: bool, trusted: Mapping[str, str], only_trusted: bool = False) -> list[Any]:
    """What stands around every operation, in this order: nothing is validated that is not within the budget."""
    rules = [] if local else [DisableIntrospection]
    documents = documents_extension(trusted=trusted, only_trusted=only_trusted)
    return [CodedErrors, *rules, WithinBudget, documents, Positions]
