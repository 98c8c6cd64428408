"""A process that may open nothing more, or has no connection left, says so with a code and recovers (F30)."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.backbone.actor import SYSTEM
from services.backbone.database import engine_for, is_out_of_reach
from services.backbone.perform import Call
from services.people.use_cases.declare_organisation import declare_organisation
from tests.backbone.trial import CAREFUL, ask, done, settings_of_trial
from tests.bench import Bench
from tests.running import Caller, Keys, Process, running


@pytest.fixture(scope="module")
def settings(new_database: Callable[[str], str], amqp_url: str, keys: Keys) -> dict[str, str]:
    return settings_of_trial(new_database, amqp_url, keys)


@pytest.fixture(scope="module")
def careful(settings: dict[str, str]) -> Iterator[Process]:
    with running(CAREFUL, ready="started", **settings) as process:
        yield process


@pytest.fixture
def caller(settings: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


def test_a_process_without_file_handles_is_unavailable_and_recovers(
    settings: dict[str, str], careful: Process, caller: Caller, tmp_path: Path
) -> None:
    caller.reply(ask(caller, 1))
    gate, pid = tmp_path / "gate", careful.child.pid
    usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    soon = {"nameko.deadline": int((time.time() + 3) * 1000)}
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, usual[1]))
    try:
        calls = [ask(caller, number, soon, gate=str(gate)) for number in range(100, 108)]
        first = json.loads(caller.next_message(caller.replies).body)
        assert first["error"]["exc_type"] == "UNAVAILABLE"
        gate.touch()
        answers = [first, *(json.loads(caller.next_message(caller.replies).body) for _ in calls[1:])]
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)
    ok = sum(answer["error"] is None for answer in answers)
    assert {answer["error"]["exc_type"] for answer in answers if answer["error"]} == {"UNAVAILABLE"}
    assert sum(done(settings, number) for number in range(100, 108)) == ok
    assert caller.reply(ask(caller, 2))["result"]["value"] == {"number": 2}
    assert careful.is_alive()


def test_a_pool_without_a_connection_left_counts_as_out_of_reach(people: Bench) -> None:
    usual = people.performer.engine
    small = engine_for(people.url, pool=1, name="small")
    small.pool._timeout = 0.2  # type: ignore[attr-defined]
    people.performer.engine = small
    try:
        held = [small.connect() for _ in range(5)]
        with pytest.raises(Exception, match="QueuePool limit") as raised:
            people.performer.perform(declare_organisation, {"name": "Plein", "kind": "INFORMAL"}, Call(actor=SYSTEM))
        assert is_out_of_reach(raised.value)
        for connection in held:
            connection.close()
        assert people.perform(declare_organisation, name="Plein", kind="INFORMAL")["id"]
    finally:
        people.performer.engine = usual
        small.dispose()
