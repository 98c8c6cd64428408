"""``/livez``, ``/readyz`` and ``/metrics`` of a service, on loopback; they tell operators, and restart nothing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import eventlet
import eventlet.wsgi
import msgspec
from amqp.exceptions import NotFound
from kombu import Connection as Broker
from nameko.extensions import DependencyProvider
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from services.backbone.database import is_reachable
from services.backbone.desk import Desk
from services.backbone.entrypoints.consumer import RawConsumer
from services.backbone.envelope import letterbox_of
from services.backbone.logs import log
from services.backbone.metrics import LOOP_LAG, OUTBOX_AGE, OUTBOX_DEPTH, POOL_USED, QUEUES, WAITING, WAITING_AGE
from services.backbone.settings import Settings
from services.backbone.topology import DEAD_QUEUE, UNROUTED_QUEUE

#: A loop that wakes later than this, in seconds, is not alive enough.
MOST_LAG = 1.0
#: Seconds between two looks at how late the loop wakes.
LOOK_EVERY = 0.5
#: Seconds that the broker may take to say how long its queues are.
BROKER_WITHIN = 2.0

_DEPTHS = """
SELECT count(*) AS depth, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS age
FROM outbox WHERE published_at IS NULL
"""
_WAITING = """
SELECT reason, count(*) AS waiting, extract(epoch FROM now() - min(received_at)) AS age FROM waiting GROUP BY reason
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
        of_late: deque[float] = deque(maxlen=int(60 / LOOK_EVERY))
        while True:
            before = time.monotonic()
            eventlet.sleep(LOOK_EVERY)
            self._lag = time.monotonic() - before - LOOK_EVERY
            of_late.append(self._lag)
            LOOP_LAG.set(max(of_late))

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
        for look in (self._count_rows, self._count_messages):
            try:
                look()
            except Exception as error:  # the other figures are wanted most when a server is away
                log().warning("not_counted", what=look.__name__, error=type(error).__name__)
        pools = (self._desk.engine.pool, self._desk.reading.pool)
        POOL_USED.set(sum(pool.checkedout() for pool in pools))  # type: ignore[attr-defined]
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest()

    def _count_rows(self) -> None:
        with self._desk.engine.connect() as connection:
            depth = connection.execute(text(_DEPTHS)).one()
            waiting = {row.reason: row for row in connection.execute(text(_WAITING))}
        OUTBOX_DEPTH.set(depth.depth)
        OUTBOX_AGE.set(float(depth.age))
        for reason in ("GAP", "RETRY", "DEAD"):
            WAITING.labels(reason).set(waiting[reason].waiting if reason in waiting else 0)
            WAITING_AGE.labels(reason).set(float(waiting[reason].age) if reason in waiting else 0)

    def _count_messages(self) -> None:
        settings: Settings = self.container.config["settings"]
        service = self.container.service_name
        with (
            eventlet.Timeout(BROKER_WITHIN, TimeoutError("the broker did not answer")),
            Broker(settings.amqp_url, connect_timeout=BROKER_WITHIN) as broker,
        ):
            for queue in (f"rpc-{service}", letterbox_of(service), DEAD_QUEUE.name, UNROUTED_QUEUE.name):
                with suppress(NotFound), broker.channel() as channel:
                    QUEUES.labels(queue).set(channel.queue_declare(queue, passive=True).message_count)

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
