"""Passports: what the gateway says of the one who asks, signed so that the services can believe it."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OKPKey

from gateway.identity.principal import Principal

AUDIENCE = "maillage-services"
#: joserfc's name for EdDSA over Ed25519 (RFC 9864).
ALGORITHM = "Ed25519"
VALID = 60
#: A passport is used again for this long, so that one always has half its life left.
KEPT = 30
MOST_KEPT = 10_000


class Passports:
    """Mints passports with the gateway's private key (Ed25519, PEM), and keeps each for some seconds."""

    def __init__(self, private_key: Path) -> None:
        self._key = OKPKey.import_key(private_key.read_bytes())
        self._made: dict[Principal, tuple[float, str]] = {}

    def of(self, principal: Principal) -> str:
        """A passport of at most 60 seconds for this principal."""
        now = time.time()
        made, passport = self._made.get(principal, (0.0, ""))
        if now - made > KEPT:
            passport = self._mint(principal, int(now))
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            self._made[principal] = (now, passport)
        return passport

    def _mint(self, principal: Principal, now: int) -> str:
        claims: dict[str, object] = {"sub": principal.id} if principal.id else {}
        claims |= {
            "kind": principal.kind,
            "roles": sorted(principal.roles),
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + VALID,
            "jti": uuid4().hex,
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._key, algorithms=[ALGORITHM])
