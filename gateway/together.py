"""What many need at the same moment, mostly because of the same fact, is made once for all who may see the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.identity.principal import Principal
from gateway.loaders import Ask

#: Seconds for which an answer is good for others at most, if no other fact came: some things change by the clock alone.
GOOD_FOR = 1.0
#: Answers that are kept at most.
MOST_KEPT = 500


@dataclass(eq=False, slots=True)
class Asked:
    """What is being made, and who waits for it: each costs one future, where ``asyncio.shield`` costs a chain."""

    task: asyncio.Future[Any]
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> Any:
        """What was made, or the failure. Whoever waits may leave; the task goes on for the others."""
        if not self.task.done():
            await self.done.wait()
        return self.task.result()


class Together:
    """Shares what was answered, or made of it, between callers with the same rights and language, until the next fact
    comes.

    Whatever changes a thing, or who may see it, is told by a fact: nobody is given an answer from before.
    """

    def __init__(self) -> None:
        self._asked: OrderedDict[Hashable, Asked] = OrderedDict()
        self._end: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._asked)

    def forget(self) -> None:
        """Something happened, or some time has passed: what is asked from now on is asked anew."""
        self._asked.clear()
        if self._end is not None:
            self._end.cancel()
            self._end = None

    async def ask(
        self, principal: Principal, language: str, ask: Ask, service: str, method: str, request: dict[str, Any]
    ) -> Any:
        """What ``ask`` answers for this principal, or answered a moment ago for one with the same rights."""
        question = (principal, language, service, method, msgspec.json.encode(request))
        return await self.once(question, lambda: ask(service, method, request))

    async def once(self, question: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """What ``make`` makes, or made a moment ago for the same question.

        The question names all on which the answer depends: who asks, and in which language, among it.
        """
        asked = self._asked.get(question)
        if asked is None:
            # A task of its own: who asked first may leave before the others have their answer.
            asked = Asked(asyncio.ensure_future(make()))
            self._keep(question, asked)
        return await asked.answer()

    def _keep(self, question: Hashable, asked: Asked) -> None:
        self._asked[question] = asked
        asked.task.add_done_callback(lambda _: self._look_at(question, asked))
        if len(self._asked) > MOST_KEPT:
            self._asked.popitem(last=False)
        if self._end is None:
            self._end = asyncio.get_running_loop().call_later(GOOD_FOR, self.forget)

    def _look_at(self, question: Hashable, asked: Asked) -> None:
        """A failure is for those who wait for it: who asks later asks anew. Nobody need be there to hear it."""
        asked.done.set()
        failed = asked.task.cancelled() or asked.task.exception() is not None
        if failed and self._asked.get(question) is asked:
            del self._asked[question]
