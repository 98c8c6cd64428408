"""``/livez``, ``/readyz`` and ``/metrics`` of a service, on loopback; they tell operators, and restart nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import eventlet.wsgi
import msgspec
from nameko.extensions import DependencyProvider
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from services.backbone.database import is_reachable
from services.backbone.desk import Desk
from services.backbone.entrypoints.consumer import RawConsumer
from services.backbone.logs import log
from services.backbone.metrics import LOOP_LAG, OUTBOX_AGE, OUTBOX_DEPTH, POOL_USED, WAITING
from services.backbone.settings import Settings

#: A loop that wakes later than this, in seconds, is not alive enough.
MOST_LAG = 1.0

_DEPTHS = """
SELECT count(*) AS depth, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS age
FROM outbox WHERE published_at IS NULL
"""


class Health(DependencyProvider):  # type: ignore[misc]
    """Serves the health of its service when a port is set."""

    def start(self) -> None:
        settings: Settings = self.container.config["settings"]
        self._lag = 0.0
        self._threads = [self.container.spawn_managed_thread(self._watch_the_loop, identifier="health.loop")]
        if settings.health_port is None:
            return
        listening = eventlet.listen(("127.0.0.1", settings.health_port))
        serving = self.container.spawn_managed_thread(
            lambda: eventlet.wsgi.server(listening, self._answer, log_output=False, keepalive=False),
            identifier="health.http",
        )
        self._threads.append(serving)

    def stop(self) -> None:
        for thread in self._threads:
            thread.kill()

    def get_dependency(self, worker_ctx: Any) -> None:
        return None

    def _watch_the_loop(self) -> None:
        while True:
            before = time.monotonic()
            eventlet.sleep(0.5)
            self._lag = time.monotonic() - before - 0.5
            LOOP_LAG.set(self._lag)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        pages = {"/livez": self._live, "/readyz": self._ready, "/metrics": self._metrics}
        page = pages.get(environ.get("PATH_INFO", ""), self._nothing)
        try:
            status, kind, body = page()
        except Exception as error:
            log().warning("health_not_told", error=type(error).__name__)
            status, kind, body = "503 Service Unavailable", "application/json", b'{"status":"unknown"}'
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _live(self) -> tuple[str, str, bytes]:
        return _told({"loop": self._lag < MOST_LAG})

    def _ready(self) -> tuple[str, str, bytes]:
        return _told({"database": is_reachable(self._desk.engine), "broker": self._consuming()})

    def _metrics(self) -> tuple[str, str, bytes]:
        with self._desk.engine.connect() as connection:
            depth = connection.execute(text(_DEPTHS)).one()
            waiting = connection.execute(text("SELECT reason, count(*) AS waiting FROM waiting GROUP BY reason")).all()
        OUTBOX_DEPTH.set(depth.depth)
        OUTBOX_AGE.set(float(depth.age))
        counts: dict[str, int] = {row.reason: row.waiting for row in waiting}
        for reason in ("GAP", "RETRY", "DEAD"):
            WAITING.labels(reason).set(counts.get(reason, 0))
        POOL_USED.set(self._desk.engine.pool.checkedout())  # type: ignore[attr-defined]
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest()

    def _nothing(self) -> tuple[str, str, bytes]:
        return "404 Not Found", "application/json", b'{"status":"no such page"}'

    def _consuming(self) -> bool:
        consumers = [one for one in self.container.extensions if isinstance(one, RawConsumer)]
        return all(one.is_consuming for one in consumers)

    @property
    def _desk(self) -> Desk:
        return next(one for one in self.container.dependencies if isinstance(one, Desk))


def _told(checks: dict[str, bool]) -> tuple[str, str, bytes]:
    well = all(checks.values())
    body = msgspec.json.encode({"status": "ok" if well else "not ready", "checks": checks})
    return ("200 OK" if well else "503 Service Unavailable"), "application/json", body
