"""The traps of plain nameko that were measured (reliability.md 2b), each sprung twice: plain nameko falls, we do not.

The plain side is as much the test as ours: should a later nameko hold, the test says so and the mechanism may go.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.local import ports, processes, rabbitmq
from deploy.local.servers import RABBITMQ_PROGRAMS
from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.topology import facts_exchange
from services.backbone.wire import encode
from tests.running import Caller, Keys, Process, running

PLAIN, CAREFUL = "tests.backbone.traps.plain", "tests.backbone.traps.careful"
DEATH = 20.0
BROKER_LOST = "Connection to broker lost, trying to re-establish connection..."


@pytest.fixture(scope="module")
def trap(new_database: Callable[[str], str], new_vhost: Callable[[str], str], keys: Keys) -> dict[str, str]:
    """The settings of both services; the broker's virtual host is theirs alone."""
    database = new_database("careful")
    upgrade("people", database)  # for the backbone's own tables
    return {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("traps"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }


@pytest.fixture
def careful(trap: dict[str, str]) -> Iterator[Process]:
    with running(CAREFUL, ready="started", **trap) as process:
        yield process


@pytest.fixture
def plain(trap: dict[str, str]) -> Iterator[Process]:
    with running(PLAIN, "plain", ready="started", **trap) as process:
        yield process


@pytest.fixture
def caller(trap: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(trap["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


def told(number: int, thing: UUID | None = None, version: int = 1, **data: Any) -> Envelope:
    return Envelope(
        id=new_id(),
        source="elsewhere",
        type="thing.told",
        subject=f"thing/{thing or uuid4()}",
        time=datetime.now(UTC),
        dataschema=schema_name("elsewhere", "thing.told", 1),
        actor=FactActor("SYSTEM"),
        correlationid="trap",
        aggregateversion=version,
        data={"number": number, **data},
    )


def tell_careful(caller: Caller, fact: Envelope) -> None:
    caller.send("thing.told", encode(fact), exchange=facts_exchange("elsewhere"), delivery_mode=2)


def tell_plain(caller: Caller, body: str | bytes) -> None:
    caller.send("thing.told", body, exchange="elsewhere.events", reply_to=None, correlation_id=None)


def rows(trap: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(trap["MAILLAGE_DATABASE_URL"].replace("+psycopg", "")) as connection:
        return connection.execute(sql.encode()).fetchall()


def until(true: Callable[[], Any], within: float = 30.0) -> Any:
    """What is true at last; fails when it does not become so."""
    end = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.05)
    return found


def left_in(caller: Caller, queue: str) -> int:
    return int(caller.channel.queue_declare(queue, passive=True).message_count)


def dies(process: Process) -> bool:
    try:
        process.child.wait(DEATH)
    except TimeoutError:
        return False
    except Exception:
        return False
    return True


def times(process: Process, event: str) -> int:
    """How often a process has logged this so far."""
    while not process.lines.empty():
        process.seen.append(process.lines.get())
    return sum(line.get("event") == event for line in process.seen)


def test_p2_a_failed_handler_loses_the_event_and_keeps_the_fact(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    queue = "evt-elsewhere-thing.told--plain.on_told"
    tell_plain(caller, json.dumps({"number": 1, "fails": True}))
    plain.wait_for("handling", number=1)
    tell_plain(caller, json.dumps({"number": 2}))
    plain.wait_for("handled", number=2)
    assert left_in(caller, queue) == 0

    fact = told(1, fails=True)
    tell_careful(caller, fact)
    [(reason, cause)] = until(lambda: rows(trap, f"SELECT reason, last_error FROM waiting WHERE fact = '{fact.id}'"))
    assert (reason, cause) == ("RETRY", "RuntimeError: the disk is on fire")


@pytest.mark.parametrize("body", [b"{", b"[" * 2000, b'{"__type__": "nothing", "__value__": 1}', b"\xff\xfe"])
def test_p4_an_undecodable_message_is_dropped_and_set_aside(
    plain: Process, careful: Process, caller: Caller, body: bytes
) -> None:
    tell_plain(caller, body)
    tell_plain(caller, json.dumps({"number": 3}))
    plain.wait_for("handled", number=3)
    assert left_in(caller, "evt-elsewhere-thing.told--plain.on_told") == 0

    caller.send("thing.told", body, exchange=facts_exchange("elsewhere"))
    dead = caller.next_message(caller.queue("dead"))
    assert bytes(dead.body if isinstance(dead.body, bytes) else dead.body.encode()) == body
    assert dead.headers["x-death"][0]["queue"] == "careful.letterbox"
    assert careful.is_alive()


def test_p9_a_call_without_reply_to_kills_the_process_and_its_successor(
    careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    body = json.dumps({"args": ["x"], "kwargs": {}})
    with running(PLAIN, "mortal", ready="started", **trap) as first:
        caller.send("mortal.kind_of", body, reply_to=None)
        assert dies(first)
    with running(PLAIN, "mortal", ready="started", **trap) as successor:
        assert dies(successor)
    caller.queue("rpc-mortal").delete()

    caller.send("careful.kind_of", body, reply_to=None)
    careful.wait_for("message_set_aside", reason="no_reply_to")
    caller.next_message(caller.queue("dead"))
    assert careful.is_alive()


def test_p25_a_reply_that_aims_at_another_service_kills_that_one(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    body = json.dumps({"args": ["x"], "kwargs": {}})
    with running(PLAIN, "victim", ready="started", **trap) as victim:
        caller.send("plain.kind_of", body, reply_to="victim.kind_of")
        assert dies(victim)
    caller.queue("rpc-victim").delete()

    caller.send("plain.kind_of", body, reply_to="careful.kind_of")
    careful.wait_for("message_set_aside", reason="no_reply_to")
    caller.next_message(caller.queue("dead"))
    assert careful.is_alive()


def test_p5_a_caller_chooses_python_types_and_here_stays_with_json(
    plain: Process, careful: Process, caller: Caller
) -> None:
    chosen = {"__type__": "bytes", "__value__": "aa"}
    reply = caller.reply(caller.send("plain.kind_of", json.dumps({"args": [chosen], "kwargs": {}})))
    assert reply["result"] == "bytes"

    assert caller.value("careful.kind_of", value=chosen)["kind"] == "dict"


def test_p26_a_forged_header_reaches_the_handler_and_here_is_nobody(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    from nameko.messaging import HeaderDecoder

    class Message:
        headers: dict[str, Any] = {"user_id": "admin", "roles": ["ADMIN"]}  # noqa: RUF012

    assert HeaderDecoder().unpack_message_headers(Message())["user_id"] == "admin"

    body = json.dumps({"args": [], "kwargs": {"request": {"value": 1}}})
    forged = caller.reply(caller.send("careful.kind_of", body, headers=Message.headers))
    assert forged["error"]["exc_type"] == "UNAUTHENTICATED"
    with_passport = {**Message.headers, "nameko.passport": caller.keys.passport(kind="ANONYMOUS")}
    asked = caller.reply(caller.send("careful.kind_of", body, headers=with_passport))
    assert asked["result"]["value"]["actor"] == "ANONYMOUS"


def test_p11_an_event_that_nobody_hears_is_lost_without_a_word(careful: Process, caller: Caller, trap: Any) -> None:
    with running(PLAIN, "plain", "dispatch", ready="dispatched", **trap) as dispatching:
        assert dispatching.child.wait(DEATH) == 0

    before = left_in(caller, "unrouted")
    caller.send("nobody.listens", b"{}", exchange=facts_exchange("elsewhere"))
    assert until(lambda: left_in(caller, "unrouted") == before + 1)


def test_p19_concurrent_handlers_reorder_and_here_each_things_facts_stay_in_order(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    count = 120
    waits = [0.02 if number % 7 == 0 else 0.0 for number in range(count)]
    for number in range(count):
        tell_plain(caller, json.dumps({"number": 1000 + number, "seconds": waits[number]}))
    handled = [plain.wait_for("handled")["number"] for _ in range(count)]
    assert handled != sorted(handled)

    thing = uuid4()
    for number in range(count):
        tell_careful(caller, told(number, thing, number + 1, seconds=waits[number]))
    effects = until(
        lambda: (
            len(found := rows(trap, f"SELECT to_state FROM history WHERE subject = 'thing/{thing}' ORDER BY number"))
            == count
            and found
        ),
        60,
    )
    assert [int(number) for (number,) in effects] == list(range(count))


@contextmanager
def own_broker(folder: Path) -> Iterator[tuple[rabbitmq.RabbitServer, list[Any]]]:
    """A broker that may be killed; the list holds its processes, for whoever starts it again."""
    account = rabbitmq.Account(name="trial", password="trial")
    port, dist_port, epmd_port = ports.free_ports(3)
    server = rabbitmq.RabbitServer(
        home=folder / "rabbitmq",
        programs=rabbitmq.find_or_fetch_programs(RABBITMQ_PROGRAMS),
        name=f"trap-{uuid4().hex[:8]}",
        port=port,
        dist_port=dist_port,
        epmd_port=epmd_port,
        accounts=(account,),
    )
    started = list(server.start(folder / "rabbitmq.log"))
    try:
        yield server, started
    finally:
        server.stop(*started)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[rabbitmq.RabbitServer, list[Any]]]:
    with own_broker(tmp_path) as found:
        yield found


def start_again(server: rabbitmq.RabbitServer, started: list[Any], log: Path) -> None:
    started[1] = processes.start(server.command(), log=log, env=server.environment(), folder=server.home)
    processes.wait_until(server.is_ready, started[1], log)


def test_p12_a_broker_killed_while_a_handler_runs_has_the_call_done_again_and_here_one_effect_is_left(
    broker: tuple[rabbitmq.RabbitServer, list[Any]], tmp_path: Path, trap: dict[str, str], keys: Keys
) -> None:
    server, started = broker
    settings = {**trap, "MAILLAGE_AMQP_URL": server.url(server.accounts[0])}
    with (
        running(PLAIN, "plain", ready="started", **settings) as plain,
        running(CAREFUL, ready="started", **settings) as careful,
    ):
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        # Confirmed, so that it is on the disk when the broker dies.
        caller.channel.basic_publish = caller.channel.basic_publish_confirm
        caller.send("plain.slowly", json.dumps({"args": [1, 4], "kwargs": {}}))
        plain.wait_for("working", number=1)
        request = {"args": [], "kwargs": {"request": {"number": 77, "seconds": 4}}}
        headers = {"nameko.passport": keys.passport(), "nameko.idempotency_key": "p12"}
        caller.send("careful.slowly", json.dumps(request), headers=headers, delivery_mode=2)
        careful.wait_for("working", number=77)

        started[1].send_signal(signal.SIGKILL)
        started[1].wait()
        start_again(server, started, tmp_path / "rabbitmq.log")
        with running(PLAIN, "plain", ready="started", **settings) as successor:
            until(lambda: times(plain, "working") + times(successor, "working") >= 2, 60)

        again = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        reply = again.call("careful.slowly", key="p12", passport=headers["nameko.passport"], number=77, seconds=4)
        assert reply["result"]["value"] == {"number": 77}
        assert careful.is_alive()
        assert rows(trap, "SELECT count(*) FROM history WHERE aspect = 'done' AND to_state = '77'") == [(1,)]
        again.close()

        # Told to stop while the broker is away, it does not wait for it.
        started[1].send_signal(signal.SIGKILL)
        started[1].wait()
        until(lambda: times(careful, BROKER_LOST) >= 2)
        assert careful.stop(within=15) == 0


def test_p13_a_memory_alarm_holds_every_worker_in_its_confirm_and_here_the_work_goes_on(
    broker: tuple[rabbitmq.RabbitServer, list[Any]], trap: dict[str, str], keys: Keys
) -> None:
    server, _ = broker
    settings = {**trap, "MAILLAGE_AMQP_URL": server.url(server.accounts[0]), "WORKERS": "1", "MAILLAGE_WORKERS": "1"}
    with (
        running(PLAIN, "plain", ready="started", **settings) as plain,
        running(CAREFUL, ready="started", **settings) as careful,
    ):
        caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
        headers = {"nameko.passport": keys.passport()}
        for number in (1, 2):
            caller.send("plain.slowly", json.dumps({"args": [number, 6], "kwargs": {}}))
            request = {"args": [], "kwargs": {"request": {"number": number + 200, "seconds": 6}}}
            caller.send("careful.slowly", json.dumps(request), headers=headers)
        plain.wait_for("working", number=1)
        careful.wait_for("working", number=201)
        server.control("set_vm_memory_high_watermark", "0.000001")
        try:
            plain.wait_for("worked", number=1)
            careful.wait_for("call", method="slowly", outcome="ok")
            careful.wait_for("call", method="slowly", outcome="ok")
            with pytest.raises(AssertionError, match="no worked"):
                plain.wait_for("worked", within=3.0, number=2)
        finally:
            server.control("set_vm_memory_high_watermark", "0.6")
        plain.wait_for("worked", number=2)
