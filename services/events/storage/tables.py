"""The events service's tables. Of people they hold ids alone."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from services.backbone.storage import metadata_with_backbone
from services.events.domain.notices import NoticeKind, NoticeState
from services.events.domain.values import Accessibility, AgendaItem, Answer, Cause, Challenge, OutcomeReport, Place
from services.events.domain.vocabulary import EventKind, EventMode, EventState, RegistrationState, Visibility
from services.events.storage.values import Code, Record, Several

metadata = metadata_with_backbone()
moment = DateTime(timezone=True)

events = Table(
    "events",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("event_kind", Code(EventKind), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("themes", Several(Text), nullable=False),
    Column("languages", Several(Text), nullable=False),
    Column("website", Text),
    Column("visibility", Code(Visibility), nullable=False),
    Column("state", Code(EventState), nullable=False),
    Column("starts_at", moment, nullable=False),
    Column("ends_at", moment, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("all_day", Boolean, nullable=False),
    Column("time_proposed", Boolean, nullable=False),
    Column("mode", Code(EventMode), nullable=False),
    Column("place", Record(Place | None)),
    Column("online_url", Text),
    Column("accessibility", Record(Accessibility), nullable=False),
    Column("agenda", Record(tuple[AgendaItem, ...]), nullable=False),
    Column("organisers", Several(UUID), nullable=False),
    Column("facilitators", Several(UUID), nullable=False),
    Column("host_organisation", UUID),
    Column("project", UUID),
    Column("coalition", UUID),
    Column("position", UUID),
    Column("need", UUID),
    Column("challenge", Record(Challenge | None)),
    Column("cause", Record(Cause | None)),
    Column("suggestion", Text, unique=True),
    Column("reference", Text, unique=True),
    Column("capacity", Integer),
    Column("min_participants", Integer),
    Column("waiting_list", Boolean, nullable=False),
    Column("approval_required", Boolean, nullable=False),
    Column("registration_opens_at", moment),
    Column("registration_closes_at", moment),
    Column("questions", Several(Text), nullable=False, server_default="{}"),
    Column("confirmed", Integer, nullable=False),
    Column("offered", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("attended", Integer, nullable=False),
    Column("beyond_capacity", Integer, nullable=False),
    Column("calendar_sequence", Integer, nullable=False),
    Column("reconfirm_by", moment),
    Column("held_at", moment),
    Column("outcome", Record(OutcomeReport | None)),
    Column("created_at", moment, nullable=False),
    Column("changed_at", moment, nullable=False),
    CheckConstraint("capacity IS NULL OR confirmed + offered <= capacity + beyond_capacity", name="never_overbooked"),
    CheckConstraint("least(confirmed, offered, waiting, attended, beyond_capacity) >= 0", name="counts_are_counts"),
    CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
    Index("ix_events_city", text("plain(place ->> 'city')")),
    Column("searched", Text, Computed("plain(title || ' ' || description)", persisted=True)),
    Index("ix_events_searched", "searched", postgresql_using="gin", postgresql_ops={"searched": "gin_trgm_ops"}),
)

Index("ix_events_starts_at", events.c.starts_at, events.c.id)
Index("ix_events_created_at", events.c.created_at, events.c.id)
Index("ix_events_project", events.c.project, events.c.starts_at, postgresql_where=text("project IS NOT NULL"))
Index("ix_events_coalition", events.c.coalition, events.c.starts_at, postgresql_where=text("coalition IS NOT NULL"))
Index("ix_events_need", events.c.need, postgresql_where=text("need IS NOT NULL"))
Index("ix_events_themes", events.c.themes, postgresql_using="gin")
Index("ix_events_organisers", events.c.organisers, postgresql_using="gin")
Index("ix_events_to_be_held", events.c.ends_at, postgresql_where=text("state = 'PUBLISHED'"))
Index("ix_events_to_be_closed", events.c.held_at, postgresql_where=text("state = 'HELD'"))

registrations = Table(
    "registrations",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("event", UUID, ForeignKey("events.id"), nullable=False),
    Column("person", UUID, nullable=False, index=True),
    Column("state", Code(RegistrationState), nullable=False),
    Column("registered_at", moment, nullable=False),
    Column("eligible", Boolean, nullable=False),
    Column("walk_in", Boolean, nullable=False),
    Column("waitlisted_at", moment),
    Column("place_in_line", Integer),
    Column("offer_expires_at", moment),
    Column("attendance_at", moment),
    Column("reconfirm_by", moment),
    Column("cancelled_late", Boolean, nullable=False, server_default="false"),
    Column("needs", Text),
    Column("answers", Record(tuple[Answer, ...]), nullable=False, server_default="[]"),
    Column("changed_at", moment, nullable=False),
)

CURRENT = "state IN ('PENDING_APPROVAL', 'CONFIRMED', 'WAITLISTED', 'OFFERED', 'ATTENDED', 'NO_SHOW')"
Index(
    "uq_registrations_current",
    registrations.c.event,
    registrations.c.person,
    unique=True,
    postgresql_where=text(CURRENT),
)
Index(
    "ix_registrations_line",
    registrations.c.event,
    registrations.c.place_in_line,
    postgresql_where=text("state = 'WAITLISTED'"),
)
Index(
    "ix_registrations_offers",
    registrations.c.offer_expires_at,
    postgresql_where=text("state = 'OFFERED'"),
)
Index("ix_registrations_reconfirm_by", registrations.c.reconfirm_by, postgresql_where=text("reconfirm_by IS NOT NULL"))
Index(
    "ix_registrations_told",
    registrations.c.event,
    postgresql_where=text("needs IS NOT NULL OR answers <> '[]'::jsonb"),
)
Index("ix_registrations_event", registrations.c.event, registrations.c.registered_at)

known_projects = Table(
    "known_projects",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("themes", ARRAY(Text), nullable=False),
    Column("city", Text),
)

known_coalitions = Table(
    "known_coalitions",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("slug", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
)

#: Roles that follow from the others' facts: founders of a project, the convener of a coalition.
known_roles = Table(
    "known_roles",
    metadata,
    Column("person", UUID, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("scope", Text, primary_key=True, index=True),
)

#: The secret address of a person's own calendar: only what it is checked against.
calendar_addresses = Table(
    "calendar_addresses",
    metadata,
    Column("person", UUID, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("opened_at", moment, nullable=False),
)

#: Letters to write: one row for each thing that somebody is told, once. ``key`` names it for ever.
notices = Table(
    "notices",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Code(NoticeKind), nullable=False),
    Column("person", UUID, nullable=False, index=True),
    Column("event", UUID, ForeignKey("events.id"), nullable=False),
    Column("registration", UUID),
    Column("state", Code(NoticeState), nullable=False),
    Column("made_at", moment, nullable=False),
    Column("not_after", moment),
    Column("due_at", moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", moment),
    Column("last_error", Text),
)
Index("ix_notices_due", notices.c.due_at, postgresql_where=text("state IN ('WAITING', 'SENDING')"))

#: What a person does not want to be told, and the secret in the letters' unsubscribe address.
notice_choices = Table(
    "notice_choices",
    metadata,
    Column("person", UUID, primary_key=True),
    Column("unwanted", Several(Text), nullable=False, server_default="{}"),
    Column("unsubscribe_token", Text, nullable=False, unique=True),
)
