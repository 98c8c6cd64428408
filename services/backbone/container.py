"""nameko's container of a service, with workers that can be waited for."""

from __future__ import annotations

from typing import Any

import eventlet
from eventlet.greenpool import GreenPool
from nameko.containers import ServiceContainer

#: Seconds between two looks whether the workers are done, should nobody say so.
LOOK_EVERY = 0.1


class Workers(GreenPool):  # type: ignore[misc]
    """A pool whose ``waitall`` ends.

    eventlet's own waits for an event that is replaced when all workers end at once while others wait for their turn;
    nobody ever sends the one that was waited for.
    """

    def waitall(self) -> None:
        while self.running() or self.waiting():
            with eventlet.Timeout(LOOK_EVERY, False):
                self.no_coros_running.wait()


class Container(ServiceContainer):  # type: ignore[misc]
    """Stops for sure, also when its hands are full."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._worker_pool = Workers(size=self.max_workers)
