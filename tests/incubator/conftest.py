from collections.abc import Callable

import pytest

from tests.bench import Bench


@pytest.fixture(scope="session")
def incubator_bench(new_database: Callable[[str], str]) -> Bench:
    return Bench("incubator", new_database("incubator"))


@pytest.fixture
def incubator(incubator_bench: Bench) -> Bench:
    incubator_bench.empty()
    return incubator_bench
