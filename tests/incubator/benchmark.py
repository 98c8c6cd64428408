"""How much slower looking becomes when ten times as many projects are there: `python -m tests.incubator.benchmark`.

Prints the 95th percentile of each question at 600 and at 6,000 projects, their ratio, and for each statement at 6,000
how it finds its rows. Uses the server of MAILLAGE_TEST_DATABASE_URL, or starts a private one.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, text

from deploy.local import servers
from services.backbone.actor import ANONYMOUS, Actor, ActorKind, Grant
from services.incubator.queries import board, exports, pipeline, projects
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_projects import record_projects
from tests.bench import Bench
from tests.incubator.made_up import made_up

SCAN = re.compile(r"((?:Seq|Index|Index Only|Bitmap Index|Bitmap Heap) Scan.*?)\s+\(.*actual rows=(\S+)")
SIZES, HOUSES, TIMES = (600, 6000), 12, 60
QUESTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "board of an incubator": (board.board, {"incubator": "maison-0"}),
    "list by name": (projects.list_projects, {}),
    "list, longest in stage": (projects.list_projects, {"order_by": "STAGE_SINCE"}),
    "list, stalled first": (projects.list_projects, {"order_by": "STALLED_FIRST", "filter": {"stalled": True}}),
    "list of a theme and a stage": (projects.list_projects, {"filter": {"theme": "climat", "stage": ["LAUNCH"]}}),
    "search, common word": (projects.list_projects, {"search": "refugies"}),
    "search, two words": (projects.list_projects, {"search": "ecole ferme"}),
    "search, rare": (projects.list_projects, {"search": "ferme 417"}),
    "one project": (projects.project_by_slug, {"slug": "projet-417"}),
    "pipeline of an incubator": (pipeline.pipeline, {"incubator": "maison-0"}),
    "pipeline as of 2021": (pipeline.pipeline, {"incubator": "maison-0", "as_of": "2021-01-01"}),
    "pipeline of the network": (pipeline.pipeline, {}),
    "a lot of an export": (exports.export_projects, {}),
}


def filled(url: str, size: int) -> tuple[Bench, Actor]:
    """A bench with so many projects in twelve incubators, and a member of the staff of the first."""
    bench = Bench("incubator", url)
    houses = [{"slug": f"maison-{number}", "name": f"Maison {number}"} for number in range(HOUSES)]
    made = bench.perform(record_incubators, incubators=houses)["results"]
    records = made_up(size, houses=HOUSES)
    for start in range(0, size, 200):
        bench.perform(record_projects, projects=records[start : start + 200])
    with bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    staff = Grant("INCUBATOR_STAFF", f"incubator/{UUID(made[0]['id'])}")
    return bench, Actor(ActorKind.PERSON, uuid4(), frozenset({staff}))


def percentile_95(bench: Bench, by: Actor, question: Callable[..., Any], request: dict[str, Any]) -> float:
    """Milliseconds that 95 of 100 answers stay below."""
    took = []
    for _ in range(TIMES + 5):
        began = time.perf_counter()
        bench.ask(question, by=by, **request)
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took[5:])[int(TIMES * 0.95) - 1]


@contextmanager
def statements(bench: Bench) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(bench.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(bench.engine, "before_cursor_execute", keep)


def ways(bench: Bench, by: Actor, question: Callable[..., Any], request: dict[str, Any]) -> list[str]:
    """How the statements of a question find their rows: scans and the indexes they use, with the rows read."""
    with statements(bench) as sent:
        bench.ask(question, by=by, **request)
    found: dict[str, None] = {}
    with bench.engine.connect() as connection:
        for statement, parameters in sent:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) {statement}", parameters)
            for (line,) in plan:
                scan = re.search(
                    r"((?:Seq|Index|Index Only|Bitmap Index|Bitmap Heap) Scan.*?)\s+\(.*actual rows=(\S+)", line
                )
                if scan:
                    found.setdefault(f"{re.sub(r' [a-z_]+_[0-9]+$', '', scan[1])} ({float(scan[2]):.0f} rows)")
    return list(found)


def main() -> None:
    """Fill, ask, print."""
    given = os.environ.get("MAILLAGE_TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        server = nullcontext(given) if given else servers.private_postgres(Path(folder))
        with (
            server as admin,
            servers.fresh_database(admin, "small") as small,
            servers.fresh_database(admin, "large") as large,
        ):
            benches = [filled(url, size) for url, size in zip((small, large), SIZES, strict=True)]
            print(f"{'p95 in ms':32}{'asker':12}" + "".join(f"{size:>9,}" for size in SIZES) + "    ratio")
            for name, (question, request) in QUESTIONS.items():
                for asker in ("anonymous", "staff"):
                    low, high = (
                        percentile_95(bench, ANONYMOUS if asker == "anonymous" else staff, question, request)
                        for bench, staff in benches
                    )
                    print(f"{name:32}{asker:12}{low:9.1f}{high:9.1f}{high / low:9.1f}", flush=True)
            bench, staff = benches[-1]
            for name, (question, request) in QUESTIONS.items():
                print(f"\n{name}, at {SIZES[-1]:,}, asked by staff")
                for way in ways(bench, staff, question, request):
                    print(f"  {way}")


if __name__ == "__main__":
    main()
