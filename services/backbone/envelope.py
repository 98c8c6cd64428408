"""The envelope of a fact on the wire: CloudEvents 1.0 attribute names in JSON. It only ever grows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.backbone.actor import Actor
from services.backbone.wire import Unreadable, decode_as


class FactActor(msgspec.Struct, frozen=True):
    """Who caused a fact: data for the record, never authority."""

    kind: str
    id: UUID | None = None


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One fact with what a reader must know about it.

    ``subject`` is ``<kind>/<id>`` of the aggregate, ``aggregateversion`` the fact's sequence number in it,
    ``dataschema`` ends with ``/<type>/<major>``, ``causationid`` is the id of the fact that caused this one.
    """

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    dataschema: str
    actor: FactActor
    correlationid: str
    aggregateversion: int
    data: dict[str, Any]
    causationid: str | None = None
    specversion: str = "1.0"
    datacontenttype: str = "application/json"

    @property
    def major(self) -> int:
        return int(self.dataschema.rsplit("/", 1)[1])

    @property
    def subject_id(self) -> UUID:
        return UUID(self.subject.rsplit("/", 1)[1])


def exchange_of(service: str) -> str:
    """The exchange on which a service tells its facts."""
    return f"{service}.facts"


def letterbox_of(service: str) -> str:
    """The queue in which a service finds the facts of the others."""
    return f"{service}.letterbox"


def schema_name(service: str, type_: str, major: int) -> str:
    """The name of the contract that a fact's data keeps."""
    return f"urn:maillage:{service}/{type_}/{major}"


def fact_actor(actor: Actor) -> FactActor:
    return FactActor(kind=actor.kind.value, id=actor.id)


def read_envelope(body: bytes | memoryview | str) -> Envelope:
    """The envelope in a message body, or Unreadable with what is wrong."""
    envelope: Envelope = decode_as(body, Envelope)
    kind, _, identity = envelope.subject.partition("/")
    if envelope.specversion != "1.0":
        raise Unreadable(f"specversion {envelope.specversion} is not read here.")
    if not envelope.type.startswith(f"{kind}."):
        raise Unreadable(f"{envelope.type} is not a fact of a {kind}.")
    if not 1 <= envelope.aggregateversion < 2**62:
        raise Unreadable(f"{envelope.aggregateversion} is no sequence number.")
    try:
        UUID(identity)
        _ = envelope.major
    except ValueError:
        raise Unreadable("The subject or the dataschema cannot be read.") from None
    return envelope
