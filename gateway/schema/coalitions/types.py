"""The types of coalitions, in one place for whoever refers to them."""

from gateway.schema.coalitions.coalition import Coalition, Membership
from gateway.schema.coalitions.consultation import Consultation, Statement
from gateway.schema.coalitions.position import Amendment, Ballot, Position
from gateway.schema.coalitions.suggestion import Suggestion

__all__ = [
    "Amendment",
    "Ballot",
    "Coalition",
    "Consultation",
    "Membership",
    "Position",
    "Statement",
    "Suggestion",
]
