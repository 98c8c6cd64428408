"""Who may see and do what in a coalition: pure functions of who asks (domain.md section 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.rules import refuse_unless


class Convened(Protocol):
    """What of a coalition decides over permissions."""

    id: UUID
    convener: UUID | None
    visibility: str

    @property
    def steered_by(self) -> set[UUID]: ...


def convenes(actor: Actor, coalition: Convened) -> bool:
    """Whether the actor runs the coalition's agenda: its convener, or the network's administrators."""
    return actor.is_admin or convenes_in_person(actor, coalition)


def convenes_in_person(actor: Actor, coalition: Convened) -> bool:
    """Whether the actor is the convener, by founding or by grant."""
    founded = actor.id is not None and actor.id == coalition.convener
    return founded or actor.has("CONVENER", f"coalition/{coalition.id}")


def steers(actor: Actor, coalition: Convened, speaks_for: Iterable[UUID] = ()) -> bool:
    """Whether the actor takes part in steering: by grant, or with the mandate of an organisation in steering."""
    return actor.has("STEERING", f"coalition/{coalition.id}") or not coalition.steered_by.isdisjoint(speaks_for)


def sees_inside(actor: Actor, coalition: Convened, mandated: bool) -> bool:
    """Whether what is not published is shown: to convener, steering, those with a mandate here, and the direction."""
    return convenes(actor, coalition) or steers(actor, coalition) or mandated or actor.has("DIRECTOR")


def sees(actor: Actor, coalition: Convened, mandated: bool) -> bool:
    """Whether the coalition itself is shown to the actor."""
    if coalition.visibility == "PUBLIC" or (coalition.visibility == "NETWORK" and actor.signed_in):
        return True
    return sees_inside(actor, coalition, mandated)


def speaks_officially_for(actor: Actor, organisation: UUID) -> bool:
    """Whether the actor administers the organisation and so may apply, accept or leave in its name."""
    return actor.is_admin or actor.has("ORG_ADMIN", f"organisation/{organisation}")


def answers_suggestions(actor: Actor, coalition: Convened, project: UUID, founders: list[UUID]) -> bool:
    """Whether the actor may accept or dismiss a suggestion: the convener, or a founder of the project."""
    founder = actor.has("FOUNDER", f"project/{project}") or (actor.id is not None and actor.id in founders)
    return founder or convenes(actor, coalition)


def refuse_unless_convener(actor: Actor, coalition: Convened) -> None:
    """Refuse whoever does not run the coalition's agenda."""
    refuse_unless(
        convenes(actor, coalition),
        "FORBIDDEN",
        "coalition.convener_only",
        "Only the convener of the coalition may do this.",
    )
