"""The relay: takes facts from a service's outbox to the broker, in order, and marks them once the broker has them.

A process of its own per service: ``python -m services.backbone.relay incubator``. Several may run; one is active (an
advisory lock), the others stand by. It is woken by NOTIFY; some times a second it says how far it has come
(watermarks.py). What the broker refuses or cannot place holds back the later facts of the same thing, not those of
others.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import amqp
import psycopg
from kombu import Connection as Broker

from services.backbone.failpoints import failpoint
from services.backbone.logs import log, set_up_logs
from services.backbone.senders import relay_of
from services.backbone.settings import MissingSetting, Settings
from services.backbone.topology import WATERMARKS, declare_common, declare_exchange, facts_exchange
from services.backbone.watermarks import TELL_EVERY, Watermarks
from services.backbone.wire import CONTENT_TYPE, encode

#: Facts taken at a time; all are sent before the first confirm is waited for.
BATCH = 500
#: What is called when something was put into the outbox.
TO_LOOK = ""
#: Seconds that the broker may take to accept a connection.
CONNECT_WITHIN = 5.0
#: Longest pause after a failure, in seconds.
LONGEST_PAUSE = 10.0

_TAKE = """
SELECT number, fact, type, subject, envelope FROM outbox
WHERE published_at IS NULL ORDER BY number LIMIT %s
"""


class LostBroker(ConnectionError):
    """The broker did not confirm in time, or said no."""


@dataclass
class Stopping:
    """Set by SIGTERM: the batch in hand is finished, no other is begun."""

    now: bool = False

    def at(self, *_: Any) -> None:
        self.now = True


class Confirming:
    """A channel that sends a batch and then waits for the broker's confirms of all of it."""

    def __init__(self, channel: amqp.Channel) -> None:
        self._channel = channel
        self._sent = 0
        self._open: dict[int, int] = {}
        self._refused: set[int] = set()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)

    def send(self, number: int, message: amqp.Message, exchange: str, routing_key: str) -> None:
        self._channel.basic_publish(message, exchange=exchange, routing_key=routing_key)
        self._sent += 1
        self._open[self._sent] = number

    def settle(self, within: float) -> set[int]:
        """Wait for all confirms; returns the numbers that the broker refused."""
        deadline = time.monotonic() + within
        while self._open:
            left = deadline - time.monotonic()
            if left <= 0:
                raise LostBroker("The broker did not confirm in time.")
            try:
                self._channel.connection.drain_events(timeout=left)
            except TimeoutError:
                raise LostBroker("The broker did not confirm in time.") from None
        refused, self._refused = self._refused, set()
        return refused

    def _take(self, tag: int, multiple: bool) -> list[int]:
        tags = [one for one in self._open if one <= tag] if multiple else [tag]
        return [self._open.pop(one) for one in tags if one in self._open]

    def _on_ack(self, tag: int, multiple: bool = False, *_: Any) -> None:
        self._take(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool = False, *_: Any) -> None:
        self._refused.update(self._take(tag, multiple))


class Relay:
    """One service's relay over one database connection and one broker connection."""

    def __init__(self, service: str, settings: Settings, stopping: Stopping) -> None:
        self._service = service
        self._settings = settings
        self._stopping = stopping
        self._exchange = facts_exchange(service).name

    def run(self) -> None:
        """Relay until told to stop; begin again after every failure, with growing pauses."""
        failures = 0
        while not self._stopping.now:
            try:
                self._session()
                failures = 0
            except (psycopg.Error, OSError, amqp.AMQPError) as error:
                failures += 1
                pause = min(LONGEST_PAUSE, 0.2 * 2**failures) * random.uniform(0.5, 1.0)
                log().warning(
                    "relay_interrupted", error=f"{type(error).__name__}: {error}"[:300], pause=round(pause, 1)
                )
                self._pause(pause)

    def _session(self) -> None:
        url = self._settings.database_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url, autocommit=True, application_name=f"{self._service}-relay") as database:
            database.execute("LISTEN outbox")
            with self._broker() as connection:
                channel = connection.channel()
                declare_common(channel)
                for exchange in (facts_exchange(self._service), WATERMARKS):
                    declare_exchange(channel, exchange)
                confirming, watermarks = Confirming(connection.channel()), Watermarks(self._service, channel)
                log().info("relaying", exchange=self._exchange)
                effects: set[str] = set()
                while not self._stopping.now:
                    moment, active = time.time(), self._is_active(database)
                    if active and self._relay_batch(database, confirming):
                        continue
                    # Effects that were committed before the moment were called out by now.
                    called = self._called(database, 0)
                    effects |= called - {TO_LOOK}
                    if active:
                        watermarks.tell(moment, effects)
                        effects.clear()
                    # Who called meanwhile may have committed after the outbox was looked at.
                    if not called:
                        effects |= self._called(database, TELL_EVERY) - {TO_LOOK}
                    self._keep_up(connection)

    @contextmanager
    def _broker(self) -> Iterator[amqp.Connection]:
        """A connection on which nothing is waited for without end: a frozen broker accepts, and then says nothing."""
        within = self._settings.confirm_within
        connection = Broker(
            self._settings.amqp_url,
            heartbeat=self._settings.heartbeat,
            connect_timeout=CONNECT_WITHIN,
            transport_options={"read_timeout": within, "write_timeout": within},
        ).transport.establish_connection()
        try:
            yield connection
        except BaseException:
            connection.collect()  # closing in good order would wait for an answer
            raise
        connection.close()

    def _is_active(self, database: psycopg.Connection[Any]) -> bool:
        # Held by this session: taking it again while holding it only counts, so it is asked for once.
        if getattr(self, "_lock_of", None) is database:
            return True
        row = database.execute("SELECT pg_try_advisory_lock(hashtext('maillage relay'))").fetchone()
        if row is not None and row[0]:
            self._lock_of = database
            return True
        return False

    def _relay_batch(self, database: psycopg.Connection[Any], confirming: Confirming) -> bool:
        """Send what has not left yet; True when there may be more."""
        rows = database.execute(_TAKE, (BATCH,)).fetchall()
        if not rows:
            return False
        for number, fact, type_, _, envelope in rows:
            message = amqp.Message(
                encode(envelope),
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=str(fact),
                correlation_id=envelope["correlationid"],
                user_id=relay_of(self._service),
            )
            confirming.send(number, message, self._exchange, type_)
        refused = confirming.settle(self._settings.confirm_within)
        failpoint("before_mark")
        done = [row[0] for row in rows if row[0] not in refused]
        database.execute("UPDATE outbox SET published_at = now() WHERE number = ANY(%s)", (done,))
        for number, fact, type_, _, envelope in rows:
            if number not in refused:
                log().info("told", type=type_, fact=str(fact), correlation_id=envelope["correlationid"])
        if refused:
            database.execute(
                "UPDATE outbox SET attempts = attempts + 1, last_error = 'refused by the broker' "
                "WHERE number = ANY(%s)",
                (sorted(refused),),
            )
            raise LostBroker(f"The broker refused {len(refused)} facts.")
        return len(rows) == BATCH

    def _called(self, database: psycopg.Connection[Any], within: float) -> set[str]:
        """Wait for a call; ``TO_LOOK`` by who has something to tell, and whose facts took effect here, by who called
        for that reason."""
        return {call.payload for call in database.notifies(timeout=within, stop_after=1)}

    def _keep_up(self, connection: amqp.Connection) -> None:
        connection.heartbeat_tick()
        try:
            connection.drain_events(timeout=0.001)
        except TimeoutError:
            return

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping.now and time.monotonic() < until:
            time.sleep(0.1)


def main(service: str) -> None:
    try:
        settings = Settings.from_environment()
    except MissingSetting as error:
        sys.exit(str(error))
    set_up_logs(f"{service}-relay", settings.instance, form=settings.log_format)
    stopping = Stopping()
    signal.signal(signal.SIGTERM, stopping.at)
    signal.signal(signal.SIGINT, stopping.at)
    Relay(service, settings, stopping).run()
    log().info("stopped")


if __name__ == "__main__":
    main(sys.argv[1])
