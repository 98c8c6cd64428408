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
    stop_within: int = 20
    most_calls: int = 500
    largest_body: int = 256 * 1024
    most_connections: int = 2000

    @property
    def is_local(self) -> bool:
        return self.mode == "local"

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process; MissingSetting names what lacks."""
        host = os.environ.get("MAILLAGE_GATEWAY_HOST", cls.host)
        port = int(os.environ.get("MAILLAGE_GATEWAY_PORT", cls.port))
        origins = os.environ.get("MAILLAGE_ALLOWED_ORIGINS", "")
        return cls(
            amqp_url=_required("MAILLAGE_AMQP_URL"),
            passport_private_key=Path(_required("MAILLAGE_PASSPORT_PRIVATE_KEY")),
            issuer_url=_required("MAILLAGE_ISSUER_URL").rstrip("/"),
            audience=os.environ.get("MAILLAGE_AUDIENCE", cls.audience),
            public_url=os.environ.get("MAILLAGE_PUBLIC_URL", f"http://{host}:{port}").rstrip("/"),
            host=host,
            port=port,
            mode=os.environ.get("MAILLAGE_MODE", "production"),
            log_format=os.environ.get("MAILLAGE_LOG_FORMAT", cls.log_format),
            allowed_origins=tuple(origin.strip() for origin in origins.split(",") if origin.strip()),
            heartbeat=int(os.environ.get("MAILLAGE_HEARTBEAT", cls.heartbeat)),
        )


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(f"{name} is not set; `make up` sets it.")
    return value
