"""A private RabbitMQ node on loopback, in the foreground: its own name, ports, cookie and folders, no plugins.

It uses the system's RabbitMQ when there is one. Otherwise it fetches the system's own packages and
unpacks them under the project's folder; nothing is installed and no system service is touched.
"""

import base64
import fcntl
import hashlib
import json
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import amqp

from deploy.local import packages, processes, rights
from deploy.local.rights import Rights

STOP_SIGNAL = signal.SIGTERM
SYSTEM = Path("/")
SERVER = Path("usr/lib/rabbitmq/bin/rabbitmq-server")
VHOST = "maillage"
MEMORY_FOR_MESSAGES = "384MB"  # above it the broker holds publishers back


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user of the broker."""

    name: str
    password: str


@dataclass(frozen=True, kw_only=True)
class RabbitServer:
    """One node: its folder, its name (without the host), its three ports, its accounts and what each may do.

    Without ``rights`` it is for trials: every account may do everything, and speak in anybody's name.
    """

    home: Path
    programs: Path
    name: str
    port: int
    dist_port: int
    epmd_port: int
    accounts: tuple[Account, ...] = field(default=())
    rights: Mapping[str, Rights] | None = None

    @property
    def node(self) -> str:
        """The node's name as Erlang knows it."""
        return f"{self.name}@localhost"

    def url(self, account: Account) -> str:
        """The address of the node's virtual host for one account."""
        return f"amqp://{account.name}:{account.password}@127.0.0.1:{self.port}/{VHOST}"

    def prepare(self) -> None:
        """Write the node's cookie, settings and accounts. Safe to repeat; messages kept are left alone."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        cookie = self.home / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(secrets.token_hex(16))
            cookie.chmod(0o400)
        (self.home / "enabled_plugins").write_text("[].\n")
        (self.home / "rabbitmq-env.conf").touch()
        (self.home / "advanced.config").write_text("[].\n")
        kept = self.home / "definitions.json"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(definitions(self.accounts, self.rights), indent=1))
        (self.home / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"load_definitions = {kept}\n"
            f"vm_memory_high_watermark.absolute = {MEMORY_FOR_MESSAGES}\n"
            "disk_free_limit.absolute = 64MB\n"
            "raft.wal_max_size_bytes = 33554432\n"  # what quorum queues hold in memory before it goes to segments
            "log.console = true\n"
            "log.console.level = info\n"
            "log.connection.level = warning\n"
        )

    def environment(self) -> dict[str, str]:
        """Everything the node reads from its environment; nothing of the caller's but the programs' path."""
        return {
            **packages.environment(self.programs),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_MAX_PORTS": "4096",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ALLOW_INPUT": "1",  # the script becomes the server instead of staying in front of it
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-noinput -start_epmd false -kernel inet_dist_use_interface {127,0,0,1} "
                "+S 2:2 +SDio 4 +sbwt none +sbwtdcpu none +sbwtdio none"
            ),
        }

    def command(self) -> list[str]:
        """The node's command line; it stays in the foreground and logs to standard output."""
        return [str(self.programs / SERVER)]

    def epmd_command(self) -> list[str]:
        """The command line of the node's own name server (Erlang finds nodes through it)."""
        return [packages.find(self.programs, "epmd"), "-address", "127.0.0.1", "-port", str(self.epmd_port)]

    def is_ready(self) -> bool:
        """Whether the first account can sign in on its virtual host."""
        account = self.accounts[0]
        try:
            with amqp.Connection(
                host=f"127.0.0.1:{self.port}",
                userid=account.name,
                password=account.password,
                virtual_host=VHOST,
                connect_timeout=2,
            ):
                return True
        except (OSError, amqp.exceptions.AMQPError):
            return False

    def start(self, log: Path) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
        """Start name server and node as children that stop with their starter; wait until the node answers."""
        self.prepare()
        epmd = processes.start(self.epmd_command(), log=log, env=self.environment(), folder=self.home)
        node = processes.start(self.command(), log=log, env=self.environment(), folder=self.home)
        try:
            processes.wait_until(self.is_ready, node, log)
        except processes.NotReadyError:
            self.stop(epmd, node)
            raise
        return epmd, node

    def stop(self, epmd: subprocess.Popen[bytes], node: subprocess.Popen[bytes]) -> None:
        """Stop the node, then its name server."""
        processes.stop(node, STOP_SIGNAL)
        processes.stop(epmd)

    def furnish(self, vhost: str) -> None:
        """Make another virtual host in which everybody has the rights that they have in the first."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(definitions(self.accounts, self.rights, vhost), file)
            file.flush()
            self.control("import_definitions", file.name)

    def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl` against the node and return what it printed."""
        program = self.programs / SERVER.with_name("rabbitmqctl")
        done = subprocess.run(
            [str(program), "--quiet", *arguments], env=self.environment(), cwd=self.home, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout


def programs_in(folder: Path) -> Path:
    """The root under which RabbitMQ's programs stand, or will: `/` when the system has them, else `folder`."""
    return SYSTEM if (SYSTEM / SERVER).exists() else folder


def must_fetch(folder: Path) -> bool:
    """Whether `find_or_fetch_programs` will have to fetch."""
    return not (programs_in(folder) / SERVER).exists()


def find_or_fetch_programs(folder: Path) -> Path:
    """The root under which RabbitMQ's programs stand: `/`, or packages unpacked in `folder`."""
    if programs_in(folder) == SYSTEM:
        return SYSTEM
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (folder / SERVER).exists():
            packages.fetch("rabbitmq-server", folder)
            _make_erlang_at_home_in(folder)
    return folder


def _make_erlang_at_home_in(folder: Path) -> None:
    """Erlang's start scripts carry the path they were packaged for."""
    for script in [*folder.glob("usr/lib/erlang/bin/*"), *folder.glob("usr/lib/erlang/erts-*/bin/*")]:
        if script.is_symlink() or script.read_bytes()[:2] != b"#!":
            continue
        text = script.read_text()
        if "=/usr/lib/erlang" in text:
            script.write_text(text.replace("=/usr/lib/erlang", f"={folder}/usr/lib/erlang"))


def definitions(
    accounts: Iterable[Account], of_each: Mapping[str, Rights] | None, vhost: str = VHOST
) -> dict[str, object]:
    """The broker's users and rights, in the form it loads at every start: what stood before is brought to it."""
    accounts = list(accounts)
    everything = {"vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}
    users = [
        {
            "name": account.name,
            "password_hash": _hashed(account.password),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "" if of_each else "impersonator",
        }
        for account in accounts
    ]
    if of_each:
        return {"users": users, **rights.definitions(vhost, of_each)}
    permissions = [{"user": account.name, **everything} for account in accounts]
    return {"users": users, "vhosts": [{"name": vhost}], "permissions": permissions}


def _hashed(password: str) -> str:
    """RabbitMQ's salted hash: base64 of four bytes of salt and SHA-256 of salt and password."""
    salt = hashlib.sha256(password.encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
