"""From a request to the answer that is kept for it, and from an answer to what is kept of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from gateway import problems
from gateway.calls import Answer, Rpc
from gateway.problems import Failure
from gateway.remembered.memory import Key, Memory, Recording, Written

#: Longer bodies are answered as if there was no memory.
LONGEST_BODY = 20_000
#: Nobody on the way may answer with it again: what drops it here is told to nobody else.
CACHE_CONTROL = (b"cache-control", b"private, no-cache")
JSON = (b"content-type", b"application/json")

Headers = list[tuple[bytes, bytes]]

#: Who sends commands that cannot be done makes nobody forget anything.
NOTHING_WAS_DONE = frozenset({"UNAVAILABLE", "UNAUTHENTICATED", "FORBIDDEN"})


@lru_cache(1000)
def language_of(accepted: bytes) -> str:
    """The language that an Accept-Language header asks for; without one, that of no header."""
    return problems.language_of(accepted.decode("latin-1"))


def language_of_nobody(scope: Scope) -> str | None:
    """The language in which a request in nobody's name is answered; None when it says, in whatever form, who asks."""
    accepted = b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return None
        if name == b"accept-language":
            accepted = accepted or value
    return language_of(accepted)


def key_of(body: bytes, language: str) -> Key | None:
    """What the answer is kept under: the very bytes that ask for it, and the language. None: too many bytes.

    The same bytes are the same document, operation and variables.
    """
    return (body, language) if len(body) <= LONGEST_BODY else None


def only_asks(document: str | None) -> bool:
    """Whether no operation of this document can change or follow anything: then the words for it are not in it."""
    return document is not None and "mutation" not in document and "subscription" not in document


def written(result: Any, body: bytes) -> Written | None:
    """The answer as others may be given it, if it is one: without an error, and told what it cost.

    In its last place stands what the caller has left to spend, which is another number for each.
    """
    extensions = result.extensions or {}
    cost = extensions.get("cost", {})
    end = b'"left":%d}}}' % cost.get("left", -1)
    if result.errors or set(extensions) != {"cost"} or not body.endswith(end):
        return None
    return Written(body[: 7 - len(end)], b"}}}", cost["asked"])


def given(written: Written, left: int) -> tuple[bytes, Headers]:
    """The bytes and headers of an answer for a caller who has ``left`` so much to spend."""
    body = written.bytes(left)
    return body, [(b"content-length", b"%d" % len(body)), JSON, CACHE_CONTROL]


class Remembered(Response):
    """A kept answer behind all other layers."""

    def __init__(self, kept: Recording, left: int) -> None:
        self.status_code = 200
        self.background = None
        self.body, self.raw_headers = given(kept.written, left)
        self.raw_headers.append((b"age", b"%d" % kept.age))


class Forgetful:
    """The way to the services. What a command has changed, or may have, is forgotten before its answer is handed on."""

    def __init__(self, rpc: Rpc, memory: Memory) -> None:
        self._rpc = rpc
        self._memory = memory

    async def call(self, service: str, method: str, request: dict[str, Any], **how: Any) -> Answer:
        """See Rpc."""
        may_be_done = bool(how.get("command"))
        try:
            answer = await self._rpc.call(service, method, request, **how)
            may_be_done = may_be_done and not answer.problems
            return answer
        except Failure as failure:
            may_be_done = may_be_done and failure.code not in NOTHING_WAS_DONE
            raise
        finally:
            if may_be_done:
                self._memory.commanded(service, method, request)
