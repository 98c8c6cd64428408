"""Keys of applications: ``maillage_<id>.<secret>``, sent as a bearer token by what is no person.

They stand in a file that holds no secret, only the SHA-256 of each, and that is read again when it changes:

    {"clients": [{"id": "<uuid>", "name": "The site", "secret_sha256": "<hex>", "may": ["read"],
                  "trusted_only": true, "origins": ["https://front.example"], "expires": "2027-01-01T00:00:00Z"}]}

``python -m gateway.identity.clients FILE NAME [--may-write] [--trusted-only] [--origin ORIGIN] [--days N]`` adds one,
prints its key once, and never again.
"""

from __future__ import annotations

import argparse
import hmac
import secrets
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import structlog

from gateway.identity.principal import Principal

log = structlog.get_logger("maillage.gateway")

PREFIX = "maillage_"
#: Seconds after which the file is looked at again.
LOOK_EVERY = 5.0


class Client(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application that may ask. ``may`` holds "read", and "write" where it may command too."""

    id: UUID
    name: str
    secret_sha256: str
    expires: datetime
    may: tuple[str, ...] = ("read",)
    trusted_only: bool = False
    origins: tuple[str, ...] = ()

    def principal(self) -> Principal:
        """The client as the one who asks."""
        return Principal(
            "CLIENT",
            str(self.id),
            read_only="write" not in self.may,
            trusted_only=self.trusted_only,
            until=self.expires.timestamp(),
        )


class ClientsFile(msgspec.Struct, forbid_unknown_fields=True):
    clients: list[Client] = []


class Clients:
    """The applications of a file; none without one. A file that cannot be read leaves what was read before."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._looked = -LOOK_EVERY
        self._changed = 0
        self._clients: dict[str, Client] = {}

    def client(self, key: str, origin: str | None) -> Client | None:
        """Who carries this key; None when nobody does, it has expired, or the page it is used on is not one of its."""
        self._look()
        id, _, secret = key.removeprefix(PREFIX).partition(".")
        client = self._clients.get(id)
        expected = client.secret_sha256 if client else "0" * 64
        right = hmac.compare_digest(sha256(secret.encode()).hexdigest(), expected)
        if client is None or not right or client.expires.timestamp() <= time.time():
            return None
        return client if origin is None or not client.origins or origin in client.origins else None

    def _look(self) -> None:
        if self._path is None or time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._changed:
                read = msgspec.json.decode(self._path.read_bytes(), type=ClientsFile)
                self._clients = {client.id.hex: client for client in read.clients}
                self._changed = changed
        except (OSError, msgspec.DecodeError) as error:
            log.error("clients_not_read", reason=f"{type(error).__name__}: {error}", kept=len(self._clients))


def add(path: Path, name: str, *, may: tuple[str, ...], trusted_only: bool, origins: list[str], days: int) -> str:
    """Write a new client into the file, and say its key."""
    held = msgspec.json.decode(path.read_bytes(), type=ClientsFile) if path.exists() else ClientsFile()
    id, secret = uuid4(), secrets.token_urlsafe(32)
    hashed = sha256(secret.encode()).hexdigest()
    expires = datetime.now(UTC) + timedelta(days=days)
    held.clients.append(Client(id, name, hashed, expires, may, trusted_only, tuple(origins)))
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(held)))
    beside.rename(path)
    return f"{PREFIX}{id.hex}.{secret}"


def main() -> None:
    parser = argparse.ArgumentParser("python -m gateway.identity.clients", description="Adds an application's key.")
    parser.add_argument("file", type=Path)
    parser.add_argument("name")
    parser.add_argument("--may-write", action="store_true", help="it may send commands, not only questions")
    parser.add_argument("--trusted-only", action="store_true", help="it may send registered documents only")
    parser.add_argument("--origin", action="append", default=[], help="pages of this origin may use it")
    parser.add_argument("--days", type=int, default=365, help="how long it is valid")
    chosen = parser.parse_args()
    may = ("read", "write") if chosen.may_write else ("read",)
    print(
        add(
            chosen.file,
            chosen.name,
            may=may,
            trusted_only=chosen.trusted_only,
            origins=chosen.origin,
            days=chosen.days,
        )
    )


if __name__ == "__main__":
    main()
