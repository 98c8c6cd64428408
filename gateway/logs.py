"""Logs: one JSON object a line for each thing that matters; pretty on a terminal."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import Any, TextIO

import msgspec
import structlog
from structlog.tracebacks import ExceptionDictTransformer

SERVICE = "gateway"
OWN = logging.getLogger("maillage.gateway")
log = structlog.get_logger("maillage.gateway")

#: Tracebacks as data, without the values of variables: those are what callers sent, tokens among them.
TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=20))


class JsonLines(logging.StreamHandler[TextIO]):
    """Writes records; and lines that need none of what stands between a record and a line.

    Those are written together when the event loop has done what it has at hand, in one call of the system.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[bytes] = []
        self._second, self._until_it = 0, ""

    def tell(self, event: str, said: dict[str, Any]) -> None:
        """A line as a record of the gateway's own at level INFO would become one."""
        line = {**said, "service": SERVICE, "event": event, "level": "info", "at": self._now()}
        self.acquire()
        try:
            if not self._lines:
                asyncio.get_running_loop().call_soon(self._write)
            self._lines.append(msgspec.json.encode(line))
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """The record, after what came before it."""
        self._write()
        super().emit(record)

    def close(self) -> None:
        self._write()
        super().close()

    def _write(self) -> None:
        self.acquire()
        try:
            lines, self._lines = self._lines, []
            if lines:
                self.stream.write(b"\n".join([*lines, b""]).decode())
                self.flush()
        finally:
            self.release()

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._until_it = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._until_it}.{int((now - second) * 1_000_000):06d}Z"


def tell(event: str, said: dict[str, Any]) -> None:
    """A line of the log for what happens a thousand times a second: made without ceremony where it is to be JSON."""
    for handler in logging.getLogger().handlers:
        if type(handler) is JsonLines:
            if OWN.isEnabledFor(logging.INFO):
                handler.tell(event, said)
            return
    log.info(event, **said)


def set_up_logs(*, form: str = "json") -> None:
    """Send everything that is logged, libraries included, to standard error in one form (``json`` or ``console``)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        TRACEBACKS if form == "json" else structlog.processors.format_exc_info,
    ]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )
    handler = JsonLines(sys.stderr) if form == "json" else logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # pika logs each step of connecting as an error; the connection itself says what matters.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    logging.getLogger("strawberry").setLevel(logging.CRITICAL)
    logging.getLogger("maillage").setLevel(logging.INFO)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=SERVICE)
