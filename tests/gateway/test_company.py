"""Requests for the same go in together: nobody is given what was begun before they asked, nobody is left waiting."""

from __future__ import annotations

import asyncio
import json
import threading
from ast import literal_eval
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.company import BOARDING, Company, Flight
from gateway.remembered.memory import Key, Written
from gateway.sharing import Purses
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Line, Serving
from tests.running import until

WITHIN = 5.0


class Hours(asyncio.SelectorEventLoop):
    """A loop whose time goes on when it is told to."""

    now = 100.0

    def time(self) -> float:
        return self.now


@dataclass(eq=False)
class Somebody:
    """Who asks: when they came, as a number of requests begun before; and what became of them."""

    street: Street
    key: Key
    begun_before: int
    is_there: bool = True
    given: int | None = None
    flight: Flight | None = None

    def come(self) -> None:
        if not self.street.company.join(self.key, self):
            self.begin(alone=False)

    def take(self, written: Written, known_by: str) -> None:
        assert (self.given, self.flight) == (None, None)
        self.given = written.cost

    def go_in(self, *, alone: bool) -> bool:
        assert (self.given, self.flight) == (None, None)
        if self.is_there:
            asyncio.get_running_loop().call_soon(lambda: self.begin(alone=alone))
        return self.is_there

    def begin(self, *, alone: bool) -> None:
        """In the application, which numbers what it begins."""
        self.street.begun += 1
        self.given = self.street.begun
        self.flight = None if alone else self.street.company.lead(self.key)
        if self.flight is not None:
            self.street.under_way.append(self)

    def end(self, *, well: bool) -> None:
        assert self.flight is not None
        assert self.given is not None
        self.street.company.land(self.key, self.flight, Written(b"", b"", self.given) if well else None)


@dataclass
class Street:
    """The street before the door."""

    company: Company = field(default_factory=lambda: Company(within=WITHIN))
    begun: int = 0
    under_way: list[Somebody] = field(default_factory=list)
    people: list[Somebody] = field(default_factory=list)

    def somebody_comes(self, key: Key) -> Somebody:
        self.people.append(Somebody(self, key, self.begun))
        self.people[-1].come()
        return self.people[-1]

    async def passes(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Hours)
        loop.now += seconds
        for _ in range(5):
            await asyncio.sleep(0)


def play(story: Callable[[Street], Any]) -> None:
    with asyncio.Runner(loop_factory=Hours) as runner:
        runner.run(story(Street()))


KEYS: tuple[Key, Key] = ((b"one", "fr"), (b"two", "fr"))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["come", "come", "come", "answered", "failed", "leave", "a moment", "long"]), st.integers(0, 9)
    ),
    max_size=50,
)


@given(STEPS)
def test_everybody_is_answered_with_what_was_begun_after_they_came(steps: list[tuple[str, int]]) -> None:
    async def story(street: Street) -> None:
        for step, which in steps:
            if step == "come":
                street.somebody_comes(KEYS[which % 2])
            elif step == "leave" and street.people:
                street.people[which % len(street.people)].is_there = False
            elif step in ("answered", "failed") and street.under_way:
                street.under_way.pop(which % len(street.under_way)).end(well=step == "answered")
            await street.passes({"a moment": BOARDING, "long": WITHIN}.get(step, 0.0))
            for key in KEYS:
                assert sum(one.key == key and one.flight.under_way for one in street.under_way if one.flight) <= 1
        while street.under_way or len(street.company):
            if street.under_way:
                street.under_way.pop().end(well=True)
            await street.passes(BOARDING)
        for one in street.people:
            assert one.given is not None or not one.is_there
            assert one.given is None or one.given > one.begun_before

    play(story)


def test_however_many_ask_one_is_under_way_and_the_others_go_together() -> None:
    async def story(street: Street) -> None:
        first, *others = [street.somebody_comes(KEYS[0]) for _ in range(100)]
        first.end(well=True)
        await street.passes(0)
        others[0].end(well=True)
        assert [one.given for one in (first, *others)] == [1, *[2] * 99]

    play(story)


def test_a_crowd_that_comes_back_goes_together_at_once_and_after_a_moment_without_who_stays_away() -> None:
    async def story(street: Street) -> None:
        for _ in range(4):
            street.somebody_comes(KEYS[0])
        street.people[0].end(well=True)
        await street.passes(0)
        street.people[1].end(well=True)  # three were answered together
        three = [street.somebody_comes(KEYS[0]) for _ in range(3)]
        await street.passes(0)
        assert [one.given for one in three] == [3, None, None]
        three[0].end(well=True)
        two = [street.somebody_comes(KEYS[0]) for _ in range(2)]
        await street.passes(0)
        assert [one.given for one in (*three, *two)] == [3, 3, 3, None, None]
        await street.passes(BOARDING)
        assert [one.given for one in two] == [4, None]
        two[0].end(well=True)
        await street.passes(BOARDING)
        assert len(street.company) == 0

    play(story)


def test_nobody_waits_for_another_for_long() -> None:
    async def story(street: Street) -> None:
        three = [street.somebody_comes(KEYS[0]) for _ in range(3)]
        await street.passes(WITHIN)
        assert [one.given for one in three] == [1, 2, 3]
        assert len(street.company) == 0
        three[0].end(well=True)  # late, and nobody hears of it
        assert len(street.company) == 0

    play(story)


# Over HTTP: a peer holds the answer to a call until it is told to release what it holds.

#: What a purse holds.
FULL = 10**9
HELD = '{ ask(method: "held") }'
Serve = Callable[..., AbstractContextManager[Serving]]


@pytest.fixture(scope="module")
def forgetful(serve: Serve) -> Iterator[Serving]:
    """A gateway that keeps no answers, whose questions may wait as long as the test needs."""
    with serve(remembered_bytes=0, question_within=30, cost_per_minute=FULL) as gateway:
        gateway.gateway.shares.purses = Purses(lambda: 0.0)  # nothing flows in
        yield gateway


def asked_by(serving: Serving, held: ExitStack, *bodies: Any, pieces: int = 1, **headers: str) -> Line:
    """Somebody who asks over a line that was open before: what is sent before another's request is read before it."""
    line = held.enter_context(serving.line())
    line.send({"query": "{ hello }"})
    assert line.answer().status == 200
    line.send(*bodies, pieces=pieces, **headers)
    return line


def all_there(serving: Serving) -> None:
    """Return when everything that was sent before has been read."""
    serving.post('{ echo(text: "they are all there") }')


def released_over(serving: Serving, times: int, token: str | None = None) -> None:
    """Let so many held calls be answered."""
    for _ in range(3000):
        times -= int(serving.post('{ ask(method: "release") }', token)["data"]["ask"])
        if times <= 0:
            return
    raise AssertionError(f"{times} were not asked for")


@contextmanager
def releasing(serving: Serving) -> Iterator[None]:
    """Within the block whatever is held is answered soon."""
    over = threading.Event()

    def release() -> None:
        while not over.is_set():
            httpx.post(f"{serving.url}/graphql", json={"query": '{ ask(method: "release") }'})

    with ThreadPoolExecutor(1) as beside:
        beside.submit(release)
        try:
            yield
        finally:
            over.set()


def requests_together(serving: Serving) -> float:
    """How many requests were answered with another's answer so far."""
    lines = serving.client.get(f"{serving.url}/metrics").text.splitlines()
    counted = [line for line in lines if line.startswith('maillage_gateway_together_total{what="request"')]
    return sum(float(line.rpartition(" ")[2]) for line in counted)


def held_calls(serving: Serving) -> int:
    calls = literal_eval(serving.post('{ ask(method: "calls") }')["data"]["ask"])
    return int(calls.get("held", 0))


def test_equal_requests_are_executed_once_and_each_pays_and_is_told_in_its_own_name(forgetful: Serving) -> None:
    before = held_calls(forgetful)
    with ExitStack() as held:
        askers = [asked_by(forgetful, held, {"query": HELD}) for _ in range(6)]
        all_there(forgetful)
        released_over(forgetful, 2)
        answers = [asker.answer() for asker in askers]
    assert held_calls(forgetful) == before + 2
    assert len({answer.headers["x-correlation-id"] for answer in answers}) == 6
    assert len({answer.body["data"]["ask"] for answer in answers[1:]}) == 1
    assert len({answer.body["extensions"]["cost"]["left"] for answer in answers}) == 6
    assert all("age" not in answer.headers for answer in answers)
    looks = [{name: value for name, value in answer.headers.items() if name != "date"} for answer in answers]
    assert len({look.pop("x-correlation-id") and str(sorted(look)) for look in looks}) == 1


def test_the_log_says_with_whom_one_was_answered(forgetful: Serving, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"one-of-the-crowd-{number}" for number in range(3)]
    with ExitStack() as held:
        askers = [asked_by(forgetful, held, {"query": HELD}, x_correlation_id=name) for name in names]
        all_there(forgetful)
        released_over(forgetful, 2)
        assert [asker.answer().headers["x-correlation-id"] for asker in askers] == names
    lines = list[str]()

    def told() -> bool:
        lines.extend(capsys.readouterr().out.splitlines())
        return any(names[2] in line and f"together_with={names[1]}" in line for line in lines)

    until(told)


def test_who_cannot_pay_is_refused_though_others_asked_the_same(forgetful: Serving, issuing: Issuing) -> None:
    purses = forgetful.gateway.shares.purses
    with ExitStack() as held:
        askers = [asked_by(forgetful, held, {"query": HELD}) for _ in range(3)]
        all_there(forgetful)
        released_over(forgetful, 1)
        left = forgetful.post('{ echo(text: "the second has begun") }')["extensions"]["cost"]["left"]
        purses.pay(left, ("anonymous/127.0.0.1", FULL))
        released_over(forgetful, 1, issuing.token())
        ends = [asker.answer() for asker in askers]
    purses._purses.clear()
    assert [end.status for end in ends] == [200, 200, 429]
    assert ends[2].body["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


def test_requests_that_differ_in_anything_that_counts_are_executed_each(forgetful: Serving, issuing: Issuing) -> None:
    token, before = issuing.token(), requests_together(forgetful)
    with ExitStack() as held:
        named = 'query A { ask(method: "held") } query B { hello }'
        askers = [
            asked_by(forgetful, held, {"query": HELD}),
            asked_by(forgetful, held, {"query": HELD + " "}),
            asked_by(forgetful, held, {"query": HELD, "variables": {"a": 1}}),
            asked_by(forgetful, held, {"query": HELD}, accept_language="fr"),
            asked_by(forgetful, held, {"query": HELD}, authorization=f"Bearer {token}"),
            asked_by(forgetful, held, {"query": named, "operationName": "A"}),
        ]
        all_there(forgetful)
        released_over(forgetful, 3)  # ours, the other person's, and the next that all others share
        answers = [asker.answer() for asker in askers]
    assert [(answer.status, "errors" in answer.body) for answer in answers] == [(200, False)] * 6
    assert requests_together(forgetful) == before


def test_an_error_is_told_to_each_under_its_own_correlation_id(forgetful: Serving) -> None:
    query = '{ ask(method: "held") things(first: 1) { nodes { mayBeRefused } } }'
    before = requests_together(forgetful)
    with ExitStack() as held:
        askers = [asked_by(forgetful, held, {"query": query}) for _ in range(4)]
        all_there(forgetful)
        released_over(forgetful, 4)
        answers = [asker.answer() for asker in askers]
    for answer in answers:
        [error] = answer.body["errors"]
        assert error["extensions"] == {"code": "NOT_FOUND", "correlationId": answer.headers["x-correlation-id"]}
        assert error["path"] == ["things", "nodes", 0, "mayBeRefused"]
    assert requests_together(forgetful) == before


def test_who_waited_first_may_leave_and_the_others_are_answered(forgetful: Serving) -> None:
    before = held_calls(forgetful)
    with ExitStack() as held:
        askers = [asked_by(forgetful, held, {"query": HELD}) for _ in range(4)]
        all_there(forgetful)
        askers[1].connection.close()
        askers[1].lines.close()
        all_there(forgetful)
        released_over(forgetful, 2)
        answers = [asker.answer() for asker in (askers[0], *askers[2:])]
    assert held_calls(forgetful) == before + 2
    assert answers[1].body["data"] == answers[2].body["data"] != answers[0].body["data"]


@pytest.mark.parametrize("pieces", [1, 2, 40])
def test_who_waits_may_ask_on_and_is_answered_in_order(forgetful: Serving, pieces: int) -> None:
    questions = ({"query": HELD}, {"query": "{ hello }"}, {"query": HELD}, {"query": '{ echo(text: "last") }'})
    with ExitStack() as held:
        first = asked_by(forgetful, held, {"query": HELD})
        all_there(forgetful)
        others = [asked_by(forgetful, held, *questions, pieces=pieces) for _ in range(3)]
        all_there(forgetful)
        with releasing(forgetful):
            assert first.answer().status == 200
            for other in others:
                answers = [other.answer().body["data"] for _ in questions]
                assert [list(answer) for answer in answers] == [["ask"], ["hello"], ["ask"], ["echo"]]


def test_equal_commands_are_each_done(forgetful: Serving) -> None:
    """Whatever the words for them look like at the door."""
    command = {"query": 'mutation { do(input: {method: "held"}) { request } }'}
    disguised = json.dumps(command).replace("mutation", r"\u006dutation").encode()
    before, together = held_calls(forgetful), requests_together(forgetful)
    with ExitStack() as held:
        askers = [asked_by(forgetful, held, disguised) for _ in range(4)]
        all_there(forgetful)
        released_over(forgetful, 4)
        answers = [asker.answer() for asker in askers]
    assert [answer.body["data"] for answer in answers] == [{"do": {"request": "None"}}] * 4
    assert (held_calls(forgetful), requests_together(forgetful)) == (before + 4, together)


def test_who_comes_through_a_proxy_goes_with_others_too_and_pays_as_who_they_are(serve: Serve) -> None:
    with (
        serve(remembered_bytes=0, question_within=30, cost_per_minute=FULL, trusted_proxies="127.0.0.1") as gateway,
        ExitStack() as held,
    ):
        gateway.gateway.shares.purses = Purses(lambda: 0.0)
        before, together = held_calls(gateway), requests_together(gateway)
        askers = [asked_by(gateway, held, {"query": HELD}, x_forwarded_for=f"192.0.2.{n}") for n in range(4)]
        all_there(gateway)
        released_over(gateway, 2)
        answers = [asker.answer() for asker in askers]
        assert (held_calls(gateway), requests_together(gateway)) == (before + 2, together + 2)
        assert len({answer.body["extensions"]["cost"]["left"] for answer in answers}) == 1


def test_who_waits_when_the_gateway_is_told_to_stop_is_answered(forgetful: Serving, serve: Serve) -> None:
    with serve(remembered_bytes=0, question_within=30, cost_per_minute=FULL) as stopping, ExitStack() as held:
        askers = [asked_by(stopping, held, {"query": HELD}) for _ in range(4)]
        all_there(stopping)
        idle = held.enter_context(stopping.line())
        stopping.server.should_exit = True
        assert idle.lines.read() == b""  # it hangs up on who asks for nothing
        released_over(forgetful, 2)
        answers = [asker.answer() for asker in askers]
        assert [answer.status for answer in answers] == [200] * 4
        assert len({answer.body["data"]["ask"] for answer in answers}) == 2
        assert [asker.lines.read() for asker in askers] == [b""] * 4
