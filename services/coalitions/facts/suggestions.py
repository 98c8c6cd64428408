"""What is told of a project that is suggested to a coalition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact


@dataclass(frozen=True, kw_only=True)
class SuggestionFact(Fact):
    """A project on a theme that a coalition shares; ``cause`` is the fact that made it be suggested."""

    suggestion: UUID
    coalition: UUID
    coalition_slug: str
    project: UUID
    project_slug: str
    project_name: str
    themes: list[str]


@dataclass(frozen=True, kw_only=True)
class SuggestionProposed(SuggestionFact):
    """A project is suggested to a coalition."""

    type: ClassVar[str] = "suggestion.proposed"
    cause: UUID | None
    cause_type: str | None = field(default=None)


@dataclass(frozen=True, kw_only=True)
class SuggestionAnswered(SuggestionFact):
    """A suggestion was accepted or dismissed."""

    type: ClassVar[str] = "suggestion.answered"
    answer: str


@dataclass(frozen=True, kw_only=True)
class SuggestionExpired(SuggestionFact):
    """Nobody answered a suggestion."""

    type: ClassVar[str] = "suggestion.expired"
