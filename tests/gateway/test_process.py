"""The gateway as a process: how it starts, what it logs, how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from deploy.local.ports import free_ports
from tests.gateway.issuing import Issuing

Running = tuple[subprocess.Popen[bytes], str]


@contextmanager
def gateway_process(
    url: str, passport_key: Path, issuing: Issuing, log: Path
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """``python -m gateway`` in production, ready."""
    [port] = free_ports(1)
    environment = {
        "PATH": os.environ["PATH"],
        "MAILLAGE_AMQP_URL": url,
        "MAILLAGE_PASSPORT_PRIVATE_KEY": str(passport_key),
        "MAILLAGE_ISSUER_URL": issuing.url,
        "MAILLAGE_GATEWAY_PORT": str(port),
    }
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "gateway"], env=environment, stderr=out, stdout=out)
    try:
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            assert any(client.get(f"{address}/readyz").status_code == 200 for _ in range(2000))
        yield process, address
    finally:
        process.kill()
        process.wait()


def test_a_process_serves_logs_in_json_and_stops_when_told(
    gateway_vhost: str, passport_key: Path, issuing: Issuing, peer: object, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with gateway_process(gateway_vhost, passport_key, issuing, log) as (process, address):
        headers = {"authorization": f"Bearer {issuing.token()}", "x-correlation-id": "story-of-a-line"}
        query = {"query": "{ themes { slug } }", "variables": {"secret": "hunter2"}}
        httpx.post(f"{address}/graphql", json=query, headers=headers)
        with connect(f"ws{address.removeprefix('http')}/graphql", subprotocols=["graphql-transport-ws"]) as live:  # type: ignore[list-item]
            process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as raised:
                live.recv(10)
            assert raised.value.rcvd is not None
            assert raised.value.rcvd.code == 1012
        assert process.wait(15) in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    (line,) = [line for line in lines if line.get("correlation_id") == "story-of-a-line" and line["event"] == "request"]
    assert (line["route"], line["service"], line["calls"]) == ("/graphql", "gateway", 1)
    assert "hunter2" not in log.read_text()
    assert headers["authorization"][7:] not in log.read_text()


@pytest.mark.parametrize("missing", ["MAILLAGE_AMQP_URL", "MAILLAGE_PASSPORT_PRIVATE_KEY", "MAILLAGE_ISSUER_URL"])
def test_without_a_setting_it_does_not_start_and_says_which(missing: str, passport_key: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "MAILLAGE_AMQP_URL": "amqp://127.0.0.1:1",
        "MAILLAGE_PASSPORT_PRIVATE_KEY": str(passport_key),
        "MAILLAGE_ISSUER_URL": "http://127.0.0.1:1",
    }
    del environment[missing]
    process = subprocess.run(
        [sys.executable, "-m", "gateway"], env=environment, capture_output=True, text=True, timeout=30
    )
    assert process.returncode == 1
    assert process.stderr.strip() == f"Not started: {missing} is not set; `make up` sets it."
