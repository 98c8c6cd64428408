"""How old an answer may be: changes of one project while many ask for it, and each sees the change sooner or later.

The changes are made past the gateway, so that only their facts tell it. Each is known to be committed when its command
is answered; an answer is *old* by as much as it was asked for after that and still shows what was before.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from deploy.demo.asking import Asking, asking
from deploy.local.stack import Stack
from deploy.measure.load import Line, lines
from deploy.measure.network import say
from deploy.measure.table import Table, milliseconds, percentile

CHANGES, READERS, PROJECTS = 1000, 8, 20


@dataclass
class Watched:
    """What is known of one project: when each version was committed at the latest, and who waits to see one."""

    first: int
    #: When the command for the next version was sent, and when it was answered, version by version.
    sent: list[float] = field(default_factory=list)
    known: list[float] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)
    newest: int = 0
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    answers: int = 0
    remembered: int = 0
    old: list[float] = field(default_factory=list)

    def see(self, version: int, asked_at: float, now: float, remembered: bool) -> None:
        """An answer showed this version."""
        self.answers += 1
        self.remembered += remembered
        committed = bisect_left(self.known, asked_at)
        if committed > version - self.first:
            self.old.append(asked_at - self.known[version - self.first])
        for reached in range(max(self.newest, self.first) + 1, version + 1):
            self.seen[reached] = now
        if version > self.newest:
            self.newest = version
            self.shown.set()


def measure(network: Stack) -> Iterator[Table]:
    """One table."""
    yield asyncio.run(_measured(network))


async def _measured(network: Stack) -> Table:
    async with asking(network.plan().cli_environment()) as by_command:
        await record_projects(by_command, PROJECTS)
        project = await by_command.ask("incubator.project_by_slug", slug="projet-0")
        watched = Watched(project["version"])
        async with lines(network.plan().url, READERS) as over:
            reading = [asyncio.create_task(_read(line, watched)) for line in over]
            began = time.perf_counter()
            for number in range(CHANGES):
                watched.sent.append(time.perf_counter())
                await by_command.do("incubator.describe_project", project=project["id"], city=f"Ville {number}")
                watched.known.append(time.perf_counter())
                while watched.newest < watched.first + number + 1:
                    watched.shown.clear()
                    await watched.shown.wait()
                if number % 100 == 99:
                    say(f"{number + 1} changes")
            took = time.perf_counter() - began
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
    return _table(watched, took)


async def _read(line: Line, watched: Watched) -> None:
    body = json.dumps({"query": '{ project(slug: "projet-0") { version name city stage } }'}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: {line.host}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    while True:
        asked_at = time.perf_counter()
        line.writer.write(head.encode() + body)
        headers = (await line.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(headers.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        answer = json.loads(await line.reader.readexactly(length))
        version = answer["data"]["project"]["version"]
        watched.see(version, asked_at, time.perf_counter(), b"\r\nage:" in headers)


def _table(watched: Watched, took: float) -> Table:
    fresh = [watched.seen[watched.first + number + 1] for number in range(CHANGES)]
    lates = {
        "its command was answered": [max(0.0, at - then) for at, then in zip(fresh, watched.known, strict=True)],
        "its command was sent": [at - then for at, then in zip(fresh, watched.sent, strict=True)],
        "an old answer was asked for": watched.old or [0.0],
    }
    rows = [
        (name, milliseconds(percentile(late, 0.5)), milliseconds(percentile(late, 0.99)), milliseconds(max(late)))
        for name, late in lates.items()
    ]
    return Table(
        "Staleness: from a change to the first answer that shows it",
        ("since", "median", "99th percentile", "most"),
        rows,
        [
            f"{CHANGES:,} changes in {took:.0f} s, while {READERS} connections asked without a pause: "
            f"{watched.answers:,} answers, {watched.remembered / watched.answers:.0%} from memory, "
            f"{len(watched.old):,} of them old. The last line: how long after the command was answered they were asked "
            "for; its most is the oldest answer that anybody was given."
        ],
    )


async def record_projects(network: Asking, count: int) -> None:
    """So many projects with a history of three stages, in one incubator, visible to anybody."""
    await network.do("incubator.record_incubators", incubators=[{"slug": "maison", "name": "Maison"}])
    phases = [{"stage": stage, "entered_on": f"20{year}-03-01"} for stage, year in
              (("IDEA", 20), ("PROTOTYPE", 21), ("LAUNCH", 23))]  # fmt: skip
    for start in range(0, count, 10):
        projects = [
            {
                "incubator": "maison", "slug": f"projet-{number}", "name": f"Projet de quartier {number}",
                "pitch": "Un projet d'habitat et de jardin pour le quartier, avec ses habitants.",
                "themes": ["mieux-vieillir"], "city": "Nantes", "website": f"https://projet-{number}.example/",
                "lifecycle": "ACTIVE", "phases": phases,
            }
            for number in range(start, min(start + 10, count))
        ]  # fmt: skip
        answer = await network.do("incubator.record_projects", projects=projects)
        refused = [result["problems"] for result in answer["results"] if result["outcome"] != "CREATED"]
        if refused:
            raise RuntimeError(f"Not recorded: {refused[0]}")


if __name__ == "__main__":
    from deploy.measure import bench

    sys.exit(bench.main(["staleness"]))
