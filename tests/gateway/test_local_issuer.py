"""The local network's identity provider: convenient there, and nowhere else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from deploy.local.issuer import make_app, read_issuer, read_people
from deploy.local.ports import free_ports
from tests.gateway.serving import Announcing, Serving

Serve = Callable[..., AbstractContextManager[Serving]]


@contextmanager
def local_issuer(folder: Path) -> Iterator[str]:
    """The local issuer on a free port."""
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    issuer = read_issuer(environment(folder, url))
    server = Announcing(uvicorn.Config(make_app(issuer), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.up.wait(10)
    yield url
    server.should_exit = True
    thread.join(10)


def environment(folder: Path, url: str, mode: str = "local") -> dict[str, str]:
    return {
        "MAILLAGE_MODE": mode,
        "MAILLAGE_ISSUER_URL": url,
        "MAILLAGE_ISSUER_KEY": str(folder / "keys" / "issuer.pem"),
    }


def test_every_demonstration_person_can_sign_in(tmp_path: Path, serve: Serve) -> None:
    with local_issuer(tmp_path) as url, serve(issuer_url=url) as gateway:
        found: dict[str, str] = {}
        for person in read_people():
            token = httpx.post(f"{url}/token", json={"person": person}).json()["access_token"]
            found[person] = gateway.post("{ me }", token)["data"]["me"]
    assert len(set(found.values())) == len(found)
    assert found["director"].endswith("['DIRECTOR']")
    assert found["admin"].endswith("['ADMIN']")
    assert all(me.endswith("[]") for person, me in found.items() if person not in ("director", "admin"))


def test_the_page_signs_in_through_the_gateway(tmp_path: Path, serve: Serve) -> None:
    with local_issuer(tmp_path) as url, serve(issuer_url=url) as gateway:
        people = httpx.get(f"{gateway.url}/graphiql/people").json()
        assert {"person": "founder", "name": "Justine Aubrac"} in people
        answer = httpx.post(f"{gateway.url}/graphiql/token?person=founder").json()
        assert gateway.post("{ me }", answer["access_token"])["data"]["me"].startswith("PERSON")
        assert httpx.post(f"{gateway.url}/graphiql/token?person=nobody").status_code == 404


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"{}", b'{"person": 5}', b'{"person": "../admin"}', b"5"])
def test_nobody_else_gets_a_token(tmp_path: Path, body: bytes) -> None:
    with local_issuer(tmp_path) as url:
        response = httpx.post(f"{url}/token", content=body)
        assert response.status_code in (400, 404)
        assert "access_token" not in response.text


def test_the_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    first = read_issuer(environment(tmp_path, "http://127.0.0.1:1"))
    again = read_issuer(environment(tmp_path, "http://127.0.0.1:1"))
    key = tmp_path / "keys" / "issuer.pem"
    assert first.keys() == again.keys()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "d" not in first.keys()["keys"][0]


@pytest.mark.parametrize(
    ("mode", "url"),
    [
        ("production", "http://127.0.0.1:1"),
        ("", "http://127.0.0.1:1"),
        ("local", "http://0.0.0.0:1"),
        ("local", "https://issuer.example"),
    ],
)
def test_it_starts_neither_in_production_nor_off_loopback(tmp_path: Path, mode: str, url: str) -> None:
    process: Any = subprocess.run(
        [sys.executable, "-m", "deploy.local.issuer"],
        env={**os.environ, **environment(tmp_path, url, mode)},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert process.returncode == 1
    assert "Not started: The local issuer" in process.stderr
    assert not (tmp_path / "keys").exists()
