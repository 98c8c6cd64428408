"""Record the statements of a consultation that was held elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.rules import BrokenRule
from services.coalitions.domain.consultation import StatementState
from services.coalitions.domain.permissions import refuse_unless_convener
from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.refusals import refused


@dataclass(frozen=True, kw_only=True)
class StatementRecord:
    """``reference`` names the statement in the records; recorded again, it is brought up to date."""

    reference: str
    body: str
    at: datetime
    state: StatementState = StatementState.ACCEPTED


@dataclass(frozen=True, kw_only=True)
class RecordStatements:
    consultation: UUID
    statements: list[StatementRecord]
    dry_run: bool = False


def record_statements(command: RecordStatements, work: CoalitionsWork) -> dict[str, Any]:
    """Each statement is CREATED, CHANGED, UNCHANGED or REFUSED; the results stand in the order given."""
    held = consultation_in_hand(work, command.consultation)
    refuse_unless_convener(work.actor, held.coalition)
    results = []
    for record in command.statements:
        try:
            statement, outcome = held.consultation.record_statement(
                reference=record.reference, body=record.body, state=record.state, at=record.at
            )
        except BrokenRule as broken:
            results.append(refused(broken))
        else:
            results.append({"outcome": outcome, "id": statement.id, "problems": [], "notes": []})
    created, changed = (sum(one["outcome"] == outcome for one in results) for outcome in ("CREATED", "CHANGED"))
    if created or changed:
        held.consultation.say_statements_recorded(created=created, changed=changed)
    return {**held.answer, "results": results}
