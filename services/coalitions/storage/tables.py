"""The tables of the coalitions service. What begins with ``known_`` was learned from others' facts."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from services.backbone.storage import metadata_with_backbone
from services.coalitions.domain.ballot import BallotResult, Elector
from services.coalitions.domain.charter import CharterVersion
from services.coalitions.domain.evidence import Evidence
from services.coalitions.domain.follow_up import Reply, WeakenedEvidence
from services.coalitions.domain.policy import DecisionRule
from services.coalitions.domain.position_parts import Editor
from services.coalitions.domain.proxy import Proxy
from services.coalitions.domain.text import Paragraph
from services.coalitions.storage.values import Values

metadata = metadata_with_backbone()

#: The backbone's own note of how far it has read the facts of each thing.
heard = metadata.tables["positions"]
moment = DateTime(timezone=True)

coalitions = Table(
    "coalitions",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("charter", Text, nullable=False),
    Column("charter_version", Integer, nullable=False),
    Column("charters", Values(list[CharterVersion]), nullable=False, server_default="[]"),
    Column("decisions", ARRAY(UUID), nullable=False, server_default="{}"),
    Column("themes", ARRAY(Text), nullable=False),
    Column("visibility", Text, nullable=False),
    Column("convener", UUID, index=True),
    Column("steering", ARRAY(UUID), nullable=False),
    Column("policy", Values(list[DecisionRule]), nullable=False),
    Column("state", Text, nullable=False),
    Column("founded_at", moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_coalitions_themes", "themes", postgresql_using="gin"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("coalition", UUID, ForeignKey("coalitions.id"), nullable=False),
    Column("organisation", UUID, nullable=False, index=True),
    Column("category", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", moment, nullable=False),
    Column("invited_until", moment, index=True),
    Column("accepted_charter", Integer),
    Column("accept_until", moment, index=True),
    Column("demoted", Boolean, nullable=False, server_default="false"),
    Column("applied_by", UUID),
    UniqueConstraint("coalition", "organisation"),
)

coalition_activity = Table(
    "coalition_activity",
    metadata,
    Column("coalition", UUID, ForeignKey("coalitions.id"), primary_key=True),
    Column("last_at", moment, nullable=False, index=True),
)

positions = Table(
    "common_positions",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("coalition", UUID, ForeignKey("coalitions.id"), nullable=False, index=True),
    Column("visibility", Text, nullable=False),
    Column("position_kind", Text, nullable=False),
    Column("decision_class", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("themes", ARRAY(Text), nullable=False),
    Column("paragraphs", Values(list[Paragraph]), nullable=False),
    Column("last_paragraph", Integer, nullable=False),
    Column("text_version", Integer, nullable=False),
    Column("evidence", Values(list[Evidence]), nullable=False),
    Column("cited", ARRAY(UUID), nullable=False),
    Column("no_evidence_reason", Text),
    Column("language", Text),
    Column("concerns", UUID),
    Column("editors", Values(list[Editor]), nullable=False),
    Column("state", Text, nullable=False),
    Column("drafted_at", moment, nullable=False),
    Column("amendments_close_at", moment),
    Column("amendments_extended", Boolean, nullable=False),
    Column("no_amendment", ARRAY(UUID), nullable=False),
    Column("open_pids", ARRAY(Text)),
    Column("decision_close_at", moment),
    Column("sign_off_closes_at", moment),
    Column("embargo_until", moment),
    Column("supersedes", UUID),
    Column("published_at", moment),
    Column("retraction", Text),
    Column("members_counted", Integer),
    Column("replies", Values(list[Reply]), nullable=False, server_default="[]"),
    Column("weakened", Values(list[WeakenedEvidence]), nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False),
    Index("ix_common_positions_themes", "themes", postgresql_using="gin"),
    Index("ix_common_positions_cited", "cited", postgresql_using="gin"),
    Index("ix_common_positions_evidence", "evidence", postgresql_using="gin"),
    Index("ix_common_positions_amendments_due", "amendments_close_at", postgresql_where=text("state = 'AMENDMENT'")),
    Index("ix_common_positions_decision_due", "decision_close_at", postgresql_where=text("state = 'DECISION'")),
    Index("ix_common_positions_sign_off_due", "sign_off_closes_at", postgresql_where=text("state = 'SIGN_OFF'")),
)

texts = Table(
    "position_texts",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("position", UUID, ForeignKey("common_positions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("paragraphs", Values(list[Paragraph]), nullable=False),
    Column("frozen_at", moment, nullable=False),
    UniqueConstraint("position", "number"),
)

amendments = Table(
    "amendments",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("position", UUID, ForeignKey("common_positions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("base_text_version", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("pid", Text),
    Column("new_text", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("organisation", UUID, nullable=False),
    Column("submitted_by", UUID, nullable=False),
    Column("submitted_at", moment, nullable=False),
    Column("co_sponsors", ARRAY(UUID), nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_at", moment),
    Column("decided_by", UUID),
    Column("decision_reason", Text),
    Column("final_text", Text),
    Column("applied_order", Integer, nullable=False),
    Column("promoted_to", UUID),
    UniqueConstraint("position", "number"),
)

ballots = Table(
    "ballots",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("position", UUID, ForeignKey("common_positions.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("text_version", Integer, nullable=False),
    Column("rule", Values(DecisionRule), nullable=False),
    Column("electorate", Values(list[Elector]), nullable=False),
    Column("items", ARRAY(UUID), nullable=False),
    Column("hide_results", Boolean, nullable=False),
    Column("opens_at", moment, nullable=False),
    Column("closes_at", moment, nullable=False),
    Column("extended", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("closed_at", moment),
    Column("result", Values(BallotResult)),
    Column("proxies", Values(list[Proxy]), nullable=False, server_default="[]"),
    UniqueConstraint("position", "round"),
)

stances = Table(
    "stances",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("ballot", UUID, ForeignKey("ballots.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("amendment", UUID),
    Column("organisation", UUID, nullable=False),
    Column("person", UUID, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text),
    Column("pids", ARRAY(Text), nullable=False),
    Column("holder", UUID),
    Column("at", moment, nullable=False),
    UniqueConstraint("ballot", "number"),
)

signatures = Table(
    "signatures",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("position", UUID, ForeignKey("common_positions.id"), nullable=False),
    Column("organisation", UUID, nullable=False),
    Column("state", Text, nullable=False),
    Column("reservation", Text),
    Column("signed_by", UUID),
    Column("answered_at", moment),
    UniqueConstraint("position", "organisation"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("position", UUID, ForeignKey("common_positions.id"), nullable=False, index=True),
    Column("target", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("response", Text, nullable=False),
    Column("responded_on", Date),
    Column("review_due_on", Date, nullable=False),
    Column("review_told_at", moment),
    Column("review", Text),
    Column("reviewed_on", Date),
    Index("ix_deliveries_review_due", "review_due_on", postgresql_where=text("review_told_at IS NULL")),
)

consultations = Table(
    "consultations",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("coalition", UUID, ForeignKey("coalitions.id"), nullable=False, index=True),
    Column("visibility", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("themes", ARRAY(Text), nullable=False),
    Column("opens_at", moment),
    Column("closes_at", moment),
    Column("state", Text, nullable=False),
    Column("voters", Integer, nullable=False),
    Column("votes", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_consultations_themes", "themes", postgresql_using="gin"),
    Index("ix_consultations_due", "closes_at", postgresql_where=text("state = 'OPEN'")),
)

statements = Table(
    "statements",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("consultation", UUID, ForeignKey("consultations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reference", Text),
    Column("body", Text, nullable=False),
    Column("author", UUID),
    Column("state", Text, nullable=False),
    Column("at", moment, nullable=False),
    UniqueConstraint("consultation", "number"),
    UniqueConstraint("consultation", "reference"),
)

votes = Table(
    "votes",
    metadata,
    Column("statement", UUID, ForeignKey("statements.id"), primary_key=True),
    Column("voter", UUID, primary_key=True),
    Column("consultation", UUID, ForeignKey("consultations.id"), nullable=False),
    Column("vote", SmallInteger, nullable=False),
    Column("at", moment, nullable=False),
    Column("order", Integer, nullable=False),
    Index("ix_votes_counted", "consultation", "statement", "vote"),
)

voters = Table(
    "voters",
    metadata,
    Column("consultation", UUID, ForeignKey("consultations.id"), primary_key=True),
    Column("voter", UUID, primary_key=True),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("coalition", UUID, ForeignKey("coalitions.id"), nullable=False, index=True),
    Column("coalition_slug", Text, nullable=False),
    Column("project", UUID, nullable=False, index=True),
    Column("project_slug", Text, nullable=False),
    Column("project_name", Text, nullable=False),
    Column("themes", ARRAY(Text), nullable=False),
    Column("cause", UUID),
    Column("cause_type", Text),
    Column("state", Text, nullable=False),
    Column("proposed_at", moment, nullable=False),
    Column("expires_at", moment, nullable=False),
    Column("answered_at", moment),
    Column("answered_by", UUID),
    Column("version", Integer, nullable=False),
    UniqueConstraint("coalition", "project"),
    Index("ix_suggestions_overdue", "expires_at", postgresql_where=text("state = 'PROPOSED'")),
)

known_projects = Table(
    "known_projects",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("themes", ARRAY(Text), nullable=False),
    Column("stage", Text),
    Column("lifecycle", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("founders", ARRAY(UUID), nullable=False),
    Column("incubator", UUID),
    Column("ended_because", Text),
    Index("ix_known_projects_themes", "themes", postgresql_using="gin"),
)

known_metrics = Table(
    "known_metrics",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("project", UUID, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("value", Double),
    Column("unit", Text, nullable=False),
    Index("ix_known_metrics_indicator", "project", "indicator"),
)

known_events = Table(
    "known_events",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("state", Text, nullable=False),
    Column("visibility", Text, nullable=False),
)

known_organisations = Table(
    "known_organisations",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False),
    Column("name", Text),
    Column("state", Text, nullable=False),
)

known_mandates = Table(
    "known_mandates",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person", UUID, nullable=False),
    Column("organisation", UUID, nullable=False),
    Column("coalition", UUID, nullable=False),
    Column("mandate_kind", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("ended", Boolean, nullable=False),
    Index("ix_known_mandates_person", "person", "coalition"),
)
