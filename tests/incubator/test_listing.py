"""A list that is kept is read like one that is made for a single question."""

from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.backbone.actor import ANONYMOUS, Actor
from services.incubator.queries import projects
from services.incubator.queries.chosen import ProjectOrder
from tests.bench import Bench
from tests.incubator.people import STRANGER, House


@pytest.fixture(scope="module")
def many(incubator_bench: Bench) -> tuple[Bench, list[Actor]]:
    """Projects of all kinds, among them two that not everybody sees, and three who look at them."""
    incubator_bench.empty()
    house = House(incubator_bench)
    for number in range(7):
        phases = [{"stage": "IDEA", "entered_on": f"2025-0{number % 3 + 1}-01"}]
        city, visibility = ("Paris", "Lille")[number % 2], ("PUBLIC", "PUBLIC", "NETWORK")[number % 3]
        house.colette(name=f"Projet {number}", city=city, phases=phases, visibility=visibility)
    return incubator_bench, [ANONYMOUS, STRANGER, house.founder]


@settings(max_examples=30, deadline=None)
@given(
    order=st.sampled_from(sorted(ProjectOrder)),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    filter=st.fixed_dictionaries({}, optional={"city": st.sampled_from(["Paris", "Lille"]), "stalled": st.booleans()}),
    counts=st.lists(st.booleans(), min_size=1, max_size=3),
)
def test_a_list_that_was_kept_is_read_as_one_that_is_made_anew(
    many: tuple[Bench, list[Actor]], order: str, sizes: list[int], filter: dict[str, Any], counts: list[bool]
) -> None:
    bench, actors = many
    for by in actors:
        projects._listing.cache_clear()
        whole = bench.ask(projects.list_projects, by=by, order_by=order, filter=filter, first=100)
        seen: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        for size, count in zip(cycle(sizes), cycle(counts), strict=False):
            page = bench.ask(
                projects.list_projects, by=by, order_by=order, filter=filter, first=size, count=count, **after
            )
            seen += page["items"]
            assert page["total"] == (whole["total"] if count else None)
            if not page["has_next"]:
                break
            after = {"after": page["cursors"][-1]}
        assert seen == whole["items"]
        assert len(seen) == whole["total"]
