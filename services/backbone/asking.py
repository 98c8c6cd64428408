"""One service asks another in its own name (passports.py). Rare: what one is told of by facts is not asked."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc.jwk import OKPKey
from kombu import Connection, Consumer, Producer, Queue
from kombu.exceptions import KombuError

from services.backbone.entrypoints.consumer import body_of
from services.backbone.passports import passport_of_service
from services.backbone.topology import RPC, declare_queue
from services.backbone.wire import CONTENT_TYPE, Unreadable, decode, encode


class NotAnswered(Exception):
    """Nobody answered in time, or the question was refused. The text says which, and holds nothing of either."""


class Asking:
    """Asks as ``name``, whose private key is in the file ``key``; each question over a connection of its own."""

    def __init__(self, broker: str, name: str, key: Path) -> None:
        self._broker = broker
        self._name = name
        self._key = OKPKey.import_key(key.read_text("utf-8"))

    def ask(self, method: str, request: dict[str, Any], *, within: float = 5.0) -> Any:
        """The value that ``service.method`` answers within so many seconds, as plain data; or NotAnswered."""
        try:
            reply = decode(self._exchanged(method, request, within))
            if reply["error"] is None and not reply["result"]["problems"]:
                return reply["result"]["value"]
        except (OSError, KombuError, Unreadable, KeyError, TypeError) as error:
            raise NotAnswered(type(error).__name__) from None
        raise NotAnswered("refused")

    def _exchanged(self, method: str, request: dict[str, Any], within: float) -> bytes:
        answers: list[Any] = []
        until = time.monotonic() + within
        name = f"rpc.reply-{self._name}-{uuid4()}"
        with Connection(self._broker, connect_timeout=within) as connection:
            channel = connection.channel()
            replies = Queue(name, RPC, routing_key=name, exclusive=True, auto_delete=True, durable=False)
            declare_queue(channel, replies)
            with Consumer(channel, [replies], on_message=answers.append, no_ack=True, auto_declare=False):
                Producer(channel).publish(
                    encode({"args": [], "kwargs": {"request": request}}),
                    exchange=RPC,
                    routing_key=method,
                    user_id=self._name,
                    reply_to=name,
                    correlation_id=name,
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    delivery_mode=1,
                    expiration=within,
                    headers={
                        "nameko.passport": passport_of_service(self._name, self._key),
                        "nameko.deadline": int((time.time() + within) * 1000),
                    },
                )
                while not answers:
                    connection.drain_events(timeout=max(0.01, until - time.monotonic()))
        return body_of(answers[0])
