"""``python -m gateway``: serve until SIGTERM."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

from gateway.app import Gateway
from gateway.collector import come_seldom
from gateway.http.connections import bounded, patient
from gateway.http.door import Door
from gateway.logs import set_up_logs
from gateway.settings import MissingSetting, Settings


def server_options(settings: Settings, door: Door) -> dict[str, Any]:
    """How uvicorn serves the gateway behind its door. Who comes through a proxy is known behind uvicorn's own layer
    for that, so that nothing is answered before it."""
    return {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": bounded(
            headers_within=settings.headers_within,
            each=settings.connections_each,
            most=settings.most_connections,
            at_once=None if settings.trusted_proxies else door.at_once,
        ),
        "ws": patient(reads_within=settings.reads_within),
        "ws_max_size": 64 * 1024,
        "ws_ping_interval": 20,
        "ws_per_message_deflate": False,
        "limit_concurrency": settings.most_connections,
        "timeout_graceful_shutdown": settings.stop_within,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
    }


def main() -> None:
    """Serve with the settings of the environment."""
    try:
        settings = Settings.from_environment()
    except MissingSetting as missing:
        sys.exit(f"Not started: {missing}")
    set_up_logs(form=settings.log_format)
    door = Gateway(settings).app()
    come_seldom()
    uvicorn.run(door, **server_options(settings, door))


if __name__ == "__main__":
    main()
