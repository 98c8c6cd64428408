"""Who is asking, as the gateway vouches for it: a short-lived signed passport that is checked before a handler runs.

A service that asks another signs for itself, with a key of its own: it is then that service and nobody else, and may
ask only what is open to it by name (``the_service``) or to anybody.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.backbone.actor import Actor, ActorKind, Grant, service_actor

AUDIENCE = "maillage-services"
ALGORITHM = "Ed25519"
#: Seconds that the clocks of two processes may differ.
LEEWAY = 5
#: Roles over the whole network that a passport may carry from the identity provider's claims.
GLOBAL_ROLES = frozenset({"ADMIN", "DIRECTOR"})
#: Verified passports that are remembered until they expire.
REMEMBERED = 2000


class NoPassport(PermissionError):
    """No passport, or one that is not in order. The text says which and holds nothing of it."""


class Passports:
    """Reads passports with the gateway's public key, and those of services that this one answers.

    ``services`` is a folder of their public keys, ``<service>.pub.pem``; then the keys, by the services' names.
    """

    def __init__(self, public_key: Path, services: Path | None = None) -> None:
        self._key = OKPKey.import_key(public_key.read_text("utf-8"))
        self.services = {
            path.name.removesuffix(".pub.pem"): OKPKey.import_key(path.read_text("utf-8"))
            for path in (services.glob("*.pub.pem") if services else ())
        }
        self._claims = jwt.JWTClaimsRegistry(
            aud={"essential": True, "value": AUDIENCE}, exp={"essential": True}, leeway=LEEWAY
        )
        self._seen: OrderedDict[str, tuple[float, Actor]] = OrderedDict()

    def actor(self, passport: object) -> Actor:
        """Who the passport says is asking, or NoPassport."""
        if not isinstance(passport, str) or not 0 < len(passport) <= 4096:
            raise NoPassport("There is no passport.")
        known = self._seen.get(passport)
        if known is not None and known[0] > time.time():
            return known[1]
        service, claims = self._verified(passport)
        actor = _actor(claims) if service is None else service_actor(service)
        self._seen[passport] = (float(claims["exp"]), actor)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return actor

    def _verified(self, passport: str) -> tuple[str | None, dict[str, Any]]:
        """The service that signed it, None for the gateway, and what it says."""
        try:
            token = jwt.decode(passport, self._signer, algorithms=[ALGORITHM, "EdDSA"])
            self._claims.validate(token.claims)
        except (JoseError, ValueError, TypeError):
            raise NoPassport("The passport is not in order.") from None
        return token.header.get("kid"), dict(token.claims)

    def _signer(self, token: Any) -> OKPKey:
        name = token.headers().get("kid")
        if name is None:
            return self._key
        if name not in self.services:
            raise NoPassport("The passport is not in order.")
        return self.services[name]


def passport_of_service(service: str, key: OKPKey) -> str:
    """What a service shows another: signed with its own key, valid for a minute."""
    claims = {"aud": AUDIENCE, "iat": int(time.time()), "exp": int(time.time()) + 60}
    return str(jwt.encode({"alg": ALGORITHM, "kid": service}, claims, key, algorithms=[ALGORITHM]))


def _actor(claims: dict[str, Any]) -> Actor:
    try:
        kind = ActorKind(claims.get("kind", ""))
        identity = UUID(claims["sub"]) if claims.get("sub") else None
    except (ValueError, TypeError):
        raise NoPassport("The passport is not in order.") from None
    if kind is ActorKind.PERSON and identity is None:
        raise NoPassport("The passport names nobody.")
    roles = claims.get("roles") or []
    grants = frozenset(Grant(role) for role in roles if role in GLOBAL_ROLES)
    return Actor(kind, identity, grants)
