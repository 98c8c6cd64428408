"""What stands around every operation, without steps for what has nothing to do."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types.execution import ExecutionContext, ExecutionResult

NOTHING_TO_DO: AbstractAsyncContextManager[None] = nullcontext()


class Around(SchemaExtensionsRunner):
    """strawberry's, but for two steps that it takes with every item of a subscription."""

    def on_stream_result(self, result: Any) -> Any:
        """What is done to an item is done to its errors (errors.py)."""
        plain = isinstance(result, ExecutionResult) and not result.errors
        return NOTHING_TO_DO if plain else super().on_stream_result(result)

    async def get_extensions_results(self, ctx: ExecutionContext) -> dict[str, Any]:
        """What those extensions tell that tell something; none of ours waits for anything."""
        told: dict[str, Any] = {}
        for extension in self.extensions:
            if type(extension).get_results is not SchemaExtension.get_results:
                told.update(extension.get_results())  # type: ignore[arg-type]
        told.update(ctx.extensions_results)
        return told
