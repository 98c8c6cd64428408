"""The servers that tests talk to: real ones, private ones, shared by a whole run.

With MAILLAGE_TEST_DATABASE_URL, MAILLAGE_TEST_AMQP_URL and MAILLAGE_TEST_SERVERS set (see
`python -m deploy.local.servers`) several pytest processes share one pair; else each starts its own.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from deploy.local import ports, servers
from deploy.local.stack import Stack

# How long an example takes is the machine's business, not the rule's.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# With the values of every frame, drawn in boxes, what a test lets break takes longer to tell of than to do.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S"),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def servers_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the private servers of this run."""
    return Path(os.environ.get("MAILLAGE_TEST_SERVERS") or tmp_path_factory.mktemp("servers"))


@pytest.fixture(scope="session")
def postgres_url(servers_folder: Path) -> Iterator[str]:
    """The administrator's address of a PostgreSQL server."""
    given = os.environ.get("MAILLAGE_TEST_DATABASE_URL")
    with contextlib.nullcontext(given) if given else servers.private_postgres(servers_folder) as url:
        yield url


@pytest.fixture(scope="session")
def broker_url(servers_folder: Path) -> Iterator[str]:
    """The address of a RabbitMQ node's first virtual host: for tests that make virtual hosts of their own."""
    given = os.environ.get("MAILLAGE_TEST_AMQP_URL")
    with contextlib.nullcontext(given) if given else servers.private_rabbitmq(servers_folder) as url:
        yield url


@pytest.fixture(scope="session")
def amqp_url(broker_url: str, servers_folder: Path) -> Iterator[str]:
    """The address of a virtual host that only this pytest run uses."""
    with servers.fresh_vhost(broker_url, servers.node_in(servers_folder), "run") as url:
        yield url


@pytest.fixture(scope="session")
def new_database(postgres_url: str) -> Iterator[Callable[[str], str]]:
    """Makes empty databases: `new_database("incubator")` gives the address of a fresh one, dropped after the run."""
    with contextlib.ExitStack() as made:
        yield lambda name: made.enter_context(servers.fresh_database(postgres_url, name))


@pytest.fixture(scope="session")
def new_vhost(broker_url: str, servers_folder: Path) -> Iterator[Callable[[str], str]]:
    """Makes empty virtual hosts: `new_vhost("faults")` gives the address of a fresh one, dropped after the run."""
    with contextlib.ExitStack() as made:
        yield lambda name: made.enter_context(servers.fresh_vhost(broker_url, servers.node_in(servers_folder), name))


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole network, as `make up` starts it but empty and in a folder of its own; gone after the run."""
    [port] = ports.free_ports(1)
    stack = Stack(tmp_path_factory.mktemp("network"), gateway_port=port, processes=1)
    try:
        stack.up(print)
        yield stack
    finally:
        stack.reset()
