"""The people service's tables. Personal data stands in ``persons`` and nowhere else."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from services.backbone.storage import metadata_with_backbone

metadata = metadata_with_backbone()

persons = Table(
    "persons",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("email", Text),
    Column("locale", Text, nullable=False),
    Column("known_since", DateTime(timezone=True), nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("issuer", "identity"),
)

#: Who asked holds the id, which nobody guesses: it is the receipt by which an erasure is followed.
erasures = Table(
    "erasures",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person", UUID, ForeignKey("persons.id"), nullable=False, unique=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("completed_at", DateTime(timezone=True)),
)

erasure_answers = Table(
    "erasure_answers",
    metadata,
    Column("erasure", UUID, ForeignKey("erasures.id"), primary_key=True),
    Column("service", Text, primary_key=True),
    Column("counts", JSONB, nullable=False),
    Column("kept", JSONB, nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("declared_by", UUID),
    Column("siren", Text, unique=True),
    Column("rna", Text),
    Column("website", Text),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person", UUID, nullable=False),
    Column("role", Text, nullable=False),
    Column("scope", Text),
    Column("until", DateTime(timezone=True)),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_grants_person", "person"),
    Index("ix_grants_role_scope", "role", "scope"),
)

mandates = Table(
    "mandates",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person", UUID, nullable=False, index=True),
    Column("organisation", UUID, nullable=False, index=True),
    Column("coalition", UUID, nullable=False, index=True),
    Column("category", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

themes = Table(
    "themes",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("label_fr", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("synonyms", ARRAY(Text), nullable=False),
    Column("version", Integer, nullable=False),
)
