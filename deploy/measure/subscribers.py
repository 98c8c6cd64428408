"""A thousand subscribers on one gateway process, one of whom never reads: what each waits, what they cost, what stays.

Everybody has a socket of their own, follows the same and is nobody in particular. A project is described anew so many
times; each time everybody must have seen it before the next. One subscriber alone is measured in the same way before.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from deploy.local.stack import Stack
from deploy.measure.changing import SLUG, Changing, a_changing_project
from deploy.measure.load import lines
from deploy.measure.metrics import of_gateway
from deploy.measure.network import say
from deploy.measure.processor import TICK, ticks_of
from deploy.measure.table import Table, milliseconds, percentile
from deploy.measure.watchers import Watcher, closed_with, never_reading, watchers

MANY, CHANGES, WAVES = 1000, 30, 3
FOLLOWED = {
    "projectChanged": (
        "subscription($slug: String!) { projectChanged(slug: $slug) { slug name pitch version stage } }",
        {"slug": SLUG},
    ),
    "activity": ("subscription { activity { id type subject at data } }", {}),
}
#: What the one who never reads has subscribed to, so many times: one change fills what may wait for it.
SILENT = 20
MUCH = f"subscription {{ activity {{ {' '.join(f'_{number}: data' for number in range(50))} }} }}"


@dataclass(frozen=True)
class Held:
    """What the gateway's process holds: memory of its own (PSS, in MiB), of which Python's objects are in so many
    blocks; open files and WebSockets, tasks, and open subscriptions."""

    memory: float
    blocks: int
    files: int
    sockets: int
    tasks: int
    followers: int


@dataclass
class Seen:
    """By change: seconds until each subscriber had it, and what it cost."""

    delays: list[list[float]]
    calls: float
    processor: float


def measure(network: Stack) -> Iterator[Table]:
    """What is waited; and what is held."""
    changing = asyncio.run(a_changing_project(network))
    for name, (document, variables) in FOLLOWED.items():
        alone, together, held, code = asyncio.run(_watched(network, changing, document, variables))
        yield Table(
            f"{MANY:,} subscribers of {name}",
            (
                "subscribers",
                "median",
                "99th percentile",
                "the last",
                "calls a change",
                "processor a change",
            ),
            [_row("1", alone), _row(f"{MANY:,}, and one that never reads", together)],
            [
                f"{CHANGES} changes, from the mutation that is sent to the message that is there; the last is whoever "
                "had it last, median over the changes. Calls: all that the gateway made for a change, the mutation and "
                "what it answers among them; processor: the gateway's. Who measures reads all sockets on the same "
                f"processors. Who never read was dropped meanwhile, with {code}; the others stayed."
            ],
        )
        before = held[0][1]
        yield Table(
            f"What {MANY:,} subscribers of {name} hold",
            (
                "",
                "memory of the gateway, MiB",
                "for one subscriber, KiB",
                "blocks of Python's",
                "open files",
                "sockets",
                "tasks",
                "subscriptions",
            ),
            [
                (
                    when,
                    f"{now.memory:.1f}",
                    f"{(now.memory - before.memory) * 1024 / MANY:.1f}" if now.followers >= MANY else "",
                    f"{now.blocks:,}",
                    now.files,
                    now.sockets,
                    now.tasks,
                    now.followers,
                )
                for when, now in held
            ],
            [
                "Nothing is kept of those who left: the blocks that Python's objects are in are given back "
                "(tests/gateway/test_unread.py counts the objects). The process keeps the room that they took for "
                "who comes next, and takes no more for the next as many."
            ],
        )


def _row(who: str, seen: Seen) -> tuple[str, ...]:
    every = [delay for change in seen.delays for delay in change]
    return (
        who,
        milliseconds(statistics.median(every)),
        milliseconds(percentile(every, 0.99)),
        milliseconds(statistics.median(max(change) for change in seen.delays)),
        f"{seen.calls:.1f}",
        milliseconds(seen.processor),
    )


async def _watched(
    network: Stack, changing: Changing, document: str, variables: dict[str, str]
) -> tuple[Seen, Seen, list[tuple[str, Held]], int | None]:
    url = network.plan().url
    async with watchers(url, 1, document, variables) as alone:
        await _until(lambda: _held(network).followers == 1)
        await _changes(network, changing, alone, 5)
        of_one = await _changes(network, changing, alone, CHANGES)
    await _until(lambda: _held(network).followers == 0)
    held = [("before", _held(network))]
    for wave in range(1, WAVES + 1):
        began = time.perf_counter()
        async with watchers(url, MANY, document, variables) as many:
            await _until(lambda: _held(network).followers == MANY)
            say(f"wave {wave} of {WAVES}: {MANY} followed after {time.perf_counter() - began:.1f} s")
            if wave == 1:
                of_all, code = await _beside_one_that_never_reads(network, changing, many)
            held.append((f"{MANY:,} there, {_time(wave)}", _held(network)))
        await _until(lambda: _is_back(_held(network), held[0][1]))
        held.append((f"all gone, {_time(wave)}", _held(network)))
    return of_one, of_all, held, code


async def _beside_one_that_never_reads(
    network: Stack, changing: Changing, many: list[Watcher]
) -> tuple[Seen, int | None]:
    """What the others see; and the code with which the one who does not read is closed while they stay."""
    before = _dropped(network)
    with never_reading(network.plan().url, MUCH, SILENT) as silent:
        await _until(lambda: _held(network).followers == MANY + SILENT)
        seen = await _changes(network, changing, many, CHANGES)
        await _until(lambda: _dropped(network) > before and _held(network).followers == MANY)
        return seen, await asyncio.to_thread(closed_with, silent)


def _is_back(now: Held, before: Held) -> bool:
    """Whether nothing is held of those who left; of what else happened meanwhile, such as facts, little."""
    return (now.followers, now.sockets) == (0, 0) and now.files <= before.files and now.blocks < before.blocks * 1.02


def _dropped(network: Stack) -> float:
    return _metric(network, "maillage_gateway_followers_dropped", reason="unread")


def _time(number: int) -> str:
    return ("once", "twice", "three times")[number - 1]


async def _changes(network: Stack, changing: Changing, watching: list[Watcher], times: int) -> Seen:
    pid, delays = _gateway(network), []
    calls, ticks = _calls(network), ticks_of(pid)
    async with lines(network.plan().url, 1) as [line]:
        for number in range(times):
            for watcher in watching:
                watcher.arrived.clear()
                watcher.more.clear()
            request = changing.to(f"Vu par tous, {number} sur {times}.")
            began = time.perf_counter()
            await line.send(request)
            async with asyncio.timeout(60):
                await asyncio.gather(*(watcher.more.wait() for watcher in watching))
            delays.append([watcher.arrived[0][0] - began for watcher in watching])
    return Seen(delays, (_calls(network) - calls) / times, (ticks_of(pid) - ticks) / TICK / times)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not true():
            await asyncio.sleep(0.2)


def _held(network: Stack) -> Held:
    process = Path(f"/proc/{_gateway(network)}")
    [pss] = [line for line in (process / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:")]
    return Held(
        memory=int(pss.split()[1]) / 1024,
        blocks=int(_metric(network, "maillage_gateway_memory_blocks")),
        files=len(list((process / "fd").iterdir())),
        sockets=int(_metric(network, "maillage_gateway_sockets")),
        tasks=int(_metric(network, "maillage_gateway_tasks")),
        followers=int(_metric(network, "maillage_gateway_followers")),
    )


def _gateway(network: Stack) -> int:
    pid: int = network.supervisor().states()["gateway"]["pid"]
    return pid


def _calls(network: Stack) -> float:
    """Calls that the gateway made so far."""
    return of_gateway(network, "maillage_gateway_calls_seconds").times


def _metric(network: Stack, name: str, **labels: str) -> float:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{network.plan().url}/metrics", timeout=30) as page:
        families = text_string_to_metric_families(page.read().decode())
    return sum(
        sample.value
        for family in families
        if family.name == name
        for sample in family.samples
        if labels.items() <= sample.labels.items() and not sample.name.endswith("_created")
    )


if __name__ == "__main__":
    from deploy.measure import bench

    sys.exit(bench.main(["subscribers"]))
