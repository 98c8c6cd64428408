"""Logs: one JSON object a line for each thing that matters; pretty on a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

#: Without the values of variables: among them are passwords and what people wrote.
TRACEBACK = ExceptionDictTransformer(show_locals=False)
_log = structlog.get_logger()


def set_up_logs(service: str, instance: str, *, form: str = "json") -> None:
    """Send everything that is logged, libraries included, to standard error in one form (``json`` or ``console``)."""

    def name(_logger: object, _method: str, line: Any) -> Any:
        # Not a context variable: each greenlet has a context of its own.
        return {"service": service, "instance": instance, **line}

    shared: list[Any] = [
        name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.ExceptionRenderer(TRACEBACK) if form == "json" else structlog.processors.format_exc_info,
    ]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, last],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    _take_what_libraries_log(shared, last)


def log() -> Any:
    """The project's logger: ``log().info("call", method=..., outcome=...)``."""
    return _log


def _take_what_libraries_log(before: list[Any], last: Any) -> None:
    """Warnings and worse, by way of the standard library: our own lines, one for each call, do not go that long way."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
