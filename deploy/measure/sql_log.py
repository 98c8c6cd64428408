"""What PostgreSQL itself says of the statements that one database was sent: how long they took, what they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local.servers import plain
from deploy.local.stack import Stack

#: Each statement's own time, as ``log_min_duration_statement`` writes it: parsing, binding and executing are apart.
DURATIONS = {"log_min_duration_statement": "0"}
#: Each statement's plan with the pages that it touched. Slower: not to be timed.
PLANS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_buffers": "on",
}


@contextmanager
def logged(network: Stack, database: str, settings: dict[str, str]) -> Iterator[Callable[[], str]]:
    """What the log says of a database within the block, from settings that its new sessions get; old ones are ended."""
    log = network.folder / "log" / "postgres.log"
    _set(network, database, settings)
    begin = log.stat().st_size
    try:
        yield lambda: _since(log, begin)
    finally:
        _set(network, database, dict.fromkeys(settings))


def milliseconds_in(text: str) -> float:
    """The times of all statements together."""
    return sum(float(found) for found in re.findall(r"duration: ([\d.]+) ms", text))


def pages_in(text: str) -> int:
    """The pages of 8 KiB that all statements touched, in memory or not."""
    plans = text.split(" plan:\n")[1:]
    touched = [re.search(r"Buffers: shared((?: (?:hit|read)=\d+)+)", plan) for plan in plans]
    return sum(int(number) for found in touched if found for number in re.findall(r"\d+", found[1]))


def _set(network: Stack, database: str, settings: dict[str, str] | dict[str, None]) -> None:
    with psycopg.connect(plain(network.plan().database.url()), autocommit=True) as connection:
        name = sql.Identifier(database)
        for setting, value in settings.items():
            change = sql.SQL("alter database {} set {} = {}" if value else "alter database {} reset {}")
            connection.execute(change.format(name, sql.SQL(setting), *([value] if value else [])))
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database])


def _since(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace")
