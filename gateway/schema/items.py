"""What a subscription shows at one place, executed and encoded once for all who asked the same and may see the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from inspect import isawaitable
from typing import Any, TypeVar

import msgspec
from graphql import ExecutionResult

from gateway.context import Context, Info
from gateway.schema.execution import PlannedExecution
from gateway.schema.node import Node

Thing = TypeVar("Thing", bound=Node)


class WithErrors(Exception):
    """A result that is not kept, for those who wait for it already."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__()
        self.result = result


class LiveExecution(PlannedExecution):
    """Executes an item of a subscription once for all who see the same of it; everything else as it comes.

    Whoever follows comes to each place by itself, in its own time. What it is shown there depends on the place, on who
    asks and in which language, and on the document, the operation and the variables: with these it is kept for a moment
    (gateway/together.py), encoded.
    """

    def build_per_event_executor(self, payload: Any) -> Any:
        """The executor of one item; ``data`` of what it executes is encoded already."""
        build: Callable[[Any], Any] = super().build_per_event_executor
        position = self.context_value.position
        if position is None or self._question is None:
            return build(payload)
        return Item(self.context_value, (position, self._question), lambda: build(payload).execute_operation(False))

    @cached_property
    def _question(self) -> Hashable | None:
        """What all results depend on beside the caller and the place; None where that is not known."""
        operation = self.operation.loc
        if operation is None:
            return None
        try:
            variables = msgspec.json.encode(self.variable_values.coerced)
        except (TypeError, ValueError):
            return None
        return (operation.source.body, operation.start, variables)


@dataclass(frozen=True, slots=True)
class Item:
    """Executes an item, or takes what was executed for another: only who is the first needs an executor for it."""

    context: Context
    question: Hashable
    execute: Callable[[], ExecutionResult | Awaitable[ExecutionResult]]

    async def execute_operation(self, _serially: bool) -> ExecutionResult:
        """The result, with ``data`` encoded unless there are errors."""
        try:
            asked = _whose(self.context, self.question)
            encoded = await self.context.facts.together.once(asked, lambda: _encoded(self.execute))
            return ExecutionResult(encoded, None)
        except WithErrors as shared:
            # Each has errors of its own: they are told in its name.
            return ExecutionResult(shared.result.data, list(shared.result.errors or ()))


async def load_shown(info: Info, kind: type[Thing], key: str) -> Thing | None:
    """The thing as it is now, loaded once for all who come to the same place and may see the same."""
    context = info.context
    question = (context.position, kind, key)
    thing: Thing | None = await context.facts.together.once(_whose(context, question), lambda: kind.load(info, key))
    return thing


async def _encoded(execute: Callable[[], ExecutionResult | Awaitable[ExecutionResult]]) -> Any:
    executed = execute()
    result = await executed if isawaitable(executed) else executed
    if result.errors:
        raise WithErrors(result)
    return msgspec.Raw(msgspec.json.encode(result.data))


def _whose(context: Context, question: Hashable) -> Hashable:
    return (context.principal, context.language, question)
