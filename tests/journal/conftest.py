from collections.abc import Callable

import pytest

from tests.bench import Bench


@pytest.fixture(scope="session")
def journal_bench(new_database: Callable[[str], str]) -> Bench:
    bench = Bench("journal", new_database("journal"))
    bench.receiver.in_order = False
    return bench


@pytest.fixture
def journal(journal_bench: Bench) -> Bench:
    journal_bench.empty()
    return journal_bench
