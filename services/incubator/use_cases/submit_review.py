"""Review an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.rules import not_found
from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class GivenGrade:
    criterion: str
    score: int
    comment: str


@dataclass(frozen=True, kw_only=True)
class SubmitReview:
    project: UUID
    grades: list[GivenGrade]
    ethics_veto: bool = False
    expected_version: int | None = None


def submit_review(command: SubmitReview, work: IncubatorWork) -> dict[str, Any]:
    """The reviewer's grades of 1 to 5 with a comment each; again replaces the first."""
    project = project_for(work, command.project, command.expected_version)
    if project.application is None:
        raise not_found("application", project.id)
    call = work.calls.read(project.application.call_id)
    admission.submit_review(
        project,
        call,
        scores={grade.criterion: grade.score for grade in command.grades},
        comments={grade.criterion: grade.comment for grade in command.grades},
        ethics_veto=command.ethics_veto,
        by=work.actor,
        now=work.now,
    )
    return answer_of(project)
