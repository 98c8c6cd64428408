"""What computes for long, and so keeps everybody waiting, is seen in the gateway's figures."""

from __future__ import annotations

import asyncio
import time

import httpx
from prometheus_client import REGISTRY

from gateway.loop import LOOK_EVERY, watched_loop
from tests.gateway.serving import Serving


def lag() -> float:
    return REGISTRY.get_sample_value("maillage_gateway_loop_lag_seconds") or 0.0


def compute(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


async def test_the_lag_of_the_loop_is_measured() -> None:
    async with watched_loop(), asyncio.timeout(10):
        await asyncio.sleep(0)
        compute(LOOK_EVERY + 1.0)
        while lag() < 0.9:
            await asyncio.sleep(0)


def test_it_stands_among_the_figures(served: Serving) -> None:
    assert "\nmaillage_gateway_loop_lag_seconds " in httpx.get(f"{served.url}/metrics").text
