"""``python -m tests.gateway.benchmark_execution``: what executing plain selections costs, with plans and without.

Both executors take turns in one process on the same document, parsed and validated once, and the same objects: the
ratio is what is to be read.
"""

from __future__ import annotations

import asyncio
import platform
import statistics
import time
from datetime import date
from enum import Enum

import strawberry
from strawberry import Schema
from strawberry.extensions import ParserCache, ValidationCache

from gateway.schema.execution import PlannedExecution

ROUNDS, TIMES = 15, 20


@strawberry.enum
class Stage(Enum):
    IDEA = "IDEA"
    LAUNCH = "LAUNCH"


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Stay:
    stage: Stage
    entered_on: date


@strawberry.type
class Project(Node):
    slug: str
    name: str
    pitch: str | None
    stage: Stage
    since: date
    days: int
    stalled: bool
    history: list[Stay]

    @strawberry.field
    async def theme(self) -> str:
        return "mieux-vieillir"


PROJECTS = [
    Project(
        id=strawberry.ID(str(number)),
        slug=f"project-{number}",
        name=f"Project {number}",
        pitch=None,
        stage=Stage.LAUNCH,
        since=date(2026, 1, 1),
        days=number,
        stalled=False,
        history=[Stay(stage=stage, entered_on=date(2025, 1, 1)) for stage in Stage],
    )
    for number in range(50)
]


@strawberry.type
class Query:
    @strawberry.field
    async def projects(self) -> list[Project]:
        return PROJECTS


PLAIN = "id slug name pitch stage since days stalled"
DOCUMENTS = {
    "50 objects of 8 plain fields": f"{{ projects {{ {PLAIN} }} }}",
    "the same with their history": f"{{ projects {{ {PLAIN} history {{ stage enteredOn }} }} }}",
    "the same with a field that is not plain": f"{{ projects {{ {PLAIN} theme }} }}",
}


async def main() -> None:
    schemas = {
        "ordinary": Schema(Query, extensions=[ParserCache, ValidationCache]),
        "planned": Schema(Query, extensions=[ParserCache, ValidationCache], execution_context_class=PlannedExecution),
    }
    print(f"Python {platform.python_version()}, {platform.machine()}; medians of {ROUNDS} rounds of {TIMES}, in ms")
    for name, document in DOCUMENTS.items():
        taken: dict[str, list[float]] = {how: [] for how in schemas}
        for _ in range(ROUNDS):
            for how, schema in schemas.items():
                started = time.process_time()
                for _ in range(TIMES):
                    answer = await schema.execute(document)
                    assert answer.errors is None
                taken[how].append((time.process_time() - started) / TIMES * 1000)
        ordinary, planned = (statistics.median(taken[how]) for how in ("ordinary", "planned"))
        print(f"{name:42} ordinary {ordinary:6.2f}   planned {planned:6.2f}   {ordinary / planned:4.1f} times")


if __name__ == "__main__":
    asyncio.run(main())
