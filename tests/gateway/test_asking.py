"""How the demonstration is loaded on a machine that has much else to do: patiently, and each command once."""

from __future__ import annotations

import pytest

from deploy.demo.asking import Asking, Refused
from gateway.problems import Failure
from gateway.rabbit.broker import Broker


async def calls(by: Asking, method: str) -> int:
    return int((await by.ask("trial.calls")).get(method, 0))


@pytest.mark.parametrize("code", ["unavailable", "outcome_unknown"])
async def test_a_command_that_did_not_get_through_is_sent_again_under_its_key(broker: Broker, code: str) -> None:
    by = Asking(broker.rpc)
    method = f"fails_first_with_{code}"
    keys = await by.do(f"trial.{method}")
    assert (len(keys), len(set(keys))) == (3, 1), "the same key each time"
    others = await by.do(f"trial.{method}")
    assert not set(others) & set(keys), "another command has another key"


async def test_a_question_is_asked_again_until_it_is_answered(broker: Broker) -> None:
    assert await Asking(broker.rpc).ask("trial.fails_first_with_unavailable") == [None, None, None]


@pytest.mark.parametrize("code", ["internal", "forbidden"])
async def test_what_will_not_be_otherwise_is_said_at_once(broker: Broker, code: str) -> None:
    by = Asking(broker.rpc)
    before = await calls(by, f"fails_with_{code}")
    with pytest.raises(Failure):
        await by.do(f"trial.fails_with_{code}")
    assert await calls(by, f"fails_with_{code}") == before + 1


async def test_patience_ends(broker: Broker) -> None:
    with pytest.raises(Failure) as raised:
        await Asking(broker.rpc, patience=0).do("trial.fails_with_unavailable")
    assert raised.value.code == "UNAVAILABLE"
    with pytest.raises(Refused, match="GATE_NOT_MET"):
        await Asking(broker.rpc, patience=0).do_once_known("trial.refused")
