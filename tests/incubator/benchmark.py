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
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, event, text

from deploy.local import servers
from services.backbone.actor import ANONYMOUS, Actor, ActorKind, Grant
from services.incubator.queries import board, cohorts, exports, pipeline, projects
from services.incubator.storage import tables
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_projects import record_projects
from tests.bench import Bench
from tests.incubator.made_up import made_up

SCAN = re.compile(r"((?:Seq|Index|Index Only|Bitmap Index|Bitmap Heap) Scan.*?)\s+\(.*actual rows=(\S+)")
SIZES, HOUSES, TIMES = (600, 6000), 12, 40
MENTOR = str(UUID(md5(b"mentor7").hexdigest()))
PAGE = {"count": False}
QUESTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "board of an incubator": (board.board, {"incubator": "maison-0", **PAGE}),
    "the board, counted": (board.board, {"incubator": "maison-0"}),
    "list by name": (projects.list_projects, PAGE),
    "list by name, counted": (projects.list_projects, {}),
    "list, longest in stage": (projects.list_projects, {"order_by": "STAGE_SINCE", **PAGE}),
    "list, newest": (projects.list_projects, {"order_by": "RECENT", **PAGE}),
    "list, stalled first": (projects.list_projects, {"order_by": "STALLED_FIRST", "filter": {"stalled": True}, **PAGE}),
    "list of a theme and a stage": (
        projects.list_projects,
        {"filter": {"theme": "climat", "stage": ["LAUNCH"]}, **PAGE},
    ),
    "list of an incubator": (projects.list_projects, {"filter": {"incubator": "maison-0"}, **PAGE}),
    "list of a mentor": (projects.list_projects, {"filter": {"mentor": MENTOR}, **PAGE}),
    "list of a need": (projects.list_projects, {"filter": {"need": "CHALLENGE"}, **PAGE}),
    "list of a city": (projects.list_projects, {"filter": {"city": "nantes"}, **PAGE}),
    "search, common word": (projects.list_projects, {"search": "refugies", **PAGE}),
    "search, two words": (projects.list_projects, {"search": "ecole ferme", **PAGE}),
    "search, rare": (projects.list_projects, {"search": "ferme 417", **PAGE}),
    "one project": (projects.project_by_slug, {"slug": "projet-417"}),
    "pipeline of an incubator": (pipeline.pipeline, {"incubator": "maison-0"}),
    "pipeline as of 2021": (pipeline.pipeline, {"incubator": "maison-0", "as_of": "2021-01-01"}),
    "a cohort of an incubator": (
        cohorts.cohort,
        {"incubator": "maison-0", "since": "2015-01-01", "until": "2024-12-31"},
    ),
    "a cohort of the network": (cohorts.cohort, {"since": "2019-01-01", "until": "2019-06-30"}),
    "pipeline of the network": (pipeline.pipeline, {}),
    "a lot of an export": (exports.export_projects, {}),
}


#: What stands around projects, so that no table is empty: two mentors of two hundred, a need, three figures and so on.
AROUND = {
    "mentor_assignments": "md5('mentor' || n % 200)::uuid, 'CONFIRMED', true, '2025-01-01'::date, NULL::date",
    "needs": "(ARRAY['CHALLENGE', 'SKILL', 'FIELD'])[n % 3 + 1], 'Un juriste', themes, city, 'OPEN', now(), "
    "'2026-12-31'::date",
    "metric_records": "'usagers', '2025-0' || n % 9 + 1, n, 'usager', NULL, true, now(), NULL::uuid",
    "milestones": "'Dix binômes', '2026-06-01'::date, 'PLANNED', now()",
    "project_updates": "'Tout va bien.', true, NULL::uuid, now()",
    "quotations": "gen_random_uuid(), 'loger', 'Loger', now(), now()",
    "stage_changes": "'IDEA', stage, 'APPROVED', NULL::uuid, now(), NULL, NULL::uuid, now(), NULL, '{}'::text[]",
}
AN_INSERT = (
    "INSERT INTO {table} SELECT gen_random_uuid(), id, {values} "
    "FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM projects)"
)


def filled(url: str, size: int, recorded: int = SIZES[0]) -> tuple[Bench, Actor]:
    """A bench with so many projects in twelve incubators, and a member of the staff of the first.

    The first ones are recorded as an import records them; the others are their rows again, under other names. Each has
    something of everything around it.
    """
    bench = Bench("incubator", url)
    houses = [{"slug": f"maison-{number}", "name": f"Maison {number}"} for number in range(HOUSES)]
    made = bench.perform(record_incubators, incubators=houses)["results"]
    records = made_up(recorded, houses=HOUSES)
    for start in range(0, recorded, 200):
        bench.perform(record_projects, projects=records[start : start + 200])
    with bench.engine.begin() as connection:
        for copy in range(1, size // recorded):
            for table in (tables.projects, tables.stays, tables.exits, tables.timeline):
                connection.execute(text(again(table)), {"copy": str(copy)})
        for table_around, values in AROUND.items():
            connection.execute(text(AN_INSERT.format(table=table_around, values=values)))
    with bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    staff = Grant("INCUBATOR_STAFF", f"incubator/{UUID(made[0]['id'])}")
    return bench, Actor(ActorKind.PERSON, uuid4(), frozenset({staff}))


def again(table: Table) -> str:
    """The statement that adds the first rows of a table once more."""
    named = [column.name for column in table.columns if column.computed is None]
    other = {
        "id": "md5(id::text || :copy)::uuid",
        "project_id": "md5(project_id::text || :copy)::uuid",
        "slug": "slug || '-' || :copy",
        "name": "name || ' ' || :copy",
        "search_text": "search_text || ' ' || :copy",
    }
    values = ", ".join(other.get(name, f'"{name}"') for name in named)
    first = "slug ~ '^projet-[0-9]+$'"
    if table is not tables.projects:
        first = f"project_id IN (SELECT id FROM projects WHERE {first})"
    columns = ", ".join(f'"{name}"' for name in named)
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {table.name} WHERE {first}"


def percentiles_95(benches: list[tuple[Bench, Actor]], anonymous: bool, name: str) -> list[float]:
    """Milliseconds that 95 of 100 answers stay below, for each bench; asked in turn, so that all meet the same load."""
    question, request = QUESTIONS[name]
    took: list[list[float]] = [[] for _ in benches]
    for _ in range(TIMES + 5):
        for times, (bench, staff) in zip(took, benches, strict=True):
            began = time.perf_counter()
            bench.ask(question, by=ANONYMOUS if anonymous else staff, **request)
            times.append((time.perf_counter() - began) * 1000)
    return [sorted(times[5:])[int(TIMES * 0.95) - 1] for times in took]


@contextmanager
def statements(bench: Bench) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(bench.reading, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(bench.reading, "before_cursor_execute", keep)


def ways(bench: Bench, by: Actor, question: Callable[..., Any], request: dict[str, Any]) -> tuple[list[str], int]:
    """How the statements of a question find their rows (scans, with the rows read), and the pages that they touch."""
    with statements(bench) as sent:
        bench.ask(question, by=by, **request)
    found: dict[str, None] = {}
    pages = 0
    with bench.engine.connect() as connection:
        for statement, parameters in sent:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            explained = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) {statement}"
            plan = [line for (line,) in connection.exec_driver_sql(explained, parameters)]
            buffers = next((line for line in plan if "Buffers: shared" in line), "")
            pages += sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", buffers))
            for scan in filter(None, map(SCAN.search, plan)):
                found.setdefault(f"{re.sub(r' [a-z_]+_[0-9]+$', '', scan[1])} ({float(scan[2]):.0f} rows)")
    return list(found), pages


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
            print(f"{'p95 in ms':30}{'asker':11}{'at 600':>9}{'at 6,000':>9}{'ratio':>7}{'pages of PostgreSQL':>24}")
            found = {}
            for name in QUESTIONS:
                for asker in ("anonymous", "staff"):
                    low, high = percentiles_95(benches, asker == "anonymous", name)
                    read = [
                        ways(bench, ANONYMOUS if asker == "anonymous" else by, *QUESTIONS[name])
                        for bench, by in benches
                    ]
                    found[name] = read[-1][0]
                    pages = f"{read[0][1]:,} -> {read[1][1]:,}"
                    print(f"{name:30}{asker:11}{low:9.1f}{high:9.1f}{high / low:7.1f}{pages:>24}", flush=True)
            for name, scans in found.items():
                print(f"\n{name}, at {SIZES[-1]:,}, asked by staff")
                for scan in scans:
                    print(f"  {scan}")


if __name__ == "__main__":
    main()
