"""What one local network keeps between starts: its ports and the secret its passwords are made from.

They stand in `settings.env` in the network's folder (`.local/` of the checkout, unless
MAILLAGE_LOCAL names another), readable by its owner alone.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.local import ports

PROJECT = Path(__file__).resolve().parents[2]
GATEWAY_PORT = 8080
SERVICES = ("people", "incubator", "coalitions", "events", "journal")
PORTS = (
    "POSTGRES",
    "RABBITMQ",
    "RABBITMQ_DIST",
    "EPMD",
    "SUPERVISOR",
    "ISSUER",
    *(f"{service.upper()}_HEALTH" for service in SERVICES),
)


class PortTakenError(RuntimeError):
    """The port that was asked for belongs to another program."""


@dataclass(frozen=True)
class LocalSettings:
    """The settings of the network in `folder`, by name without the MAILLAGE_ in front."""

    folder: Path
    values: dict[str, str]

    def port(self, name: str) -> int:
        """The port of one server, by its name in PORTS, or GATEWAY; 0 when it is new since the network was started."""
        return int(self.values.get(f"{name}_PORT", "0"))

    @property
    def id(self) -> str:
        """A random word that tells this network from every other on the machine."""
        return self.values["ID"]

    def password(self, whose: str) -> str:
        """The password of one account: made from the network's secret, so the same at every start."""
        return hmac.new(self.values["SECRET"].encode(), whose.encode(), hashlib.sha256).hexdigest()[:32]

    def save(self) -> None:
        """Write the settings, for the owner's eyes alone."""
        path = self.folder / "settings.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"MAILLAGE_{name}={value}\n" for name, value in sorted(self.values.items())))


def local_folder() -> Path:
    """The folder of the network that commands speak of."""
    return Path(os.environ.get("MAILLAGE_LOCAL") or PROJECT / ".local").resolve()


def read(folder: Path) -> LocalSettings | None:
    """The settings of a network that was started before, or None."""
    path = folder / "settings.env"
    if not path.exists():
        return None
    lines = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return LocalSettings(folder, {name.removeprefix("MAILLAGE_"): value for name, value in lines})


def read_or_make(folder: Path, *, gateway_port: int = GATEWAY_PORT) -> LocalSettings:
    """The settings for starting a network that does not run now.

    Ports that were remembered and are still free stay; others are chosen anew, the gateway's from
    `gateway_port` upwards. Raises PortTakenError when MAILLAGE_GATEWAY_PORT names a port that is taken.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = read(folder)
    values = dict(known.values) if known else {"ID": secrets.token_hex(4), "SECRET": secrets.token_hex(32)}
    values["GATEWAY_PORT"] = str(_gateway_port(values.get("GATEWAY_PORT"), gateway_port))
    for name, port in _kept_or_chosen(values, PORTS).items():
        values[f"{name}_PORT"] = str(port)
    settings = LocalSettings(folder, values)
    settings.save()
    return settings


def _gateway_port(remembered: str | None, first: int) -> int:
    asked = os.environ.get("MAILLAGE_GATEWAY_PORT")
    if asked:
        if not ports.is_free(int(asked)):
            raise PortTakenError(f"Port {asked} (MAILLAGE_GATEWAY_PORT) belongs to another program.")
        return int(asked)
    if remembered and ports.is_free(int(remembered)):
        return int(remembered)
    return ports.first_free(first)


def _kept_or_chosen(values: dict[str, str], names: Iterable[str]) -> dict[str, int]:
    kept = {name: int(values[f"{name}_PORT"]) for name in names if f"{name}_PORT" in values}
    kept = {name: port for name, port in kept.items() if ports.is_free(port)}
    missing = [name for name in names if name not in kept]
    chosen = ports.free_ports(len(missing), avoid=set(kept.values()))
    return kept | dict(zip(missing, chosen, strict=True))
