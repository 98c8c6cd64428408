"""``make faults``: a long run, reported as a Markdown table. SEED and DURATION (seconds) come from the environment."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tests.faults.nemesis import LASTING, ROWS
from tests.faults.run import PAUSE, run


def main() -> None:
    """Run, print the table, keep it and the history beside each other, and leave with 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", time.time_ns() % 1_000_000)))
    parser.add_argument("--duration", type=float, default=float(os.environ.get("DURATION", "1800")))
    parser.add_argument("--only", action="append", default=[], choices=list(ROWS), help="strike with this fault alone")
    parser.add_argument(
        "--without", default="", choices=("", "keys", "redelivery"), help="take a mechanism out of the backbone"
    )
    parser.add_argument("--apart", type=float, metavar="SECONDS", help="so long between faults: each is felt alone")
    parser.add_argument("--lasting", type=float, metavar="SECONDS", help="so long frozen, cut off or alarmed")
    parser.add_argument("--no-failpoints", action="store_true", help="let no process die at a named point")
    parser.add_argument("--processes", type=int, default=1, help="of each service")
    parser.add_argument("--into", type=Path, help="folder for the report and the history")
    given = parser.parse_args()
    history = given.into / f"history-{given.seed}.jsonl" if given.into else None
    if history is not None:
        history.unlink(missing_ok=True)
    report = run(
        seed=given.seed,
        seconds=given.duration,
        history=history,
        only=tuple(given.only),
        without=given.without,
        failpoints=not given.no_failpoints,
        processes=given.processes,
        pause=(given.apart, given.apart) if given.apart else PAUSE,
        lasting=(given.lasting, given.lasting) if given.lasting else LASTING,
    )
    print(f"\n{report}")
    if given.into:
        (given.into / f"report-{given.seed}.md").write_text(f"{report}\n", "utf-8")
    sys.exit(1 if report.findings.wrong else 0)


if __name__ == "__main__":
    main()
