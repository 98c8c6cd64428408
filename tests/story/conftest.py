"""The demonstration network, and in it a coalition of six members, formed through the front door."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from deploy.demo.asking import asking
from deploy.demo.load import load
from deploy.local.stack import Stack
from tests.story.front import Formed, form


@pytest.fixture(scope="session", autouse=True)
def demonstration(network: Stack) -> Stack:
    """Loaded while the network is empty, and not a second time."""
    environment = network.plan().cli_environment()

    async def work() -> tuple[bool, bool]:
        async with asking(environment) as by_command:
            first = await load(by_command, environment["MAILLAGE_ISSUER_URL"], if_empty=True)
            return first, await load(by_command, environment["MAILLAGE_ISSUER_URL"], if_empty=True)

    assert asyncio.run(work()) == (True, False)
    return network


@pytest.fixture(scope="session")
def formed(network: Stack) -> Iterator[Formed]:
    """Founded, applied to, admitted and activated."""
    coalition = form(network)
    yield coalition
    coalition.leave()
