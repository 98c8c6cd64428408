"""Speaking to the services from the command line, as the network itself or as one of the demonstration people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gateway.identity.passports import Passports
from gateway.identity.principal import THE_NETWORK, Principal
from gateway.problems import Failure
from gateway.rabbit.rpc import RpcClient

#: Seconds that a command may wait for what it builds on to become known in its service.
PATIENCE = 30.0


class Refused(RuntimeError):
    """A command that a service refused; the text names the command, the code and the reason."""


@dataclass
class Asking:
    """Asks and commands on behalf of one principal."""

    rpc: RpcClient
    principal: Principal = THE_NETWORK

    def as_person(self, identity: str) -> Asking:
        return Asking(self.rpc, Principal("PERSON", identity))

    async def ask(self, method: str, **request: Any) -> Any:
        """The value that answers a question, once the service is there to answer it."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                answer = await self._call(method, request, command=False)
            except Failure as failure:
                if failure.code != "UNAVAILABLE" or asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(0.2)
                continue
            return answer.value

    async def do(self, method: str, **request: Any) -> Any:
        """The answer to a command, or Refused."""
        answer = await self._call(method, request, command=True)
        if answer.problems:
            problem = answer.problems[0]
            raise Refused(f"{method}: {problem.code} {problem.message}")
        return answer.value

    async def do_once_known(self, method: str, **request: Any) -> Any:
        """As ``do``, waiting for what other services have yet to tell the one that is asked."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                return await self.do(method, **request)
            except Refused:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(0.2)

    async def _call(self, method: str, request: dict[str, Any], *, command: bool) -> Any:
        service, name = method.split(".")
        return await self.rpc.call(
            service,
            name,
            msgspec.to_builtins(request),
            principal=self.principal,
            correlation_id="demonstration",
            command=command,
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
        async with asyncio.timeout(PATIENCE):
            for connection in connections:
                await connection.ready.wait()
        yield Asking(rpc)
    finally:
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
