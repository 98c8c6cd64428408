"""What a service reads from its environment, in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


class MissingSetting(RuntimeError):
    """A setting without which a process cannot start."""


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(f"{name} is not set; `make up` sets it, or see .env.example for what each process needs.")
    return value


@dataclass(frozen=True)
class Settings:
    """The environment of one service or relay.

    ``service_keys`` is a folder of public keys of services that this one answers (passports.py).
    ``workers`` bounds how many messages are handled at once (and the database pool); delays are seconds.
    ``confirm_within`` is how long the broker may take to confirm what a relay sent; later it is sent again.
    """

    amqp_url: str
    database_url: str
    passport_public_key: Path | None
    service_keys: Path | None
    health_port: int | None
    log_format: str
    mode: str
    workers: int
    heartbeat: int
    stop_within: int
    confirm_within: float
    instance: str

    @classmethod
    def from_environment(cls) -> Settings:
        key = os.environ.get("MAILLAGE_PASSPORT_PUBLIC_KEY")
        services = os.environ.get("MAILLAGE_SERVICE_KEYS")
        port = os.environ.get("MAILLAGE_HEALTH_PORT")
        return cls(
            amqp_url=_required("MAILLAGE_AMQP_URL"),
            database_url=_required("MAILLAGE_DATABASE_URL"),
            passport_public_key=Path(key) if key else None,
            service_keys=Path(services) if services else None,
            health_port=int(port) if port else None,
            log_format=os.environ.get("MAILLAGE_LOG_FORMAT", "json"),
            mode=os.environ.get("MAILLAGE_MODE", "production"),
            workers=int(os.environ.get("MAILLAGE_WORKERS", "10")),
            heartbeat=int(os.environ.get("MAILLAGE_HEARTBEAT", "10")),
            stop_within=int(os.environ.get("MAILLAGE_STOP_WITHIN", "30")),
            confirm_within=float(os.environ.get("MAILLAGE_CONFIRM_WITHIN", "10")),
            instance=os.environ.get("MAILLAGE_INSTANCE", str(os.getpid())),
        )
