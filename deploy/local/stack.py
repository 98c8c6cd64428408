"""The whole network on one machine: started, stopped and asked about from here."""

import contextlib
import fcntl
import hashlib
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy import databases
from deploy.local import keys, plan, ports, postgres, rabbitmq, settings
from deploy.local.plan import Plan, Program
from deploy.local.servers import RABBITMQ_PROGRAMS
from deploy.local.supervision import UP, Supervisor

SOURCES = ("services", "gateway", "deploy", "requirements.lock")

Say = Callable[[str], None]


class NotStartedError(RuntimeError):
    """There is no network in the folder, or it does not run."""


class Stack:
    """The network that lives in one folder.

    ``processes`` of each service; without it as the environment says, else as it was before, else by the machine.
    """

    def __init__(
        self, folder: Path | None = None, *, gateway_port: int = settings.GATEWAY_PORT, processes: int | None = None
    ) -> None:
        self.folder = (folder or settings.local_folder()).resolve()
        self._gateway_port = gateway_port
        self._processes = processes

    def up(self, say: Say) -> bool:
        """Start whatever does not run and wait until all of it is ready; True when anything had to be started.

        A network that runs on other sources than the checkout now holds, or with another number of processes than is
        asked for, is started anew. Raises
        NotReadyError with the end of the log of what failed.
        """
        with self._turn():
            known = settings.read(self.folder)
            if known and Supervisor(known).is_running():
                wanted = self._processes or settings.processes_wanted(known)
                if self._started_from() == _fingerprint() and wanted == known.processes:
                    return self._start_missing(self.plan(), say)
                say("The sources or the settings changed: starting anew")
                self._stop(self.plan())
            self._start_all(say)
            return True

    def down(self) -> bool:
        """Stop all of it; False when it did not run. The data stays."""
        with self._turn():
            if not self.is_running():
                return False
            self._stop(self.plan())
            return True

    def reset(self) -> None:
        """Stop, and delete data, keys, ports and logs; the fetched programs stay."""
        self.down()
        known = settings.read(self.folder)
        if known is None:
            return
        postgres.remove(self.plan().database.home)
        for path in self.folder.iterdir():
            if path.name not in ("programs", "lock"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def is_running(self) -> bool:
        """Whether the network's process manager runs."""
        known = settings.read(self.folder)
        return known is not None and Supervisor(known).is_running()

    def plan(self) -> Plan:
        """What runs, with which settings; raises NotStartedError when nothing was ever started here."""
        known = settings.read(self.folder)
        if known is None:
            raise NotStartedError("There is no network here yet: make up")
        return Plan(known, rabbitmq.programs_in(RABBITMQ_PROGRAMS))

    def supervisor(self) -> Supervisor:
        """The running network's process manager; raises NotStartedError when it does not run."""
        supervisor = Supervisor(self.plan().settings)
        if not supervisor.is_running():
            raise NotStartedError("The network does not run: make up")
        return supervisor

    def _start_all(self, say: Say) -> None:
        if rabbitmq.must_fetch(RABBITMQ_PROGRAMS):
            say("Fetching RabbitMQ from the system's packages (unpacked under .local/, not installed)")
        programs = rabbitmq.find_or_fetch_programs(RABBITMQ_PROGRAMS)
        known, held_port = self._settings_with_the_gateway_port_held()
        with contextlib.closing(held_port):
            network = Plan(known, programs)
            keys.make_pair(self.folder / "keys" / "passport.pem", self.folder / "keys" / "passport.pub.pem")
            keys.make_pair(self.folder / "keys" / "issuer.pem", self.folder / "keys" / "issuer.pub.pem")
            keys.make_pair(self.folder / "keys" / "events.pem", self.folder / "keys" / "services" / "events.pub.pem")
            network.database.prepare()
            network.broker.prepare()
            supervisor = Supervisor(known)
            supervisor.launch(network.programs())
            say("Starting PostgreSQL and RabbitMQ")
            self._start_waves(network, supervisor, plan.NAME_SERVER, plan.SERVERS)
            say("Bringing the databases to the newest form")
            databases.make_databases(network.database.url(), network.database_urls())
            databases.migrate({service: network.service_environment(service) for service in settings.SERVICES})
            say("Starting the services")
            self._start_waves(network, supervisor, plan.SERVICES_AND_ISSUER)
        say("Starting the gateway")
        self._start_waves(network, supervisor, plan.EDGE)
        (self.folder / "started-from").write_text(_fingerprint())

    def _settings_with_the_gateway_port_held(self) -> tuple[settings.LocalSettings, socket.socket]:
        """Another network that starts now may wish for the same port, and be quicker."""
        while True:
            known = settings.read_or_make(self.folder, gateway_port=self._gateway_port, processes=self._processes)
            with contextlib.suppress(OSError):
                return known, ports.hold(known.port("GATEWAY"))

    def _start_missing(self, network: Plan, say: Say) -> bool:
        supervisor = Supervisor(network.settings)
        states = supervisor.states()
        missing = [name for name, state in states.items() if state["statename"] not in UP]
        if missing:
            say(f"Starting {', '.join(missing)}")
        self._start_waves(network, supervisor, *plan.WAVES)
        return bool(missing)

    def _start_waves(self, network: Plan, supervisor: Supervisor, *waves: int) -> None:
        for wave in waves:
            supervisor.start(_of_wave(network, wave))

    def _stop(self, network: Plan) -> None:
        supervisor = Supervisor(network.settings)
        for wave in reversed(plan.WAVES):
            supervisor.stop(_of_wave(network, wave))
        supervisor.end()

    def _started_from(self) -> str:
        path = self.folder / "started-from"
        return path.read_text() if path.exists() else ""

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """One order at a time, whoever gives it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield


def _of_wave(network: Plan, wave: int) -> list[Program]:
    return [program for program in network.programs() if program.wave == wave]


def _fingerprint() -> str:
    """A checksum of the sources that the processes run from."""
    total = hashlib.sha256()
    for source in SOURCES:
        path = settings.PROJECT / source
        files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
        for file in files:
            if "__pycache__" not in file.parts:
                total.update(str(file.relative_to(settings.PROJECT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()
