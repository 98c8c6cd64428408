"""Which table holds which thing. Importing this module makes the domain's classes storable."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.orm import registry

from services.backbone.aggregate import Aggregate
from services.people.domain.mandate import Mandate
from services.people.domain.organisation import Organisation
from services.people.domain.person import Person
from services.people.domain.role import RoleGrant
from services.people.domain.theme import Theme
from services.people.storage.tables import grants, mandates, metadata, organisations, persons, themes

_registry = registry(metadata=metadata)


def _map(thing: type[Aggregate], table: Table) -> None:
    _registry.map_imperatively(thing, table, version_id_col=table.c.version, version_id_generator=False)


_map(Person, persons)
_map(Organisation, organisations)
_map(RoleGrant, grants)
_map(Mandate, mandates)
_map(Theme, themes)
