"""What eventlet does to us, and we to it: waiting for the database, waiting for workers."""

import os
import subprocess
import sys

import pytest

WAIT_FOR_A_LOCK_THAT_ANOTHER_GREENLET_HOLDS = """
import sys
from services.backbone.run import patch
patch()
import eventlet
from services.backbone import database
from services.backbone.database import engine_for
from sqlalchemy import text
database.LOCK_TIMEOUT = 1
engine = engine_for(sys.argv[1], pool=3, name="test")
holder = engine.connect()
holder.execute(text("SELECT pg_advisory_lock(1)"))

def wait():
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(1)"))

waiting = eventlet.spawn(wait)
eventlet.sleep(0)
with engine.connect() as connection:
    blocked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 1"
    while not waiting.dead and connection.scalar(text(blocked)) == 0:
        connection.rollback()
        eventlet.sleep(0)
holder.execute(text("SELECT pg_advisory_unlock(1)"))
waiting.wait()
print("overlapped")
"""


@pytest.mark.parametrize(("wait", "overlaps"), [("wait_selector", True), ("", False)])
def test_queries_overlap_with_the_wait_function_that_is_set_and_freeze_the_loop_without(
    postgres_url: str, wait: str, overlaps: bool
) -> None:
    script = WAIT_FOR_A_LOCK_THAT_ANOTHER_GREENLET_HOLDS
    if not overlaps:
        script = script.replace("patch()\n", "patch()\nimport os\ndel os.environ['PSYCOPG_WAIT_FUNC']\n", 2)
    environment = {key: value for key, value in os.environ.items() if key != "PSYCOPG_WAIT_FUNC"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, postgres_url],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ("overlapped" in done.stdout) is overlaps, done.stderr


WORKERS_THAT_END_AT_ONCE_WHILE_OTHERS_WAIT = """
import sys
import eventlet
from eventlet.greenpool import GreenPool
from services.backbone.container import Workers
pool = {"plain": GreenPool, "ours": Workers}[sys.argv[1]](2)
gate, done = eventlet.Event(), []
def work(number):
    if number < 2:
        gate.wait()
    done.append(number)
hands = [eventlet.spawn(pool.spawn, work, number) for number in range(4)]
eventlet.sleep(0)
waiting = eventlet.spawn(pool.waitall)
eventlet.sleep(0)
gate.send()
with eventlet.Timeout(2, False):
    waiting.wait()
    print("ended with", sorted(done))
"""


@pytest.mark.parametrize(("pool", "said"), [("plain", ""), ("ours", "ended with [0, 1, 2, 3]\n")])
def test_workers_are_waited_for_also_when_others_wait_for_their_turn(pool: str, said: str) -> None:
    script = WORKERS_THAT_END_AT_ONCE_WHILE_OTHERS_WAIT
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, pool], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == said, done.stderr
