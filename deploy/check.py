"""`make check`: everything about the sources that a machine can judge without running the network."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local import servers
from deploy.local.settings import PROJECT, SERVICES

Judgement = tuple[bool, str]


def run(*command: str, env: dict[str, str] | None = None) -> Judgement:
    """Whether a command of the virtual environment succeeds, and what it printed."""
    done = subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env={**os.environ, **(env or {})}, capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


def migrations() -> Judgement:
    """Whether each service's migrations, run on an empty database, give just the tables its code describes."""
    with tempfile.TemporaryDirectory() as folder, servers.private_postgres(Path(folder)) as server:
        for service in SERVICES:
            with servers.fresh_database(server, service) as url:
                for what in ("upgrade", "check"):
                    well, printed = run(
                        *["-m", "services.backbone.migrations", service, what],
                        env={"MAILLAGE_DATABASE_URL": url, "MAILLAGE_AMQP_URL": "amqp://not-used"},
                    )
                    if not well:
                        return False, f"{service}: {what}\n{printed}"
    return True, ""


CHECKS: dict[str, Callable[[], Judgement]] = {
    "lint (ruff)": lambda: run("-m", "ruff", "check", "--quiet", "--no-cache"),
    "format (ruff)": lambda: run("-m", "ruff", "format", "--check", "--quiet", "--no-cache"),
    "types (mypy --strict)": lambda: run("-m", "mypy"),
    "import rules": lambda: run("-c", "from importlinter.cli import lint_imports_command as lint; lint()"),
    "committed GraphQL schema": lambda: run("-m", "gateway.schema", "--check"),
    "migrations": migrations,
}


def main() -> None:
    """Run every check, whatever the others say; exit non-zero when one fails."""
    failed = 0
    for name, check in CHECKS.items():
        before = time.monotonic()
        well, printed = check()
        failed += not well
        print(f"{'ok  ' if well else 'FAIL'}  {name} ({time.monotonic() - before:.1f} s)", flush=True)
        if not well:
            print(printed, flush=True)
    if failed:
        raise SystemExit(f"{failed} of {len(CHECKS)} checks failed")


if __name__ == "__main__":
    main()
