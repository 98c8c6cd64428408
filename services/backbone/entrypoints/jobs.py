"""Jobs: what a service does because time has passed. Several instances may run the same job."""

from __future__ import annotations

from typing import Any

from nameko.timer import Timer


class Job(Timer):  # type: ignore[misc]
    """Runs a method every so many seconds, never twice at once: ``@job(every=5)``."""

    def __init__(self, *, every: float, **options: Any) -> None:
        super().__init__(interval=every, eager=True, **options)

    def handle_result(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        # A job that failed is tried again at its next turn; the container lives on.
        self.worker_complete.send()
        return result, exc_info


job = Job.decorator
