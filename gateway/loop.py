"""How late the event loop wakes: whatever computes for long keeps everybody waiting."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway import metrics

#: Seconds between two looks.
LOOK_EVERY = 0.5


@asynccontextmanager
async def watched_loop() -> AsyncIterator[None]:
    """Measure within the block."""
    watching = asyncio.create_task(_watch(), name="loop lag")
    loop = asyncio.get_running_loop()
    metrics.TASKS.set_function(lambda: len(asyncio.all_tasks(loop)))
    try:
        yield
    finally:
        watching.cancel()


async def _watch() -> None:
    loop, of_late = asyncio.get_running_loop(), deque[float](maxlen=int(60 / LOOK_EVERY))
    while True:
        before = loop.time()
        await asyncio.sleep(LOOK_EVERY)
        of_late.append(loop.time() - before - LOOK_EVERY)
        metrics.LOOP_LAG.set(max(of_late))
