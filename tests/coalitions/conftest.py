"""The coalitions service on a database of its own."""

from collections.abc import Callable, Iterator

import pytest

from services.backbone.contracts import Contracts
from services.backbone.database import engine_for
from services.backbone.migrations import upgrade
from services.backbone.perform import Performer
from services.coalitions.storage.repositories import SqlWork
from services.coalitions.storage.tables import metadata
from tests.coalitions.network import Network


@pytest.fixture(scope="session")
def performer(new_database: Callable[[str], str]) -> Iterator[Performer]:
    """Runs use cases against an empty, migrated database."""
    url = new_database("coalitions")
    upgrade("coalitions", url)
    engine = engine_for(url, pool=5, name="tests")
    yield Performer("coalitions", engine, metadata, Contracts.of("coalitions"), SqlWork)
    engine.dispose()


@pytest.fixture(scope="session")
def network(performer: Performer) -> Network:
    """People, organisations and coalitions to act with."""
    return Network(performer)
