"""Speaking to the services from the command line, as the network itself or as one of the demonstration people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from gateway.calls import Answer
from gateway.identity.passports import Passports
from gateway.identity.principal import THE_NETWORK, Principal
from gateway.problems import Failure
from gateway.rabbit.rpc import RpcClient

#: Seconds in which a service must be there, and what a command builds on be known to it: what one service tells another
#: takes its time where much else runs.
PATIENCE = 120.0
#: Seconds in which the broker must be there.
CONNECTED_WITHIN = 30.0
#: Seconds between two tries.
PAUSE = 0.2
#: How a call may end that can be sent again: nothing was done, or nobody knows and the key makes it act once.
AGAIN = frozenset({"UNAVAILABLE", "OUTCOME_UNKNOWN"})


class Refused(RuntimeError):
    """A command that a service refused; the text names the command, the code and the reason."""


@dataclass
class Asking:
    """Asks and commands on behalf of one principal."""

    rpc: RpcClient
    principal: Principal = THE_NETWORK
    patience: float = PATIENCE

    def as_person(self, identity: str) -> Asking:
        return replace(self, principal=Principal("PERSON", identity))

    async def ask(self, method: str, **request: Any) -> Any:
        """The value that answers a question, once the service is there to answer it."""
        return (await self._call(method, request, key=None)).value

    async def do(self, method: str, **request: Any) -> Any:
        """The answer to a command, or Refused. It is sent under one key until it is answered, and acts once."""
        answer = await self._call(method, request, key=uuid4().hex)
        if answer.problems:
            problem = answer.problems[0]
            raise Refused(f"{method}: {problem.code} {problem.message}")
        return answer.value

    async def do_once_known(self, method: str, **request: Any) -> Any:
        """As ``do``, waiting for what other services have yet to tell the one that is asked."""
        until = asyncio.get_running_loop().time() + self.patience
        while True:
            try:
                return await self.do(method, **request)
            except Refused:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(PAUSE)

    async def _call(self, method: str, request: dict[str, Any], *, key: str | None) -> Answer:
        until = asyncio.get_running_loop().time() + self.patience
        while True:
            try:
                return await self._sent(method, request, key)
            except Failure as failure:
                if failure.code not in AGAIN or asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(PAUSE)

    async def _sent(self, method: str, request: dict[str, Any], key: str | None) -> Answer:
        service, name = method.split(".")
        return await self.rpc.call(
            service,
            name,
            msgspec.to_builtins(request),
            principal=self.principal,
            correlation_id="demonstration",
            idempotency_key=key,
            command=key is not None,
        )


@asynccontextmanager
async def asking(environment: dict[str, str]) -> AsyncIterator[Asking]:
    """Open the way to the services with the settings that ``maillage settings`` prints."""
    rpc = RpcClient(
        environment["MAILLAGE_AMQP_URL"],
        Passports(Path(environment["MAILLAGE_PASSPORT_PRIVATE_KEY"])),
        name="cli",
        command_within=30.0,
    )
    connections = (rpc.publisher, rpc.consumer)
    open_ = [asyncio.create_task(connection.keep_open()) for connection in connections]
    try:
        async with asyncio.timeout(CONNECTED_WITHIN):
            for connection in connections:
                await connection.ready.wait()
        yield Asking(rpc)
    finally:
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
