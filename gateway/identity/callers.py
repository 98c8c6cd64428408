"""From the Authorization header to the one who asks."""

from __future__ import annotations

import time
from collections import OrderedDict

from gateway import metrics
from gateway.calls import Rpc
from gateway.facts import Fact
from gateway.identity.clients import PREFIX, Clients
from gateway.identity.principal import ANONYMOUS, THE_NETWORK, Principal
from gateway.identity.tokens import BadToken, Identity, Tokens
from gateway.problems import Failure, unauthenticated, unavailable

#: Seconds for which a person's id is remembered, and how many are.
REMEMBERED_FOR, MOST_REMEMBERED = 600.0, 10_000


class Callers:
    """Knows who asks. A person is made known to the people service at the first request, then remembered."""

    def __init__(self, tokens: Tokens, clients: Clients, rpc: Rpc) -> None:
        self._tokens = tokens
        self._clients = clients
        self._rpc = rpc
        self._persons: OrderedDict[Identity, tuple[float, str]] = OrderedDict()

    async def principal(self, authorization: str | None, correlation_id: str, origin: str | None = None) -> Principal:
        """The principal of an Authorization header, nobody without one. Raises Failure UNAUTHENTICATED.

        ``origin`` is where the page comes from that asks, if it is one: some clients' keys hold only there.
        """
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            metrics.REFUSED.labels("authorization").inc()
            raise unauthenticated("Send the token as `Authorization: Bearer <token>`.")
        token = token.strip()
        if token.startswith(PREFIX):
            client = self._clients.client(token, origin)
            if client is None:
                raise _not_accepted()
            return client.principal()
        try:
            identity = await self._tokens.identity(token)
        except BadToken:
            raise _not_accepted() from None
        person = await self._person(identity, correlation_id)
        return Principal("PERSON", person, identity.roles, until=identity.until)

    def heed(self, fact: Fact | None) -> None:
        """Forget who was erased: with the same token they are somebody new. None: facts were missed, forget all."""
        if fact is None:
            self._persons.clear()
        elif fact.type == "person.erasure_started":
            erased = fact.data.get("person")
            for identity in [known for known, (_, person) in self._persons.items() if person == erased]:
                del self._persons[identity]

    async def _person(self, identity: Identity, correlation_id: str) -> str:
        known = self._persons.get(identity)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        request = {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "display_name": identity.display_name,
            "email": identity.email,
            "locale": identity.locale,
        }
        # What the token does not say is left out. Signing in twice does no harm: like a question, it may be asked again
        # when no answer came.
        request = {name: value for name, value in request.items() if value is not None}
        answer = await self._rpc.call(
            "people", "sign_in", request, principal=THE_NETWORK, correlation_id=correlation_id
        )
        if not isinstance(answer.value, dict) or not isinstance(answer.value.get("id"), str):
            raise unavailable()
        person: str = answer.value["id"]
        self._persons[identity] = (time.monotonic() + REMEMBERED_FOR, person)
        if len(self._persons) > MOST_REMEMBERED:
            self._persons.popitem(last=False)
        return person


def _not_accepted() -> Failure:
    metrics.REFUSED.labels("token").inc()
    return unauthenticated("The token is not accepted: it may have expired.")
