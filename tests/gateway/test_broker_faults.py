"""What the gateway does when its broker stops, comes back, or takes nothing more. On a node of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import servers
from deploy.local.rabbitmq import RabbitServer
from gateway.calls import Answer
from gateway.identity.principal import ANONYMOUS
from gateway.problems import Failure
from gateway.rabbit.broker import Broker
from tests.gateway.conftest import connected_broker, running_peer
from tests.gateway.test_facts import Teller, everything, fact, soon
from tests.gateway.test_pika_traps import PlainPika


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, RabbitServer]]:
    folder = tmp_path_factory.mktemp("broker")
    with servers.private_rabbitmq(folder) as url:
        yield url, servers.node_in(folder)


async def call(broker: Broker, method: str, command: bool = False) -> Answer:
    return await broker.rpc.call("trial", method, {}, principal=ANONYMOUS, correlation_id="c-1", command=command)


async def code_of(waiting: asyncio.Task[Answer]) -> str:
    with pytest.raises(Failure) as raised:
        await waiting
    return raised.value.code


async def test_after_a_restart_of_the_broker_everything_works_again(
    own_broker: tuple[str, RabbitServer], passport_key: Path
) -> None:
    url, node = own_broker
    async with connected_broker(url, passport_key, question_within=60.0, command_within=60.0) as broker:
        with running_peer(url, "trial"):
            question, command = (asyncio.create_task(call(broker, "silent", it)) for it in (False, True))
            assert (await call(broker, "echo")).value["request"] == {}
            follower = broker.facts.follow(everything)

            await asyncio.to_thread(node.control, "stop_app")

            assert await code_of(question) == "UNAVAILABLE"
            assert await code_of(command) == "OUTCOME_UNKNOWN"
            with pytest.raises(Failure) as raised:
                await soon(follower)
            assert raised.value.code == "RESYNC"
            assert await code_of(asyncio.create_task(call(broker, "echo", command=True))) == "UNAVAILABLE"
            with pytest.raises(Failure):
                broker.facts.follow(everything)
            assert not broker.ready

            await asyncio.to_thread(node.control, "start_app")
        with running_peer(url, "trial"):
            async with asyncio.timeout(30):
                await broker.wait_until_ready()
            assert (await call(broker, "echo")).value["request"] == {}
            again, teller = broker.facts.follow(everything), Teller(url)
            teller.tell(fact())
            assert (await soon(again)).type == "project.admitted"
            teller.close()


async def test_a_broker_that_takes_nothing_more_never_keeps_a_caller_past_the_deadline(
    own_broker: tuple[str, RabbitServer], passport_key: Path
) -> None:
    url, node = own_broker
    with running_peer(url, "trial"):
        async with connected_broker(url, passport_key) as broker:
            assert (await call(broker, "echo")).value["request"] == {}
            plain = PlainPika(url)
            channel = await plain.channel()
            await asyncio.to_thread(node.control, "set_vm_memory_high_watermark", "0.0000001")
            try:
                channel.basic_publish("", "x", b"x")  # P16c: pika takes it at once, and nothing comes of it
                codes = [await code_of(asyncio.create_task(call(broker, "echo", command=True))) for _ in range(2)]
                assert codes == ["OUTCOME_UNKNOWN", "UNAVAILABLE"]
                assert broker.rpc.publisher.blocked
                assert not broker.ready
                assert plain.reports.empty()
            finally:
                await asyncio.to_thread(node.control, "set_vm_memory_high_watermark", "absolute", "256MB")
            assert (await answered_when_unblocked(broker)).value["request"] == {}
            assert await plain.reports.get() == "Basic.Ack"
            plain.connection.close()
            await plain.closed


async def answered_when_unblocked(broker: Broker) -> Answer:
    async with asyncio.timeout(10):
        while broker.rpc.publisher.blocked:
            await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(int))])
    return await call(broker, "echo")


async def test_connections_cut_by_the_broker_are_opened_again(
    own_broker: tuple[str, RabbitServer], passport_key: Path
) -> None:
    url, node = own_broker
    with running_peer(url, "trial"):
        async with connected_broker(url, passport_key) as broker:
            for _ in range(3):
                follower = broker.facts.follow(everything)
                await asyncio.to_thread(node.control, "eval", CLOSE_GATEWAY)
                with pytest.raises(Failure):
                    await soon(follower)
                async with asyncio.timeout(20):
                    await broker.wait_until_ready()
                assert (await call(broker, "echo")).value["request"] == {}


#: Closes the connections that name themselves gateway, and no others.
CLOSE_GATEWAY = """
[rabbit_networking:close_connection(Pid, "a test") ||
 [{pid, Pid}, {client_properties, Properties}] <- rabbit_networking:connection_info_all([pid, client_properties]),
 {<<"connection_name">>, longstr, <<"gateway", _/binary>>} <- Properties].
"""
