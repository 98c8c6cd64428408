"""What one local network keeps between starts: its ports, how many processes each service has, and the secret its
passwords are made from.

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
PORTS = ("POSTGRES", "RABBITMQ", "RABBITMQ_DIST", "EPMD", "SUPERVISOR", "ISSUER")
#: Processes of one service: as many as a machine is given by itself, and as may be asked for.
MOST_BY_ITSELF, MOST_PROCESSES = 4, 16


class PortTakenError(RuntimeError):
    """The port that was asked for belongs to another program."""


class UnusableSettingError(RuntimeError):
    """A setting of the environment that says nothing usable; the text names it."""


@dataclass(frozen=True)
class LocalSettings:
    """The settings of the network in `folder`, by name without the MAILLAGE_ in front."""

    folder: Path
    values: dict[str, str]

    def port(self, name: str) -> int:
        """The port of one server, by its name in PORTS, or GATEWAY; 0 when it is new since the network was started."""
        return int(self.values.get(f"{name}_PORT", "0"))

    @property
    def processes(self) -> int:
        """How many processes each service has."""
        return int(self.values.get("PROCESSES", "1"))

    def instances(self, service: str) -> list[str]:
        """The names of a service's processes: incubator, incubator-2, ..."""
        return [service, *(f"{service}-{number}" for number in range(2, self.processes + 1))]

    def health_port(self, instance: str) -> int:
        """The port on which a process of a service tells its health; 0 when it is new since the network was started."""
        return self.port(_health(instance))

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


def read_or_make(folder: Path, *, gateway_port: int = GATEWAY_PORT, processes: int | None = None) -> LocalSettings:
    """The settings for starting a network that does not run now.

    Ports that were remembered and are still free stay; others are chosen anew, the gateway's from
    `gateway_port` upwards. Raises PortTakenError when MAILLAGE_GATEWAY_PORT names a port that is taken, and
    UnusableSettingError when MAILLAGE_PROCESSES is no number of processes.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = read(folder)
    values = dict(known.values) if known else {"ID": secrets.token_hex(4), "SECRET": secrets.token_hex(32)}
    values["PROCESSES"] = str(processes or processes_wanted(known))
    values["GATEWAY_PORT"] = str(_gateway_port(values.get("GATEWAY_PORT"), gateway_port))
    settings = LocalSettings(folder, values)
    health = [_health(instance) for service in SERVICES for instance in settings.instances(service)]
    for name, port in _kept_or_chosen(values, [*PORTS, *health]).items():
        values[f"{name}_PORT"] = str(port)
    settings.save()
    return settings


def processes_wanted(known: LocalSettings | None) -> int:
    """How many processes each service is to have: as MAILLAGE_PROCESSES says, else as it was, else by the machine."""
    asked = os.environ.get("MAILLAGE_PROCESSES")
    if not asked:
        remembered = known.values.get("PROCESSES") if known else None
        return int(remembered) if remembered else processes_of_machine()
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= MOST_PROCESSES:
        raise UnusableSettingError(f"MAILLAGE_PROCESSES is {asked}; it says how many, from 1 to {MOST_PROCESSES}.")
    return int(asked)


def processes_of_machine() -> int:
    """One of each service on a small machine; from four cores on one for every two, as far as memory goes: five
    services take 0.4 GiB, and the machine has other things to do."""
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return max(1, min(len(os.sched_getaffinity(0)) // 2, int(gibibytes / 2), MOST_BY_ITSELF))


def _health(instance: str) -> str:
    return f"{instance.upper().replace('-', '_')}_HEALTH"


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
