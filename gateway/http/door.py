"""In front of everything else: what is kept is given without more ado, and who asks for the same goes in together.

A request that is plainly one of nobody in particular is answered here if its answer is kept (gateway/remembered), or
waits here while somebody else is asking the very same (company.py). Everything else, and whatever is doubtful about a
request, is left to the layers behind. What they would have done is done here too: a correlation id, the cost taken from
the address's purse, the headers for front-ends of other origins. Who was answered with another's answer has a line in
the log that names the other. A kept answer has a line of its own when its request named a correlation id; the others
are told of together.

The door stands in two places: at the connection, for a request that came whole and from the caller itself
(``at_once``), and before the application, for those that came in pieces or through a proxy.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import metrics
from gateway.http.company import Company, Flight
from gateway.http.crowd import LARGEST_HEADERS, Shares
from gateway.http.requests import HEADER, correlation_id, note, tell_of
from gateway.identity.principal import ANONYMOUS
from gateway.logs import tell
from gateway.problems import Failure
from gateway.remembered.answering import LONGEST_BODY, Headers, given, key_of, language_of
from gateway.remembered.memory import Key, Memory, Written
from gateway.schema.budget import REQUEST
from gateway.settings import Settings
from gateway.sharing import address_of

PATH = "/graphql"
#: Headers that a plain request does not have; which others it has does not matter.
DOUBTFUL = frozenset({b"authorization", b"content-encoding", b"transfer-encoding", b"expect"})
#: Of the length of a body that may be plain.
DIGITS = len(str(LONGEST_BODY))
VARY = (b"vary", b"Origin")
SAID = {"principal": ANONYMOUS.kind, "calls": 0}
#: Seconds between two lines of the log about kept answers. None of them came near a service, so that there is nothing
#: that a line for each would lead to; and it was a fifth of what one costs.
TOLD_EVERY = 1.0
#: In the state of a request that was let in: whether it is to wait no more.
ALONE = "alone"

#: The bytes and the headers of an answer.
Given = tuple[bytes, Headers]


class Asker(Protocol):
    """Where somebody waits for an answer: a connection, or a task before the application."""

    def answer(self, given: Given) -> None:
        """Here it is."""

    def go_in(self, state: dict[str, bool]) -> bool:
        """The request goes to the application, which finds this in its state. False: there is nobody any more."""


@dataclass(eq=False, slots=True)
class Question:
    """A plain request: its headers, from which host, when it came, and under which key its answer would be kept."""

    door: Door
    headers: dict[bytes, bytes]
    host: str | None
    started: float
    key: Key
    asker: Asker | None = None

    def take(self, written: Written, known_by: str) -> None:
        """See company.Waiting. Who cannot pay is refused where everybody is."""
        assert self.asker is not None
        answer = self.door.shared(self, written, known_by)
        if answer is None:
            self.go_in(alone=True)
        else:
            self.asker.answer(answer)

    def go_in(self, *, alone: bool) -> bool:
        """See company.Waiting. If the answer is kept by now, it is given, and the next may go."""
        assert self.asker is not None
        kept = None if alone else self.door.kept(self)
        if kept is None:
            return self.asker.go_in({ALONE: alone})
        self.asker.answer(kept)
        return False


class Door:
    """Answers from memory or with another's answer, or opens to the application."""

    def __init__(self, app: ASGIApp, memory: Memory, shares: Shares, settings: Settings) -> None:
        self._app = app
        self._memory = memory
        self._shares = shares
        self._company = Company(within=settings.question_within)
        self._body_within = settings.body_within
        self._given = 0
        self._for_origin: dict[bytes | None, Headers] = {None: [VARY]}
        for origin in settings.allowed_origins:
            allowed = (b"access-control-allow-origin", origin.encode())
            self._for_origin[origin.encode()] = [(b"access-control-expose-headers", HEADER), allowed, VARY]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = None
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            asked = self._plain(scope["headers"])
        if asked is None:
            await self._app(scope, receive, send)
            if scope["type"] == "lifespan":
                self._tell()
            return
        message = await self._in_time(receive)
        receive = _again(message, receive)
        client = scope.get("client")
        question = None
        if message["type"] == "http.request" and not message.get("more_body"):
            question = self._question(asked, message.get("body", b""), client[0] if client else None)
        if question is None:
            await self._app(scope, receive, send)
        else:
            await self._answer(question, scope, receive, send)

    async def _answer(self, question: Question, scope: Scope, receive: Receive, send: Send) -> None:
        alone: bool | None = scope.get("state", {}).get(ALONE)
        answer = None
        if alone is None:  # it was not let in by anybody
            answer = self.kept(question)
            if answer is None:
                question.asker = waiting = InLine()
                if self._company.join(question.key, question):
                    answer, alone = await waiting.told
        flight = None if answer or alone else self._company.lead(question.key)
        if answer is not None:
            body, headers = answer
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        elif flight is None:
            await self._app(scope, receive, send)
        else:
            await self._lead(flight, question.key, scope, receive, send)

    async def _lead(self, flight: Flight, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in; as soon as it is answered, whoever reads the answer how slowly, so are those with it."""
        state = scope.setdefault("state", {})

        async def sent(message: Message) -> None:
            self._company.land(key, flight, state.get("written"), state["correlation_id"])
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._company.land(key, flight, None)

    def at_once(self, headers: Headers, body: bytes, host: str | None) -> Given | Question | None:
        """The answer to a POST for ``PATH`` that was read whole, if it is kept. A question: it waits, and is to be told
        for which ``asker``. None: it is left to the application."""
        asked = self._plain(headers)
        question = None if asked is None else self._question(asked, body, host)
        if question is None:
            return None
        kept = self.kept(question)
        if kept is not None:
            return kept
        return question if self._company.join(question.key, question) else None

    def kept(self, question: Question) -> Given | None:
        """The answer from memory, if it is there and can be paid."""
        kept = self._memory.kept(question.key)
        left = None if kept is None else self._paid(question.host, kept.written)
        if kept is None or left is None:
            return None
        known_by, answer = self._given_to(question, kept.written, left)
        answer[1].append((b"age", b"%d" % kept.age))
        self._count()
        if known_by == question.headers.get(HEADER):
            seconds = time.monotonic() - question.started
            tell_of("POST", PATH, 200, seconds, known_by.decode(), {**SAID, "remembered": True})
        return answer

    def shared(self, question: Question, written: Written, with_whom: str) -> Given | None:
        """The answer that was made for another, if it can be paid."""
        left = self._paid(question.host, written)
        if left is None:
            return None
        known_by, answer = self._given_to(question, written, left)
        metrics.TOGETHER.labels("request").inc()
        note("POST", PATH, 200, question.started, known_by.decode(), {**SAID, "together_with": with_whom})
        return answer

    def _given_to(self, question: Question, written: Written, left: int) -> tuple[bytes, Given]:
        """The correlation id under which it is given, and the answer."""
        named = question.headers.get(HEADER)
        known_by = correlation_id([named] if named else []).encode()
        body, headers = given(written, left)
        headers += self._for_origin[question.headers.get(b"origin")]
        headers.append((HEADER, known_by))
        return known_by, (body, headers)

    def _question(self, asked: dict[bytes, bytes], body: bytes, host: str | None) -> Question | None:
        key = key_of(body, language_of(asked.get(b"accept-language", b"")))
        return None if key is None else Question(self, asked, host, time.monotonic(), key)

    def _plain(self, said: Headers) -> dict[bytes, bytes] | None:
        """The headers of a request that may be answered here, none of which is said twice."""
        headers = dict(said)
        if (
            len(headers) != len(said)
            or headers.get(b"content-type") != b"application/json"
            or not DOUBTFUL.isdisjoint(headers)
            or sum(map(len, headers)) + sum(map(len, headers.values())) > LARGEST_HEADERS
            or len(headers.get(b"content-length", b"")) > DIGITS
            or headers.get(b"origin") not in self._for_origin
        ):
            return None
        return headers

    def _count(self) -> None:
        if not self._given:
            asyncio.get_running_loop().call_later(TOLD_EVERY, self._tell)
        self._given += 1

    def _tell(self) -> None:
        given, self._given = self._given, 0
        if given:
            tell("remembered", {"answers": given})

    def _paid(self, host: str | None, written: Written) -> int | None:
        """What is left in the purse of the address; None when the answer costs more than is in it."""
        try:
            return self._shares.pay(address_of(host), None, written.cost + REQUEST)
        except Failure:
            return None

    async def _in_time(self, receive: Receive) -> Message:
        """The body, or the beginning of it; who is slow is taken for gone. A timer costs less than asyncio.timeout."""
        task, late = asyncio.current_task(), False
        assert task is not None

        def cut() -> None:
            nonlocal late
            late = task.cancel()

        timer = asyncio.get_running_loop().call_later(self._body_within, cut)
        try:
            return await receive()
        except asyncio.CancelledError:
            if not late or task.uncancel() > 0:
                raise
            return {"type": "http.disconnect"}
        finally:
            timer.cancel()


class InLine:
    """A task that waits before the application; ``told`` is its answer, or None and whether it goes in alone."""

    def __init__(self) -> None:
        self.told: asyncio.Future[tuple[Given | None, bool]] = asyncio.get_running_loop().create_future()

    def answer(self, given: Given) -> None:
        if not self.told.done():
            self.told.set_result((given, False))

    def go_in(self, state: dict[str, bool]) -> bool:
        if self.told.done():
            return False
        self.told.set_result((None, state[ALONE]))
        return True


def _again(message: Message, receive: Receive) -> Receive:
    """What was received, once more, and then what comes."""
    waiting = [message]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
