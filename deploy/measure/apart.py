"""One service of a network once more, over a database and a virtual host of its own: for a size of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy import databases
from deploy.local import ports, processes
from deploy.local.plan import answers
from deploy.local.stack import Stack


@dataclass(frozen=True)
class Apart:
    """A service that runs apart: its database by name and by address, and what asking.py needs to ask it."""

    database: str
    database_url: str
    asking: dict[str, str]


@contextmanager
def apart(network: Stack, service: str, name: str) -> Iterator[Apart]:
    """Run the service within the block; its database goes with the network."""
    plan, [port] = network.plan(), ports.free_ports(1)
    plan.broker.furnish(name)
    url = f"{plan.database_url(service).rpartition('/')[0]}/{name}"
    databases.make_databases(plan.database.url(), {service: url})
    environment = _in_vhost(plan.service_environment(service), name) | {
        "MAILLAGE_DATABASE_URL": url,
        "MAILLAGE_HEALTH_PORT": str(port),
    }
    databases.migrate({service: environment})
    log = network.folder / "log" / f"{name}.log"
    process = processes.start(
        [sys.executable, "-m", f"services.{service}"], log=log, env=environment, folder=network.folder
    )
    try:
        processes.wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), process, log)
        yield Apart(name, url, _in_vhost(plan.cli_environment(), name))
    finally:
        processes.stop(process)


def _in_vhost(environment: dict[str, str], name: str) -> dict[str, str]:
    return environment | {"MAILLAGE_AMQP_URL": f"{environment['MAILLAGE_AMQP_URL'].rpartition('/')[0]}/{name}"}
