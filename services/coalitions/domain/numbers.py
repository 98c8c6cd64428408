"""The numbers that the rules stand on: defaults, gathered where they can be read (domain.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class CoalitionNumbers:
    """Limits of a coalition and of the organisations in it."""

    themes_at_most: int = 3
    founding_members: int = 3
    steering_at_least: int = 2
    invitation_lasts: timedelta = timedelta(days=30)
    acceptance_within: timedelta = timedelta(days=60)
    rests_after: timedelta = timedelta(days=180)
    weight_at_most: int = 5
    share_at_most: int = 25
    """Per cent of the eligible weight that one organisation may count for."""
    share_capped_from: int = 4
    """Eligible organisations from which on the cap can hold at all."""
    name_at_most: int = 200
    call_at_most: int = 5_000
    charter_at_most: int = 50_000


@dataclass(frozen=True)
class PositionNumbers:
    """Limits of a position on its way."""

    paragraphs_at_least: int = 2
    title_at_most: int = 200
    summary_at_most: int = 1_000
    paragraph_at_most: int = 10_000
    amendments_last: timedelta = timedelta(days=5)
    rationale_at_least: int = 20
    open_amendments_each: int = 5
    editing_organisations: int = 2
    sponsors_at_least: int = 3
    sponsors_share: int = 20
    """Per cent of the members whose support brings a rejected amendment to the vote."""
    reason_at_least: int = 6
    """Visible characters of a reason for DISAGREE and BLOCK."""
    sign_off_lasts: timedelta = timedelta(days=7)
    signatories_at_least: int = 3
    reservation_at_most: int = 500
    reply_lasts: timedelta = timedelta(days=7)
    promotion_within: timedelta = timedelta(days=30)
    review_after: timedelta = timedelta(days=180)
    review_at_most: int = 5_000
    target_at_most: int = 200
    consent_rounds: int = 2
    quorum_rounds: int = 2


@dataclass(frozen=True)
class ConsultationNumbers:
    """Limits of a consultation."""

    question_at_most: int = 300
    description_at_most: int = 5_000
    statement_at_most: int = 280
    recorded_statement_at_most: int = 2_000
    """Statements recorded from elsewhere keep their words, though they were written under other limits."""
    votes_a_call: int = 2_000


@dataclass(frozen=True)
class SuggestionNumbers:
    """How long a suggestion stands, and how long a no is respected."""

    lasts: timedelta = timedelta(days=30)
    silent_after_no: timedelta = timedelta(days=180)


COALITION = CoalitionNumbers()
POSITION = PositionNumbers()
CONSULTATION = ConsultationNumbers()
SUGGESTION = SuggestionNumbers()
