"""What a decision acts on, said when it is drafted: nobody votes on one thing and finds another done."""

from __future__ import annotations

from uuid import UUID

from services.backbone.rules import BrokenRule, not_found, refuse_unless
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position_parts import PositionState
from services.coalitions.use_cases.ports import CoalitionsWork


def checked_concern(
    thing: UUID | None, decision_class: DecisionClass, coalition: Coalition, work: CoalitionsWork
) -> UUID | None:
    """A published position, which a POLICY retracts; a member, which a CALL expels, or this coalition, which it closes.

    A CALL about nothing else is about the words of the call and the charter.
    """
    if thing is None:
        return None
    if decision_class == DecisionClass.POLICY:
        refuse_unless(
            _state_here(thing, coalition, work) == PositionState.PUBLISHED,
            "VALIDATION",
            "position.concern_not_published",
            "Only a position that is published can be retracted.",
            field="concerns",
        )
    elif decision_class == DecisionClass.CALL:
        members = (one.organisation for one in coalition.memberships if not one.is_gone)
        if thing != coalition.id and thing not in members:
            raise not_found("member", thing)
    else:
        raise BrokenRule(
            "VALIDATION",
            "position.concerns_nothing",
            "Only a POLICY (which retracts a position) and a CALL (which expels a member or closes the coalition) act "
            "on something.",
            field="concerns",
        )
    return thing


def checked_predecessor(position: UUID | None, coalition: Coalition, work: CoalitionsWork) -> UUID | None:
    """A published position of this coalition, which a new one is to supersede."""
    if position is not None:
        refuse_unless(
            _state_here(position, coalition, work) == PositionState.PUBLISHED,
            "VALIDATION",
            "position.supersedes_unpublished",
            "Only a position that is published can be superseded.",
            field="supersedes",
        )
    return position


def _state_here(position: UUID, coalition: Coalition, work: CoalitionsWork) -> str:
    found = work.positions.find(id=position, coalition=coalition.id)
    if found is None:
        raise not_found("position", position)
    return found.state
