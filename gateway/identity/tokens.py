"""Bearer tokens of the identity provider: what makes one acceptable, and what is read of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from gateway.identity.issuer_keys import IssuerKeys, NoKeys

#: Signatures that are accepted; EdDSA is the older name of Ed25519 (RFC 9864).
ALGORITHMS = ["RS256", "ES256", "EdDSA", "Ed25519"]
#: Seconds that the clocks of the issuer and of the gateway may differ.
LEEWAY = 30
LONGEST_TOKEN = 8192
GLOBAL_ROLES = frozenset({"ADMIN", "DIRECTOR"})


class BadToken(Exception):
    """A token that is not accepted. The text is for the log; the caller is told nothing more."""


@dataclass(frozen=True)
class Identity:
    """What a token says of the one who carries it. ``roles`` holds global roles only; ``until`` is when it ends."""

    issuer: str
    subject: str
    display_name: str
    email: str | None
    locale: str | None
    roles: frozenset[str]
    until: float = field(compare=False)


class Tokens:
    """Reads the access tokens of one issuer that are meant for this network."""

    def __init__(self, keys: IssuerKeys, issuer_url: str, audience: str) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer_url},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def identity(self, token: str) -> Identity:
        """Who carries this token; BadToken unless signature, issuer, audience, dates and subject are in order."""
        if not 0 < len(token) <= LONGEST_TOKEN:
            raise BadToken("length")
        try:
            claims = await self._verified(token)
            self._claims.validate(claims)
        except (JoseError, NoKeys, ValueError, TypeError, RecursionError) as error:
            raise BadToken(f"{type(error).__name__}: {error}") from None
        return _identity(claims)

    async def _verified(self, token: str) -> dict[str, Any]:
        try:
            return self._decoded(token)
        except InvalidKeyIdError:
            if not await self._keys.refresh_for_unknown():
                raise
            return self._decoded(token)

    def _decoded(self, token: str) -> dict[str, Any]:
        decoded = jwt.decode(token, self._keys.current(), algorithms=ALGORITHMS)
        if decoded.header.get("typ", "JWT") not in ("JWT", "at+jwt"):
            raise ValueError("this is another kind of token")
        return decoded.claims


def _identity(claims: dict[str, Any]) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise BadToken("subject")
    roles = claims.get("roles")
    return Identity(
        issuer=claims["iss"],
        subject=subject,
        display_name=_text(claims.get("name")) or subject,
        email=_text(claims.get("email")),
        locale=_text(claims.get("locale")),
        roles=frozenset(role for role in roles if role in GLOBAL_ROLES) if isinstance(roles, list) else frozenset(),
        until=float(claims["exp"]) + LEEWAY,
    )


def _text(value: object) -> str | None:
    return value[:200] if isinstance(value, str) and value else None
