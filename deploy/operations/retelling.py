"""Telling one service again what the others told: for a service that was not there to hear it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import amqp
import msgspec
import psycopg

from deploy.local.servers import plain
from deploy.operations.connection import connect
from services.backbone.senders import CLI

#: Rows read from an outbox at a time.
BATCH = 500


class NoLetterboxError(RuntimeError):
    """The service has no letterbox: it has never run."""


def retell(database: str, broker: str, to: str) -> int:
    """Put every fact that stands in a service's outbox into another's letterbox, in order; how many.

    An outbox keeps what it told for 7 days. Nobody else hears of it. Who has heard a fact before does nothing twice.
    """
    letterbox = f"{to}.letterbox"
    with closing(connect(broker, confirm_publish=True)) as connection:
        channel = connection.channel()
        try:
            channel.queue_declare(letterbox, passive=True)
        except amqp.exceptions.NotFound:
            raise NoLetterboxError(f"{to} has no letterbox yet: it must run first.") from None
        count = 0
        for fact, envelope in _told(database):
            message = amqp.Message(
                msgspec.json.encode(envelope),
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=fact,
                correlation_id=envelope["correlationid"],
                user_id=CLI,
            )
            channel.basic_publish_confirm(message, exchange="", routing_key=letterbox)
            count += 1
        return count


def _told(database: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The facts that have left, oldest first; those that have not are still to be told to everybody."""
    with psycopg.connect(plain(database)) as connection, connection.cursor("told") as rows:
        rows.itersize = BATCH
        rows.execute("SELECT fact::text, envelope FROM outbox WHERE published_at IS NOT NULL ORDER BY number")
        yield from rows
