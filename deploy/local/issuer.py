"""The local network's own identity provider: a token for each demonstration person, without a password.

Only ever on loopback and in local mode: ``python -m deploy.local.issuer`` refuses to start in production. It speaks as
much OpenID Connect as the gateway reads: discovery, keys, and a token endpoint of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.keys import make_pair

PEOPLE = Path(__file__).parent / "people.json"
ALGORITHM = "Ed25519"
#: Seconds that a token is accepted: a working day.
VALID = 8 * 3600
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST_BODY = 4096


class NotHere(RuntimeError):
    """The issuer gives a token to anybody who asks: it has no place in production or on a network."""


@dataclass(frozen=True)
class Issuer:
    """Who issues, for whom, signed with which key (Ed25519, PKCS8 in PEM)."""

    url: str
    audience: str
    key: OKPKey

    def discovery(self) -> dict[str, Any]:
        """The configuration that OpenID Connect Discovery 1.0 describes, as far as there is anything to say."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks.json",
            "token_endpoint": f"{self.url}/token",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    def keys(self) -> dict[str, Any]:
        """The public key, as a JSON Web Key Set."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def token(self, person: dict[str, Any], now: int) -> str:
        """An access token for one of the demonstration people."""
        claims = {
            "iss": self.url,
            "aud": self.audience,
            "sub": person["subject"],
            "name": person["name"],
            "email": person["email"],
            "locale": person["locale"],
            "roles": person["roles"],
            "iat": now,
            "exp": now + VALID,
            "jti": uuid4().hex,
        }
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])


def read_people() -> dict[str, dict[str, Any]]:
    """The demonstration people by their key (``staff``, ``founder``, ...)."""
    return {person["person"]: person for person in json.loads(PEOPLE.read_text("utf-8"))}


def make_app(issuer: Issuer) -> Starlette:
    """The issuer as an application."""
    people = read_people()

    async def discovery(_request: Request) -> Response:
        return JSONResponse(issuer.discovery())

    async def keys(_request: Request) -> Response:
        return JSONResponse(issuer.keys())

    async def list_people(_request: Request) -> Response:
        return JSONResponse([{"person": key, "name": person["name"]} for key, person in people.items()])

    async def token(request: Request) -> Response:
        try:
            wanted = json.loads(await request.body())["person"]
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"error": "invalid_request"}, status_code=400)
        if not isinstance(wanted, str) or wanted not in people:
            return JSONResponse({"error": "There is nobody of that name.", "people": list(people)}, status_code=404)
        made = issuer.token(people[wanted], int(time.time()))
        headers = {"cache-control": "no-store"}
        return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": VALID}, headers=headers)

    return Starlette(
        max_body_size=LARGEST_BODY,
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/jwks.json", keys),
            Route("/people", list_people),
            Route("/token", token, methods=["POST"]),
        ],
    )


def read_issuer(environment: dict[str, str]) -> Issuer:
    """The issuer that the environment describes, its key made if need be; NotHere outside local mode or loopback."""
    if environment.get("MAILLAGE_MODE") != "local":
        raise NotHere("The local issuer starts only with MAILLAGE_MODE=local.")
    url = environment["MAILLAGE_ISSUER_URL"].rstrip("/")
    if urlsplit(url).hostname not in LOOPBACK:
        raise NotHere("The local issuer listens on loopback only.")
    private = Path(environment["MAILLAGE_ISSUER_KEY"])
    make_pair(private, private.with_suffix(".pub.pem"))
    key = OKPKey.import_key(private.read_bytes(), {"use": "sig", "alg": ALGORITHM})
    key.ensure_kid()
    return Issuer(url, environment.get("MAILLAGE_AUDIENCE", "maillage"), key)


def main() -> None:
    """Serve until SIGTERM."""
    try:
        issuer = read_issuer(dict(os.environ))
    except (NotHere, KeyError) as refusal:
        sys.exit(f"Not started: {refusal}")
    address = urlsplit(issuer.url)
    port = int(os.environ.get("MAILLAGE_ISSUER_PORT") or address.port or 80)
    uvicorn.run(
        make_app(issuer), host=address.hostname or LOOPBACK[0], port=port, log_level="warning", access_log=False
    )


if __name__ == "__main__":
    main()
