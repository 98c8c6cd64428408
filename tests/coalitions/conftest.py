"""The coalitions service on a database of its own."""

from collections.abc import Callable, Iterator

import pytest

from services.backbone.migrations import upgrade
from services.backbone.perform import Performer
from tests.coalitions.network import Network, performing


@pytest.fixture(scope="session")
def performer(new_database: Callable[[str], str]) -> Iterator[Performer]:
    """Runs use cases against an empty, migrated database."""
    url = new_database("coalitions")
    upgrade("coalitions", url)
    with performing(url) as performer:
        yield performer


@pytest.fixture(scope="session")
def network(performer: Performer) -> Network:
    """People, organisations and coalitions to act with."""
    return Network(performer)
