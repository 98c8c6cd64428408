"""What this service reads of the others' facts: only the fields it needs; whatever else they carry is ignored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ProjectCard:
    """Of every fact of a project that shows it as it stands, such as ``project.recorded``."""

    project: UUID
    slug: str
    name: str
    visibility: str = "PUBLIC"
    themes: tuple[str, ...] = ()
    city: str | None = None
    founders: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NeedPublished:
    """Of ``project.need_published``."""

    project: UUID
    need: UUID
    kind: str
    name: str | None = None
    title: str | None = None
    themes: tuple[str, ...] = ()
    city: str | None = None
    visibility: str = "PUBLIC"


@dataclass(frozen=True, kw_only=True)
class StageChanged:
    """Of ``project.stage_changed``."""

    project: UUID
    to: str
    direction: str | None = None
    name: str | None = None
    visibility: str = "PUBLIC"


@dataclass(frozen=True, kw_only=True)
class ProjectStopped:
    """Of ``project.stopped``."""

    project: UUID


@dataclass(frozen=True, kw_only=True)
class CoalitionCard:
    """Of every fact of a coalition that shows it as it stands, such as ``coalition.founded``."""

    coalition: UUID
    slug: str
    name: str
    convener: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AmendmentsOpened:
    """Of ``position.amendment_opened``."""

    position: UUID
    coalition: UUID | None = None
    title: str | None = None
    themes: tuple[str, ...] = ()
    closes_at: datetime | None = None
    text_version: int = 1


@dataclass(frozen=True, kw_only=True)
class PositionPublished:
    """Of ``position.published``. ``recorded``: it was published elsewhere, before it came here."""

    position: UUID
    coalition: UUID | None = None
    title: str | None = None
    themes: tuple[str, ...] = ()
    recorded: bool = False
