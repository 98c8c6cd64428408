"""What people are told by letter: which notices there are, what they belong to, and for whom they still hold true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.events.domain.vocabulary import EventState, RegistrationState

R = RegistrationState


class NoticeTopic(StrEnum):
    """What people choose by: each notice belongs to one."""

    REGISTRATION = "REGISTRATION"
    CHANGES = "CHANGES"
    REMINDERS = "REMINDERS"
    AFTERWARDS = "AFTERWARDS"
    ORGANISING = "ORGANISING"


class NoticeKind(StrEnum):
    CONFIRMED = "CONFIRMED"
    WAITLISTED = "WAITLISTED"
    REJECTED = "REJECTED"
    OFFER = "OFFER"
    OFFER_LAPSED = "OFFER_LAPSED"
    LAST_PLACES = "LAST_PLACES"
    RECONFIRM = "RECONFIRM"
    NOT_RECONFIRMED = "NOT_RECONFIRMED"
    RESCHEDULED = "RESCHEDULED"
    POSTPONED = "POSTPONED"
    CANCELLED = "CANCELLED"
    DAY_BEFORE = "DAY_BEFORE"
    HOURS_BEFORE = "HOURS_BEFORE"
    AFTERWARDS = "AFTERWARDS"
    OUTCOME_DUE = "OUTCOME_DUE"
    TOO_FEW = "TOO_FEW"


class NoticeState(StrEnum):
    """SENDING was begun by somebody; after a while it is tried again, under the same Message-ID."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    SENT = "SENT"
    DROPPED = "DROPPED"
    FAILED = "FAILED"


K, T = NoticeKind, NoticeTopic

TOPICS: dict[NoticeKind, NoticeTopic] = {
    **dict.fromkeys((K.CONFIRMED, K.WAITLISTED, K.REJECTED, K.OFFER, K.OFFER_LAPSED, K.LAST_PLACES), T.REGISTRATION),
    **dict.fromkeys((K.RECONFIRM, K.NOT_RECONFIRMED, K.RESCHEDULED, K.POSTPONED, K.CANCELLED), T.CHANGES),
    **dict.fromkeys((K.DAY_BEFORE, K.HOURS_BEFORE), T.REMINDERS),
    K.AFTERWARDS: T.AFTERWARDS,
    **dict.fromkeys((K.OUTCOME_DUE, K.TOO_FEW), T.ORGANISING),
}

#: What the registration must still be for a notice about it to be true when it is sent.
STILL_TRUE_OF: dict[NoticeKind, frozenset[RegistrationState]] = {
    K.CONFIRMED: frozenset({R.CONFIRMED, R.ATTENDED}),
    K.WAITLISTED: frozenset({R.WAITLISTED}),
    K.REJECTED: frozenset({R.REJECTED}),
    K.OFFER: frozenset({R.OFFERED}),
    K.OFFER_LAPSED: frozenset({R.OFFER_EXPIRED}),
    K.LAST_PLACES: frozenset({R.WAITLISTED}),
    K.RECONFIRM: frozenset({R.CONFIRMED, R.WAITLISTED, R.PENDING_APPROVAL}),
    K.NOT_RECONFIRMED: frozenset({R.CANCELLED}),
    K.RESCHEDULED: frozenset({R.CONFIRMED, R.WAITLISTED, R.OFFERED, R.PENDING_APPROVAL}),
    K.POSTPONED: frozenset({R.CONFIRMED, R.WAITLISTED, R.OFFERED, R.PENDING_APPROVAL}),
    K.CANCELLED: frozenset({R.CANCELLED_BY_HOST}),
    K.DAY_BEFORE: frozenset({R.CONFIRMED}),
    K.HOURS_BEFORE: frozenset({R.CONFIRMED}),
    K.AFTERWARDS: frozenset({R.ATTENDED}),
}

_AHEAD, _OVER = frozenset({EventState.PUBLISHED}), frozenset({EventState.HELD, EventState.CLOSED})

#: What the gathering must still be.
STILL_TRUE_WHILE: dict[NoticeKind, frozenset[EventState]] = {
    **dict.fromkeys(NoticeKind, _AHEAD),
    **dict.fromkeys((K.REJECTED, K.OFFER_LAPSED, K.NOT_RECONFIRMED), _AHEAD | {EventState.POSTPONED}),
    K.POSTPONED: frozenset({EventState.POSTPONED}),
    K.CANCELLED: frozenset({EventState.CANCELLED}),
    **dict.fromkeys((K.AFTERWARDS, K.OUTCOME_DUE), _OVER),
}


@dataclass(frozen=True, kw_only=True)
class NoticeNumbers:
    """When people are reminded, and how a letter that could not be sent is tried again."""

    day_before: timedelta = timedelta(hours=24)
    hours_before: timedelta = timedelta(hours=2)
    afterwards: timedelta = timedelta(hours=24)
    afterwards_until: timedelta = timedelta(days=7)
    outcome_due_after: timedelta = timedelta(days=5)
    outcome_due_until: timedelta = timedelta(days=14)
    too_few_before: timedelta = timedelta(hours=48)
    tried_again_after: timedelta = timedelta(minutes=2)
    begun_is_lost_after: timedelta = timedelta(minutes=10)
    most_tries: int = 8
    at_a_time: int = 50


NOTICES = NoticeNumbers()


def is_still_true(notice: Mapping[str, Any], now: datetime) -> bool:
    """Whether a notice is worth sending now: in time, still so, and of a topic that its reader wants to be told."""
    kind: NoticeKind = notice["kind"]
    return (
        (notice["not_after"] is None or now < notice["not_after"])
        and notice["event_state"] in STILL_TRUE_WHILE[kind]
        and (kind not in STILL_TRUE_OF or notice["registration_state"] in STILL_TRUE_OF[kind])
        and (kind is not K.OUTCOME_DUE or notice["outcome"] is None)
        and (kind is not K.RECONFIRM or notice["reconfirm_by"] is not None)
        and TOPICS[kind] not in notice["unwanted"]
    )
