"""The words of gatherings: kinds, states and modes, as they stand in the API and in the facts."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    HOLD_UP = "HOLD_UP"
    MEETUP = "MEETUP"
    WORKSHOP = "WORKSHOP"
    DEMO_DAY = "DEMO_DAY"
    COALITION_MEETING = "COALITION_MEETING"
    TRAINING = "TRAINING"
    CONFERENCE = "CONFERENCE"


class EventState(StrEnum):
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    POSTPONED = "POSTPONED"
    HELD = "HELD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class EventMode(StrEnum):
    ONSITE = "ONSITE"
    ONLINE = "ONLINE"
    HYBRID = "HYBRID"


class Visibility(StrEnum):
    PUBLIC = "PUBLIC"
    NETWORK = "NETWORK"
    PRIVATE = "PRIVATE"


class ChallengeKind(StrEnum):
    NAMING = "NAMING"
    COMMUNITY_BASIS = "COMMUNITY_BASIS"
    COMMUNITY_BUILDING = "COMMUNITY_BUILDING"
    FEEDBACK = "FEEDBACK"
    OTHER = "OTHER"


class RegistrationState(StrEnum):
    PENDING_APPROVAL = "PENDING_APPROVAL"
    CONFIRMED = "CONFIRMED"
    WAITLISTED = "WAITLISTED"
    OFFERED = "OFFERED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    CANCELLED_BY_HOST = "CANCELLED_BY_HOST"
    OFFER_DECLINED = "OFFER_DECLINED"
    OFFER_EXPIRED = "OFFER_EXPIRED"
    EXPIRED = "EXPIRED"
    ATTENDED = "ATTENDED"
    NO_SHOW = "NO_SHOW"


#: Registrations that stand for a seat at the gathering, whether or not the person came in the end.
SEATED = frozenset({RegistrationState.CONFIRMED, RegistrationState.ATTENDED, RegistrationState.NO_SHOW})

#: Registrations that something can still become of; a person has at most one of these, or of SEATED, per gathering.
OPEN = frozenset(
    {
        RegistrationState.PENDING_APPROVAL,
        RegistrationState.CONFIRMED,
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
    }
)
