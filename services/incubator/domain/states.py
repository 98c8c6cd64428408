"""The codes of states, kinds and reasons. Labels in any language are the gateway's business."""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    PUBLIC = "PUBLIC"
    NETWORK = "NETWORK"
    PRIVATE = "PRIVATE"


class Lifecycle(StrEnum):
    APPLIED = "APPLIED"
    UNDER_REVIEW = "UNDER_REVIEW"
    ADMITTED = "ADMITTED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    GRADUATED = "GRADUATED"
    STOPPED = "STOPPED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


#: An application is nobody's business but the applicants' and the reviewers', until it is admitted.
IN_APPLICATION = frozenset({Lifecycle.APPLIED, Lifecycle.UNDER_REVIEW, Lifecycle.DECLINED, Lifecycle.WITHDRAWN})
OPEN_APPLICATION = frozenset({Lifecycle.APPLIED, Lifecycle.UNDER_REVIEW})
RUNNING = frozenset({Lifecycle.ADMITTED, Lifecycle.ACTIVE, Lifecycle.PAUSED})
EXITED = frozenset({Lifecycle.GRADUATED, Lifecycle.STOPPED})


class Direction(StrEnum):
    """How a project came into a stage."""

    START = "START"
    FORWARD = "FORWARD"
    BACKWARD = "BACKWARD"
    SAME = "SAME"
    REOPENED = "REOPENED"


class ChangeState(StrEnum):
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"


class EvidenceKind(StrEnum):
    DOCUMENT = "DOCUMENT"
    URL = "URL"
    METRIC = "METRIC"
    EVENT = "EVENT"
    POSITION = "POSITION"


class MentorState(StrEnum):
    DESIRED = "DESIRED"
    IN_DISCUSSION = "IN_DISCUSSION"
    CONFIRMED = "CONFIRMED"
    ENDED = "ENDED"


class NeedKind(StrEnum):
    CHALLENGE = "CHALLENGE"
    SKILL = "SKILL"
    PARTNER = "PARTNER"
    FUNDING = "FUNDING"
    FIELD = "FIELD"


class NeedState(StrEnum):
    OPEN = "OPEN"
    MATCHED = "MATCHED"
    RESOLVED = "RESOLVED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class MilestoneState(StrEnum):
    PLANNED = "PLANNED"
    ACHIEVED = "ACHIEVED"
    MISSED = "MISSED"
    DROPPED = "DROPPED"


class StopReason(StrEnum):
    NO_PROBLEM = "NO_PROBLEM"
    NO_MARKET = "NO_MARKET"
    TEAM = "TEAM"
    FUNDING = "FUNDING"
    PIVOT = "PIVOT"
    ACQUIRED = "ACQUIRED"
    OTHER = "OTHER"


class DeclineReason(StrEnum):
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    OUT_OF_THEME = "OUT_OF_THEME"
    TOO_EARLY = "TOO_EARLY"
    TOO_LATE = "TOO_LATE"
    TEAM = "TEAM"
    IMPACT = "IMPACT"
    NO_PLACE = "NO_PLACE"
    OTHER = "OTHER"


class BackwardReason(StrEnum):
    PIVOT = "PIVOT"
    EVIDENCE_LOST = "EVIDENCE_LOST"
    MISCLASSIFIED = "MISCLASSIFIED"
    TEAM_CHANGE = "TEAM_CHANGE"
