"""A service with one of the backbone's mechanisms taken out: the checker must see it.

``python -m tests.faults.weakened incubator keys`` runs the incubator without its memory of idempotency keys: a command
that is sent again is done again. Without ``redelivery`` a fact is acknowledged whatever became of it, as plain nameko
does.
"""

from services.backbone.run import patch, serve

patch()

import sys  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

from services.backbone.perform import CommandLog  # noqa: E402
from services.backbone.receive import Receiver  # noqa: E402
from services.backbone.service import Service  # noqa: E402


def without_keys() -> None:
    """Every command is new."""

    def always_new(self: Any, request: bytes) -> None:
        return None

    CommandLog.begin = always_new  # type: ignore[method-assign]


def without_redelivery() -> None:
    """A fact whose effect failed counts as read."""
    take_effect = Receiver.receive

    def whatever_comes(self: Any, reaction: Any, envelope: Any) -> str:
        try:
            return take_effect(self, reaction, envelope)
        except Exception:
            return "DONE"

    Receiver.receive = whatever_comes  # type: ignore[method-assign]


MECHANISMS = {"keys": without_keys, "redelivery": without_redelivery}

if __name__ == "__main__":
    service, mechanism = sys.argv[1:]
    MECHANISMS[mechanism]()
    module = import_module(f"services.{service}.service")
    [found] = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Service) and one.__module__ == module.__name__
    ]
    serve(found)
