"""What eventlet does to us, and we to it: waiting for the database, waiting for workers."""

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

WITHOUT_OURS = "patch()\nimport psycopg.waiting\npsycopg.waiting.wait = psycopg.waiting.wait_c\n"


def run(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "ignore", "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("overlaps", [True, False])
def test_queries_overlap_with_the_wait_function_that_is_set_and_freeze_the_loop_without(
    postgres_url: str, overlaps: bool
) -> None:
    script = WAIT_FOR_A_LOCK_THAT_ANOTHER_GREENLET_HOLDS
    done = run(script if overlaps else script.replace("patch()\n", WITHOUT_OURS, 1), postgres_url)
    assert ("overlapped" in done.stdout) is overlaps, done.stderr


MORE_THAN_A_SOCKET_TAKES_AND_A_CONNECTION_THAT_ENDS = """
import sys
from services.backbone.run import patch
patch()
import eventlet
from services.backbone.database import engine_for, is_out_of_reach
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
engine = engine_for(sys.argv[1], pool=3, name="test")
seen = 0

def count():
    global seen
    while True:
        seen += 1
        eventlet.sleep(0)

counting = eventlet.spawn(count)
with engine.connect() as connection:
    assert connection.scalar(text("SELECT length(:long)"), {"long": "x" * 2**25}) == 2**25
    assert seen > 1, "the others stood still"
    assert len(connection.scalar(text("SELECT repeat('x', 33554432)"))) == 2**25
counting.kill()

def wait():
    with engine.connect() as connection:
        ids.put(connection.scalar(text("SELECT pg_backend_pid()")))
        try:
            connection.execute(text("SELECT pg_sleep(600)"))
        except DBAPIError as error:
            return is_out_of_reach(error)

ids = eventlet.Queue()
waiting = eventlet.spawn(wait)
with engine.connect() as connection:
    connection.execute(text("SELECT pg_terminate_backend(:id)"), {"id": ids.get()})
assert waiting.wait() is True
print("all came back")
"""


def test_a_long_text_passes_and_a_connection_that_ends_meanwhile_is_told(postgres_url: str) -> None:
    done = run(MORE_THAN_A_SOCKET_TAKES_AND_A_CONNECTION_THAT_ENDS, postgres_url)
    assert done.stdout == "all came back\n", done.stderr


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
    done = run(script, pool)
    assert done.stdout == said, done.stderr
