"""What a service needs beside its desk, made once and handed to each of its workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider


class Provided(DependencyProvider):  # type: ignore[misc]
    """``post = Provided(open_post)``: what ``make`` gives when the service starts."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def setup(self) -> None:
        self._made = self._make()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._made
