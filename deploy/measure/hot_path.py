"""The gateway when it remembers, beside the least that a Python server can do: give the same bytes to every request.

The other is a uvicorn application of a few lines with the gateway's loop and parser. It reads the request and gives
what the gateway gave. Both take turns, and are sent the same by the same client.
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy import npm
from deploy.demo.asking import asking
from deploy.local import ports, processes
from deploy.local.stack import Stack
from deploy.measure.network import say
from deploy.measure.postgraphile import PACKAGE, Way, cannon
from deploy.measure.processor import TICK, ticks_of
from deploy.measure.staleness import record_projects
from deploy.measure.table import LeftOut, Table, ratio, spread

PROJECTS, ROUNDS, SECONDS = 60, 4, 3
NINE = "id slug name pitch city website lifecycle stage stageSince"
QUESTIONS = {
    "50 projects with nine fields, and the total": (
        f"{{ projects(first: 50, orderBy: RECENT) {{ totalCount nodes {{ {NINE} }} }} }}"
    ),
    "one project": "{ projects(first: 1, orderBy: RECENT) { nodes { slug name } } }",
}


def measure(network: Stack) -> Iterator[Table]:
    """A table for each question."""
    lacking = npm.missing()
    if lacking:
        raise LeftOut(f"{lacking}, and what sends the load comes from npm")
    programs = npm.installed(PACKAGE)
    asyncio.run(_fill(network))
    for name, query in QUESTIONS.items():
        yield _compared(network, programs, name, query)


async def _fill(network: Stack) -> None:
    async with asking(network.plan().cli_environment()) as by_command:
        await record_projects(by_command, PROJECTS)


def _compared(network: Stack, programs: Path, name: str, query: str) -> Table:
    url = network.plan().url
    answer = _remembered(url, query)
    with _bare(network, answer) as (bare_url, bare):
        pids = {"bare uvicorn": bare, "gateway, hot": network.supervisor().states()["gateway"]["pid"]}
        urls = {"bare uvicorn": bare_url, "gateway, hot": url}
        seen: dict[str, list[tuple[float, float, float]]] = {side: [] for side in urls}
        for number in range(ROUNDS + 1):
            for side in urls:
                before = ticks_of(pids[side])
                found = cannon(programs, Way(urls[side], query), seconds=SECONDS if number else 1)
                spent = (ticks_of(pids[side]) - before) / TICK / found["requests"]["total"] * 1e6
                if number:
                    seen[side].append((found["requests"]["average"], spent, found["latency"]["p99"]))
            say(f"{name}: round {number} of {ROUNDS}")
    against = [a_second for a_second, _, _ in seen["bare uvicorn"]]
    return Table(
        f"Against the limit: {name} ({len(answer):,} bytes)",
        ("", "requests a second", "of the bare one's", "µs of processor a request", "99th percentile, ms"),
        [
            (side, spread(a_second), ratio(a_second, against), spread(spent), spread(latest))
            for side, rounds in seen.items()
            for a_second, spent, latest in [[list(column) for column in zip(*rounds, strict=True)]]
        ],
        [
            f"{ROUNDS} rounds of {SECONDS} s in turns; median of the rounds (least to most). autocannon sends, on the "
            "same processors. Each answer of the gateway is paid for and counted; the log tells of them once a second."
        ],
    )


def _remembered(url: str, query: str) -> bytes:
    """The gateway's answer from memory."""
    body = json.dumps({"query": query, "variables": {"v": "same"}}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        request = urllib.request.Request(f"{url}/graphql", body, {"content-type": "application/json"})
        with opener.open(request, timeout=30) as answer:
            found: bytes = answer.read()
            if "age" in answer.headers:
                return found


@contextmanager
def _bare(network: Stack, answer: bytes) -> Iterator[tuple[str, int]]:
    """The address and the process of a server that gives this to everybody."""
    [port] = ports.free_ports(1)
    given = network.folder / "given"
    given.write_bytes(answer)
    log = network.folder / "log" / "bare.log"
    command = [sys.executable, "-m", "deploy.measure.hot_path", "serve", str(port), str(given)]
    process = processes.start(command, log=log, env=network.plan().cli_environment(), folder=network.folder)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, data=b"{}", timeout=5).close()
        except OSError:
            return False
        return True

    try:
        processes.wait_until(ready, process, log)
        yield url, process.pid
    finally:
        processes.stop(process)


def serve(port: int, given: Path) -> None:
    """Serve until stopped."""
    import uvicorn

    answer = given.read_bytes()
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))],
    }

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send(start)
        await send({"type": "http.response.body", "body": answer})

    uvicorn.run(
        application,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        from deploy.measure import bench

        sys.exit(bench.main(["hot_path"]))
