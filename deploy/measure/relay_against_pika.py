"""How fast the relay empties an outbox, beside pika alone publishing the same messages with confirms."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import amqp
import msgspec
import pika
import psycopg

from deploy.local.servers import plain

EXCHANGE = "people.facts"
KINDS = ("classic", "quorum")
ENVELOPE = {
    "specversion": "1.0",
    "source": "people",
    "type": "organisation.declared",
    "time": "2026-09-01T09:00:00Z",
    "dataschema": "urn:maillage:people/organisation.declared/1",
    "datacontenttype": "application/json",
    "actor": {"kind": "SYSTEM", "id": None},
    "correlationid": "measure",
    "aggregateversion": 1,
    "data": {"organisation": "0190a5d8-6f00-7000-8000-000000000001", "slug": "mesure", "name": "Mesure"},
}


@dataclass(frozen=True)
class Throughput:
    """Messages a second into one queue of a kind: pika waiting for each confirm, pika with a window, the relay."""

    kind: str
    count: int
    one_by_one: float
    pipelined: float
    relay: float

    def __str__(self) -> str:
        return (
            f"{self.kind} queue, {self.count} messages: pika one by one {self.one_by_one:.0f}/s, pika with 500 under "
            f"way {self.pipelined:.0f}/s, relay {self.relay:.0f}/s; the relay is {self.relay / self.one_by_one:.2f} "
            f"of the first and {self.relay / self.pipelined:.2f} of the second"
        )


def measure(amqp_url: str, database_url: str, kind: str, count: int) -> Throughput:
    """All three, one after the other, into fresh queues of this kind; ``database_url`` holds the backbone's tables."""
    bodies = [_body() for _ in range(count)]
    return Throughput(
        kind,
        count,
        one_by_one=_timed(amqp_url, kind, count, lambda: _one_by_one(amqp_url, bodies)),
        pipelined=_timed(amqp_url, kind, count, lambda: asyncio.run(_pipelined(amqp_url, bodies))),
        relay=_relayed(amqp_url, database_url, kind, count),
    )


def _body() -> bytes:
    return msgspec.json.encode({**ENVELOPE, "id": str(uuid4()), "subject": f"organisation/{uuid4()}"})


def _timed(amqp_url: str, kind: str, count: int, publish: Callable[[], float]) -> float:
    queue = _queue(amqp_url, kind)
    seconds = publish()
    _look(amqp_url, queue, count)
    return count / seconds


def _one_by_one(url: str, bodies: list[bytes]) -> float:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    began = time.monotonic()
    for body in bodies:
        channel.basic_publish(EXCHANGE, "organisation.declared", body, properties)
    seconds = time.monotonic() - began
    connection.close()
    return seconds


async def _pipelined(url: str, bodies: list[bytes], window: int = 500) -> float:
    """pika's asyncio connection: send a window, wait until all of it is confirmed, send the next."""
    from pika.adapters.asyncio_connection import AsyncioConnection

    loop = asyncio.get_running_loop()
    opened: asyncio.Future[AsyncioConnection] = loop.create_future()
    AsyncioConnection(pika.URLParameters(url), on_open_callback=opened.set_result)
    connection = await opened
    channel_opened: asyncio.Future[pika.channel.Channel] = loop.create_future()
    connection.channel(on_open_callback=channel_opened.set_result)
    channel = await channel_opened
    confirmed, news = 0, asyncio.Event()

    def on_confirm(frame: pika.frame.Method) -> None:
        nonlocal confirmed
        confirmed = frame.method.delivery_tag if frame.method.multiple else max(confirmed, frame.method.delivery_tag)
        news.set()

    selected: asyncio.Future[object] = loop.create_future()
    channel.confirm_delivery(on_confirm, callback=selected.set_result)
    await selected
    properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    began = time.monotonic()
    for start in range(0, len(bodies), window):
        for body in bodies[start : start + window]:
            channel.basic_publish(EXCHANGE, "organisation.declared", body, properties)
        while confirmed < min(start + window, len(bodies)):
            news.clear()
            await news.wait()
    seconds = time.monotonic() - began
    connection.close()
    return seconds


def _relayed(amqp_url: str, database_url: str, kind: str, count: int) -> float:
    """From the first fact marked to the last: the relay's own start is not counted."""
    queue = _queue(amqp_url, kind)
    with psycopg.connect(plain(database_url), autocommit=True) as database:
        database.execute("TRUNCATE outbox")
        with database.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO outbox (fact, type, subject, version, envelope) "
                "VALUES (%s, 'organisation.declared', %s, 1, %s)",
                [(uuid4(), f"organisation/{uuid4()}", _body().decode()) for _ in range(count)],
            )
        environment = {**os.environ, "MAILLAGE_AMQP_URL": amqp_url, "MAILLAGE_DATABASE_URL": database_url}
        relay = subprocess.Popen(
            [sys.executable, "-m", "services.backbone.relay", "people"], env=environment, stderr=subprocess.DEVNULL
        )
        try:
            first, last = _marked(database, count)
        finally:
            relay.terminate()
            relay.wait(30)
    _look(amqp_url, queue, count)
    # The first batch is marked when it is through: what came before the first mark is a batch as well.
    batches = -(-count // 500)
    return count * (batches - 1) / batches / (last - first)


def _marked(database: psycopg.Connection[tuple[object, ...]], count: int) -> tuple[float, float]:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        row = database.execute(
            "SELECT count(published_at), extract(epoch FROM min(published_at))::float, "
            "extract(epoch FROM max(published_at))::float FROM outbox"
        ).fetchone()
        if row is not None and row[0] == count:
            return float(str(row[1])), float(str(row[2]))
        time.sleep(0.05)
    raise TimeoutError("The relay did not empty the outbox within two minutes.")


def _queue(url: str, kind: str) -> str:
    """A fresh queue bound to the exchange; the others are gone."""
    name = f"measured-{kind}-{uuid4().hex[:6]}"
    with _connection(url) as connection:
        channel = connection.channel()
        channel.exchange_declare("unrouted", "fanout", durable=True, auto_delete=False)
        channel.exchange_delete(EXCHANGE)
        channel.exchange_declare(
            EXCHANGE, "topic", durable=True, auto_delete=False, arguments={"alternate-exchange": "unrouted"}
        )
        channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": kind})
        channel.queue_bind(name, EXCHANGE, "#")
    return name


def _look(url: str, queue: str, count: int) -> None:
    """Every message is there; then the queue goes."""
    with _connection(url) as connection:
        channel = connection.channel()
        until = time.monotonic() + 10
        while (there := channel.queue_declare(queue, passive=True).message_count) != count:
            if time.monotonic() > until:
                raise RuntimeError(f"{there} of {count} messages are in {queue}")
            time.sleep(0.1)
        channel.queue_delete(queue)


def _connection(url: str) -> amqp.Connection:
    parts = pika.URLParameters(url)
    return amqp.Connection(
        host=f"{parts.host}:{parts.port}",
        userid=parts.credentials.username,
        password=parts.credentials.password,
        virtual_host=parts.virtual_host,
    )
