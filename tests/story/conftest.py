"""A coalition of six members, formed through the front door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack
from tests.story.front import Formed, form


@pytest.fixture(scope="session")
def formed(network: Stack) -> Iterator[Formed]:
    """Founded, applied to, admitted and activated."""
    coalition = form(network)
    yield coalition
    coalition.leave()
