"""Accept or dismiss a suggestion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import not_found
from services.coalitions.domain.permissions import answers_suggestions
from services.coalitions.domain.suggestion import SuggestionAnswer
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True, kw_only=True)
class AnswerSuggestion:
    suggestion: UUID
    answer: SuggestionAnswer
    reason: str | None = None
    expected_version: int | None = None


def answer_suggestion(command: AnswerSuggestion, work: CoalitionsWork) -> dict[str, Any]:
    """PROPOSED -> ACCEPTED | DISMISSED; it does nothing by itself."""
    suggestion = work.suggestions.get(command.suggestion)
    coalition = work.coalitions.look(suggestion.coalition)
    project = work.projects.known(suggestion.project)
    founders = project.founders if project else []
    if not answers_suggestions(work.actor, coalition, suggestion.project, founders):
        raise not_found("suggestion", command.suggestion)
    work.expect(suggestion, command.expected_version)
    suggestion.answer(command.answer, coalition, founders, reason=command.reason, by=work.actor, now=work.now)
    return {"id": suggestion.id, "version": suggestion.version}
