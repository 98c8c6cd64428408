"""A service with one of the backbone's mechanisms taken out: the checker must see it.

``python -m tests.faults.weakened events inbox`` runs the events service without inbox and positions: every delivery
takes effect, however often and in whatever order it comes.
"""

from services.backbone.run import patch, serve

patch()

import sys  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

from services.backbone.receive import Receiver  # noqa: E402
from services.backbone.service import Service  # noqa: E402


def without_inbox() -> None:
    """Every fact is new, and every number is the next."""

    def always_new(self: Any, session: Any, envelope: Any) -> bool:
        return True

    def always_next(self: Any, session: Any, envelope: Any) -> int:
        return int(envelope.aggregateversion) - 1

    Receiver._into_inbox = always_new  # type: ignore[method-assign]
    Receiver._position = always_next  # type: ignore[method-assign]


if __name__ == "__main__":
    service, mechanism = sys.argv[1:]
    {"inbox": without_inbox}[mechanism]()
    module = import_module(f"services.{service}.service")
    [found] = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Service) and one.__module__ == module.__name__
    ]
    serve(found)
