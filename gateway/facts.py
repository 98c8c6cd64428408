"""What the services tell, as the gateway reads it. Only the fields that it uses; others may come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class FactActor(msgspec.Struct, frozen=True):
    """Who caused the fact."""

    kind: str
    id: str | None = None


class Fact(msgspec.Struct, frozen=True):
    """An envelope: CloudEvents 1.0 attribute names; ``subject`` is ``<kind>/<id>``, ``data`` is its owner's."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: dict[str, Any] = {}
    actor: FactActor | None = None
    correlationid: str | None = None
    causationid: str | None = None
    aggregateversion: int | None = None

    @property
    def kind(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def key(self) -> str:
        """The id of the thing that the fact is about, in its service."""
        return self.subject.partition("/")[2]
