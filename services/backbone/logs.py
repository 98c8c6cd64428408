"""Logs: one JSON object a line for each thing that matters; pretty on a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

#: Without the values of variables: among them are passwords and what people wrote.
TRACEBACK = ExceptionDictTransformer(show_locals=False)


def set_up_logs(service: str, instance: str, *, form: str = "json") -> None:
    """Send everything that is logged, libraries included, to standard error in one form (``json`` or ``console``)."""

    def name(_logger: object, _method: str, line: Any) -> Any:
        # Not a context variable: each greenlet has a context of its own.
        return {"service": service, "instance": instance, **line}

    shared: list[Any] = [
        name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.ExceptionRenderer(TRACEBACK) if form == "json" else structlog.processors.format_exc_info,
    ]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.getLogger("maillage").setLevel(logging.INFO)


def log() -> Any:
    """The project's logger: ``log().info("call", method=..., outcome=...)``."""
    return structlog.stdlib.get_logger("maillage")
