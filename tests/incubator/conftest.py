from collections.abc import Callable

import pytest

from deploy.local.stack import Stack
from tests.bench import Bench
from tests.incubator.everybody import Everybody


@pytest.fixture(scope="session")
def incubator_bench(new_database: Callable[[str], str]) -> Bench:
    return Bench("incubator", new_database("incubator"))


@pytest.fixture
def incubator(incubator_bench: Bench) -> Bench:
    incubator_bench.empty()
    return incubator_bench


@pytest.fixture(scope="session")
def everybody(network: Stack) -> Everybody:
    return Everybody(network)
