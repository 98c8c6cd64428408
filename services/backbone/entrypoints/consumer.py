"""nameko's queue consumer, handed raw messages: nothing is decoded before it was looked at.

nameko acknowledges and drops what it cannot decode (reliability.md, trap N3); here such a message is set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import eventlet
from nameko.extensions import ProviderCollector
from nameko.messaging import QueueConsumer

from services.backbone.failpoints import failpoint
from services.backbone.logs import log
from services.backbone.metrics import REDELIVERED, REFUSED_MESSAGES
from services.backbone.topology import declare_common, declare_queue
from services.backbone.wire import CONTENT_TYPE, LARGEST_BODY, Unreadable

#: Longest pause between two tries to reach the broker, in seconds.
LONGEST_PAUSE = 3.0
#: Seconds from a connection to the first message that may come over it.
SET_UP_WITHIN = 10.0


class TookTooLong(ConnectionError):
    """The broker accepted a connection and then said nothing."""


class _NoLonger(Exception):
    """The broker need not be found any more."""


class RawConsumer(QueueConsumer):  # type: ignore[misc]
    """Hands each message to its provider as it came; a provider's own failure never reaches the connection."""

    _away = False

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """Try often while the broker is away: kombu's own pauses grow to half a minute."""
        with self.create_connection() as connection:
            self._away = True
            try:
                connection.ensure_connection(
                    self.on_connection_error, interval_start=0.5, interval_step=0.5, interval_max=LONGEST_PAUSE
                )
            except _NoLonger:
                raise ConnectionError("stopping") from None
            # A broker that has just come up may answer nothing for minutes; then a new connection is the quicker way.
            self._late = eventlet.Timeout(SET_UP_WITHIN, TookTooLong("the broker did not let us consume in time"))
            try:
                yield connection
            except TookTooLong:
                connection.connection.collect()
                raise
            finally:
                self._late.cancel()

    def on_consume_ready(self, *arguments: Any, **options: Any) -> None:
        self._late.cancel()
        self._away = False
        super().on_consume_ready(*arguments, **options)

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        if self.should_stop:
            raise _NoLonger
        super().on_connection_error(exc, interval)

    def unregister_provider(self, provider: Any) -> None:
        """Stop handing messages to a provider; at once when the broker is away, since then nothing is in hand."""
        if self._away:
            self.should_stop = True
            ProviderCollector.unregister_provider(self, provider)
        else:
            super().unregister_provider(provider)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        declare_common(channel)
        for provider in self._providers:
            provider.connected()
            queue = provider.queue_to_consume()
            declare_queue(channel, queue)
            consumer = consumer_cls(queues=[queue], on_message=partial(self.handle_raw, provider), auto_declare=False)
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[provider] = consumer
        return self._consumers.values()

    @property
    def is_consuming(self) -> bool:
        """Whether the broker hands messages to this process now."""
        return bool(self._consumers) and all(one.channel.connection is not None for one in self._consumers.values())

    def ack_message(self, message: Any) -> None:
        failpoint("before_acknowledge")
        super().ack_message(message)

    def handle_raw(self, provider: Any, message: Any) -> None:
        if message.delivery_info.get("redelivered"):
            REDELIVERED.labels(provider.queue_to_consume().name).inc()
        self.container.spawn_managed_thread(partial(self._guarded, provider, message), identifier="message")

    def set_aside(self, message: Any, reason: str) -> None:
        """Reject a message into the dead letters; the reason is logged and counted."""
        REFUSED_MESSAGES.labels(reason).inc()
        log().warning("message_set_aside", reason=reason, routing_key=str(message.delivery_info.get("routing_key")))
        if message.channel.connection:
            message.reject()

    def _guarded(self, provider: Any, message: Any) -> None:
        try:
            provider.handle_message(message)
        except Exception as error:
            log().error("message_failed", error=f"{type(error).__name__}: {error}")
            self.set_aside(message, "unexpected")


def body_of(message: Any) -> bytes:
    """The bytes of a message that says it is JSON, is not compressed and is not too large; or Unreadable."""
    if message.content_type != CONTENT_TYPE:
        raise Unreadable("content_type")
    if (message.content_encoding or "utf-8").lower() not in ("utf-8", "utf8", "binary"):
        raise Unreadable("content_encoding")
    if message.headers.get("compression"):
        raise Unreadable("compression")
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    if len(body) > LARGEST_BODY:
        raise Unreadable("size")
    return body
