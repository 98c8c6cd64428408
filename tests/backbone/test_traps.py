"""The traps of plain nameko that were measured (reliability.md 2b), each sprung twice: plain nameko falls, we do not.

The plain side is as much the test as ours: should a later nameko hold, the test says so and the mechanism may go.
What takes a broker of its own is in test_broker_traps.py; pika's traps are in tests/gateway.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from kombu import Queue

from services.backbone.topology import DELIVERY_LIMIT, facts_exchange, letterbox_queue
from tests.backbone.trial import CAREFUL, PLAIN, ask, left_in, rows, settings_of_trial, tell, tell_plain, told
from tests.running import Caller, Keys, Process, running, until

HEARD_BY_PLAIN = "evt-elsewhere-thing.told--plain.on_told"


@pytest.fixture(scope="module")
def trap(new_database: Callable[[str], str], new_vhost: Callable[[str], str], keys: Keys) -> dict[str, str]:
    """The settings of both services; the broker's virtual host is theirs alone."""
    return settings_of_trial(new_database, new_vhost("traps"), keys)


@pytest.fixture(scope="module")
def careful(trap: dict[str, str]) -> Iterator[Process]:
    with running(CAREFUL, ready="started", **trap) as process:
        yield process


@pytest.fixture(scope="module")
def plain(trap: dict[str, str]) -> Iterator[Process]:
    with running(PLAIN, "plain", ready="started", **trap) as process:
        yield process


@pytest.fixture
def caller(trap: dict[str, str], keys: Keys, careful: Process) -> Iterator[Caller]:
    """Somebody who may send anything; whatever it was, the careful service lives on."""
    caller = Caller(trap["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()
    assert careful.is_alive()


def call_plain(caller: Caller, method: str, *args: Any) -> Any:
    return caller.reply(caller.send(method, json.dumps({"args": args, "kwargs": {}})))


def dies(process: Process) -> bool:
    return process.child.wait(20) != 0


def body_of(message: Any) -> bytes:
    return message.body if isinstance(message.body, bytes) else str(message.body).encode()


def test_p2_a_failed_handler_loses_the_event_and_keeps_the_fact(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    tell_plain(caller, json.dumps({"number": 1, "fails": True}))
    plain.wait_for("handling", number=1)
    tell_plain(caller, json.dumps({"number": 2}))
    plain.wait_for("handled", number=2)
    assert left_in(caller, HEARD_BY_PLAIN) == 0

    fact = told(1, fails=True)
    tell(caller, fact)
    [(reason, cause)] = until(lambda: rows(trap, f"SELECT reason, last_error FROM waiting WHERE fact = '{fact.id}'"))
    assert (reason, cause) == ("RETRY", "RuntimeError: the disk is on fire")


def test_p3_a_requeued_event_spins_and_here_the_tries_have_pauses(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    tell_plain(caller, json.dumps({"loops": 200}), "thing.looped")
    plain.wait_for("looped", times=200)

    fact = told(3, fails=True)
    tell(caller, fact)
    careful.wait_for("fact_failed", fact=str(fact.id), attempts=1)
    [(paused,)] = rows(trap, f"SELECT due_at > received_at FROM waiting WHERE fact = '{fact.id}'")
    assert paused
    careful.wait_for("fact_failed", fact=str(fact.id), attempts=2)
    [(pause,)] = rows(trap, f"SELECT extract(epoch FROM due_at - received_at) FROM waiting WHERE fact = '{fact.id}'")
    assert pause > 10


@pytest.mark.parametrize(
    ("number", "body"),
    [(40, b"{"), (41, b"[" * 2000), (42, b'{"__type__": "nothing", "__value__": 1}'), (43, b"\xff\xfe")],
)
def test_p4_an_undecodable_message_is_dropped_and_here_set_aside(
    plain: Process, caller: Caller, number: int, body: bytes
) -> None:
    tell_plain(caller, body)
    tell_plain(caller, json.dumps({"number": number}))
    plain.wait_for("handled", number=number)
    assert left_in(caller, HEARD_BY_PLAIN) == 0

    caller.send("thing.told", body, exchange=facts_exchange("elsewhere"))
    dead = caller.next_message(caller.queue("dead"))
    assert body_of(dead) == body
    assert dead.headers["x-death"][0]["queue"] == "careful.letterbox"


def test_p5_a_caller_chooses_python_types_and_here_stays_with_json(plain: Process, caller: Caller) -> None:
    chosen = {"__type__": "bytes", "__value__": "aa"}
    assert call_plain(caller, "plain.kind_of", chosen)["result"] == "bytes"
    assert caller.value("careful.kind_of", value=chosen)["kind"] == "dict"


def test_p6_what_broke_is_told_to_the_caller_and_here_to_the_log_alone(
    plain: Process, careful: Process, caller: Caller
) -> None:
    told = call_plain(caller, "plain.leak")["error"]
    assert "hunter2" in told["value"]
    assert "hunter2" in json.dumps(told["exc_args"])

    reply = caller.reply(ask(caller, 6, fails=True))
    assert reply["error"]["exc_type"] == "INTERNAL"
    assert "hunter2" not in json.dumps(reply)
    assert "hunter2" in json.dumps(careful.wait_for("call_broke"))


def test_p7_what_is_no_json_is_computed_with_and_here_refused(plain: Process, caller: Caller) -> None:
    nan = '{"args": [NaN], "kwargs": {}}'
    assert caller.reply(caller.send("plain.kind_of", nan))["result"] == "float"

    body = '{"args": [], "kwargs": {"request": {"value": NaN}}}'
    headers = {"nameko.passport": caller.keys.passport()}
    assert caller.reply(caller.send("careful.kind_of", body, headers=headers))["error"]["exc_type"] == "BAD_REQUEST"


def test_p8_a_message_that_does_not_say_what_it_is_reaches_the_handler_raw_and_is_here_set_aside(
    plain: Process, careful: Process, caller: Caller
) -> None:
    def bare(exchange: str) -> None:
        from amqp import Message

        caller.channel.basic_publish(Message('{"number": 8}'), exchange=exchange, routing_key="thing.told")

    bare("elsewhere.events")
    assert plain.wait_for("handling", kind="str")

    bare("elsewhere.facts")
    careful.wait_for("message_set_aside", reason="unreadable_fact: content_type")
    assert body_of(caller.next_message(caller.queue("dead"))) == b'{"number": 8}'


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


def test_p11_an_event_that_nobody_hears_is_lost_without_a_word_and_here_kept(
    caller: Caller, trap: dict[str, str]
) -> None:
    with running(PLAIN, "plain", "dispatch", "nobody.listens", "1", ready="dispatched", **trap) as dispatching:
        assert dispatching.child.wait(20) == 0

    before = left_in(caller, "unrouted")
    caller.send("nobody.listens", b"{}", exchange=facts_exchange("elsewhere"))
    assert until(lambda: left_in(caller, "unrouted") == before + 1)


def test_p14_what_kills_its_reader_comes_again_for_ever_and_here_no_more_than_the_limit(caller: Caller) -> None:
    """A reader that dies gives its message back; here it is given back without the dying."""
    ours = letterbox_queue("mortals", {"mortals": {"thing"}})(caller.channel)
    ours.declare()
    plain = Queue("plain-mortals", caller.exchange, routing_key="mortals.plain", durable=True)(caller.channel)
    plain.declare()
    caller.send("mortals.plain", b"poison")
    caller.send("thing.told", b"poison", exchange=facts_exchange("mortals"), delivery_mode=2)

    def given_back(queue: Queue, most: int) -> int:
        times = 0
        while times < most:
            message = until(lambda: queue.get() or left_in(caller, "dead"))
            if message == 1:
                break
            message.requeue()
            times += 1
        return times

    assert given_back(plain, 3 * DELIVERY_LIMIT) == 3 * DELIVERY_LIMIT
    assert given_back(ours, 3 * DELIVERY_LIMIT) == DELIVERY_LIMIT + 1
    dead = caller.next_message(caller.queue("dead"))
    assert (body_of(dead), dead.headers["x-death"][0]["reason"]) == (b"poison", "delivery_limit")
    ours.delete()
    plain.delete()


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
        tell(caller, told(number, thing, number + 1, seconds=waits[number]))
    effects = until(
        lambda: (
            len(found := rows(trap, f"SELECT to_state FROM history WHERE subject = 'thing/{thing}' ORDER BY number"))
            == count
            and found
        ),
        60,
    )
    assert [int(number) for (number,) in effects] == list(range(count))


def test_p25_a_reply_that_aims_at_another_service_kills_that_one(
    plain: Process, careful: Process, caller: Caller, trap: dict[str, str]
) -> None:
    body = json.dumps({"args": ["x"], "kwargs": {}})
    with running(PLAIN, "victim", ready="started", **trap) as victim:
        caller.send("plain.kind_of", body, reply_to="victim.kind_of")
        assert dies(victim)
    caller.queue("rpc-victim").delete()

    caller.send("careful.kind_of", body, reply_to="plain.kind_of")
    careful.wait_for("message_set_aside", reason="no_reply_to")
    caller.next_message(caller.queue("dead"))
    assert plain.is_alive()


def test_p26_a_forged_header_reaches_the_handler_and_here_is_nobody(caller: Caller) -> None:
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
