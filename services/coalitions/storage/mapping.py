"""Which table holds which thing. Importing this module makes the domain's classes storable."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import registry, relationship

from services.backbone.aggregate import Aggregate
from services.coalitions.domain.amendment import Amendment
from services.coalitions.domain.ballot import Ballot, Stance
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.consultation import Consultation, Statement
from services.coalitions.domain.follow_up import Delivery
from services.coalitions.domain.membership import Membership
from services.coalitions.domain.position import Position
from services.coalitions.domain.signature import Signature
from services.coalitions.domain.suggestion import Suggestion
from services.coalitions.domain.text import TextVersion
from services.coalitions.storage.tables import (
    amendments,
    ballots,
    coalitions,
    consultations,
    deliveries,
    memberships,
    metadata,
    positions,
    signatures,
    stances,
    statements,
    suggestions,
    texts,
)

_registry = registry(metadata=metadata)


def _parts(part: type[Any], order: Column[Any]) -> Any:
    """The parts of an aggregate: loaded with one query, stored and dropped with their root."""
    return relationship(part, order_by=order, lazy="selectin", cascade="all, delete-orphan")


def _map(thing: type[Aggregate], table: Table, **parts: Any) -> None:
    _registry.map_imperatively(
        thing, table, properties=parts, version_id_col=table.c.version, version_id_generator=False
    )


for _part, _table in (
    (Membership, memberships),
    (TextVersion, texts),
    (Amendment, amendments),
    (Stance, stances),
    (Signature, signatures),
    (Delivery, deliveries),
    (Statement, statements),
):
    _registry.map_imperatively(_part, _table)
_registry.map_imperatively(Ballot, ballots, properties={"stances": _parts(Stance, stances.c.number)})

_map(Coalition, coalitions, memberships=_parts(Membership, memberships.c.id))
_map(
    Position,
    positions,
    texts=_parts(TextVersion, texts.c.number),
    amendments=_parts(Amendment, amendments.c.number),
    ballots=_parts(Ballot, ballots.c.round),
    signatures=_parts(Signature, signatures.c.id),
    deliveries=_parts(Delivery, deliveries.c.id),
)
# Hundreds of statements are loaded only by what is about them: voting is not.
_map(
    Consultation,
    consultations,
    statements=relationship(Statement, order_by=statements.c.number, cascade="all, delete-orphan"),
)
_map(Suggestion, suggestions)
