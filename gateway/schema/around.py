"""What stands around every operation, without steps for what has nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import lru_cache
from inspect import isgeneratorfunction
from typing import Any

from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types.execution import ExecutionContext, ExecutionResult

NOTHING_TO_DO: AbstractAsyncContextManager[None] = nullcontext()


Hook = Callable[[SchemaExtension], Generator[None]]


class Step(AbstractAsyncContextManager[None]):
    """One step of an operation: what comes before it, and, when it has ended well, what comes after it."""

    def __init__(self, around: Iterable[Generator[None]]) -> None:
        self._around = list(around)

    async def __aenter__(self) -> None:
        for each in self._around:
            next(each)

    async def __aexit__(self, _kind: object, raised: object, _traceback: object) -> None:
        for each in reversed(self._around):
            if raised is None:
                next(each, None)
            each.close()


class Around(SchemaExtensionsRunner):
    """strawberry's, which finds out for each step of each request who takes part in it, and how."""

    def operation(self) -> Any:
        """See SchemaExtension.on_operation; and so on."""
        return self._step("on_operation")

    def parsing(self) -> Any:
        return self._step("on_parse")

    def validation(self) -> Any:
        return self._step("on_validate")

    def executing(self) -> Any:
        return self._step("on_execute")

    def _step(self, name: str) -> AbstractAsyncContextManager[None]:
        taking_part = [
            (each, hook)
            for each in self.extensions
            if (hook := _hook(type(each), name))  # type: ignore[arg-type]
        ]
        return Step(hook(each) for each, hook in taking_part) if taking_part else NOTHING_TO_DO

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


@lru_cache(100)
def _hook(extension: Any, name: str) -> Hook | None:
    """What an extension does around a step, if it does anything; it waits for nothing."""
    hook: Hook = getattr(extension, name)
    if hook is getattr(SchemaExtension, name):
        return None
    if not isgeneratorfunction(hook):
        raise TypeError(f"{extension}.{name} is not a plain generator.")
    return hook
