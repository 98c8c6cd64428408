from collections.abc import Callable

import pytest

from tests.bench import Bench
from tests.events.agenda import Agenda


@pytest.fixture(scope="session")
def events_bench(new_database: Callable[[str], str]) -> Bench:
    return Bench("events", new_database("events"))


@pytest.fixture
def events(events_bench: Bench) -> Bench:
    events_bench.empty()
    return events_bench


@pytest.fixture
def agenda(events: Bench) -> Agenda:
    return Agenda(events)
