"""The incubator service's tables. Every part of a project hangs on its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR, UUID

from services.backbone.storage import metadata_with_backbone
from services.incubator.domain.states import (
    ChangeState,
    Direction,
    EvidenceKind,
    Lifecycle,
    MentorState,
    MilestoneState,
    NeedKind,
    NeedState,
    Visibility,
)
from services.incubator.storage.columns import Codes, Questions, StageModels

metadata = metadata_with_backbone()

_moment = DateTime(timezone=True)
_ids = ARRAY(UUID, as_tuple=True)
_texts = ARRAY(Text, as_tuple=True)


def _of_project() -> Column[Any]:
    return Column("project_id", UUID, ForeignKey("projects.id", ondelete="CASCADE"), nullable=False, index=True)


incubators = Table(
    "incubators",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("website", Text),
    Column("stage_model", StageModels, nullable=False),
    Column("created_at", _moment, nullable=False),
    Column("version", Integer, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("incubator_id", UUID, ForeignKey("incubators.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("opens_at", _moment, nullable=False),
    Column("closes_at", _moment, nullable=False),
    Column("questions", Questions, nullable=False),
    Column("grid", _texts, nullable=False),
    Column("version", Integer, nullable=False),
)

#: From which day an active project stalls; for all others, and without an expectation, far away.
STALLING_ON = "CASE WHEN lifecycle = 'ACTIVE' THEN coalesce(stalls_on, '9999-12-31'::date) ELSE '9999-12-31'::date END"

WORKING = "lifecycle IN ('ACTIVE', 'PAUSED')"
SHOWN = "lifecycle NOT IN ('APPLIED', 'DECLINED', 'UNDER_REVIEW', 'WITHDRAWN')"

#: The stems of those words in French and in English, accents left out.
SEARCH_WORDS = "to_tsvector('french', plain(search_text)) || to_tsvector('english', plain(search_text))"

#: ``search_text``: what a search looks through; kept by the mapping. ``stalling_on``: what a board is sorted by.
projects = Table(
    "projects",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("incubator_id", UUID, ForeignKey("incubators.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("pitch", Text),
    Column("description", Text),
    Column("themes", _texts, nullable=False),
    Column("city", Text),
    Column("country", Text),
    Column("website", Text),
    Column("repository", Text),
    Column("founded_on", Date),
    Column("founders", _ids, nullable=False),
    Column("host_organisation", UUID),
    Column("visibility", Codes(Visibility), nullable=False),
    Column("lifecycle", Codes(Lifecycle), nullable=False),
    Column("stage", Text, nullable=False),
    Column("stage_since", Date, nullable=False),
    Column("stage_model_version", Integer, nullable=False),
    Column("stalls_on", Date),
    Column("stalled_told", Boolean, nullable=False),
    Column("history_recorded", Boolean, nullable=False),
    Column("charter_accepted_by", _ids, nullable=False),
    Column("paused_until", Date),
    Column("pause_told", Boolean, nullable=False),
    Column("ended_on", Date),
    Column("stop_reason", Text),
    Column("lesson", Text),
    Column("lesson_shareable", Boolean, nullable=False),
    Column("quoted_in", _ids, nullable=False),
    Column("admitted_on", Date),
    Column("update_due_on", Date),
    Column("update_told", Boolean, nullable=False, server_default=text("false")),
    Column("stalling_on", Date, Computed(STALLING_ON, persisted=True), nullable=False),
    Column("created_at", _moment, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("search_words", TSVECTOR, Computed(SEARCH_WORDS, persisted=True), nullable=False),
    Column("version", Integer, nullable=False),
    # What stays refer to, and all that a pipeline reads of the projects of one incubator.
    UniqueConstraint(
        "incubator_id",
        "id",
        postgresql_include=["visibility", "lifecycle", "stage", "stage_since", "admitted_on"],
    ),
    Index("ix_projects_incubator_stage", "incubator_id", "lifecycle", "stage"),
    Index("ix_projects_themes", "themes", postgresql_using="gin"),
    Index("ix_projects_founders", "founders", postgresql_using="gin"),
    Index("ix_projects_board", "incubator_id", "stage", "stalling_on", "id", postgresql_where=text(WORKING)),
    # What a count of all that anybody may see reads, and nothing else: many rows in few pages.
    Index("ix_projects_shown", "visibility", postgresql_where=text(SHOWN)),
    Index("ix_projects_stalling_first", "stalling_on", "id"),
    Index("ix_projects_created_at", "created_at", "id"),
    Index("ix_projects_admitted_on", "admitted_on"),
    Index(
        "ix_projects_update_due",
        "update_due_on",
        postgresql_where=text("lifecycle = 'ACTIVE' AND NOT update_told AND update_due_on IS NOT NULL"),
    ),
    Index("ix_projects_name", text("plain(name)"), "id"),
    Index("ix_projects_stage_since", "stage_since", "id"),
    Index("ix_projects_city", text("plain(city)")),
    Index(
        "ix_projects_search",
        literal_column("plain(search_text)").label("searched"),
        postgresql_using="gin",
        postgresql_ops={"searched": "gin_trgm_ops"},
    ),
    Index("ix_projects_search_words", "search_words", postgresql_using="gin"),
    Index(
        "ix_projects_stalling",
        "stalls_on",
        postgresql_where=text("lifecycle = 'ACTIVE' AND NOT stalled_told AND stalls_on IS NOT NULL"),
    ),
)

#: ``incubator_id`` is the project's, as the foreign key sees to: the stays of one incubator lie side by side.
stays = Table(
    "stage_stays",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("incubator_id", UUID, nullable=False),
    Column("project_id", UUID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("entered_on", Date, nullable=False),
    Column("left_on", Date),
    Column("direction", Codes(Direction), nullable=False),
    ForeignKeyConstraint(
        ["incubator_id", "project_id"],
        ["projects.incubator_id", "projects.id"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
    Index(
        "ix_stage_stays_of_incubator",
        "incubator_id",
        "project_id",
        "seq",
        postgresql_include=["stage", "entered_on", "left_on", "direction"],
    ),
    # Deferred, because a history that is recorded anew is inserted before the old rows are deleted.
    UniqueConstraint("project_id", "seq", deferrable=True, initially="DEFERRED"),
)

exits = Table(
    "project_exits",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("seq", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("state", Codes(Lifecycle), nullable=False),
    Column("on", Date, nullable=False),
    Column("reason", Text),
    UniqueConstraint("project_id", "seq", deferrable=True, initially="DEFERRED"),
)

milestones = Table(
    "milestones",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("title", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Codes(MilestoneState), nullable=False),
    Column("planned_at", _moment, nullable=False),
    Column("settled_at", _moment),
    Column("evidence_kind", Codes(EvidenceKind)),
    Column("evidence_ref", Text),
    Column("reason", Text),
    Index("ix_milestones_planned", "due_on", postgresql_where=text("state = 'PLANNED'")),
)

updates = Table(
    "project_updates",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("text", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("written_by", UUID),
    Column("written_at", _moment, nullable=False),
)

quotations = Table(
    "quotations",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("position", UUID, nullable=False, index=True),
    Column("slug", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("told_at", _moment, nullable=False),
    Column("reply_until", _moment, nullable=False),
    Column("reply", Text),
    Column("replied_by", UUID),
    Column("replied_at", _moment),
    UniqueConstraint("project_id", "position"),
)

applications = Table(
    "applications",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("call_id", UUID, ForeignKey("calls.id"), nullable=False, index=True),
    Column("applicant", UUID, nullable=False),
    Column("answers", JSONB, nullable=False),
    Column("submitted_at", _moment, nullable=False),
    Column("reviewers", _ids, nullable=False),
    Column("conflicted", _ids, nullable=False),
    Column("decided_at", _moment),
    Column("decline_reason", Text),
    Column("decline_message", Text),
    Index("ix_applications_reviewers", "reviewers", postgresql_using="gin"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("application_id", UUID, ForeignKey("applications.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reviewer", UUID, nullable=False),
    Column("scores", JSONB, nullable=False),
    Column("comments", JSONB, nullable=False),
    Column("ethics_veto", Boolean, nullable=False),
    Column("submitted_at", _moment, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("criterion", Text, nullable=False),
    Column("kind", Codes(EvidenceKind), nullable=False),
    Column("ref", Text, nullable=False),
    Column("note", Text),
    Column("recorded_by", UUID),
    Column("recorded_at", _moment, nullable=False),
    Column("counted_at", _moment),
    Column("cause", UUID),
    Index("ix_evidence_waiting", "ref", postgresql_where=text("counted_at IS NULL")),
)

recommendations = Table(
    "recommendations",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("stage", Text, nullable=False),
    Column("stay", Integer, nullable=False),
    Column("mentor", UUID, nullable=False),
    Column("note", Text),
    Column("given_at", _moment, nullable=False),
)

changes = Table(
    "stage_changes",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("from_stage", Text, nullable=False),
    Column("to_stage", Text, nullable=False),
    Column("state", Codes(ChangeState), nullable=False),
    Column("proposed_by", UUID),
    Column("proposed_at", _moment, nullable=False),
    Column("note", Text),
    Column("decided_by", UUID),
    Column("decided_at", _moment),
    Column("reason", Text),
    Column("waived", _texts, nullable=False),
    Index("ux_stage_changes_open", "project_id", unique=True, postgresql_where=text("state = 'PROPOSED'")),
)

mentors = Table(
    "mentor_assignments",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("mentor", UUID, nullable=False, index=True),
    Column("state", Codes(MentorState), nullable=False),
    Column("primary", Boolean, nullable=False),
    Column("since", Date, nullable=False),
    Column("ended_on", Date),
)

needs = Table(
    "needs",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("kind", Codes(NeedKind), nullable=False),
    Column("title", Text, nullable=False),
    Column("themes", _texts, nullable=False),
    Column("city", Text),
    Column("state", Codes(NeedState), nullable=False),
    Column("published_at", _moment, nullable=False),
    Column("expires_on", Date, nullable=False),
    Index("ix_needs_open", "expires_on", postgresql_where=text("state = 'OPEN'")),
)

metrics = Table(
    "metric_records",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("indicator", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("source", Text),
    Column("disclosed", Boolean, nullable=False),
    Column("recorded_at", _moment, nullable=False),
    Column("supersedes", UUID),
)

timeline = Table(
    "timeline_entries",
    metadata,
    Column("id", UUID, primary_key=True),
    _of_project(),
    Column("at", _moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("cause", UUID),
    Column("for_team", Boolean, nullable=False, server_default=text("false")),
    Index("ix_timeline_entries_project_at", "project_id", "at", "id"),
)

known_events = Table(
    "known_events",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("event_kind", Text),
    Column("project_id", UUID),
    Column("held_at", _moment),
    Column("reported_at", _moment),
)

#: The taxonomy as people told it; a search finds a project by what its themes are called in either language.
known_themes = Table(
    "known_themes",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("label_fr", Text, nullable=False),
    Column("label_en", Text, nullable=False),
)

known_positions = Table(
    "known_positions",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("published_at", _moment, nullable=False),
)
