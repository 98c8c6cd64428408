"""Where people are reached: asked of the people service for each round of letters, and kept nowhere here."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from joserfc.jwk import OKPKey
from kombu import Connection, Consumer, Producer, Queue
from kombu.exceptions import KombuError

from services.backbone.entrypoints.consumer import body_of
from services.backbone.passports import passport_of_service
from services.backbone.topology import calls_queue
from services.backbone.wire import CONTENT_TYPE, Unreadable, decode_as, encode
from services.events.post.senders import Contact, NotSent

#: Seconds within which the people service answers; the letters wait for their next turn otherwise.
WITHIN = 5.0


class PersonReached(msgspec.Struct, frozen=True):
    """One row of ``people.contacts_by_ids``."""

    id: UUID
    email: str
    locale: str


class Found(msgspec.Struct, frozen=True):
    """The result of an answer."""

    value: list[PersonReached]


class Reply(msgspec.Struct, frozen=True):
    """The body of an answer; without a result the call did not get through."""

    result: Found | None = None


class PeopleService:
    """Asks ``people.contacts_by_ids``, over a connection for this one question."""

    def __init__(self, broker: str, key: Path) -> None:
        self._broker = broker
        self._key = OKPKey.import_key(key.read_text("utf-8"))

    def contacts(self, persons: Collection[UUID]) -> dict[UUID, Contact]:
        """Those of them who have an address; NotSent when nobody answers."""
        try:
            body = self._asked({"ids": sorted(persons)})
            reply: Reply = decode_as(body, Reply)
        except (OSError, KombuError, Unreadable) as error:
            raise NotSent(f"no addresses: {type(error).__name__}") from None
        if reply.result is None:
            raise NotSent("no addresses: refused")
        return {one.id: Contact(one.email, one.locale[:2].lower()) for one in reply.result.value}

    def _asked(self, request: dict[str, Any]) -> bytes:
        answers: list[Any] = []
        until = time.monotonic() + WITHIN
        exchange = calls_queue("people").exchange
        with Connection(self._broker, connect_timeout=WITHIN) as connection:
            name = f"rpc.reply-post-{uuid4()}"
            channel = connection.channel()
            replies = Queue(name, exchange, routing_key=name, exclusive=True, auto_delete=True, durable=False)
            with Consumer(channel, [replies], on_message=answers.append, no_ack=True):
                Producer(channel).publish(
                    encode({"args": [], "kwargs": {"request": request}}),
                    exchange=exchange,
                    routing_key="people.contacts_by_ids",
                    reply_to=name,
                    correlation_id=name,
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    delivery_mode=1,
                    expiration=WITHIN,
                    headers={
                        "nameko.passport": passport_of_service("events", self._key),
                        "nameko.deadline": int((time.time() + WITHIN) * 1000),
                    },
                )
                while not answers:
                    connection.drain_events(timeout=max(0.01, until - time.monotonic()))
        return body_of(answers[0])
