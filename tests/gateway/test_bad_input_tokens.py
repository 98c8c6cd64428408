"""Whose token is not believed: rows B30-B38 of the matrix in reliability.md, 9.1, and keys of applications."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.identity.clients import add
from gateway.schema.documents import NotTrusted, TrustedDocuments
from tests.gateway.issuing import Issuing, key, signed
from tests.gateway.serving import Serving, receive, subscribe

ME = "{ me }"
Serve = Callable[..., AbstractContextManager[Serving]]


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bad_tokens(issuing: Issuing) -> dict[str, str]:
    """The matrix of reliability.md 9.1, B30-B38."""
    good = issuing.claims()
    stranger, header = key("ed"), {"alg": "Ed25519", "kid": "ed"}
    public = issuing.keys["rsa"].as_pem(private=False)
    signing_input = f"{b64({'alg': 'HS256', 'kid': 'rsa'})}.{b64(good)}"
    by_public_key = b64(hmac.digest(public, signing_input.encode(), "sha256"))
    return {
        "B30 no signature": f"{b64({'alg': 'none'})}.{b64(good)}.",
        "B31 symmetric with the public key": f"{signing_input}.{by_public_key}",
        "B33 a stranger's key": signed(stranger, header, good),
        "B34 an embedded key": signed(stranger, {**header, "jwk": stranger.as_dict(private=False)}, good),
        "B34 a key elsewhere": signed(stranger, {**header, "jku": "http://127.0.0.1:1/jwks"}, good),
        "B35 a critical header": f"{b64({**header, 'crit': ['x'], 'x': 1})}.{b64(good)}.{b64(b'0' * 64)}",
        "B33 an unknown key": signed(stranger, {"alg": "Ed25519", "kid": "nobody"}, good),
        "B33 a path for a key": signed(stranger, {"alg": "Ed25519", "kid": "../../etc/passwd"}, good),
        "B32 another issuer": issuing.token(iss="https://elsewhere.example"),
        "B32 another audience": issuing.token(aud="another"),
        "B32 expired": issuing.token(exp=1_000_000_000),
        "B32 not yet valid": issuing.token(nbf=32_503_680_000),
        "B32 no end": issuing.token(exp=None),
        "B32 no subject": issuing.token(sub=None),
        "B32 a subject that is a number": issuing.token(sub=5),
        "B32 an endless subject": issuing.token(sub="x" * 300),
        "B32 another kind of token": issuing.token(header={"typ": "id+jwt"}),
        "B36 a megabyte": issuing.token(name="x" * 5000) * 2,
        "B36 two parts": ".".join(issuing.token().split(".")[:2]),
        "B31 a changed claim": changed_claim(issuing.token()),
        "B37 a refresh token for an access token": issuing.token(header={"typ": "refresh+jwt"}),
        "B38 another environment's token": signed(key("ed"), header, {**good, "iss": issuing.url}),
        "B38 a key of an application that there is not": f"maillage_{uuid4().hex}.{'x' * 43}",
        "B36 nothing like it": "hello",
        "B36 not in ASCII": "é.é.é",
    }


def changed_claim(token: str) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{b64({'sub': 'somebody-else', 'roles': ['ADMIN']})}.{signature}"


def test_b30_to_b38_every_other_token_is_refused_with_a_code_alone(served: Serving, issuing: Issuing) -> None:
    sentences = set()
    for case, token in bad_tokens(issuing).items():
        response = served.respond({"query": ME}, headers={"authorization": f"Bearer {token}".encode()})
        assert response.status_code == 401, case
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED", case
        assert error["extensions"]["correlationId"] == response.headers["x-correlation-id"]
        sentences.add(error["message"])
    assert len(sentences) == 1
    assert served.post(ME, issuing.token())["data"]["me"].startswith("PERSON")


def application(folder: Path, **changes: Any) -> tuple[Path, str]:
    """A file with one application in it, and its key."""
    path = folder / "clients.json"
    chosen = {"may": ("read", "write"), "trusted_only": False, "origins": [], "days": 30, **changes}
    return path, add(path, "The site", **chosen)


def test_b38_an_application_is_known_by_its_key_until_it_expires_or_is_taken_out(serve: Serve, tmp_path: Path) -> None:
    path, token = application(tmp_path)
    _, expired = application(tmp_path, days=0)
    with serve(clients=path) as gateway:
        kind, id, roles = gateway.post(ME, token)["data"]["me"].split(" ", 2)
        assert (kind, roles) == ("CLIENT", "[]")
        assert token.startswith(f"maillage_{id.replace('-', '')}.")
        wrong = [expired, token[:-1], f"{token}x", token.replace("maillage_", "maillage_0"), "maillage_", "maillage_."]
        for other in wrong:
            assert gateway.respond({"query": ME}, other).status_code == 401, other
        path.write_text('{"clients": []}')
        gateway.gateway.callers._clients._looked = 0.0
        assert gateway.respond({"query": ME}, token).status_code == 401


def test_a_file_of_applications_holds_no_key_and_one_that_is_broken_changes_nothing(
    serve: Serve, tmp_path: Path
) -> None:
    path, token = application(tmp_path)
    assert token.partition(".")[2] not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    with serve(clients=path) as gateway:
        assert gateway.post(ME, token)["data"]["me"].startswith("CLIENT")
        path.write_text("{")
        gateway.gateway.callers._clients._looked = 0.0
        assert gateway.post(ME, token)["data"]["me"].startswith("CLIENT")


def test_an_application_that_may_only_read_commands_nothing(serve: Serve, tmp_path: Path) -> None:
    path, token = application(tmp_path, may=("read",))
    with serve(clients=path) as gateway:
        before = gateway.post('{ ask(method: "calls") }', token)["data"]["ask"]
        answer = gateway.post('mutation { do(input: {method: "marked"}) { request } }', token)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert "marked" not in gateway.post('{ ask(method: "calls") }', token)["data"]["ask"]
        assert "marked" not in before


def test_an_applications_key_holds_on_its_own_pages_only(serve: Serve, tmp_path: Path) -> None:
    path, token = application(tmp_path, origins=["https://front.example"])
    with serve(clients=path) as gateway:
        for origin, status in (("https://front.example", 200), ("https://evil.example", 401)):
            assert gateway.respond({"query": ME}, token, {"origin": origin}).status_code == status


def test_only_registered_documents_are_answered_where_it_is_so_decided(serve: Serve, tmp_path: Path) -> None:
    query = "query Me { me }"
    name = sha256(query.encode()).hexdigest()
    registered = tmp_path / "trusted.json"
    registered.write_text(json.dumps({name: query}))
    path, token = application(tmp_path, trusted_only=True)
    with serve(clients=path, trusted_documents=registered) as gateway:
        assert gateway.post(ME)["data"] == {"me": "ANONYMOUS None []"}
        assert gateway.post(query, token)["data"]["me"].startswith("CLIENT")
        assert gateway.respond({"documentId": name}, token).json()["data"]["me"].startswith("CLIENT")
        for other in (ME, "query Me { me  }", "{ me"):
            error = gateway.post(other, token, {"accept-language": "fr"})["errors"][0]
            assert error["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
            assert error["message"] == "Seules les requêtes enregistrées sont acceptées ici."
        assert gateway.respond({"documentId": "0" * 64}, token).status_code == 404
        with gateway.socket({"authorization": f"Bearer {token}"}) as connection:
            subscribe(connection, "subscription { greetings }")
            assert receive(connection)["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    with serve(trusted_documents=registered, trusted_only=True) as gateway:
        assert gateway.post(ME)["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        assert gateway.post(query)["data"] == {"me": "ANONYMOUS None []"}


def test_a_document_under_a_name_that_is_not_its_hash_keeps_the_gateway_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "trusted.json"
    path.write_text(json.dumps({"0" * 64: "{ me }"}))
    with pytest.raises(NotTrusted, match="is not the sha256 of its text"):
        TrustedDocuments.from_file(path)


def test_passwords_are_not_guessed_by_the_time_that_a_refusal_takes(served: Serving) -> None:
    """Every key is compared, known or not, and in constant time: nothing to see from outside but the same answer."""
    answers = {
        served.respond({"query": ME}, token, {"x-correlation-id": "same-story"}).text
        for token in (f"maillage_{uuid4().hex}.a", f"maillage_{uuid4().hex}.{'b' * 43}", "maillage_x.y")
    }
    assert len(answers) == 1
