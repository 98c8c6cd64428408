"""What the gateway reads from its environment, in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


class MissingSetting(RuntimeError):
    """A setting without which the gateway cannot start."""


@dataclass(frozen=True)
class Settings:
    """The environment of the gateway. Times are seconds, sizes are bytes.

    ``mode`` is ``local`` (GraphiQL, demonstration people) or ``production``; anything else is taken for production.

    What one caller may ask for in a minute is ``cost_per_minute`` (gateway/schema/measure.py), what one address may ask
    ``callers_per_address`` times that; ``…_each`` is what one address may hold at once, ``most_…`` what this process
    holds. ``trusted_proxies`` are the addresses whose X-Forwarded-For is believed: without it behind a proxy everybody
    has the proxy's address. ``trusted_documents`` and ``clients`` are files (gateway/schema/documents.py,
    gateway/identity/clients.py). ``remembered_bytes`` is what answers may take that are kept (gateway/remembered); 0
    keeps none.
    """

    amqp_url: str
    passport_private_key: Path
    issuer_url: str
    audience: str = "maillage"
    public_url: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: int = 8080
    mode: str = "production"
    log_format: str = "json"
    allowed_origins: tuple[str, ...] = ()
    heartbeat: int = 10
    question_within: float = 5.0
    command_within: float = 10.0
    request_within: float = 20.0
    headers_within: float = 5.0
    body_within: float = 10.0
    init_within: float = 5.0
    reads_within: float = 10.0
    stop_within: int = 20
    most_calls: int = 500
    largest_body: int = 256 * 1024
    most_connections: int = 2000
    most_requests: int = 400
    most_sockets: int = 1500
    connections_each: int = 200
    requests_each: int = 60
    sockets_each: int = 60
    cost_per_minute: int = 300_000
    callers_per_address: int = 10
    trusted_proxies: str = ""
    trusted_documents: Path | None = None
    trusted_only: bool = False
    clients: Path | None = None
    remembered_bytes: int = 64 * 1024 * 1024

    @property
    def is_local(self) -> bool:
        return self.mode == "local"

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process; MissingSetting names what lacks."""
        host = os.environ.get("MAILLAGE_GATEWAY_HOST", cls.host)
        port = int(os.environ.get("MAILLAGE_GATEWAY_PORT", cls.port))
        origins = os.environ.get("MAILLAGE_ALLOWED_ORIGINS", "")
        mode = os.environ.get("MAILLAGE_MODE", "production")
        # On one's own machine everybody has the same address.
        crowd = 1000 if mode == "local" else 1
        return cls(
            amqp_url=_required("MAILLAGE_AMQP_URL"),
            passport_private_key=Path(_required("MAILLAGE_PASSPORT_PRIVATE_KEY")),
            issuer_url=_required("MAILLAGE_ISSUER_URL").rstrip("/"),
            audience=os.environ.get("MAILLAGE_AUDIENCE", cls.audience),
            public_url=os.environ.get("MAILLAGE_PUBLIC_URL", f"http://{host}:{port}").rstrip("/"),
            host=host,
            port=port,
            mode=mode,
            log_format=os.environ.get("MAILLAGE_LOG_FORMAT", cls.log_format),
            allowed_origins=tuple(origin.strip() for origin in origins.split(",") if origin.strip()),
            heartbeat=int(os.environ.get("MAILLAGE_HEARTBEAT", cls.heartbeat)),
            cost_per_minute=int(os.environ.get("MAILLAGE_COST_PER_MINUTE", cls.cost_per_minute * crowd)),
            connections_each=int(os.environ.get("MAILLAGE_CONNECTIONS_EACH", cls.connections_each * crowd)),
            requests_each=int(os.environ.get("MAILLAGE_REQUESTS_EACH", cls.requests_each * crowd)),
            sockets_each=int(os.environ.get("MAILLAGE_SOCKETS_EACH", cls.sockets_each * crowd)),
            trusted_proxies=os.environ.get("MAILLAGE_TRUSTED_PROXIES", ""),
            trusted_documents=_path("MAILLAGE_TRUSTED_DOCUMENTS"),
            trusted_only=os.environ.get("MAILLAGE_TRUSTED_ONLY", "") == "yes",
            clients=_path("MAILLAGE_CLIENTS"),
            remembered_bytes=int(os.environ.get("MAILLAGE_REMEMBERED_BYTES", cls.remembered_bytes)),
        )


def _path(name: str) -> Path | None:
    value = os.environ.get(name, "")
    return Path(value) if value else None


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(f"{name} is not set; `make up` sets it.")
    return value
