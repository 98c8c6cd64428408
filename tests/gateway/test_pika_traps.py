"""The traps of pika that were measured (reliability.md, P16), each sprung twice: pika falls, the gateway does not.

What it does under a broker's alarm (P16c) is in test_broker_faults.py, beside the gateway under the same alarm.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
import pytest
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.exceptions import ChannelWrongStateError

from gateway.identity.principal import ANONYMOUS
from gateway.problems import Failure
from gateway.rabbit.broker import Broker
from tests.gateway.conftest import connected_broker, running_peer
from tests.gateway.test_facts import everything, soon
from tests.middleman import middleman
from tests.running import Caller, Keys, running

WITHIN = 15.0


class PlainPika:
    """A connection as pika's own examples show it, and what it reports."""

    def __init__(self, url: str, **parameters: Any) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[Any] = loop.create_future()
        self.closed: asyncio.Future[Any] = loop.create_future()
        self.channel_closed: asyncio.Future[Any] = loop.create_future()
        self.reports: asyncio.Queue[str] = asyncio.Queue()
        wanted = pika.URLParameters(url)
        for name, value in parameters.items():
            setattr(wanted, name, value)
        self.connection = AsyncioConnection(
            wanted,
            on_open_callback=self.opened.set_result,
            on_close_callback=lambda _, reason: self.closed.set_result(reason),
        )

    async def channel(self) -> Any:
        """A channel in confirm mode."""
        await self.opened
        loop = asyncio.get_running_loop()
        opened, confirming = loop.create_future(), loop.create_future()
        channel = self.connection.channel(on_open_callback=opened.set_result)
        await opened
        channel.add_on_close_callback(lambda _, reason: self.channel_closed.set_result(reason))
        channel.add_on_return_callback(lambda *_: self.reports.put_nowait("returned"))
        channel.confirm_delivery(
            lambda frame: self.reports.put_nowait(frame.method.NAME), callback=confirming.set_result
        )
        await confirming
        return channel


@asynccontextmanager
async def plain_pika(url: str, **parameters: Any) -> AsyncIterator[PlainPika]:
    plain = PlainPika(url, **parameters)
    try:
        async with asyncio.timeout(WITHIN):
            yield plain
    finally:
        if plain.connection.is_open:
            plain.connection.close()
            await plain.closed


async def code_of(broker: Broker, method: str, service: str = "trial", command: bool = True) -> str:
    with pytest.raises(Failure) as raised:
        await broker.rpc.call(service, method, {}, principal=ANONYMOUS, correlation_id="c-1", command=command)
    return raised.value.code


async def echo(broker: Broker) -> Any:
    answer = await broker.rpc.call("trial", "echo", {}, principal=ANONYMOUS, correlation_id="c-1")
    return answer.value["request"]


async def test_p16a_an_exception_in_a_callback_takes_the_connection_down_and_here_only_its_own_call(
    gateway_vhost: str, broker: Broker
) -> None:
    async with plain_pika(gateway_vhost) as plain:
        channel = await plain.channel()
        declared: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        channel.queue_declare("", exclusive=True, callback=declared.set_result)
        queue = (await declared).method.queue

        def fail(*_: Any) -> None:
            raise ValueError("in a callback")

        channel.basic_consume(queue, fail)
        channel.basic_publish("", queue, b"x")
        assert "in a callback" in str(await plain.closed)

    before = broker.rpc.consumer.ready
    assert await code_of(broker, "garbage") == "INTERNAL"
    assert before.is_set()
    assert await echo(broker) == {}


async def test_p16b_a_wrong_publish_closes_the_channel_for_ever_and_here_it_is_opened_again(
    gateway_vhost: str, broker: Broker
) -> None:
    async with plain_pika(gateway_vhost) as plain:
        channel = await plain.channel()
        channel.basic_publish("nowhere", "x", b"x")
        assert "NOT_FOUND" in str(await plain.channel_closed)
        assert plain.reports.empty(), "the confirm never comes"
        with pytest.raises(ChannelWrongStateError):
            channel.basic_publish("", "x", b"x")

    under_way = asyncio.create_task(code_of(broker, "silent"))
    while not broker.rpc.in_flight:
        await asyncio.sleep(0)
    publishing = broker.rpc._publishing
    assert publishing is not None
    publishing.raw.basic_publish("nowhere", "x", b"x")
    await publishing.closed
    assert await under_way == "OUTCOME_UNKNOWN"
    async with asyncio.timeout(WITHIN):
        await broker.rpc.publisher.ready.wait()
        while not broker.rpc.ready:
            await asyncio.sleep(0)
    assert await echo(broker) == {}


async def test_p16d_a_frozen_broker_is_not_noticed_and_here_every_call_ends_in_time(
    gateway_vhost: str, passport_key: Path, peer: object
) -> None:
    with middleman(gateway_vhost) as between:
        async with connected_broker(between.url, passport_key) as broker:
            plain = PlainPika(between.url, heartbeat=10)
            channel = await plain.channel()
            between.hold()
            channel.basic_publish("", "x", b"x")
            assert await code_of(broker, "echo") == "OUTCOME_UNKNOWN"
            assert await code_of(broker, "echo", command=False) == "UNAVAILABLE"
            assert plain.connection.is_open
            assert plain.reports.empty()
            between.heal()
            assert await plain.reports.get() == "Basic.Ack"
            plain.connection.close()
            await plain.closed
            assert await echo(broker) == {}


async def test_p16e_what_was_placed_nowhere_is_confirmed_all_the_same_and_here_unavailable(
    gateway_vhost: str, broker: Broker
) -> None:
    async with plain_pika(gateway_vhost) as plain:
        channel = await plain.channel()
        channel.basic_publish("", f"nobody-{uuid4()}", b"x", mandatory=True)
        assert [await plain.reports.get(), await plain.reports.get()] == ["returned", "Basic.Ack"]

    assert await code_of(broker, "echo", service="nobody") == "UNAVAILABLE"


async def test_f11_a_silent_partition_is_noticed_by_its_heartbeats_and_everybody_told_to_fetch_again(
    gateway_vhost: str, passport_key: Path, peer: object
) -> None:
    with middleman(gateway_vhost) as between:
        async with connected_broker(between.url, passport_key, heartbeat=2) as broker:
            follower = broker.facts.follow(everything)
            waiting = [asyncio.create_task(code_of(broker, "silent")) for _ in range(20)]
            while broker.rpc.in_flight < len(waiting):
                await asyncio.sleep(0)
            between.hold()
            assert await asyncio.gather(*waiting) == ["OUTCOME_UNKNOWN"] * len(waiting)
            with pytest.raises(Failure) as raised:
                await soon(follower)
            assert raised.value.code == "RESYNC"
            assert broker.rpc.in_flight == 0

            between.cut()
            between.heal()
            async with asyncio.timeout(30):
                await broker.wait_until_ready()
            assert await echo(broker) == {}


async def test_p20_a_nameko_caller_waits_for_ever_and_the_gateways_call_ends_at_its_deadline(
    gateway_vhost: str, passport_key: Path
) -> None:
    """The service that was asked goes and comes back; what was asked of it before is nobody's any more."""
    plain_settings = {"MAILLAGE_AMQP_URL": gateway_vhost}
    keys = Keys.make(passport_key.parent)
    caller = Caller(gateway_vhost, keys)
    caller.channel.queue_declare("rpc-back", durable=True, auto_delete=False)
    caller.channel.queue_bind("rpc-back", "nameko-rpc", "back.*")
    with running("tests.backbone.traps.plain", "front", ready="started", **plain_settings) as front:
        caller.send("front.ask_back", json.dumps({"args": [1], "kwargs": {}}))
        front.wait_for("asking", number=1)
        caller.next_message(caller.queue("rpc-back"))  # taken by one who dies of it
        async with connected_broker(gateway_vhost, passport_key) as broker:
            with running_peer(gateway_vhost, "trial"):
                assert await code_of(broker, "silent") == "OUTCOME_UNKNOWN"
        with running("tests.backbone.traps.plain", "back", ready="started", **plain_settings):
            caller.send("front.ask_back", json.dumps({"args": [2], "kwargs": {}}))
            front.wait_for("answered", number=2)
        assert not any(line.get("number") == 1 for line in front.seen if line["event"] == "answered")
    caller.queue("rpc-back").delete()
    caller.close()
