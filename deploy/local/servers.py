"""Private servers for tests and trials: a PostgreSQL and a RabbitMQ that live as long as their `with` block.

`python -m deploy.local.servers FOLDER` keeps one pair running until it is stopped, and prints the
settings that let several test processes share it.
"""

import contextlib
import dataclasses
import json
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from deploy.local import ports, postgres, processes, rabbitmq

PROJECT = Path(__file__).resolve().parents[2]
RABBITMQ_PROGRAMS = PROJECT / ".local" / "programs" / "rabbitmq"


@contextlib.contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of one's own; gives the address of its `postgres` database. Its data goes at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    [port] = ports.free_ports(1)
    server = postgres.PostgresServer(
        home=postgres.home_in(folder / "postgres", f"trial-{secrets.token_hex(6)}"),
        port=port,
        password=secrets.token_hex(12),
        durable=False,
    )
    try:
        process = server.start(folder / "postgres.log")
        try:
            yield server.url()
        finally:
            processes.stop(process, postgres.STOP_SIGNAL)
    finally:
        postgres.remove(server.home)


@contextlib.contextmanager
def private_rabbitmq(folder: Path) -> Iterator[str]:
    """A RabbitMQ node of one's own; gives the address of its first virtual host. Its data goes at the end."""
    home = folder.resolve() / "rabbitmq"
    home.mkdir(parents=True, exist_ok=True)
    port, dist_port, epmd_port = ports.free_ports(3)
    account = rabbitmq.Account(name="trial", password=secrets.token_hex(12))
    server = rabbitmq.RabbitServer(
        home=home,
        programs=rabbitmq.find_or_fetch_programs(RABBITMQ_PROGRAMS),
        name=f"trial-{secrets.token_hex(4)}",
        port=port,
        dist_port=dist_port,
        epmd_port=epmd_port,
        accounts=(account,),
    )
    started = server.start(folder / "rabbitmq.log")
    try:
        (home / "node.json").write_text(json.dumps(dataclasses.asdict(server), default=str))
        yield server.url(account)
    finally:
        server.stop(*started)
        shutil.rmtree(home, ignore_errors=True)


def node_in(folder: Path) -> rabbitmq.RabbitServer:
    """The private node that runs in `folder`, so that another process can give it orders."""
    kept = json.loads((folder / "rabbitmq" / "node.json").read_text())
    return rabbitmq.RabbitServer(
        **kept
        | {
            "home": Path(kept["home"]),
            "programs": Path(kept["programs"]),
            "accounts": tuple(rabbitmq.Account(**account) for account in kept["accounts"]),
        }
    )


@contextlib.contextmanager
def fresh_database(postgres_url: str, name: str) -> Iterator[str]:
    """A new empty database on a server, dropped at the end; gives its address. `name` need not be unique."""
    database = f"{name}_{secrets.token_hex(4)}"
    with psycopg.connect(plain(postgres_url), autocommit=True) as connection:
        connection.execute(f'create database "{database}" template template0'.encode())
    try:
        yield postgres_url.rsplit("/", 1)[0] + f"/{database}"
    finally:
        with psycopg.connect(plain(postgres_url), autocommit=True) as connection:
            connection.execute(f'drop database "{database}" with (force)'.encode())


@contextlib.contextmanager
def fresh_vhost(amqp_url: str, node: rabbitmq.RabbitServer, name: str) -> Iterator[str]:
    """A new empty virtual host on a private node, dropped at the end; gives its address."""
    vhost = f"{name}-{secrets.token_hex(4)}"
    user = urlsplit(amqp_url).username or ""
    node.control("add_vhost", vhost)
    node.control("set_permissions", "--vhost", vhost, user, ".*", ".*", ".*")
    try:
        yield amqp_url.rsplit("/", 1)[0] + f"/{vhost}"
    finally:
        node.control("delete_vhost", vhost)


def plain(url: str) -> str:
    """The address without SQLAlchemy's driver name, as psycopg itself reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def keep(folder: Path) -> None:
    """Run one pair of servers until SIGTERM or Ctrl-C; print the settings that point tests at it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        private_postgres(folder) as postgres_url,
        private_rabbitmq(folder) as amqp_url,
        contextlib.suppress(KeyboardInterrupt),
    ):
        print(f"export MAILLAGE_TEST_DATABASE_URL={postgres_url}")
        print(f"export MAILLAGE_TEST_AMQP_URL={amqp_url}")
        print(f"export MAILLAGE_TEST_SERVERS={folder.resolve()}", flush=True)
        signal.pause()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
