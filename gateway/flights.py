"""Equal questions that wait at the same moment are asked once.

While a question is under way, all who come with the same one wait for the *next* time it is asked. That time begins
after the last of them came, so that nobody is given what was read before they asked, and however many ask, one is under
way and one waits. Nothing is kept: this is not memory (gateway/remembered), which knows by the facts what still holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

import msgspec

from gateway import metrics
from gateway.calls import Answer, Rpc
from gateway.identity.principal import Principal
from gateway.problems import unavailable


class Flights:
    """For each question the one that is under way, and the next, for which people wait."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Future[None]] = {}
        self._next: dict[Hashable, asyncio.Task[Any]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    async def share(self, question: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """What ``make`` makes, ours or that of another who waited for the same question; begun after we came.

        The question names all on which the answer depends, who asks among it. A failure is shared like an answer.
        """
        waited_for = self._next.get(question)
        if waited_for is None:
            if question not in self._under_way:
                return await self._make(question, make)
            # A task of its own: who waited first may leave before the others have their answer.
            waited_for = self._next[question] = asyncio.create_task(
                self._make_next(question, make, after=self._under_way[question])
            )
            waited_for.add_done_callback(_heard)
        return await asyncio.shield(waited_for)

    async def _make(self, question: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        done = self._under_way[question] = asyncio.get_running_loop().create_future()
        try:
            return await make()
        finally:
            del self._under_way[question]
            done.set_result(None)

    async def _make_next(
        self, question: Hashable, make: Callable[[], Awaitable[Any]], *, after: asyncio.Future[None]
    ) -> Any:
        await after
        del self._next[question]  # who comes from now on came after it began
        return await self._make(question, make)


class CallsTogether:
    """The way to the services, on which equal questions of one caller go together; commands go alone.

    ``within``: seconds after which a question is UNAVAILABLE, the wait for the one before it included.
    """

    def __init__(self, rpc: Rpc, *, within: float) -> None:
        self._rpc = rpc
        self._within = within
        self._flights = Flights()

    async def call(
        self, service: str, method: str, request: dict[str, Any], *, principal: Principal, **how: Any
    ) -> Answer:
        """See Rpc. Who is answered with another's answer is not heard of by the service; it knows the other's
        correlation id."""
        if how.get("command"):
            return await self._rpc.call(service, method, request, principal=principal, **how)
        question = (principal, service, method, msgspec.json.encode(request))
        ours = False

        async def ask() -> Answer:
            nonlocal ours
            ours = True
            return await self._rpc.call(service, method, request, principal=principal, **how)

        try:
            async with asyncio.timeout(self._within):
                answer: Answer = await self._flights.share(question, ask)
        except TimeoutError:
            raise unavailable() from None
        if not ours:
            metrics.TOGETHER.labels("call").inc()
        return answer


def _heard(task: asyncio.Task[Any]) -> None:
    """Nobody may be there any more to hear of a failure."""
    if not task.cancelled():
        task.exception()
