"""Starts a service and stops it well: on SIGTERM it finishes or gives back what it has in hand.

``patch()`` must run before anything else is imported; ``__main__.py`` of each service shows the order.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import Any


def patch() -> None:
    """Make the process eventlet's, with a database driver that lets other greenlets run while it waits.

    psycopg 3 blocks the whole loop unless it is told how to wait (reliability.md, N27).
    """
    warnings.filterwarnings("ignore", message=r"(?s).*eventlet")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import eventlet

    eventlet.monkey_patch()
    import psycopg

    from services.backbone.waiting import wait_in_turn

    psycopg.waiting.wait = wait_in_turn


def serve(service: type[Any]) -> None:
    """Run one service until SIGTERM or SIGINT; leave with 1 when it died."""
    import eventlet
    from nameko.runners import ServiceRunner

    from services.backbone.container import Container
    from services.backbone.logs import log, set_up_logs
    from services.backbone.settings import MissingSetting, Settings

    try:
        settings = Settings.from_environment()
    except MissingSetting as error:
        sys.exit(str(error))
    set_up_logs(service.name, settings.instance, form=settings.log_format)
    runner = ServiceRunner(
        config={
            "AMQP_URI": settings.amqp_url,
            "HEARTBEAT": settings.heartbeat,
            "max_workers": settings.workers,
            "settings": settings,
        }
    )
    runner.container_cls = Container
    runner.add_service(service)

    def stop() -> None:
        log().info("stopping")
        runner.stop()

    def asked_to_stop(*_: Any) -> None:
        # A signal comes in the middle of anything, a log line too: nothing is done here but to ask for it.
        eventlet.spawn_after(settings.stop_within, os._exit, 1)
        eventlet.spawn_n(stop)

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, asked_to_stop)
    runner.start()
    log().info("started")
    try:
        runner.wait()
    except Exception as error:
        log().error("died", error=f"{type(error).__name__}: {error}")
        os._exit(1)
    log().info("stopped")
