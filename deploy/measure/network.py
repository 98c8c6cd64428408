"""A network for one measure: started empty in a folder of its own, and gone afterwards. And what it runs on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import amqp
import psycopg

from deploy.local import ports
from deploy.local.servers import plain
from deploy.local.settings import PROJECT
from deploy.local.stack import Stack


def say(text: str) -> None:
    """What is going on; apart from the figures, which go to the standard output."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def a_network() -> Iterator[Stack]:
    """The whole network as ``make up`` starts it, but empty; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        [port] = ports.free_ports(1)
        stack = Stack(Path(folder) / "network", gateway_port=port)
        try:
            stack.up(say)
            yield stack
        finally:
            stack.reset()


def machine(network: Stack) -> str:
    """In one line, what the figures were seen on."""
    database = plain(network.plan().database.url())
    with psycopg.connect(database) as connection:
        postgresql = connection.info.parameter_status("server_version")
    return ", ".join(
        [
            f"{os.cpu_count()} cores ({_processor()})",
            f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            f"PostgreSQL {postgresql}",
            f"RabbitMQ {_rabbitmq(network)}",
            f"commit {_commit()}",
            f"load average {os.getloadavg()[0]:.1f} at the start",
        ]
    )


def _processor() -> str:
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in cpus if line.startswith("model name"))
    return next(named, platform.machine())


def _rabbitmq(network: Stack) -> str:
    broker = network.plan().broker
    account = broker.accounts[0]
    with amqp.Connection(
        host=f"127.0.0.1:{broker.port}", userid=account.name, password=account.password, virtual_host="maillage"
    ) as connection:
        version = connection.server_properties["version"]
    return version if isinstance(version, str) else bytes(version).decode()


def _commit() -> str:
    def git(*asked: str) -> str:
        done = subprocess.run(["git", *asked], cwd=PROJECT, capture_output=True, text=True)
        return done.stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" and changes" if git("status", "--short") else "")
