"""What a broker does that has an alarm, is frozen, or is killed: plain nameko, and the backbone beside it.

The tests share one node and end with killing it.
"""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest

from deploy.local import ports, processes, rabbitmq
from deploy.local.servers import RABBITMQ_PROGRAMS
from tests.backbone.trial import (
    CAREFUL,
    PLAIN,
    RELAY,
    all_told,
    ask,
    done,
    effects,
    keep_to_tell,
    settings_of_trial,
    told,
)
from tests.running import Caller, Keys, Process, running, until

BROKER_LOST = "Connection to broker lost, trying to re-establish connection..."


@dataclass
class Broker:
    """A node that may be struck."""

    server: rabbitmq.RabbitServer
    epmd: Popen[bytes]
    node: Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return self.server.url(self.server.accounts[0])

    @contextlib.contextmanager
    def alarm(self) -> Iterator[None]:
        """Out of memory, or so it believes."""
        self.server.control("set_vm_memory_high_watermark", "0.000001")
        try:
            yield
        finally:
            self.server.control("set_vm_memory_high_watermark", "0.6")

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        self.node.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.node.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.node.kill()
        self.node.wait()

    def start_again(self) -> None:
        self.node = processes.start(
            self.server.command(), log=self.log, env=self.server.environment(), folder=self.server.home
        )
        processes.wait_until(self.server.is_ready, self.node, self.log)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("broker")
    port, dist_port, epmd_port = ports.free_ports(3)
    server = rabbitmq.RabbitServer(
        home=folder / "rabbitmq",
        programs=rabbitmq.find_or_fetch_programs(RABBITMQ_PROGRAMS),
        name=f"trap-{port}",
        port=port,
        dist_port=dist_port,
        epmd_port=epmd_port,
        accounts=(rabbitmq.Account(name="trial", password="trial"),),
    )
    log = folder / "rabbitmq.log"
    broker = Broker(server, *server.start(log), log)
    try:
        yield broker
    finally:
        broker.kill()
        server.stop(broker.epmd, broker.node)


@pytest.fixture(scope="module")
def trap(new_database: Callable[[str], str], broker: Broker, keys: Keys) -> dict[str, str]:
    return {
        **settings_of_trial(new_database, broker.url, keys),
        "MAILLAGE_WORKERS": "1",
        "MAILLAGE_CONFIRM_WITHIN": "1",
    }


@pytest.fixture(scope="module")
def plain(trap: dict[str, str]) -> Iterator[Process]:
    with running(PLAIN, "plain", ready="started", **trap) as process:
        yield process


@pytest.fixture(scope="module")
def careful(trap: dict[str, str]) -> Iterator[Process]:
    with running(CAREFUL, ready="started", **trap) as process:
        yield process


@pytest.fixture(scope="module")
def relay(trap: dict[str, str], careful: Process) -> Iterator[Process]:
    """Tells the careful service what is written into its outbox as if it came from elsewhere."""
    with running(RELAY, "elsewhere", ready="relaying", **trap) as process:
        yield process


@pytest.fixture
def caller(trap: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(trap["MAILLAGE_AMQP_URL"], keys)
    # Confirmed, so that it is on the disk when the broker dies.
    caller.channel.basic_publish = caller.channel.basic_publish_confirm
    yield caller
    caller.connection.collect()


def ask_plain(caller: Caller, number: int, gate: Path) -> None:
    caller.send("plain.slowly", json.dumps({"args": [number, str(gate)], "kwargs": {}}))


def test_p13_a_memory_alarm_holds_every_worker_in_its_confirm_and_here_the_work_goes_on(
    broker: Broker, plain: Process, careful: Process, caller: Caller, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    for number in (131, 132):
        ask_plain(caller, number, gate)
        ask(caller, number, gate=str(gate))
    plain.wait_for("working", number=131)
    careful.wait_for("working", number=131)
    with broker.alarm():
        gate.touch()
        plain.wait_for("worked", number=131)
        careful.wait_for("call", method="slowly", outcome="ok")
        careful.wait_for("call", method="slowly", outcome="ok")
        with pytest.raises(AssertionError, match="no worked"):
            plain.wait_for("worked", within=2.0, number=132)
    plain.wait_for("worked", number=132)


def test_p15_a_publish_that_an_alarm_holds_up_arrives_more_than_once_and_here_has_one_effect(
    broker: Broker, plain: Process, careful: Process, relay: Process, trap: dict[str, str]
) -> None:
    fact, impatient = told(15), {**trap, "CONFIRM_WITHIN": "0.5"}
    with contextlib.ExitStack() as dispatching:
        with broker.alarm():
            dispatching.enter_context(
                running(PLAIN, "plain", "dispatch", "thing.told", "15", ready="dispatching", **impatient)
            )
            keep_to_tell(trap, fact)
            relay.wait_for("relay_interrupted")
            relay.wait_for("relay_interrupted")
        plain.wait_for("handled", number=15)
        plain.wait_for("handled", number=15)

    relay.wait_for("told", fact=str(fact.id))
    careful.wait_for("fact", fact=str(fact.id), outcome="DONE")
    careful.wait_for("fact", fact=str(fact.id), outcome="DUPLICATE")
    assert effects(trap, fact) == 1


def test_a_relay_neither_hangs_on_a_frozen_broker_nor_loses_a_fact(
    broker: Broker, careful: Process, relay: Process, trap: dict[str, str]
) -> None:
    """More than the sockets hold, so that it hangs while it sends, if it does."""
    thing = told(0).subject_id
    facts = [told(number, thing, number + 1, pad="x" * 60_000) for number in range(100)]
    with broker.frozen():
        keep_to_tell(trap, *facts)
        relay.wait_for("relay_interrupted")
        relay.wait_for("relay_interrupted")
    until(lambda: all_told(trap), 60)
    until(lambda: effects(trap, facts[0]) == len(facts), 60)
    assert careful.is_alive()


def test_a_relay_that_is_told_to_stop_while_the_broker_is_frozen_stops(
    broker: Broker, trap: dict[str, str], careful: Process
) -> None:
    fact = told(30)
    with running(RELAY, "elsewhere", ready="relaying", **trap) as relay, broker.frozen():
        keep_to_tell(trap, fact)
        assert relay.stop(within=30) == 0
    with running(RELAY, "elsewhere", ready="relaying", **trap):
        until(lambda: all_told(trap))
        until(lambda: effects(trap, fact) == 1)


def test_p12_a_broker_killed_while_a_handler_runs_has_the_call_done_again_and_here_one_effect_is_left(
    broker: Broker,
    plain: Process,
    careful: Process,
    caller: Caller,
    keys: Keys,
    trap: dict[str, str],
    tmp_path: Path,
) -> None:
    gate, passport = tmp_path / "gate", keys.passport()
    ask_plain(caller, 12, gate)
    plain.wait_for("working", number=12)
    ask(caller, 12, {"nameko.idempotency_key": "p12", "nameko.passport": passport}, gate=str(gate))
    careful.wait_for("working", number=12)

    broker.kill()
    gate.touch()
    broker.start_again()
    with running(PLAIN, "plain", ready="started", **trap) as successor:
        until(lambda: plain.times("working", number=12) + successor.times("working", number=12) == 2)

    again = Caller(trap["MAILLAGE_AMQP_URL"], keys)
    reply = again.call("careful.slowly", key="p12", passport=passport, number=12, gate=str(gate))
    assert reply["result"]["value"] == {"number": 12}
    assert careful.is_alive()
    assert done(trap, 12) == 1
    again.close()

    # Told to stop while the broker is away, it does not wait for it.
    lost = careful.times(BROKER_LOST)
    broker.kill()
    until(lambda: careful.times(BROKER_LOST) == lost + 2)
    assert careful.stop(within=30) == 0
