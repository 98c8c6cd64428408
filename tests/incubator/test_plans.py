"""How questions find their rows among 3,000 projects: by indexes, as many as are shown."""

import re
from collections.abc import Callable, Iterator

import pytest

from services.backbone.actor import ANONYMOUS, Actor
from services.incubator.queries import projects
from tests.bench import Bench
from tests.incubator.benchmark import PAGE, QUESTIONS, filled, statements, ways

#: These look at every project or stay there is: a count of all, and figures over all histories.
OF_ALL = {"list by name, counted", "pipeline of the network"}
#: As many rows as there are incubators, and the grants of one person.
SMALL = ("incubators", "role_grants", "known_themes")


@pytest.fixture(scope="module")
def many(new_database: Callable[[str], str]) -> Iterator[tuple[Bench, Actor]]:
    bench, staff = filled(new_database("incubator"), size=3000, recorded=60)
    yield bench, staff
    bench.engine.dispose()
    bench.reading.dispose()


def test_no_table_is_read_from_end_to_end_for_what_a_screen_shows(many: tuple[Bench, Actor]) -> None:
    bench, staff = many
    for name in QUESTIONS.keys() - OF_ALL:
        for by in (staff, ANONYMOUS):
            scans, _ = ways(bench, by, *QUESTIONS[name])
            whole = [scan for scan in scans if scan.startswith("Seq Scan") and not scan.split()[3].startswith(SMALL)]
            assert whole == [], name


def test_what_anybody_may_see_is_counted_by_an_index_that_holds_nothing_else(many: tuple[Bench, Actor]) -> None:
    """Where the planner does not think that a table is better read: whether it does depends on the last vacuum."""
    bench, _ = many
    with statements(bench) as sent:
        bench.ask(projects.list_projects, by=ANONYMOUS, order_by="RECENT", parts=["slug"])
    [(statement, values)] = sent
    with bench.engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    assert re.search(r"Index Only Scan using ix_projects_shown .*\n\s+Index Cond: \(visibility = 'PUBLIC'", plan), plan
    assert "Index Scan Backward using ix_projects_created_at" in plan, plan


def test_a_page_far_on_costs_what_the_first_one_costs(many: tuple[Bench, Actor]) -> None:
    bench, _ = many
    for order in ("NAME", "STAGE_SINCE", "RECENT", "STALLED_FIRST"):
        asked = {"order_by": order, **PAGE}
        _, first = ways(bench, ANONYMOUS, projects.list_projects, asked)
        far = dict(asked)
        for _ in range(8):
            page = bench.ask(projects.list_projects, by=ANONYMOUS, **far, first=100)
            far["after"] = page["cursors"][-1]
        scans, later = ways(bench, ANONYMOUS, projects.list_projects, far)
        assert later < 2 * first, (order, scans)
