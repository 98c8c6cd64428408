"""Say something else of a project."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.incubator.domain import details
from services.incubator.domain.states import Visibility
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class DescribeProject:
    """What is left out stays; an empty text takes an optional one away."""

    project: UUID
    name: str | None = None
    pitch: str | None = None
    description: str | None = None
    city: str | None = None
    country: str | None = None
    website: str | None = None
    repository: str | None = None
    founded_on: date | None = None
    visibility: Visibility | None = None
    expected_version: int | None = None


def describe_project(command: DescribeProject, work: IncubatorWork) -> dict[str, Any]:
    """By a founder or the staff; its slug stays."""
    project = project_for(work, command.project, command.expected_version)
    said = {name: value for name, value in asdict(command).items() if name not in ("project", "expected_version")}
    details.describe(project, by=work.actor, now=work.now, **said)
    return answer_of(project)
