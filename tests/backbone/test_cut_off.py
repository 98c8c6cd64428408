"""The way to the broker breaks at the worst byte, or is silent for a while; everything has one effect."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.backbone.trial import (
    CAREFUL,
    RELAY,
    all_told,
    ask,
    done,
    effects,
    keep_to_tell,
    left_in,
    settings_of_trial,
    tell,
    told,
)
from tests.middleman import CONFIRM, PUBLISH, Middleman, middleman
from tests.running import Caller, Keys, Process, running, until


@pytest.fixture(scope="module")
def settings(new_database: Callable[[str], str], amqp_url: str, keys: Keys) -> dict[str, str]:
    return {**settings_of_trial(new_database, amqp_url, keys), "MAILLAGE_HEARTBEAT": "2"}


@pytest.fixture(scope="module")
def between(settings: dict[str, str]) -> Iterator[Middleman]:
    with middleman(settings["MAILLAGE_AMQP_URL"]) as between:
        yield between


@pytest.fixture(scope="module")
def careful(settings: dict[str, str], between: Middleman) -> Iterator[Process]:
    with running(CAREFUL, ready="started", **{**settings, "MAILLAGE_AMQP_URL": between.url}) as process:
        yield process


@pytest.fixture(scope="module")
def relays_way(settings: dict[str, str], careful: Process) -> Iterator[Middleman]:
    """Stands between the broker and a relay that tells the careful service what is in its outbox."""
    with contextlib.ExitStack() as both:
        between = both.enter_context(middleman(settings["MAILLAGE_AMQP_URL"]))
        through = {**settings, "MAILLAGE_AMQP_URL": between.url}
        both.enter_context(running(RELAY, "elsewhere", ready="relaying", **through))
        yield between


@pytest.fixture
def caller(settings: dict[str, str], keys: Keys) -> Iterator[Caller]:
    caller = Caller(settings["MAILLAGE_AMQP_URL"], keys)
    yield caller
    caller.close()


def test_f2_facts_that_were_lost_on_their_way_to_the_broker_are_sent_again(
    settings: dict[str, str], relays_way: Middleman
) -> None:
    facts = [told(number) for number in range(20)]
    lost = relays_way.lose(PUBLISH, from_server=False)
    keep_to_tell(settings, *facts)
    until(lambda: all_told(settings))
    until(lambda: all(effects(settings, fact) for fact in facts))
    assert lost.is_set()
    assert [effects(settings, fact) for fact in facts] == [1] * len(facts)


def test_f2_facts_whose_confirm_was_lost_are_sent_again_and_have_one_effect(
    settings: dict[str, str], relays_way: Middleman, careful: Process
) -> None:
    facts = [told(number) for number in range(20)]
    lost = relays_way.lose(CONFIRM)
    keep_to_tell(settings, *facts)
    until(lambda: all_told(settings))
    assert lost.is_set()
    until(lambda: all(effects(settings, fact) for fact in facts))
    careful.wait_for("fact", outcome="DUPLICATE", fact=str(facts[0].id))
    assert [effects(settings, fact) for fact in facts] == [1] * len(facts)


def test_f11_a_service_that_hears_nothing_from_its_broker_begins_anew_and_does_everything_once(
    settings: dict[str, str], between: Middleman, careful: Process, caller: Caller, tmp_path: Path
) -> None:
    """What it had in hand is done and cannot be answered; handed out again, it is answered from what was done."""
    gate, fact = tmp_path / "gate", told(11)
    call = ask(caller, 11, gate=str(gate))
    careful.wait_for("working", number=11)
    between.hold()
    gate.touch()
    tell(caller, fact)
    until(lambda: done(settings, 11) == 1)
    # The broker has had no heartbeat for long enough, and keeps the call for whoever comes next.
    until(lambda: left_in(caller, "rpc-careful") == 1)
    between.cut()
    between.heal()
    assert caller.reply(call)["result"]["value"] == {"number": 11}
    until(lambda: effects(settings, fact) == 1)
    assert done(settings, 11) == 1
    assert careful.is_alive()
