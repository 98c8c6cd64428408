"""What the broker set aside: its queues ``dead`` (not readable, or it killed who read it) and ``unrouted``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import amqp

from deploy.operations.connection import connect
from services.backbone.senders import CLI

QUEUES = ("dead", "unrouted")


class NotReplayable(RuntimeError):
    """A message that has nowhere to go back to; the text says why."""


@dataclass(frozen=True)
class BrokerLetter:
    """One message: ``queue`` is where it lies, ``origin`` the queue or exchange that it came from.

    Messages of ours are known by their message id, others by a digest of their content.
    """

    id: str
    queue: str
    type: str
    origin: str
    cause: str
    attempts: int
    body: str
    message: amqp.Message

    @property
    def is_call(self) -> bool:
        return self.origin.startswith("rpc-")


class BrokerLetters:
    """Looks after both queues over one connection; what is only looked at goes back to its place.

    Messages are looked at one by one, however many there are.
    """

    def __init__(self, url: str) -> None:
        self._connection = connect(url)

    def close(self) -> None:
        self._connection.close()

    def all(self) -> Iterator[BrokerLetter]:
        """Everything that lies in both queues, oldest first."""
        with self._held() as letters:
            yield from letters

    def replay(self, *ids: str) -> Iterator[tuple[BrokerLetter, str]]:
        """Send messages back to where they came from (all of them without ids); says of each what became of it."""
        for letter in self.all():
            if ids and letter.id not in ids:
                continue
            try:
                self._send_back(letter)
            except NotReplayable as reason:
                yield letter, str(reason)
                continue
            letter.message.channel.basic_ack(letter.message.delivery_tag)
            yield letter, "sent back"

    def discard(self, identity: str) -> BrokerLetter | None:
        """Forget a message; None when there is none of that id."""
        with self._held() as letters:
            found = next((letter for letter in letters if letter.id == identity), None)
            if found is not None:
                found.message.channel.basic_ack(found.message.delivery_tag)
            return found

    @contextmanager
    def _held(self) -> Iterator[Iterator[BrokerLetter]]:
        """Take messages in hand; those not acknowledged go back when the channel closes."""
        channel = self._connection.channel()
        try:
            yield (letter for queue in QUEUES for letter in _taken(channel, queue))
        finally:
            channel.close()

    def _send_back(self, letter: BrokerLetter) -> None:
        if letter.is_call:
            raise NotReplayable("a call whose caller is gone: discard it")
        channel = self._connection.channel()
        try:
            channel.confirm_select()
            if letter.queue == "dead":
                channel.queue_declare(letter.origin, passive=True)
                exchange, key = "", letter.origin
            else:
                exchange, key = letter.origin, letter.type
            message = amqp.Message(letter.message.body, **_kept(letter.message.properties))
            channel.basic_publish_confirm(message, exchange=exchange, routing_key=key)
        except amqp.exceptions.NotFound:
            raise NotReplayable(f"{letter.origin} is not there any more") from None
        finally:
            if channel.is_open:
                channel.close()


def _taken(channel: Any, queue: str) -> Iterator[BrokerLetter]:
    """What lies in the queue now: what is sent back may be set aside again, and would be met without end."""
    for _ in range(channel.queue_declare(queue, passive=True).message_count):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield _letter(queue, message)


def _letter(queue: str, message: amqp.Message) -> BrokerLetter:
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    deaths = (message.headers or {}).get("x-death") or [{}]
    key = str(message.delivery_info["routing_key"])
    dead = queue == "dead"
    return BrokerLetter(
        id=str(message.properties.get("message_id") or hashlib.sha256(body).hexdigest()[:16]),
        queue=queue,
        type=key,
        origin=str(deaths[0].get("queue", "")) if dead else str(message.delivery_info["exchange"]),
        cause=str(deaths[0].get("reason", "")) if dead else "nobody listens to it",
        attempts=int(deaths[0].get("count", 0)) if dead else 0,
        body=body.decode("utf-8", "replace"),
        message=message,
    )


def _kept(properties: dict[str, Any]) -> dict[str, Any]:
    """The message's properties without the broker's record of its death, and with the name of who sends it back."""
    headers = {
        name: value
        for name, value in (properties.get("application_headers") or {}).items()
        if not name.startswith("x-")
    }
    return {**properties, "application_headers": headers, "delivery_mode": 2, "user_id": CLI}
