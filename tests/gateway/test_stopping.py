"""Told to stop under load, the gateway answers what it has taken: nothing is done without an answer."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from itertools import count
from pathlib import Path

import httpx

from gateway.identity.principal import ANONYMOUS
from tests.gateway.conftest import connected_broker
from tests.gateway.issuing import Issuing
from tests.gateway.test_process import gateway_process
from tests.running import until

CLIENTS = 6


async def test_what_reached_a_service_is_answered_though_the_gateway_is_told_to_stop(
    gateway_vhost: str, passport_key: Path, issuing: Issuing, peer: object, tmp_path: Path
) -> None:
    async def calls_made() -> int:
        async with connected_broker(gateway_vhost, passport_key) as broker:
            told = await broker.rpc.call("people", "calls", {}, principal=ANONYMOUS, correlation_id="c-1")
            return int(told.value.get("list_organisations", 0))

    seen: Counter[str] = Counter()
    numbers = count(1)

    def ask_until_nobody_is_there(address: str) -> None:
        while True:
            try:
                # A list of another length each time: equal questions are asked together.
                query = f"{{ organisations(first: {next(numbers)}) {{ totalCount }} }}"
                answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=30)
                seen["answered"] += answer.status_code == 200
            except httpx.ConnectError:
                return
            except httpx.HTTPError:
                seen["cut off"] += 1

    before = await calls_made()
    with gateway_process(gateway_vhost, passport_key, issuing, tmp_path / "log") as (process, address):
        clients = [threading.Thread(target=ask_until_nobody_is_there, args=(address,)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        until(lambda: seen["answered"] >= 5 * CLIENTS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
        for client in clients:
            client.join(30)
    # Who was cut off had not been heard yet: no service was asked on its behalf.
    assert await calls_made() - before == seen["answered"]
