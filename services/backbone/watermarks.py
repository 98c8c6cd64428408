"""How far a relay has come: what was committed before this moment has been told.

Whoever keeps something for as long as no fact speaks against it (gateway/remembered) has to know whether facts still
come, and what changes without one: a reaction may change what its service shows of the things of others, and that no
fact tells. Both is said a few times a second, in the form of a fact of the relay's session, numbered so that a gap can
be seen. It is neither stored nor confirmed: who missed one begins again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

import amqp

from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.senders import relay_of
from services.backbone.topology import WATERMARKS
from services.backbone.wire import CONTENT_TYPE, encode

TYPE = "relay.watermark"
#: Seconds between two that say nothing else. A service is taken for late when none came for a second.
TELL_EVERY = 0.2


class Watermarks:
    """Those of one session of one service's relay. After it, nobody knows which effects were not told."""

    def __init__(self, service: str, channel: amqp.Channel) -> None:
        self._service = service
        self._channel = channel
        self._session = new_id()
        self._number = 0
        self._told_at = 0.0

    def tell(self, moment: float, effects: Iterable[str]) -> None:
        """All facts committed before ``moment`` (seconds since 1970) have been confirmed by the broker.

        ``effects``: the kinds of others' things (``project``) whose facts took effect in this service since the last
        time. Without any, what was said a moment ago is not said again.
        """
        kinds = sorted(effects)
        if not kinds and time.monotonic() - self._told_at < TELL_EVERY / 2:
            return
        self._number += 1
        self._told_at = time.monotonic()
        said = Envelope(
            id=new_id(),
            source=self._service,
            type=TYPE,
            subject=f"relay/{self._session}",
            time=datetime.fromtimestamp(moment, UTC),
            dataschema=schema_name(self._service, TYPE, 1),
            actor=FactActor("SYSTEM"),
            correlationid=self._session.hex,
            aggregateversion=self._number,
            data={"effects": kinds},
        )
        self._channel.basic_publish(
            amqp.Message(
                encode(said),
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=1,
                user_id=relay_of(self._service),
            ),
            exchange=WATERMARKS.name,
            routing_key=self._service,
        )
