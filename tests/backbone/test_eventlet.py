"""A greenlet that waits for the database lets the others run."""

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
