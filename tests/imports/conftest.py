from collections.abc import Callable, Iterator

import pytest

from tests.imports.network import REAL_DATA, Network, started

#: The records lie beside the checkout, or where MAILLAGE_REAL_DATA says; without them their test is not there.
collect_ignore = [] if REAL_DATA.is_dir() else ["test_real_data.py"]


@pytest.fixture(scope="session")
def network(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Network]:
    with started(new_database, new_vhost("imports"), tmp_path_factory.mktemp("imports")) as network:
        yield network
