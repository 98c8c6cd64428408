"""The gateway beside PostGraphile, which turns a database into a GraphQL API: the same rows, the same connections.

PostGraphile (npm, one process) reads the incubator's own database with the service's own account. The gateway answers
through gateway, broker and service: *cold* when it keeps no answers, *hot* when it does. They take turns.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy import npm
from deploy.demo.asking import asking
from deploy.local import ports, processes
from deploy.local.plan import answers
from deploy.local.servers import plain
from deploy.local.stack import Stack
from deploy.measure import metrics
from deploy.measure.filling import fill_projects
from deploy.measure.load import Request, lines, send_all
from deploy.measure.network import say
from deploy.measure.sql_log import DURATIONS, logged, milliseconds_in
from deploy.measure.table import LeftOut, Table, ratio, spread
from gateway.identity.principal import ANONYMOUS
from gateway.problems import Failure
from gateway.rabbit.rpc import RpcClient

PACKAGE = Path(__file__).parent / "postgraphile_npm"
PROJECTS, ROUNDS, SECONDS, CONNECTIONS, ALONE = 6_000, 5, 4, 10, 200
OUR_WAYS = "gateway, cold", "gateway, cold, no two requests the same", "gateway, hot"

#: PostGraphile gives ``id`` to its own global ids, as the gateway does, and calls the column ``rowId``.
NINE = "{id} slug name pitch city website lifecycle stage stageSince"
STAYS = "stage enteredOn leftOn"


@dataclass(frozen=True)
class Asked:
    """One question in the words of either side, and where the rows are in the answer."""

    name: str
    ours: str
    theirs: str
    #: So many rows.
    rows: int


@dataclass(frozen=True)
class Way:
    """A question that is sent over and over to an address, with another variable each time or always the same."""

    url: str
    query: str
    each_new: bool = False


@dataclass
class Side:
    """One side's requests per second, and its latencies in milliseconds, round by round."""

    a_second: list[float] = field(default_factory=list)
    median: list[float] = field(default_factory=list)
    latest: list[float] = field(default_factory=list)


def measure(network: Stack) -> Iterator[Table]:
    """A table for each question, and one of where the time of a cold request goes."""
    lacking = npm.missing()
    if lacking:
        raise LeftOut(f"{lacking}, and PostGraphile comes from npm")
    say("installing PostGraphile and autocannon")
    programs = npm.installed(PACKAGE)
    say(f"filling to {PROJECTS:,} projects")
    asyncio.run(_fill(network))
    with _postgraphile(network, programs) as theirs, _forgetful(network) as forgetful:
        stays = _their_stays(theirs)
        questions = [
            Asked(
                "50 projects with nine fields, and the total",
                f"{{ projects(first: 50, orderBy: RECENT) {{ totalCount nodes {{ {NINE.format(id='id')} }} }} }}",
                f"{{ allProjects(first: 50, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) "
                f"{{ totalCount nodes {{ {NINE.format(id='rowId')} }} }} }}",
                50,
            ),
            Asked(
                "20 projects with their history",
                f"{{ projects(first: 20, orderBy: RECENT) {{ nodes {{ slug history {{ {STAYS} }} }} }} }}",
                f"{{ allProjects(first: 20, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) "
                f"{{ nodes {{ slug {stays}(orderBy: SEQ_ASC) {{ nodes {{ {STAYS} }} }} }} }} }}",
                20,
            ),
        ]
        for asked in questions:
            _same_rows(network.plan().url, theirs, asked)
            ways = _ways(network.plan().url, forgetful, theirs, asked)
            yield _compared(programs, asked, ways, CONNECTIONS)
            yield _compared(programs, asked, {name: ways[name] for name in ("PostGraphile", OUR_WAYS[0])}, 1)
        yield _limits(network, programs, theirs, questions[0])
    yield asyncio.run(_hops(network, questions))


async def _fill(network: Stack) -> None:
    async with asking(network.plan().cli_environment()) as by_command:
        await fill_projects(by_command, network.plan().database_url("incubator"), PROJECTS)


@contextmanager
def _postgraphile(network: Stack, programs: Path) -> Iterator[str]:
    """The address of a PostGraphile over the incubator's database, in production settings."""
    [port] = ports.free_ports(1)
    log = network.folder / "log" / "postgraphile.log"
    process = processes.start(
        [
            *[
                npm.node(programs),
                "node_modules/postgraphile/dist/cli-run.js",
                "--preset",
                "postgraphile/presets/amber",
            ],
            *["--connection", plain(network.plan().database_url("incubator")), "--schema", "public"],
            *["--host", "127.0.0.1", "--port", str(port)],
        ],
        log=log,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "NODE_ENV": "production", "GRAPHILE_ENV": "production"},
        folder=programs,
    )
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return "data" in _post(url, "{ __typename }")
        except OSError:
            return False

    try:
        processes.wait_until(ready, process, log)
        yield url
    finally:
        processes.stop(process)


@contextmanager
def _forgetful(network: Stack) -> Iterator[str]:
    """The address of another gateway of this network that keeps no answers."""
    [port] = ports.free_ports(1)
    url, log = f"http://127.0.0.1:{port}", network.folder / "log" / "forgetful.log"
    gateway = next(program for program in network.plan().programs() if program.name == "gateway")
    settings = {"MAILLAGE_GATEWAY_PORT": str(port), "MAILLAGE_REMEMBERED_BYTES": "0"}
    process = processes.start(gateway.command, log=log, env=gateway.environment | settings, folder=network.folder)
    try:
        processes.wait_until(lambda: answers(f"{url}/readyz"), process, log)
        yield url
    finally:
        processes.stop(process)


def _post(url: str, query: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        f"{url}/graphql", json.dumps({"query": query}).encode(), {"content-type": "application/json"}
    )
    with opener.open(request, timeout=30) as answer:
        return json.load(answer)


def _their_stays(url: str) -> str:
    """What PostGraphile calls the stays of a project; it makes the name of the columns of the foreign key."""
    fields = _post(url, '{ __type(name: "Project") { fields { name } } }')["data"]["__type"]["fields"]
    return next(str(one["name"]) for one in fields if one["name"].startswith("stageStays"))


def _same_rows(ours: str, theirs: str, asked: Asked) -> None:
    """Both answer with the same rows, or this is no comparison."""
    found = [_post(ours, asked.ours)["data"]["projects"], _post(theirs, asked.theirs)["data"]["allProjects"]]
    slugs = [[node.get("slug") for node in one["nodes"]] for one in found]
    if len(slugs[0]) != asked.rows or slugs[0] != slugs[1] or found[0].get("totalCount") != found[1].get("totalCount"):
        raise RuntimeError(f"{asked.name}: not the same rows: {slugs[0][:3]} and {slugs[1][:3]}")


def _ways(ours: str, forgetful: str, theirs: str, asked: Asked) -> dict[str, Way]:
    cold, each_another, hot = OUR_WAYS
    return {
        "PostGraphile": Way(theirs, asked.theirs),
        cold: Way(forgetful, asked.ours),
        each_another: Way(forgetful, asked.ours, each_new=True),
        hot: Way(ours, asked.ours),
    }


def _compared(programs: Path, asked: Asked, ways: dict[str, Way], connections: int) -> Table:
    sides = {name: Side() for name in ways}
    where = f"{asked.name} ({connections} connection{'s' * (connections > 1)})"
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            seen = cannon(programs, way, seconds=SECONDS if number else 2, connections=connections)
            if number:
                sides[name].a_second.append(seen["requests"]["average"])
                sides[name].median.append(seen["latency"]["p50"])
                sides[name].latest.append(seen["latency"]["p99"])
        say(f"{where}: round {number} of {ROUNDS}" if number else f"{where}: warmed up")
    against = sides["PostGraphile"].a_second
    return Table(
        f"Against PostGraphile: {where}",
        ("", "requests a second", "of PostGraphile's", "median, ms", "99th percentile, ms"),
        [
            (name, spread(side.a_second), ratio(side.a_second, against), spread(side.median), spread(side.latest))
            for name, side in sides.items()
        ],
        [
            f"{PROJECTS:,} projects; {ROUNDS} rounds of {SECONDS} s in turns; median of the rounds (least to most). "
            "autocannon sends, on the same processors. PostGraphile is one process and checks no permission; the "
            "gateway asks a service over the broker, which shows what anybody may see. Cold: a gateway that keeps no "
            "answers. Requests that wait at the same moment for the same are executed once, by a reading that began "
            "after the last of them came"
            + (
                "; where no two are the same (each names a variable of its own, which nothing uses), each is "
                "executed by itself, and only calls that wait for the same are made once."
                if connections > 1
                else ": with one connection there is never another."
            )
        ],
    )


def _limits(network: Stack, programs: Path, theirs: str, asked: Asked) -> Table:
    """What the gateway and the way to a service reach by themselves: no cold answer can come more often."""
    url = network.plan().url
    ways: dict[str, Callable[[int], float]] = {
        f"PostGraphile: {asked.name}": lambda seconds: _a_second(programs, theirs, asked.theirs, seconds),
        "gateway: a query that asks no service": lambda seconds: _a_second(programs, url, "{ __typename }", seconds),
        "a call that its service refuses at the door": lambda seconds: asyncio.run(_calls_a_second(network, seconds)),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            seen = way(SECONDS if number else 2)
            if number:
                found[name].append(seen)
        say(f"limits: round {number} of {ROUNDS}" if number else "limits: warmed up")
    against = next(iter(found.values()))
    return Table(
        "The limits of a cold answer",
        ("", "a second", "of PostGraphile's"),
        [(name, spread(rates), ratio(rates, against)) for name, rates in found.items()],
        [
            f"{CONNECTIONS} at a time, {ROUNDS} rounds of {SECONDS} s in turns. A cold answer that nobody else waits "
            "for takes the second and the third together, and its rows. The call goes over the broker and back with "
            "the gateway's own client, in a process of its own, without a worker and a statement: what is left is "
            "pika, the broker, kombu and eventlet."
        ],
    )


def _a_second(programs: Path, url: str, query: str, seconds: int) -> float:
    return float(cannon(programs, Way(url, query, each_new=True), seconds=seconds)["requests"]["average"])


async def _calls_a_second(network: Stack, seconds: int) -> float:
    made, until = 0, time.perf_counter() + seconds

    async def call_on(rpc: RpcClient) -> None:
        nonlocal made
        while time.perf_counter() < until:
            try:
                await rpc.call("incubator", "dead_letters", {}, principal=ANONYMOUS, correlation_id="limit-of-calls")
            except Failure as refused:  # which only the network itself may ask
                if refused.code != "UNAUTHENTICATED":
                    raise
            made += 1

    async with asking(network.plan().cli_environment()) as by_command:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(call_on(by_command.rpc) for _ in range(CONNECTIONS)))
    return made / seconds


def cannon(programs: Path, way: Way, *, seconds: int, connections: int = CONNECTIONS) -> Any:
    """What autocannon saw of it: ``requests``, ``latency`` and more, in its words."""
    body = json.dumps({"query": way.query, "variables": {"v": "[<id>]" if way.each_new else "same"}})
    done = npm.run(
        programs,
        *["node_modules/autocannon/autocannon.js", "--json", "--connections", str(connections)],
        *["--duration", str(seconds), "--method", "POST", "--headers", "content-type=application/json"],
        *(["--idReplacement"] if way.each_new else []),
        *["--body", body, f"{way.url}/graphql"],
    )
    if done.returncode != 0:
        raise RuntimeError(f"autocannon: {done.stderr[-500:]}")
    seen = json.loads(done.stdout)
    if seen["non2xx"] or seen["errors"] or seen["timeouts"]:
        raise RuntimeError(f"{way.url}: {seen['non2xx']} refused, {seen['errors']} broken, {seen['timeouts']} late")
    return seen


async def _hops(network: Stack, questions: list[Asked]) -> Table:
    """One request at a time, each new: the whole, and what each process counted of it."""
    rows = []
    for asked in questions:
        requests = [Request(asked.ours, {"v": str(number)}) for number in range(ALONE)]
        async with lines(network.plan().url, 1) as line:
            await send_all(requests[:20], line)
            before, began = _counted(network), time.perf_counter()
            took = await send_all([Request(asked.ours, {"v": f"again {number}"}) for number in range(ALONE)], line)
            whole = (time.perf_counter() - began) / ALONE
            after = _counted(network)
            with logged(network, "incubator", DURATIONS) as log:
                await send_all([Request(asked.ours, {"v": f"logged {number}"}) for number in range(ALONE)], line)
                in_sql = milliseconds_in(log()) / ALONE / 1000
        requested, called, answered = (latter - former for latter, former in zip(after, before, strict=True))
        calls = called.times / ALONE
        hops = [
            whole - requested.seconds / ALONE,
            (requested.seconds - called.seconds) / ALONE,
            (called.seconds - answered.seconds) / ALONE,
            answered.seconds / ALONE - in_sql,
            in_sql,
            statistics.mean(took),
        ]
        rows.append((asked.name, *(f"{hop * 1000:.2f}" for hop in hops), f"{calls:.0f}"))
    return Table(
        "Where the time of one cold request goes, in milliseconds",
        (
            *("", "HTTP", "gateway: parse, pay, execute, encode", "broker, both ways, decode and send"),
            *("service: passport, request, rows to JSON", "statements in PostgreSQL", "the whole", "calls"),
        ),
        rows,
        [
            f"Means of {ALONE} requests, one after the other. Each column is what one process counts less what the "
            "next one counts; the statements' own time is what PostgreSQL logs, in a run of its own."
        ],
    )


def _counted(network: Stack) -> tuple[metrics.Spent, metrics.Spent, metrics.Spent]:
    return (
        metrics.of_gateway(network, "maillage_gateway_requests_seconds", route="/graphql"),
        metrics.of_gateway(network, "maillage_gateway_calls_seconds", service="incubator"),
        metrics.of_service(network, "incubator", "maillage_call_seconds"),
    )


if __name__ == "__main__":
    from deploy.measure import bench

    sys.exit(bench.main(["postgraphile"]))
