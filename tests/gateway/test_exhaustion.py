"""A gateway whose threads are all taken says so where it needs one, goes on with the rest, and recovers (F30)."""

from __future__ import annotations

import threading
from dataclasses import replace

from gateway.app import Gateway
from gateway.settings import Settings
from tests.gateway.conftest import running_peer
from tests.gateway.serving import Serving
from tests.running import until

#: More than the loop's pool ever has (Python: processors + 4, at most 32).
MORE_THAN_THERE_ARE = 64


def test_a_gateway_whose_threads_are_all_taken_says_so_and_recovers(settings: Settings, gateway_vhost: str) -> None:
    brief = replace(settings, request_within=1.0)
    gate = threading.Event()
    with running_peer(gateway_vhost, "events"), Serving.running(Gateway(brief)) as gateway:
        feed = f"{gateway.url}/calendar.ics"
        assert gateway.client.get(feed).status_code == 200
        try:
            for _ in range(MORE_THAN_THERE_ARE):
                gateway.server.loop.call_soon_threadsafe(gateway.server.loop.run_in_executor, None, gate.wait)
            refused = gateway.client.get(feed)
            assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
            assert gateway.client.get(f"{gateway.url}/healthz").status_code == 200
            assert gateway.post("{ __typename }")["data"] == {"__typename": "Query"}
        finally:
            gate.set()
        assert until(lambda: gateway.client.get(feed).status_code == 200)
