"""Calls over a real broker, to a service of another make: how each of them may end."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from gateway.calls import Answer, Calls
from gateway.identity.passports import Passports
from gateway.identity.principal import ANONYMOUS, Principal
from gateway.problems import Failure
from gateway.rabbit.broker import Broker
from gateway.settings import Settings
from tests.gateway.conftest import WITHIN, connected_broker


async def call(broker: Broker, method: str, service: str = "trial", **how: Any) -> Answer:
    principal = how.pop("principal", ANONYMOUS)
    return await broker.rpc.call(
        service, method, how.pop("request", {}), principal=principal, correlation_id="c-1", **how
    )


async def refusal(broker: Broker, method: str, **how: Any) -> str:
    with pytest.raises(Failure) as raised:
        await call(broker, method, **how)
    assert broker.rpc.in_flight == 0
    return raised.value.code


async def test_a_question_is_answered(broker: Broker) -> None:
    answer = await call(broker, "echo", request={"name": "Colette", "prix": 12.5})
    assert answer.value["request"] == {"name": "Colette", "prix": 12.5}
    assert answer.problems == ()


async def test_a_call_carries_its_deadline_its_correlation_and_its_key(broker: Broker) -> None:
    before = int(time.time() * 1000)
    value = (await call(broker, "echo", command=True, idempotency_key="k-1")).value
    assert value["headers"]["nameko.correlation_id"] == "c-1"
    assert value["headers"]["nameko.idempotency_key"] == "k-1"
    assert before < int(value["headers"]["nameko.deadline"]) <= int(time.time() * 1000) + WITHIN * 1000
    assert value["expiration"] == str(WITHIN * 1000)


async def test_a_call_carries_a_signed_passport_of_the_one_who_asks(broker: Broker, passport_key: Path) -> None:
    someone = Principal("PERSON", "0195d9a0-0000-7000-8000-000000000001", frozenset({"DIRECTOR"}))
    value = (await call(broker, "echo", principal=someone)).value
    public = OKPKey.import_key(passport_key.with_suffix(".pub.pem").read_bytes())
    claims = jwt.decode(value["headers"]["nameko.passport"], public, algorithms=["Ed25519"]).claims
    assert (claims["sub"], claims["kind"], claims["roles"]) == (someone.id, "PERSON", ["DIRECTOR"])
    assert claims["aud"] == "maillage-services"
    assert claims["exp"] - claims["iat"] == 60


async def test_a_refusal_comes_back_whole(broker: Broker) -> None:
    answer = await call(broker, "refused", command=True)
    (problem,) = answer.problems
    assert (problem.code, problem.rule, problem.field) == ("GATE_NOT_MET", "thing.gate", "stage_name")
    assert problem.blocked_by[0].fix == "Record it."


async def test_a_service_without_a_queue_is_unavailable_at_once(broker: Broker) -> None:
    """At its deadline this command would end with OUTCOME_UNKNOWN."""
    assert await refusal(broker, "anything", service="absent", command=True) == "UNAVAILABLE"


async def test_once_a_command_was_done_what_cannot_be_shown_of_it_is_no_sign_that_nothing_was_done(
    broker: Broker,
) -> None:
    calls = Calls(broker.rpc, ANONYMOUS, "c-1", "en")
    with pytest.raises(Failure) as before:
        await calls.ask("absent", "anything", {})
    await calls.command("trial", "echo", {})
    with pytest.raises(Failure) as after:
        await calls.ask("absent", "anything", {})
    assert (before.value.code, after.value.code) == ("UNAVAILABLE", "OUTCOME_UNKNOWN")


async def test_a_question_without_an_answer_is_unavailable_at_its_deadline(broker: Broker) -> None:
    started = time.monotonic()
    assert await refusal(broker, "silent") == "UNAVAILABLE"
    assert time.monotonic() - started > 0.9 * WITHIN


async def test_a_command_without_an_answer_has_an_unknown_outcome(broker: Broker) -> None:
    assert await refusal(broker, "silent", command=True) == "OUTCOME_UNKNOWN"


@pytest.mark.parametrize("method", ["garbage", "shapeless", "empty", "large"])
async def test_an_answer_that_cannot_be_read_is_an_internal_failure(broker: Broker, method: str) -> None:
    assert await refusal(broker, method) == "INTERNAL"
    assert (await call(broker, "echo")).value["request"] == {}


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("fails_with_unauthenticated", "UNAUTHENTICATED"),
        ("fails_with_forbidden", "FORBIDDEN"),
        ("fails_with_deadline_passed", "UNAVAILABLE"),
        ("fails_with_unavailable", "UNAVAILABLE"),
        ("fails_with_outcome_unknown", "OUTCOME_UNKNOWN"),
        ("fails_with_bad_request", "INTERNAL"),
        ("fails_with_unknown_method", "INTERNAL"),
        ("fails_with_internal", "INTERNAL"),
        ("fails_with_something_new", "INTERNAL"),
    ],
)
async def test_what_did_not_get_through_has_a_code_and_tells_nothing(broker: Broker, method: str, code: str) -> None:
    with pytest.raises(Failure) as raised:
        await call(broker, method, command=True)
    assert raised.value.code == code
    assert "secret" not in raised.value.message


async def test_a_second_answer_is_ignored(broker: Broker) -> None:
    assert (await call(broker, "twice")).value == "first"
    assert (await call(broker, "echo")).value["request"] == {}


async def test_many_calls_at_once_each_get_their_own_answer(broker: Broker) -> None:
    answers = await asyncio.gather(*(call(broker, "echo", request={"n": n}) for n in range(300)))
    assert [answer.value["request"]["n"] for answer in answers] == list(range(300))


async def test_more_calls_than_agreed_are_refused_at_once(gateway_vhost: str, passport_key: Path, peer: object) -> None:
    async with connected_broker(gateway_vhost, passport_key, most_calls=2) as broker:
        waiting = [asyncio.create_task(call(broker, "silent")) for _ in range(2)]
        await asyncio.wait(waiting, timeout=0)
        with pytest.raises(Failure, match="cannot be reached"):
            await call(broker, "echo")
        await asyncio.gather(*waiting, return_exceptions=True)
        assert (await call(broker, "echo")).value["request"] == {}


async def test_a_caller_who_leaves_leaves_nothing_behind(broker: Broker) -> None:
    waiting = asyncio.create_task(call(broker, "silent"))
    await asyncio.wait([waiting], timeout=0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert broker.rpc.in_flight == 0


async def test_without_a_broker_calls_are_unavailable_at_once(passport_key: Path) -> None:
    settings = Settings(amqp_url="amqp://nobody:x@127.0.0.1:1/%2F", passport_private_key=passport_key, issuer_url="")
    async with Broker(settings, Passports(passport_key)).running() as broker:
        assert await refusal(broker, "echo", command=True) == "UNAVAILABLE"
        assert not broker.ready
