"""Who may see an entry: what its owner said, and what people do among themselves. Pure.

The gateway judges the live log by the same rule (gateway/schema/activity.py), and may not import this one:
tests/gateway/test_activity.py holds both to the same answers.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from services.backbone.actor import Actor

#: Facts that carry no visibility and are about what anybody may see.
PUBLIC_TYPES = frozenset(
    {"incubator.recorded", "call.opened", "call.closed", "organisation.verified", "theme.recorded"}
)
#: Facts about what a thing's own people do among themselves, whoever may see the thing.
INTERNAL_TYPES = frozenset(
    {
        *("project.conflict_declared", "project.reviewers_assigned", "project.reviewed"),
        *("project.stage_proposed", "project.stage_refused", "project.stage_cancelled"),
        *("coalition.member_applied", "coalition.member_invited", "coalition.member_refused"),
        *("coalition.invitation_declined", "coalition.invitation_expired", "position.stance_cast"),
    }
)
#: Facts by which a thing may come to be seen by fewer than before: what was told of it earlier is seen by no more. When
#: a gathering is published, who may see it may see what it came from again.
SAY_WHO_SEES = frozenset(
    {
        *("project.described", "project.recorded"),
        *("event.taken_up", "event.edited", "event.recorded", "event.published"),
    }
)


class SeenBy(StrEnum):
    """By whom an entry is seen, beside the one who did what it tells."""

    PUBLIC = "PUBLIC"
    NETWORK = "NETWORK"
    PRIVATE = "PRIVATE"
    INTERNAL = "INTERNAL"


def seen_by(type_: str, visibility: object) -> SeenBy:
    """Who sees a fact of this type that carries this visibility; what says nothing clear is PRIVATE."""
    if type_ in INTERNAL_TYPES:
        return SeenBy.INTERNAL
    if visibility is None:
        return SeenBy.PUBLIC if type_ in PUBLIC_TYPES else SeenBy.PRIVATE
    return {"PUBLIC": SeenBy.PUBLIC, "NETWORK": SeenBy.NETWORK}.get(str(visibility), SeenBy.PRIVATE)


def fewer(one: SeenBy, other: SeenBy) -> SeenBy:
    """The one of both by which fewer see it."""
    return max(one, other, key=list(SeenBy).index)


def sees(actor: Actor) -> tuple[SeenBy, ...]:
    """What somebody sees of others: PUBLIC all, NETWORK who is signed in, PRIVATE administrators, INTERNAL nobody."""
    if actor.is_admin:
        return SeenBy.PUBLIC, SeenBy.NETWORK, SeenBy.PRIVATE
    return (SeenBy.PUBLIC, SeenBy.NETWORK) if actor.signed_in else (SeenBy.PUBLIC,)


def may_know(actor: Actor, person: UUID | None) -> bool:
    """Whether it is told who did something, and what else they did: to administrators, and to oneself."""
    return actor.is_admin or (person is not None and actor.id == person)


def may_link(actor: Actor) -> bool:
    """Whether it is told what was done in one request: together, two acts may tell whose they were."""
    return actor.is_admin or actor.has("DIRECTOR") or bool(actor.scopes("INCUBATOR_STAFF"))
