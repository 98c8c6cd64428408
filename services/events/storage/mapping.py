"""Which table holds which thing. Importing this module makes the domain's classes storable."""

from __future__ import annotations

from sqlalchemy.orm import registry

from services.events.domain.event import Event
from services.events.domain.registration import Registration
from services.events.storage.tables import events, metadata, registrations

_registry = registry(metadata=metadata)
_registry.map_imperatively(
    Event, events, version_id_col=events.c.version, version_id_generator=False, exclude_properties=["searched"]
)
_registry.map_imperatively(Registration, registrations)
