"""Equal questions that wait at the same moment are asked once, and nobody is given what was read before they asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.flights import CallsTogether, Flights
from gateway.identity.principal import ANONYMOUS, Principal
from gateway.problems import Failure
from gateway.rabbit.broker import Broker

SOMEBODY = Principal("PERSON", "0195d9a0-0000-7000-8000-000000000001")


@dataclass
class Sky:
    """Questions that are answered when the test says so, with the number of the time at which they were asked."""

    flights: Flights = field(default_factory=Flights)
    made: int = 0
    under_way: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    def ask(self, question: str) -> tuple[asyncio.Task[int], int]:
        """The answer to come, and how many times anything had been asked before we came."""

        async def make() -> int:
            assert question not in self.under_way, "two at once"
            self.made += 1
            number = self.made
            self.under_way[question] = asyncio.get_running_loop().create_future()
            try:
                await self.under_way[question]
            finally:
                del self.under_way[question]
            return number

        return asyncio.ensure_future(self.flights.share(question, make)), self.made

    def answer(self, question: str, failure: Exception | None = None) -> None:
        waits = self.under_way.get(question)
        if waits is not None and failure is not None:
            waits.set_exception(failure)
        elif waits is not None:
            waits.set_result(None)


async def all_done() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "ask", "answer", "fail", "leave"]), st.sampled_from("ab"), st.integers(0, 9)),
    max_size=40,
)


@given(STEPS)
def test_everybody_is_answered_with_what_was_asked_after_they_came(steps: list[tuple[str, str, int]]) -> None:
    async def play() -> None:
        sky, waiting = Sky(), []
        for step, question, which in steps:
            if step == "ask":
                waiting.append(sky.ask(question))
            elif step == "leave" and waiting:
                waiting[which % len(waiting)][0].cancel()
            elif step != "leave":
                sky.answer(question, ConnectionError() if step == "fail" else None)
            await all_done()
        while sky.under_way:
            sky.answer(next(iter(sky.under_way)))
            await all_done()
        assert len(sky.flights) == 0
        for asked, before in waiting:
            assert asked.done()
            if not asked.cancelled() and asked.exception() is None:
                assert asked.result() > before
        assert sky.made <= len(waiting)

    asyncio.run(play())


async def test_however_many_ask_one_is_under_way_and_one_waits() -> None:
    sky = Sky()
    first, *others = [sky.ask("same")[0] for _ in range(100)]
    await all_done()
    sky.answer("same")
    assert await first == 1
    await all_done()
    sky.answer("same")
    assert await asyncio.gather(*others) == [2] * 99


async def test_who_waited_first_may_leave_and_the_others_are_answered() -> None:
    sky = Sky()
    first, second, third = [sky.ask("same")[0] for _ in range(3)]
    await all_done()
    second.cancel()
    sky.answer("same")
    await all_done()
    sky.answer("same")
    assert (await first, await third) == (1, 2)


# Over a broker: the peer holds an answer until it is told to release what it holds.


async def released(broker: Broker, *asked: asyncio.Task[Any]) -> list[Any]:
    """What they were answered, or the code with which they failed."""
    while not all(task.done() for task in asked):
        await broker.rpc.call("trial", "release", {}, principal=ANONYMOUS, correlation_id="c-release")
    return [task.exception() or task.result().value for task in asked]


async def times_asked(broker: Broker, method: str) -> int:
    calls = (await broker.rpc.call("trial", "calls", {}, principal=ANONYMOUS, correlation_id="c-count")).value
    return int(calls.get(method, 0))


async def test_equal_questions_are_one_call_and_others_are_not(broker: Broker) -> None:
    rpc = CallsTogether(broker.rpc, within=20)

    def ask(principal: Principal = ANONYMOUS, **request: Any) -> asyncio.Task[Any]:
        call = rpc.call("trial", "held", request, principal=principal, correlation_id="c-1")
        return asyncio.ensure_future(call)

    before = await times_asked(broker, "held")
    same = [ask(a=1) for _ in range(5)]
    others = [ask(a=2), ask(SOMEBODY, a=1)]
    answers = await released(broker, *same, *others)
    assert await times_asked(broker, "held") == before + 4
    assert len(set(answers[1:5])) == 1


async def test_equal_commands_are_sent_each(broker: Broker) -> None:
    rpc = CallsTogether(broker.rpc, within=20)
    how: dict[str, Any] = {"principal": SOMEBODY, "correlation_id": "c-1", "command": True, "idempotency_key": "k"}
    before = await times_asked(broker, "held")
    sent = [asyncio.ensure_future(rpc.call("trial", "held", {}, **how)) for _ in range(3)]
    await released(broker, *sent)
    assert await times_asked(broker, "held") == before + 3


async def test_who_waits_for_a_question_without_an_answer_is_told_at_its_own_end(broker: Broker) -> None:
    rpc = CallsTogether(broker.rpc, within=0.2)
    calls = [rpc.call("trial", "silent", {}, principal=ANONYMOUS, correlation_id="c-1") for _ in range(3)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [end.code for end in ends if isinstance(end, Failure)] == ["UNAVAILABLE"] * 3
