"""One service as two processes over the same queues and the same database."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.backbone.trial import CAREFUL, ask, left_in, rows, settings_of_trial, tell, told
from tests.running import Caller, Keys, Process, running, until

THINGS, VERSIONS = 6, 15


@pytest.fixture(scope="module")
def settings(new_database: Callable[[str], str], amqp_url: str, keys: Keys) -> dict[str, str]:
    return {**settings_of_trial(new_database, amqp_url, keys), "MAILLAGE_WORKERS": "1"}


@pytest.fixture(scope="module")
def both(settings: dict[str, str]) -> Iterator[list[Process]]:
    with running(CAREFUL, ready="started", **settings) as one, running(CAREFUL, ready="started", **settings) as other:
        yield [one, other]


@pytest.fixture
def caller(settings: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


def test_what_one_has_no_hand_free_for_the_other_does(both: list[Process], caller: Caller, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    asked = {ask(caller, number, gate=str(gate)) for number in (1, 2)}
    for process in both:
        process.wait_for("working")
    gate.touch()
    answers = [caller.next_message(caller.replies) for _ in asked]
    assert {one.properties["correlation_id"] for one in answers} == asked
    assert [json.loads(one.body)["error"] for one in answers] == [None, None]


def test_the_facts_of_a_thing_take_effect_once_and_in_order_whoever_is_handed_them(
    both: list[Process], caller: Caller, settings: dict[str, str]
) -> None:
    until(lambda: caller.channel.queue_declare("careful.letterbox", passive=True).consumer_count == 2)
    things = [uuid4() for _ in range(THINGS)]
    facts = [told(version, thing, version) for thing in things for version in range(1, VERSIONS + 1)]
    for fact in random.Random(7).sample(facts * 2, len(facts) * 2):
        tell(caller, fact)

    count = "SELECT count(*) FROM history WHERE aspect = 'told'"
    until(lambda: rows(settings, count)[0][0] >= len(facts) and left_in(caller, "careful.letterbox") == 0, 120)

    told_in_order = [str(version) for version in range(1, VERSIONS + 1)]
    for thing in things:
        effects = f"SELECT to_state FROM history WHERE aspect = 'told' AND subject = 'thing/{thing}' ORDER BY number"
        assert [row[0] for row in rows(settings, effects)] == told_in_order
    assert rows(settings, "SELECT * FROM waiting") == []
