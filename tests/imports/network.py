"""A network of services of its own, and the command line that imports into it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog

from deploy.cli import main
from tests.running import Caller, Keys, running

PROJECT = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("MAILLAGE_REAL_DATA", PROJECT.parent / "shared" / "data"))
SERVICES = ("people", "incubator", "events", "coalitions")


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    status: int
    lines: list[str]

    def line(self, *parts: str) -> str:
        """The one line that holds all of these."""
        found = [line for line in self.lines if all(part in line for part in parts)]
        assert len(found) == 1, f"{parts} stand in {len(found)} lines:\n" + "\n".join(self.lines)
        return found[0]


@dataclass(frozen=True)
class Network:
    """Four running services, their databases, and a caller to ask them."""

    databases: dict[str, str]
    environment: dict[str, str]
    caller: Caller

    def imports(self, *arguments: str | Path) -> Said:
        """Run `maillage import ...`."""
        return command_line("import", *arguments, **self.environment)

    def ask(self, method: str, **request: Any) -> Any:
        """The value that answers a question."""
        return self.caller.value(method, **request)

    def all_of(self, method: str, **request: Any) -> list[Any]:
        """Every item of a list that is answered in pages."""
        items: list[Any] = []
        after: dict[str, str] = {}
        while True:
            page = self.ask(method, first=100, **after, **request)
            items += page["items"]
            if not page["has_next"]:
                return items
            after = {"after": page["cursors"][-1]}

    def everything(self) -> dict[str, list[str]]:
        """All rows of all tables of all services but the keys of commands."""
        rows: dict[str, list[str]] = {}
        for service, url in self.databases.items():
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                tables = connection.execute(
                    "select table_name from information_schema.tables where table_schema = 'public'"
                ).fetchall()
                for (table,) in tables:
                    if table == "command_log":
                        continue
                    found = connection.execute(f'select t::text from "{table}" t').fetchall()
                    rows[f"{service}.{table}"] = sorted(row for (row,) in found)
        return rows


def command_line(*arguments: str | Path, **environment: str) -> Said:
    """Run a command of maillage within this process, its output going into a file as it were."""
    output = io.StringIO()
    logging_as_it_was = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(output):
        patch.setattr(sys, "argv", ["maillage", *map(str, arguments)])
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            main()
            status: Any = 0
        except SystemExit as end:
            status = end.code
        finally:
            structlog.configure(**logging_as_it_was)
    return Said(status or 0, output.getvalue().splitlines())


def command_line_process(*arguments: str | Path, **environment: str) -> Said:
    """Run a command of maillage as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return Said(done.returncode, (done.stdout + done.stderr).splitlines())


@contextmanager
def started(new_database: Callable[[str], str], amqp_url: str, folder: Path) -> Iterator[Network]:
    """Migrate four fresh databases, start the services on them, stop them at the end."""
    keys = Keys.make(folder)
    private = folder / "passport.pem"
    private.write_bytes(keys.key.as_pem(private=True))
    databases = {service: new_database(service) for service in SERVICES}
    common = {"MAILLAGE_AMQP_URL": amqp_url, "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public)}
    with ExitStack() as stack:
        for service, database in databases.items():
            settings = {**common, "MAILLAGE_DATABASE_URL": database}
            subprocess.run(
                [sys.executable, "-m", "services.backbone.migrations", service, "upgrade"],
                cwd=PROJECT,
                env={**os.environ, **settings},
                check=True,
                capture_output=True,
            )
            stack.enter_context(running(f"services.{service}", ready="started", **settings))
        caller = Caller(amqp_url, keys)
        stack.callback(caller.close)
        yield Network(databases, {**common, "MAILLAGE_PASSPORT_PRIVATE_KEY": str(private)}, caller)
