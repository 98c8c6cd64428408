"""Many keys, one question: rows that a request needs are asked for once per service and level of the query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from strawberry.dataloader import DataLoader

#: Asks one service one thing: service, method, request.
Ask = Callable[[str, str, dict[str, Any]], Awaitable[Any]]
Rows = DataLoader[str, Any]

MOST_KEYS_AT_ONCE = 1000


@dataclass(frozen=True)
class Batch:
    """An RPC that answers a list in the order of its keys: ``service.method {key: [...], **arguments}``."""

    service: str
    method: str
    key: str = "ids"


DECLARED: dict[str, Batch] = {}


def declare(service: str, method: str, *, key: str = "ids") -> str:
    """Make ``service.method`` a loader, known by the method's name; ``key`` is where the request carries the keys."""
    batch = Batch(service, method, key)
    if DECLARED.setdefault(method, batch) != batch:
        raise ValueError(f"There is already another loader {method}.")
    return method


class Loaders:
    """The loaders of one request. Other arguments than the keys make a loader of their own: another question."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], Rows] = {}

    def of(self, name: str, **arguments: Any) -> Rows:
        """The loader declared under this name; ``arguments`` (hashable) go with every question."""
        asked = (name, tuple(sorted(arguments.items())))
        if asked not in self._made:
            self._made[asked] = self._loader(DECLARED[name], arguments)
        return self._made[asked]

    def forget(self) -> None:
        """Ask again from now on: something has changed."""
        self._made.clear()

    def _loader(self, batch: Batch, arguments: dict[str, Any]) -> Rows:
        async def load(keys: list[str]) -> list[Any]:
            rows: list[Any] = await self._ask(batch.service, batch.method, {batch.key: keys, **arguments})
            return rows

        return DataLoader(load, max_batch_size=MOST_KEYS_AT_ONCE)
