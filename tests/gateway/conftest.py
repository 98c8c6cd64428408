"""What the gateway's tests stand on: a broker, a service of another make, keys, an issuer, the gateway itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from deploy.local.keys import make_pair
from gateway.app import Gateway
from gateway.identity.passports import Passports
from gateway.rabbit.broker import Broker
from gateway.schema.documents import TrustedDocuments
from gateway.settings import Settings
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Serving
from tests.gateway.trial_schema import trial_schema

WITHIN = 3  # seconds a call of these tests has, of which some wait for the end in vain


@contextmanager
def running_peer(url: str, *services: str) -> Iterator[subprocess.Popen[str]]:
    """A peer that answers for these services within the block."""
    command = [sys.executable, "-m", "tests.gateway.peer", url, *services]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().strip() == "ready"
        yield process
        process.stdin.close()


@pytest.fixture(scope="session")
def gateway_vhost(new_vhost: Callable[[str], str]) -> str:
    return new_vhost("gateway")


@pytest.fixture(scope="session")
def peer(gateway_vhost: str) -> Iterator[subprocess.Popen[str]]:
    """Answers for ``trial`` and ``people``."""
    with running_peer(gateway_vhost, "trial", "people") as process:
        yield process


@pytest.fixture(scope="session")
def passport_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    private = tmp_path_factory.mktemp("passports") / "passport.pem"
    make_pair(private, private.with_suffix(".pub.pem"))
    return private


@pytest.fixture(scope="session")
def issuing() -> Iterator[Issuing]:
    """An identity provider on a port of its own, and the means to forge its tokens."""
    with Issuing.running() as issuing:
        yield issuing


@pytest.fixture(scope="session")
def settings(gateway_vhost: str, passport_key: Path, issuing: Issuing) -> Settings:
    return Settings(
        amqp_url=gateway_vhost,
        passport_private_key=passport_key,
        issuer_url=issuing.url,
        mode="local",
        question_within=WITHIN,
        command_within=WITHIN,
        allowed_origins=("https://front.example",),
        cost_per_minute=10**9,
    )


@pytest_asyncio.fixture
async def broker(gateway_vhost: str, passport_key: Path, peer: object) -> AsyncIterator[Broker]:
    """The gateway's broker side, connected, with short deadlines."""
    async with connected_broker(gateway_vhost, passport_key) as broker:
        yield broker


@asynccontextmanager
async def connected_broker(url: str, passport_key: Path, **changes: Any) -> AsyncIterator[Broker]:
    settings = Settings(
        amqp_url=url, passport_private_key=passport_key, issuer_url="", question_within=WITHIN, command_within=WITHIN
    )
    async with Broker(replace(settings, **changes), Passports(passport_key)).running() as broker:
        await broker.wait_until_ready()
        yield broker


@pytest.fixture(scope="session")
def serve(settings: Settings, peer: object) -> Callable[..., AbstractContextManager[Serving]]:
    """Serves the gateway with the trial schema: ``with serve(mode="production") as gateway: ...``."""

    def serving(**changes: Any) -> AbstractContextManager[Serving]:
        changed = replace(settings, **changes)
        trusted = TrustedDocuments.from_file(changed.trusted_documents)
        schema = trial_schema(local=changed.is_local, trusted=trusted, only_trusted=changed.trusted_only)
        return Serving.running(Gateway(changed, schema))

    return serving


@pytest.fixture(scope="session")
def served(serve: Callable[..., AbstractContextManager[Serving]]) -> Iterator[Serving]:
    """The gateway in local mode with the trial schema, ready."""
    with serve() as gateway:
        yield gateway


@pytest.fixture(scope="session")
def hardened(serve: Callable[..., AbstractContextManager[Serving]]) -> Iterator[Serving]:
    """The gateway in production mode with the trial schema, ready."""
    with serve(mode="production") as gateway:
        yield gateway


@pytest.fixture(scope="session")
def real(settings: Settings, peer: object) -> Iterator[Serving]:
    """The gateway in production mode with the schema that front-ends see; of the services only people is there."""
    with Serving.running(Gateway(replace(settings, mode="production"))) as gateway:
        yield gateway
