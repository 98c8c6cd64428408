"""How questions find their rows among 3,000 projects: by indexes, as many as are shown."""

from collections.abc import Callable, Iterator

import pytest

from services.backbone.actor import ANONYMOUS, Actor
from services.incubator.queries import projects
from tests.bench import Bench
from tests.incubator.benchmark import PAGE, QUESTIONS, filled, ways

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
