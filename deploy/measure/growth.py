"""What a question costs when ten and a hundred times as much is there.

Three times the incubator service with 600, 6,000 and 60,000 projects, then three times the coalitions service with
20,000, 200,000 and 2,000,000 votes, each over a database of its own. The three are asked in turns, over RPC, by nobody
in particular, so that all meet the same load; what is timed is the whole call, the broker's part included.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack
from itertools import pairwise
from typing import Any

from deploy.demo.asking import Asking, asking
from deploy.local.stack import Stack
from deploy.measure.apart import Apart, apart
from deploy.measure.filling import VOTES_EACH, fill_projects, fill_votes
from deploy.measure.network import say
from deploy.measure.sql_log import PLANS, logged, pages_in
from deploy.measure.table import Table, percentile

TIMES, WARMING, EXPLAINED = 60, 10, 10
PROJECTS, VOTES = (600, 6_000, 60_000), (20_000, 200_000, 2_000_000)

Questions = dict[str, tuple[str, dict[str, Any]]]
OF_PROJECTS: Questions = {
    "one project": ("incubator.project_by_slug", {"slug": "projet-417"}),
    "50 by name": ("incubator.list_projects", {"first": 50, "count": False}),
    "50 by name, counted": ("incubator.list_projects", {"first": 50}),
    "50 of a theme and a stage": (
        "incubator.list_projects",
        {"filter": {"theme": "climat", "stage": ["LAUNCH"]}, "first": 50, "count": False},
    ),
    "50 that a word finds": ("incubator.list_projects", {"search": "ferme", "first": 50, "count": False}),
    "the pipeline of an incubator": ("incubator.pipeline", {"incubator": "maison-0"}),
    "the pipeline of the network": ("incubator.pipeline", {}),
}
OF_VOTES: Questions = {
    f"a consultation of {VOTES_EACH:,} votes": ("coalitions.consultation_by_slug", {"slug": "petite-0"}),
    "its statements, counted": ("coalitions.statements_by_consultations", {"of": "petite-0", "first": 20}),
    "the statements of one that holds half of all votes": (
        "coalitions.statements_by_consultations",
        {"of": "grande", "first": 20},
    ),
}


def measure(network: Stack) -> Iterator[Table]:
    """A table for projects, and one for votes."""
    yield _grown(
        network, "incubator", PROJECTS, _projects, OF_PROJECTS,
        "What questions cost when there are more projects",
        "The first 600 projects are recorded by the service's own command; the others are copies of their rows, "
        "written straight into the tables. A pipeline is counted over all projects that it is about.",
    )  # fmt: skip
    yield _grown(
        network, "coalitions", VOTES, _votes, OF_VOTES,
        "What questions cost when there are more votes",
        f"Half of the votes are in one consultation, the others in consultations of {VOTES_EACH:,} each; all were "
        "written straight into the tables. Votes are counted when they are asked for.",
    )  # fmt: skip


async def _projects(one: Apart, size: int) -> None:
    async with asking(one.asking) as network:
        await fill_projects(network, one.database_url, size)


async def _votes(one: Apart, size: int) -> None:
    await asyncio.to_thread(fill_votes, one.database_url, size)


def _grown(
    network: Stack,
    service: str,
    sizes: tuple[int, ...],
    fill: Callable[[Apart, int], Coroutine[Any, Any, None]],
    questions: Questions,
    title: str,
    note: str,
) -> Table:
    with ExitStack() as running:
        each = [running.enter_context(apart(network, service, f"{service}_{size}")) for size in sizes]
        for one, size in zip(each, sizes, strict=True):
            say(f"{service}: filling to {size:,}")
            asyncio.run(fill(one, size))
        say(f"{service}: asking")
        took, pages = asyncio.run(_asked(network, each, questions))
    rows = []
    for name in questions:
        medians = [statistics.median(times) for times in took[name]]
        rows.append(
            (
                name,
                *(f"{_ms(times, 0.5)} / {_ms(times, 0.95)}" for times in took[name]),
                *(f"{latter / former:.1f}" for former, latter in pairwise(medians)),
                " → ".join(f"{count:,}" for count in pages[name]),
            )
        )
    return Table(
        title,
        ("question", *(f"at {size:,}, ms" for size in sizes), "ratio", "ratio", "pages of PostgreSQL"),
        rows,
        [
            f"Median / 95th percentile of {TIMES} calls, and the ratio of one median to the one before it. Pages: of "
            "8 KiB, touched by one call's statements as PostgreSQL explains them.",
            note,
        ],
    )


def _ms(times: list[float], part: float) -> str:
    return f"{percentile(times, part) * 1000:.1f}"


async def _asked(
    network: Stack, each: list[Apart], questions: Questions
) -> tuple[dict[str, list[list[float]]], dict[str, list[int]]]:
    """By question and size: the seconds of each call, and the pages of one."""
    async with AsyncExitStack() as open_:
        askers = [await open_.enter_async_context(asking(one.asking)) for one in each]
        known = {
            name: [(method, await _known(asker, request)) for asker in askers]
            for name, (method, request) in questions.items()
        }
        took: dict[str, list[list[float]]] = {name: [[] for _ in each] for name in questions}
        for turn in range(TIMES + WARMING):
            for name, asked in known.items():
                for times, asker, (method, request) in zip(took[name], askers, asked, strict=True):
                    began = time.perf_counter()
                    await asker.ask(method, **request)
                    if turn >= WARMING:
                        times.append(time.perf_counter() - began)
        pages = {name: [0] * len(each) for name in questions}
        for place, (one, asker) in enumerate(zip(each, askers, strict=True)):
            for name, asked in known.items():
                pages[name][place] = await _pages(network, one, asker, *asked[place])
    return took, pages


async def _known(asker: Asking, request: dict[str, Any]) -> dict[str, Any]:
    """The request with the id of the consultation that it names."""
    if "of" not in request:
        return request
    consultation = await asker.ask("coalitions.consultation_by_slug", slug=request["of"])
    return {"ids": [consultation["id"]], **{key: value for key, value in request.items() if key != "of"}}


async def _pages(network: Stack, one: Apart, asker: Asking, method: str, request: dict[str, Any]) -> int:
    with logged(network, one.database, PLANS) as log:
        for _ in range(EXPLAINED):
            await asker.ask(method, **request)
        return round(pages_in(log()) / EXPLAINED)


if __name__ == "__main__":
    from deploy.measure import bench

    sys.exit(bench.main(["growth"]))
