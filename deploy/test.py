"""`make test`: every test, against one PostgreSQL and one RabbitMQ that live as long as the run.

eventlet and asyncio do not share a process, so each side runs in a pytest process of its own; three at a time,
for much of their time is spent waiting for brokers to die and to come back. Arguments go to pytest.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy import npm
from deploy.local import servers
from deploy.local.settings import PROJECT

#: The long ones first, so that no lane is left with one when the others have ended.
SIDES = {
    "coalitions, events": ("coalitions", "events"),
    "gateway": ("gateway",),
    "backbone": ("backbone",),
    "incubator, people": ("incubator", "people", "journal", "contracts", "architecture"),
    "story": ("story", "hostile"),
    "imports": ("imports",),
    "faults": ("faults",),
    "deploy": ("deploy",),
    "typescript": ("typescript",),
}
#: Sides that need what not every machine has: each says in words what is missing, and is then left out.
NEEDS = {"typescript": npm.missing}
AT_ONCE = 3


def run_side(side: str, reports: Path, environment: dict[str, str], arguments: list[str]) -> Counter[str]:
    """Run one side's tests in a pytest process; counts of passed, failed and skipped."""
    folders = [f"tests/{name}" for name in SIDES[side]]
    missing = [folder for folder in folders if not any((PROJECT / folder).glob("test_*.py"))]
    if missing:
        print(f"There are no tests in {', '.join(missing)}", flush=True)
        return Counter(failed=len(missing))
    report, before = reports / f"{side}.xml", time.monotonic()
    print(f"{side}: begun", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--quiet", f"--junitxml={report}", *arguments, *folders],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"\n== {side}, in {time.monotonic() - before:.0f} s\n{done.stdout}", flush=True)
    counts = count(report)
    nothing_chosen = done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED and arguments
    if done.returncode != 0 and not counts["failed"] and not nothing_chosen:
        counts["failed"] = 1  # pytest itself stumbled
    return counts


def count(report: Path) -> Counter[str]:
    """What a pytest report says: counts of passed, failed (errors included) and skipped."""
    if not report.exists():
        return Counter()
    counts: Counter[str] = Counter()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        wrong = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts.update(failed=wrong, skipped=skipped, passed=int(suite.get("tests", 0)) - wrong - skipped)
    return counts


def main(arguments: list[str]) -> None:
    """Run all sides, whatever the others say; exit non-zero when a test failed."""
    before = time.monotonic()
    total: Counter[str] = Counter()
    left_out = {side: lacking for side, missing in NEEDS.items() if (lacking := missing())}
    sides = [side for side in SIDES if side not in left_out]
    with tempfile.TemporaryDirectory(prefix="maillage-test-") as folder:
        place = Path(folder)
        with servers.private_postgres(place) as database, servers.private_rabbitmq(place) as broker:
            environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
            environment |= {
                "MAILLAGE_TEST_DATABASE_URL": database,
                "MAILLAGE_TEST_AMQP_URL": broker,
                "MAILLAGE_TEST_SERVERS": folder,
            }
            with ThreadPoolExecutor(AT_ONCE) as lanes:
                for counts in lanes.map(lambda side: run_side(side, place, environment, arguments), sides):
                    total += counts
    print(f"\nAll tests, in {time.monotonic() - before:.0f} s:")
    print(
        f"{total['passed']} passed, {total['failed']} failed"
        + (f", {total['skipped']} skipped" * bool(total["skipped"]))
    )
    for side, lacking in left_out.items():
        print(f"LEFT OUT: the tests of {side}, which passed no judgement here: {lacking}.")
    if total["failed"] or not total["passed"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
