from collections.abc import Callable

import pytest

from tests.bench import Bench


@pytest.fixture(scope="session")
def people_bench(new_database: Callable[[str], str]) -> Bench:
    return Bench("people", new_database("people"))


@pytest.fixture
def people(people_bench: Bench) -> Bench:
    people_bench.empty()
    return people_bench
