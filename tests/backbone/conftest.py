from collections.abc import Callable, Iterator

import pytest

from services.backbone.migrations import upgrade
from tests.bench import Bench
from tests.running import Caller, Keys, Process, running


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.make(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def people_bench(new_database: Callable[[str], str]) -> Bench:
    return Bench("people", new_database("people"))


@pytest.fixture
def people(people_bench: Bench) -> Bench:
    people_bench.empty()
    return people_bench


@pytest.fixture(scope="module")
def network(new_database: Callable[[str], str], new_vhost: Callable[[str], str], keys: Keys) -> dict[str, str]:
    """Settings of a people service of its own: a fresh database, a fresh virtual host."""
    database = new_database("people")
    upgrade("people", database)
    return {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("backbone"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }


@pytest.fixture(scope="module")
def service(network: dict[str, str]) -> Iterator[Process]:
    with running("services.people", ready="started", **network) as process:
        yield process


@pytest.fixture(scope="module")
def relay(network: dict[str, str]) -> Iterator[Process]:
    with running("services.backbone.relay", "people", ready="relaying", **network) as process:
        yield process


@pytest.fixture
def caller(network: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(network["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()
