"""The network under test: as ``make up`` starts it, in a folder of its own, with failpoints or a mechanism missing."""

from __future__ import annotations

import dataclasses
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deploy.local import ports, stack
from deploy.local.plan import Plan, Program
from deploy.local.servers import plain
from deploy.local.settings import SERVICES
from deploy.local.stack import Stack

POINTS = ("inside_transaction", "after_commit", "before_acknowledge")


@contextmanager
def network(
    folder: Path, *, failpoints: random.Random | None = None, without: str = "", processes: int = 1
) -> Iterator[Stack]:
    """Start it, and leave nothing of it behind.

    With ``failpoints`` each service dies at a named point after some hundreds of passages, each relay before marking;
    with ``without`` the services run as tests/faults/weakened.py makes them. Each has so many ``processes``.
    """

    class FaultyPlan(Plan):
        def _service(self, service: str, instance: str) -> Program:
            program = super()._service(service, instance)
            asked = "" if failpoints is None else ",".join(f"{p}:{failpoints.randint(150, 600)}" for p in POINTS)
            command = program.command
            if without:
                command = [sys.executable, "-m", "tests.faults.weakened", service, without]
            return dataclasses.replace(
                program, command=command, environment=program.environment | {"MAILLAGE_FAILPOINT": asked}
            )

        def _relay(self, service: str) -> Program:
            program = super()._relay(service)
            asked = "" if failpoints is None else f"before_mark:{failpoints.randint(30, 150)}"
            return dataclasses.replace(program, environment=program.environment | {"MAILLAGE_FAILPOINT": asked})

    usual, stack.Plan = stack.Plan, FaultyPlan  # type: ignore[misc]
    [port] = ports.free_ports(1)
    started = Stack(folder, gateway_port=port, processes=processes)
    try:
        started.up(print)
        yield started
    finally:
        started.reset()
        stack.Plan = usual  # type: ignore[misc]


@contextmanager
def databases(network: Stack) -> Iterator[dict[str, psycopg.Connection[tuple[object, ...]]]]:
    """A connection to each service's database."""
    urls = {service: plain(network.plan().database_url(service)) for service in SERVICES}
    opened = {service: psycopg.connect(url, autocommit=True, connect_timeout=5) for service, url in urls.items()}
    try:
        yield opened
    finally:
        for connection in opened.values():
            connection.close()


def pid_of(network: Stack, program: str) -> int:
    """The process of a program now; 0 when it does not run."""
    return int(network.supervisor().states()[program]["pid"])


def family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return
    for child in children:
        yield from family(int(child))


def signal_all(pid: int, signal: int) -> None:
    for one in list(family(pid)):
        try:
            os.kill(one, signal)
        except ProcessLookupError:
            continue
