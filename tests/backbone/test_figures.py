"""Each figure of a service's /metrics moves when what it counts happens (dead letters: tests/deploy)."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from kombu import Queue

from deploy.local import ports
from services.backbone.topology import calls_queue, letterbox_queue
from tests.backbone.trial import CAREFUL, RELAY, all_told, ask, keep_to_tell, left_in, settings_of_trial, tell, told
from tests.running import Caller, Keys, running, until


@dataclass
class Figures:
    """What a service says of itself."""

    port: int

    def __getitem__(self, name: str) -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as page:
            lines = page.read().decode().splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


@pytest.fixture(scope="module")
def settings(new_database: Callable[[str], str], new_vhost: Callable[[str], str], keys: Keys) -> dict[str, str]:
    settings = settings_of_trial(new_database, new_vhost("figures"), keys)
    return {**settings, "MAILLAGE_HEALTH_PORT": str(ports.free_ports(1)[0])}


@pytest.fixture
def caller(settings: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


@pytest.fixture(scope="module")
def figures(settings: dict[str, str], keys: Keys) -> Iterator[Figures]:
    """Of the careful service, which finds a call and a fact that another reader has given back."""
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    calls = calls_queue("careful")(caller.channel)
    letterbox = letterbox_queue("careful", {"elsewhere": {"thing"}})(caller.channel)
    for queue in (calls, letterbox):
        queue.declare()
    ask(caller, 1)
    tell(caller, told(1))
    for queue in (calls, letterbox):
        give_back(queue)
    caller.close()
    with running(CAREFUL, ready="started", **settings):
        yield Figures(int(settings["MAILLAGE_HEALTH_PORT"]))


def give_back(queue: Queue) -> None:
    until(queue.get).requeue()


def test_what_came_again_is_counted_by_queue(figures: Figures) -> None:
    until(lambda: figures['maillage_messages_redelivered_total{queue="rpc-careful"}'] == 1)
    until(lambda: figures['maillage_messages_redelivered_total{queue="careful.letterbox"}'] == 1)


def test_calls_are_timed_by_their_outcome(figures: Figures, caller: Caller) -> None:
    def count(outcome: str) -> float:
        return figures[f'maillage_call_seconds_count{{method="slowly",outcome="{outcome}"}}']

    before = {outcome: count(outcome) for outcome in ("ok", "refused", "broken")}
    caller.reply(ask(caller, 2))
    caller.reply(ask(caller, 3, fails=True))
    caller.reply(ask(caller, 4, nobody_knows_this=True))
    caller.reply(ask(caller, 5, {"nameko.deadline": int(time.time() * 1000) - 1}))
    assert count("ok") == before["ok"] + 1
    assert count("broken") == before["broken"] + 1
    assert count("refused") == before["refused"] + 1
    assert figures['maillage_messages_refused_total{reason="DEADLINE_PASSED"}'] == 1
    assert figures['maillage_call_seconds_sum{method="slowly",outcome="ok"}'] > 0


def test_a_command_sent_again_and_a_fact_that_came_twice_are_counted(figures: Figures, caller: Caller) -> None:
    key = {"nameko.idempotency_key": "twice", "nameko.passport": caller.keys.passport()}
    for _ in range(2):
        caller.reply(ask(caller, 6, key))
    assert figures["maillage_commands_repeated_total"] == 1

    fact = told(6)
    for _ in range(2):
        tell(caller, fact)
    until(lambda: figures['maillage_facts_received_total{outcome="DUPLICATE",type="thing.told"}'] == 1)


def test_facts_that_wait_are_counted_with_the_age_of_the_oldest(figures: Figures, caller: Caller) -> None:
    thing = uuid4()
    first, second = told(7, thing, 1), told(8, thing, 2)
    tell(caller, second)
    until(lambda: figures['maillage_facts_waiting{reason="GAP"}'] == 1)
    until(lambda: figures['maillage_facts_waiting_oldest_seconds{reason="GAP"}'] > 0)
    tell(caller, first)
    until(lambda: figures['maillage_facts_waiting{reason="GAP"}'] == 0)
    tell(caller, told(9, fails=True))
    until(lambda: figures['maillage_facts_waiting{reason="RETRY"}'] == 1)


def test_the_outbox_is_counted_with_its_age_until_it_left(figures: Figures, settings: dict[str, str]) -> None:
    keep_to_tell(settings, told(10), told(11))
    assert figures["maillage_outbox_unpublished"] == 2
    assert figures["maillage_outbox_oldest_seconds"] > 0
    with running(RELAY, "elsewhere", ready="relaying", **settings):
        until(lambda: all_told(settings))
    assert figures["maillage_outbox_unpublished"] == 0
    assert figures["maillage_outbox_oldest_seconds"] == 0


def test_messages_that_lie_in_queues_are_counted(figures: Figures, caller: Caller) -> None:
    before = left_in(caller, "unrouted")
    caller.send("nobody.listens", b"{}", exchange="elsewhere.facts")
    until(lambda: figures['maillage_queue_messages{queue="unrouted"}'] == before + 1)
    caller.send("thing.told", b"not a fact", exchange="elsewhere.facts")
    until(lambda: figures['maillage_queue_messages{queue="dead"}'] == 1)


def test_connections_in_use_are_counted(figures: Figures, caller: Caller, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    calls = [ask(caller, number, gate=str(gate)) for number in (20, 21, 22)]
    until(lambda: figures["maillage_pool_connections_used"] >= 3)
    gate.touch()
    for _ in calls:
        caller.next_message(caller.replies)
    until(lambda: figures["maillage_pool_connections_used"] == 0)


def test_a_handler_that_keeps_the_loop_to_itself_is_seen_and_the_service_lives_on(
    figures: Figures, caller: Caller
) -> None:
    call = ask(caller, 30, spins=2.0)
    assert caller.reply(call)["result"]["value"] == {"number": 30}
    until(lambda: figures["maillage_loop_lag_seconds"] >= 1.0)
