"""A question that others ask at the same moment is executed once for all of them (gateway/flights.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from graphql import GraphQLError
from strawberry.http import GraphQLRequestData
from strawberry.types import ExecutionResult

from gateway import metrics
from gateway.context import Context
from gateway.flights import Flights
from gateway.problems import Failure
from gateway.schema.budget import REQUEST

#: The result, and the correlation id under which it was executed.
Shared = tuple[ExecutionResult, str]


async def in_company(
    flights: Flights, context: Context, asked: GraphQLRequestData, execute: Callable[[], Awaitable[Any]]
) -> ExecutionResult:
    """What is executed for us, or for another who asks the same and may see the same; paid by us, told in our name.

    ``data`` is encoded already. Nothing is shared that may be another's reason alone: to have spent too much.
    """
    ours = False

    async def make() -> Shared:
        nonlocal ours
        ours = True
        result: ExecutionResult = await execute()
        if result.data is not None:
            result.data = msgspec.Raw(msgspec.json.encode(result.data))  # type: ignore[assignment]
        return result, context.correlation_id

    words = msgspec.json.encode((asked.query, asked.operation_name, asked.variables))
    question = (context.principal, context.language, words)
    shared: Shared = await flights.share(question, make)
    result, known_by = shared
    if ours:
        return result
    cost = (result.extensions or {}).get("cost", {})
    if "left" not in cost:
        alone: ExecutionResult = await execute()
        return alone
    metrics.TOGETHER.labels("request").inc()
    context.together_with = known_by
    try:
        left = context.pay(cost["asked"] + REQUEST)
    except Failure as refused:
        return ExecutionResult(data=None, errors=[refused])
    errors = [_told_to(context, error) for error in result.errors or ()]
    return ExecutionResult(result.data, errors or None, extensions={"cost": {**cost, "left": left}})


def _told_to(context: Context, error: GraphQLError) -> GraphQLError:
    """The same error under our correlation id; the log says with whom we were answered."""
    return GraphQLError(
        error.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={**(error.extensions or {}), "correlationId": context.correlation_id},
    )
