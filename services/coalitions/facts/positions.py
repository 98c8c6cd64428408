"""What is told of a position on its way, and of what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact


@dataclass(frozen=True, kw_only=True)
class PositionFact(Fact):
    """Every fact of a position says which one it is, in which coalition, and who may see it now."""

    position: UUID
    slug: str
    title: str
    coalition: UUID
    themes: list[str]
    visibility: str


@dataclass(frozen=True, kw_only=True)
class PositionDrafted(PositionFact):
    """A member begins to write a position."""

    type: ClassVar[str] = "position.drafted"
    position_kind: str
    decision_class: str


@dataclass(frozen=True, kw_only=True)
class PositionEdited(PositionFact):
    """A draft was edited."""

    type: ClassVar[str] = "position.edited"


@dataclass(frozen=True, kw_only=True)
class AmendmentsOpened(PositionFact):
    """Members may amend the frozen text until the closing time."""

    type: ClassVar[str] = "position.amendment_opened"
    closes_at: datetime
    text_version: int


@dataclass(frozen=True, kw_only=True)
class AmendmentsExtended(PositionFact):
    """Amendments close later than was said."""

    type: ClassVar[str] = "position.amendments_extended"
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class NoAmendmentDeclared(PositionFact):
    """A member has no amendment."""

    type: ClassVar[str] = "position.no_amendment_declared"
    organisation: UUID


@dataclass(frozen=True, kw_only=True)
class AmendmentFact(PositionFact):
    """One amendment, by its number in the position."""

    amendment: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class AmendmentSubmitted(AmendmentFact):
    """A member proposes a change; ``pid`` is the paragraph, none for the whole text."""

    type: ClassVar[str] = "position.amendment_submitted"
    operation: str
    pid: str | None
    organisation: UUID


@dataclass(frozen=True, kw_only=True)
class AmendmentCoSponsored(AmendmentFact):
    """Another member supports an amendment."""

    type: ClassVar[str] = "position.amendment_co_sponsored"
    organisation: UUID
    sponsors: int
    state: str


@dataclass(frozen=True, kw_only=True)
class AmendmentDecided(AmendmentFact):
    """The editors decided over an amendment."""

    type: ClassVar[str] = "position.amendment_decided"
    state: str


@dataclass(frozen=True, kw_only=True)
class AmendmentWithdrawn(AmendmentFact):
    """Its proposer took an amendment back."""

    type: ClassVar[str] = "position.amendment_withdrawn"


@dataclass(frozen=True, kw_only=True)
class AmendmentPromoted(AmendmentFact):
    """Its proposer made a position of its own of a rejected amendment."""

    type: ClassVar[str] = "position.amendment_promoted"
    successor: UUID


@dataclass(frozen=True, kw_only=True)
class ConsolidationBegan(PositionFact):
    """Amendments are closed; so many are not decided yet."""

    type: ClassVar[str] = "position.consolidation_began"
    undecided: int


@dataclass(frozen=True, kw_only=True)
class BallotFact(PositionFact):
    """One ballot of the position, by its round."""

    ballot: UUID
    round: int


@dataclass(frozen=True, kw_only=True)
class BallotOpened(BallotFact):
    """Members decide on the text until the closing time."""

    type: ClassVar[str] = "position.ballot_opened"
    decision_class: str
    method: str
    closes_at: datetime
    eligible: int


@dataclass(frozen=True, kw_only=True)
class BallotScheduled(BallotFact):
    """The text is frozen and who decides is known; members decide from ``opens_at`` on."""

    type: ClassVar[str] = "position.ballot_scheduled"
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class BallotHidden(BallotFact):
    """The count is hidden from now until the close."""

    type: ClassVar[str] = "position.ballot_hidden"


@dataclass(frozen=True, kw_only=True)
class BallotExtended(BallotFact):
    """A ballot closes later than was said."""

    type: ClassVar[str] = "position.ballot_extended"
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class StanceCast(BallotFact):
    """A member took a stance. ``counts``: heads by stance on the text, or None while the ballot hides them."""

    type: ClassVar[str] = "position.stance_cast"
    voted: int
    eligible: int
    counts: dict[str, int] | None


@dataclass(frozen=True, kw_only=True)
class ProxyGiven(BallotFact):
    """A member entrusted another with its stance in this ballot."""

    type: ClassVar[str] = "position.proxy_given"
    organisation: UUID
    holder: UUID


@dataclass(frozen=True, kw_only=True)
class ProxyWithdrawn(BallotFact):
    """A member took its proxy back."""

    type: ClassVar[str] = "position.proxy_withdrawn"
    organisation: UUID


@dataclass(frozen=True, kw_only=True)
class BallotClosed(BallotFact):
    """A ballot closed; ``outcome`` is what became of the position, ``rule`` why."""

    type: ClassVar[str] = "position.ballot_closed"
    outcome: str
    rule: str
    quorum_reached: bool
    counts: dict[str, int]
    eligible: int


@dataclass(frozen=True, kw_only=True)
class SignOffOpened(PositionFact):
    """An adopted position waits for the members' signatures; the projects that it quotes (``cited``) may reply."""

    type: ClassVar[str] = "position.sign_off_opened"
    closes_at: datetime
    members: int
    cited: list[UUID]


@dataclass(frozen=True, kw_only=True)
class SignatureGiven(PositionFact):
    """A member answered whether it signs."""

    type: ClassVar[str] = "position.signature_given"
    organisation: UUID
    answer: str
    signatories: int
    members: int


@dataclass(frozen=True, kw_only=True)
class SignatureWithdrawn(PositionFact):
    """A member took its signature back."""

    type: ClassVar[str] = "position.signature_withdrawn"
    organisation: UUID
    signatories: int
    members: int


@dataclass(frozen=True, kw_only=True)
class SignOffEnded(PositionFact):
    """The time to sign is over."""

    type: ClassVar[str] = "position.sign_off_ended"
    signatories: int
    members: int


@dataclass(frozen=True, kw_only=True)
class ReplyAsked(PositionFact):
    """The quoted projects may reply until then."""

    type: ClassVar[str] = "position.reply_asked"
    projects: list[UUID]
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReplyGiven(PositionFact):
    """A quoted project replied."""

    type: ClassVar[str] = "position.reply_given"
    project: UUID


@dataclass(frozen=True, kw_only=True)
class EvidenceWeakened(PositionFact):
    """Evidence no longer bears what it bore; ``thing`` is the project, metric or event."""

    type: ClassVar[str] = "position.evidence_weakened"
    evidence_kind: str
    thing: UUID
    reason_code: str
    cited: list[UUID]


@dataclass(frozen=True, kw_only=True)
class DeliveryFact(PositionFact):
    """One delivery of the position."""

    delivery: UUID


@dataclass(frozen=True, kw_only=True)
class PositionDelivered(DeliveryFact):
    """A published position was sent to somebody."""

    type: ClassVar[str] = "position.delivered"
    review_due_on: date


@dataclass(frozen=True, kw_only=True)
class ResponseNoted(DeliveryFact):
    """What was answered to a delivery."""

    type: ClassVar[str] = "position.response_noted"
    response: str


@dataclass(frozen=True, kw_only=True)
class DeliveryReviewed(DeliveryFact):
    """What came of a delivery was reviewed."""

    type: ClassVar[str] = "position.delivery_reviewed"
    response: str


@dataclass(frozen=True, kw_only=True)
class ReviewDue(DeliveryFact):
    """It is time to review what came of a delivery."""

    type: ClassVar[str] = "position.review_due"
    due_on: date


@dataclass(frozen=True, kw_only=True)
class PositionPublished(PositionFact):
    """Published as signed by n of m members; ``cited`` are the projects that it quotes.

    ``recorded``: it was published elsewhere before it came here, and is no news.
    """

    type: ClassVar[str] = "position.published"
    signatories: int
    members: int
    cited: list[UUID]
    recorded: bool


@dataclass(frozen=True, kw_only=True)
class PositionRecorded(PositionFact):
    """The record of a position that was published before it came here changed."""

    type: ClassVar[str] = "position.recorded"
    signatories: int
    members: int
    cited: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PositionAbandoned(PositionFact):
    """A position was given up before adoption."""

    type: ClassVar[str] = "position.abandoned"


@dataclass(frozen=True, kw_only=True)
class PositionSuperseded(PositionFact):
    """A newer position took its place."""

    type: ClassVar[str] = "position.superseded"
    by: UUID


@dataclass(frozen=True, kw_only=True)
class PositionRetracted(PositionFact):
    """A ballot retracted it; it stays readable."""

    type: ClassVar[str] = "position.retracted"
    decision: UUID
