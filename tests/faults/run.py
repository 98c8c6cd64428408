"""One run: a network of its own, load and faults for a while, then heal, drain, check, report."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.processes import NotReadyError
from deploy.local.stack import Stack
from tests.faults.checker import Findings, Stored, check, recoveries, until_drained
from tests.faults.history import History, Operation, Strike
from tests.faults.nemesis import LASTING, ROWS, Nemesis
from tests.faults.network import databases, network
from tests.faults.workload import Driver, prepare

#: Seconds of calm at the end, in which everybody must be able to work again.
CALM = 8.0
#: Seconds between a fault that was healed and the next: so few that faults meet what others left undone.
PAUSE = (3.0, 7.0)
#: Seconds within which everything must have taken effect after the last fault was healed.
DRAIN_WITHIN = 120.0


@dataclass(frozen=True)
class Report:
    """What a run showed; as text, a Markdown table."""

    seed: int
    seconds: float
    operations: list[Operation]
    strikes: list[Strike]
    findings: Findings
    drained_within: float
    kills: int

    def __str__(self) -> str:
        counts, found = self.findings.counts, self.findings
        worst = max((one.worst for one in self.operations), default=0.0)
        total = {
            "commands attempted": counts["attempted"],
            "of these acknowledged / refused / unavailable / unknown": (
                f"{counts['acknowledged']} / {counts['refused']} / {counts['unavailable']} / {counts['unknown']}"
            ),
            "requests sent": counts["attempts"],
            "facts told / effects owed to other services": f"{counts['facts']} / {counts['effects owed']}",
            "faults / processes killed by them or by failpoints": f"{len(self.strikes)} / {self.kills}",
            "**lost**": len(found.lost),
            "**duplicated effects**": len(found.duplicated),
            "**ghosts**": len(found.ghosts),
            "order violations": len(found.out_of_order),
            "broken invariants": len(found.broken),
            "worst call, s": f"{worst:.1f}",
            "drained after, s": f"{self.drained_within:.0f}",
        }
        lines = [f"Seed {self.seed}, {self.seconds:.0f} s of faults.", "", "| what | figure |", "| --- | --- |"]
        lines += [f"| {what} | {figure} |" for what, figure in total.items()]
        lines += ["", "| row | fault | struck | commands under way | recovery median, s | worst, s |"]
        lines += ["| --- | --- | --- | --- | --- | --- |", *self._rows()]
        if found.wrong:
            lines += ["", "What is wrong:", "", *(f"- {sentence}" for sentence in found.wrong[:40])]
            lines += [f"- and {len(found.wrong) - 40} more"] if len(found.wrong) > 40 else []
        return "\n".join(lines)

    def _rows(self) -> list[str]:
        felt = recoveries(self.operations, self.strikes)
        rows = []
        for fault, row in ROWS.items():
            ours = [one for one in felt if one.fault == fault]
            if not ours:
                rows.append(f"| {row} | {fault} | 0 | | | |")
                continue
            seconds = [one.seconds for one in ours if one.seconds is not None]
            figures = f"{statistics.median(seconds):.1f} | {max(seconds):.1f}" if seconds else "never | never"
            under_way = sum(one.under_way for one in ours)
            rows.append(f"| {row} | {fault} | {len(ours)} | {under_way} | {figures} |")
        return rows


def run(
    *,
    seed: int,
    seconds: float,
    history: Path | None = None,
    only: tuple[str, ...] = (),
    without: str = "",
    failpoints: bool = True,
    processes: int = 1,
    sent_twice: float = 0.05,
    pause: tuple[float, float] = PAUSE,
    lasting: tuple[float, float] = LASTING,
    drain_within: float = DRAIN_WITHIN,
) -> Report:
    """Run it all; the same seed strikes the same faults in the same order (what the machine makes of it differs)."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="maillage-faults-") as folder:
        kept = History(history or Path(folder) / "history.jsonl")
        faulty = dice if failpoints else None
        with network(Path(folder) / "network", failpoints=faulty, without=without, processes=processes) as stack:
            asyncio.run(_trouble(stack, kept, dice, seconds, only, sent_twice, pause, lasting))
            await_all_ready(stack)
            operations, strikes = kept.operations(), kept.strikes()
            stored, took = until_drained(lambda: _read(stack), lambda one: _judge(operations, one).wrong, drain_within)
            findings = _judge(operations, stored)
            kills = _deaths(stack)
    return Report(seed, seconds, operations, strikes, findings, took, kills)


async def _trouble(
    stack: Stack,
    history: History,
    dice: random.Random,
    seconds: float,
    only: tuple[str, ...],
    sent_twice: float,
    pause: tuple[float, float],
    lasting: tuple[float, float],
) -> None:
    """Load for the whole time, faults until shortly before its end."""
    # About two registrations a second, each for a seat of its own.
    place = await prepare(stack, events=max(6, int(seconds / 12)))
    driver = Driver(stack.plan().url, place, history, random.Random(dice.random()), sent_twice=sent_twice)
    nemesis = Nemesis(stack, history, random.Random(dice.random()), lambda: driver.under_way, only, lasting)
    driving = asyncio.create_task(driver.run())
    await nemesis.run(time.monotonic() + seconds, pause)
    await asyncio.to_thread(await_all_ready, stack)
    await asyncio.sleep(CALM)
    driver.stop()
    await driving


#: Failpoints may end a process before it has stayed up for as long as the supervisor calls STARTING.
UP = ("STARTING", "RUNNING")


def await_all_ready(stack: Stack, within: float = 90.0) -> None:
    """Return when every process is up and ready by itself; nobody helps it. Raises NotReadyError when one is not."""
    until = time.monotonic() + within
    programs = list(stack.plan().programs())
    while programs:
        with suppress(OSError):
            states = stack.supervisor().states()
            programs = [one for one in programs if states[one.name]["statename"] not in UP or not one.ready()]
        if programs and time.monotonic() > until:
            raise NotReadyError(f"not ready {within:.0f} s after the last fault: {[one.name for one in programs]}")
        time.sleep(0.5)


def _read(stack: Stack) -> tuple[Stored, dict[str, str]]:
    with databases(stack) as opened:
        rows: list[Any] = opened["people"].execute(
            "SELECT split_part(display_name, ' ', 1), id::text FROM persons"
        ).fetchall()  # fmt: skip
        return Stored.read(opened), dict(rows)


def _judge(operations: list[Operation], read: tuple[Stored, dict[str, str]]) -> Findings:
    return check(operations, *read)


def _deaths(stack: Stack) -> int:
    """How many processes ended by SIGKILL, as the supervisor wrote it down."""
    killed: Counter[str] = Counter()
    for path in sorted((stack.folder / "log").glob("supervisord.log*")):
        killed.update("SIGKILL" for line in path.read_text().splitlines() if "terminated by SIGKILL" in line)
    return killed["SIGKILL"]
