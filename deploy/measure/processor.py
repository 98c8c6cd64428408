"""Time of processor that each part of a network has used, as the kernel counts them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from deploy.local.stack import Stack

#: Programs that are one part in a table; every other is a part of its own.
PARTS = {"rabbitmq": "broker", "epmd": "broker", "postgres": "database"}
#: So many ticks are a second.
TICK = os.sysconf("SC_CLK_TCK")


def used(network: Stack) -> Counter[str]:
    """Ticks by part: ``gateway``, ``broker``, ``database``, a service (all its processes), its relay
    (``events-relay``), the issuer."""
    ticks: Counter[str] = Counter()
    for name, state in network.supervisor().states().items():
        part = re.sub(r"-\d+$", "", name)
        ticks[PARTS.get(part, part)] += ticks_of(state["pid"])
    return ticks


def ticks_of(pid: int) -> int:
    """Ticks of a process and of all that come from it."""
    return sum(map(_ticks, _family(pid)))


def _family(pid: int) -> Iterator[int]:
    """A process and all that come from it: PostgreSQL has one for each connection."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(children).split():
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    """Time of a process in user mode and in the kernel; that of children that ended counts as its own."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) if fields else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended meanwhile
        return ""
