"""Tell the network what a project looks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import needs
from services.incubator.domain.states import NeedKind
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class PublishNeed:
    project: UUID
    kind: NeedKind
    title: str
    themes: list[str] | None = None
    city: str | None = None
    expected_version: int | None = None


def publish_need(command: PublishNeed, work: IncubatorWork) -> dict[str, Any]:
    """On the project's own themes and in its city unless said otherwise."""
    project = project_for(work, command.project, command.expected_version)
    need = needs.publish_need(
        project, kind=command.kind, title=command.title, themes=command.themes, city=command.city,
        by=work.actor, now=work.now,
    )  # fmt: skip
    return answer_of(project, need=need)
