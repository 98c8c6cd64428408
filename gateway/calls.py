"""Questions and commands to the services on behalf of one caller."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from gateway.identity.principal import Principal
from gateway.problems import Failure, WireProblem, forbidden, outcome_unknown, say


class Answer(msgspec.Struct, frozen=True):
    """What a service answers: a value, and the problems of a refusal."""

    value: Any = None
    problems: tuple[WireProblem, ...] = ()


class Rpc(Protocol):
    """The way to the services (gateway/rabbit/rpc.py)."""

    async def call(
        self,
        service: str,
        method: str,
        request: dict[str, Any],
        *,
        principal: Principal,
        correlation_id: str,
        idempotency_key: str | None = None,
        command: bool = False,
    ) -> Answer:
        """One call, within its deadline; raises Failure when it did not get through or has no known outcome."""


class Witness(Protocol):
    """Whoever wants to know what the answer to a request is made of (gateway/remembered)."""

    def asked(self, service: str, method: str, request: dict[str, Any]) -> None:
        """This is about to be asked."""


class Calls:
    """The services, as one caller sees them in one request.

    ``made`` keeps what was called, for logs and tests; ``commanded`` tells whether a command was among it. ``witness``
    is told of each call before it is made.
    """

    def __init__(self, rpc: Rpc, principal: Principal, correlation_id: str, language: str) -> None:
        self._rpc = rpc
        self._principal = principal
        self._correlation_id = correlation_id
        self._language = language
        self.made: list[str] = []
        self.commanded = False
        self.witness: Witness | None = None

    async def ask(self, service: str, method: str, request: dict[str, Any]) -> Any:
        """The value that answers a question; a refused question is a Failure with the problem's code.

        After a command nothing is UNAVAILABLE any more, since that says that nothing was done.
        """
        if self.witness is not None:
            self.witness.asked(service, method, request)
        try:
            answer = await self._call(service, method, request)
        except Failure as failure:
            if self.commanded and failure.code == "UNAVAILABLE":
                raise outcome_unknown() from None
            raise
        for problem in answer.problems:
            message = say(problem.rule, problem.message, problem.values, self._language)
            raise Failure(problem.code, message, rule=problem.rule)
        return answer.value

    async def command(
        self, service: str, method: str, request: dict[str, Any], idempotency_key: str | None = None
    ) -> Answer:
        """What became of a command: its value, or the problems for which it was refused.

        Who may only read is refused with Failure FORBIDDEN.
        """
        if self._principal.read_only:
            raise forbidden()
        self.commanded = True
        return await self._call(service, method, request, idempotency_key=idempotency_key, command=True)

    def anew(self) -> Calls:
        """The same services and caller, with nothing called yet."""
        return Calls(self._rpc, self._principal, self._correlation_id, self._language)

    async def _call(self, service: str, method: str, request: dict[str, Any], **how: Any) -> Answer:
        self.made.append(f"{service}.{method}")
        return await self._rpc.call(
            service, method, request, principal=self._principal, correlation_id=self._correlation_id, **how
        )
