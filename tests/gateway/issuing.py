"""An identity provider for tests: it serves what it is told to, and its tokens can be forged."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey


@dataclass
class Issuing:
    """Keys of three kinds, published under the names ``ed``, ``ec`` and ``rsa``."""

    url: str = ""
    keys: dict[str, Key] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    away: bool = False

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Issuing]:
        """Serve on a free port within the block."""
        issuing = cls(keys={"ed": key("ed"), "ec": key("ec"), "rsa": key("rsa")})

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuing.asked[self.path] += 1
                documents = {"/.well-known/openid-configuration": issuing.discovery(), "/jwks": issuing.published()}
                found = None if issuing.away else documents.get(self.path)
                self.send_response(200 if found else 503)
                self.end_headers()
                self.wfile.write(json.dumps(found).encode())

            def log_message(self, *_: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            issuing.url = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield issuing
            server.shutdown()
            thread.join()

    def discovery(self) -> dict[str, Any]:
        return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}

    def published(self) -> dict[str, Any]:
        return dict(KeySet(list(self.keys.values())).as_dict(private=False))

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good token; a change to None leaves the claim out."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": "maillage",
            "sub": "someone",
            "name": "Some One",
            "iat": now,
            "exp": now + 600,
        }
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def token(self, by: str = "ed", header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token signed with one of the keys."""
        algorithm = {"ed": "Ed25519", "ec": "ES256", "rsa": "RS256"}[by]
        return signed(self.keys[by], {"alg": algorithm, "kid": by, **(header or {})}, self.claims(**changes))


def key(kid: str) -> Key:
    """A new key, of the kind that its name says."""
    parameters: dict[str, Any] = {"kid": kid, "use": "sig"}
    if kid.startswith("ec"):
        return ECKey.generate_key("P-256", parameters)
    return (
        RSAKey.generate_key(2048, parameters) if kid.startswith("rsa") else OKPKey.generate_key("Ed25519", parameters)
    )


def signed(by: Key, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token with this header and these claims."""
    return jwt.encode(header, claims, by, algorithms=[header["alg"]])
