"""What only the domain can say: the gate of the next stage, the ways from here. The very guards of the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.backbone.history import histories_of
from services.backbone.perform import Reader
from services.incubator.domain.gates import GateState, gate_of
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.permissions import is_insider, is_staff
from services.incubator.domain.project import Project
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.stage_moves import carry_over
from services.incubator.domain.transitions import allowed_transitions
from services.incubator.queries.asked import ByIds
from services.incubator.queries.visibility import visible
from services.incubator.storage import mapping as mapping
from services.incubator.storage.tables import incubators, projects


def gates_by_project_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """The gate to the next stage of each project: criteria, met or not, with their evidence; None in the last stage."""
    return _explained(asked, reader, lambda project, model: _gate(project, model, reader))


def transitions_by_project_ids(asked: ByIds, reader: Reader) -> list[list[dict[str, Any]] | None]:
    """Where each project may go from here, for whoever asks: ``[{to, is_next, blocked_by}]``, one the next stage."""

    def ways(project: Project, model: StageModel) -> list[dict[str, Any]]:
        found = allowed_transitions(project, model, reader.actor, reader.now)
        following = model.next_after(project.stage) if project.stage in model.codes else None
        return [
            {
                "to": way.to,
                "is_next": following is not None and way.to == following.code,
                "blocked_by": [asdict(blocker) for blocker in way.blocked_by],
            }
            for way in found
        ]

    return _explained(asked, reader, ways)


def changes_by_project_ids(asked: ByIds, reader: Reader) -> list[list[dict[str, Any]] | None]:
    """Who did what when; reasons are for those who see a project's private side."""
    histories = histories_of(reader.connection, [f"project/{identity}" for identity in asked.ids])

    def changes(project: Project, model: StageModel) -> list[dict[str, Any]]:
        rows = histories[project.subject]
        return rows if is_insider(reader.actor, project) else [{**row, "reason": None} for row in rows]

    return _explained(asked, reader, changes)


def applications_by_project_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """The latest application of each project. Reviews are for the staff, the decision for the founders too."""

    def application(project: Project, model: StageModel) -> dict[str, Any] | None:
        latest = project.application
        if latest is None or not is_insider(reader.actor, project):
            return None
        by_staff = any(reader.actor.id == reviewer for reviewer in latest.reviewers) or is_staff(
            reader.actor, project.incubator_id
        )
        return {
            "id": latest.id,
            "call": latest.call_id,
            "applicant": latest.applicant,
            "answers": [{"question": code, "answer": text} for code, text in latest.answers.items()],
            "submitted_at": latest.submitted_at,
            "reviewers": latest.reviewers if by_staff else [],
            "reviews": [_review(review) for review in latest.reviews] if by_staff else [],
            "decided_at": latest.decided_at,
            "decline_reason": latest.decline_reason,
            "decline_message": latest.decline_message,
        }

    return _explained(asked, reader, application)


def _review(review: Any) -> dict[str, Any]:
    return {
        "id": review.id,
        "reviewer": review.reviewer,
        "grades": [
            {"criterion": criterion, "score": score, "comment": review.comments.get(criterion, "")}
            for criterion, score in review.scores.items()
        ],
        "ethics_veto": review.ethics_veto,
        "submitted_at": review.submitted_at,
    }


def _explained(asked: ByIds, reader: Reader, explain: Callable[[Project, StageModel], Any]) -> list[Any]:
    with Session(reader.connection) as session:
        query = select(Project).where(projects.c.id.in_(asked.ids), visible(reader.actor))
        found = {project.id: project for project in session.scalars(query)}
        houses = {project.incubator_id for project in found.values()}
        models = {
            incubator.id: incubator.stage_model
            for incubator in session.scalars(select(Incubator).where(incubators.c.id.in_(houses)))
        }
        for project in found.values():
            # As the next command would bring it; nothing is written.
            carry_over(project, models[project.incubator_id], now=reader.now)
        session.expunge_all()
        return [
            explain(found[identity], models[found[identity].incubator_id]) if identity in found else None
            for identity in asked.ids
        ]


def _gate(project: Project, model: StageModel, reader: Reader) -> dict[str, Any] | None:
    gate = gate_of(project, model)
    return _gate_row(gate, is_insider(reader.actor, project)) if gate else None


def _gate_row(gate: GateState, insider: bool) -> dict[str, Any]:
    return {
        "from_stage": gate.from_stage,
        "to_stage": gate.to_stage,
        "met": gate.met,
        "criteria": [
            {
                "code": state.criterion.code,
                "label_fr": state.criterion.label_fr,
                "label_en": state.criterion.label_en,
                "mandatory": state.criterion.mandatory,
                "evidence_kinds": state.criterion.evidence_kinds,
                "met": state.met,
                "evidence": [
                    {
                        "id": piece.id,
                        "kind": piece.kind,
                        "ref": piece.ref,
                        "note": piece.note if insider else None,
                        "counts": piece.counted_at is not None,
                        "recorded_at": piece.recorded_at,
                        "cause": piece.cause,
                    }
                    for piece in state.evidence
                ],
            }
            for state in gate.criteria
        ],
    }
