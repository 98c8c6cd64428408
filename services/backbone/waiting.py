"""How psycopg waits for the database in a process of eventlet's: other greenlets run meanwhile.

psycopg's own ``wait_selector`` lets them, too, but makes a selector and a timer for each wait, to look ten times a
second for an interrupt from the keyboard; that was a fifth of the time that a short question took its service.
"""

from __future__ import annotations

from typing import Any

import psycopg.waiting
from eventlet.green import select
from eventlet.hubs import trampoline
from psycopg.waiting import READY_NONE, READY_R, READY_W, WAIT_R, WAIT_W, Ready, Wait


def wait_in_turn(gen: Any, fileno: int, interval: float = 0.0, timeout: float | None = None) -> Any:
    """What the generator of a database operation returns; while it waits for its socket, others have their turn.

    The meaning of the arguments is psycopg's (``psycopg.abc.WaitFunc``). Whoever bounds the time does with less.
    """
    if timeout is not None:
        return psycopg.waiting.wait_selector(gen, fileno, interval, timeout)
    try:
        wanted = next(gen)
        while True:
            wanted = gen.send(_ready(fileno, wanted))
    except StopIteration as done:
        return done.value


def _ready(fileno: int, wanted: Wait) -> Ready:
    if wanted == WAIT_R:
        trampoline(fileno, read=True)
        return READY_R
    if wanted == WAIT_W:
        trampoline(fileno, write=True)
        return READY_W
    readable, writable, _ = select.select([fileno], [fileno], [])
    return Ready((READY_R if readable else READY_NONE) | (READY_W if writable else READY_NONE))
