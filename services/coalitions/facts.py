"""What coalitions tell the other services: ids, slugs, public titles, themes, codes, numbers and instants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact


@dataclass(frozen=True, kw_only=True)
class CoalitionFact(Fact):
    """Every fact of a coalition says which one it is and who may see it."""

    coalition: UUID
    slug: str
    name: str
    themes: list[str]
    visibility: str


@dataclass(frozen=True, kw_only=True)
class CoalitionFounded(CoalitionFact):
    """A coalition begins to form around a demand."""

    type: ClassVar[str] = "coalition.founded"


@dataclass(frozen=True, kw_only=True)
class CoalitionRevised(CoalitionFact):
    """Its name, themes, call or charter changed."""

    type: ClassVar[str] = "coalition.revised"
    charter_version: int


@dataclass(frozen=True, kw_only=True)
class SteeringChosen(CoalitionFact):
    """These organisations steer it from now on."""

    type: ClassVar[str] = "coalition.steering_chosen"
    steering: list[UUID]


@dataclass(frozen=True, kw_only=True)
class CoalitionActivated(CoalitionFact):
    """It has formed and is at work."""

    type: ClassVar[str] = "coalition.activated"


@dataclass(frozen=True, kw_only=True)
class CoalitionRested(CoalitionFact):
    """Nothing has happened in it for a long time."""

    type: ClassVar[str] = "coalition.rested"


@dataclass(frozen=True, kw_only=True)
class CoalitionWoken(CoalitionFact):
    """Something happens in it again."""

    type: ClassVar[str] = "coalition.woken"


@dataclass(frozen=True, kw_only=True)
class CoalitionClosed(CoalitionFact):
    """It is closed for good."""

    type: ClassVar[str] = "coalition.closed"


@dataclass(frozen=True, kw_only=True)
class MembershipFact(CoalitionFact):
    """An organisation's place in the coalition, as it is after what happened."""

    membership: UUID
    organisation: UUID
    category: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class MemberInvited(MembershipFact):
    """An organisation was invited."""

    type: ClassVar[str] = "coalition.member_invited"


@dataclass(frozen=True, kw_only=True)
class MemberApplied(MembershipFact):
    """An organisation asks to come in."""

    type: ClassVar[str] = "coalition.member_applied"


@dataclass(frozen=True, kw_only=True)
class MemberAdmitted(MembershipFact):
    """An organisation is inside."""

    type: ClassVar[str] = "coalition.member_admitted"


@dataclass(frozen=True, kw_only=True)
class MemberRefused(MembershipFact):
    """An organisation's application was refused."""

    type: ClassVar[str] = "coalition.member_refused"


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(MembershipFact):
    """An organisation declined its invitation."""

    type: ClassVar[str] = "coalition.invitation_declined"


@dataclass(frozen=True, kw_only=True)
class InvitationExpired(MembershipFact):
    """An invitation lapsed."""

    type: ClassVar[str] = "coalition.invitation_expired"


@dataclass(frozen=True, kw_only=True)
class CharterAccepted(MembershipFact):
    """An organisation accepted the charter in this version."""

    type: ClassVar[str] = "coalition.charter_accepted"
    charter_version: int


@dataclass(frozen=True, kw_only=True)
class MemberBecameObserver(MembershipFact):
    """A member that did not accept the new call or charter in time decides nothing any more."""

    type: ClassVar[str] = "coalition.member_became_observer"


@dataclass(frozen=True, kw_only=True)
class MemberSuspended(MembershipFact):
    """A member decides nothing for now."""

    type: ClassVar[str] = "coalition.member_suspended"


@dataclass(frozen=True, kw_only=True)
class MemberReinstated(MembershipFact):
    """A suspended member decides again."""

    type: ClassVar[str] = "coalition.member_reinstated"


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MembershipFact):
    """A member left."""

    type: ClassVar[str] = "coalition.member_left"


@dataclass(frozen=True, kw_only=True)
class MemberExpelled(MembershipFact):
    """A member was expelled by a ballot."""

    type: ClassVar[str] = "coalition.member_expelled"


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


@dataclass(frozen=True, kw_only=True)
class ConsultationFact(Fact):
    """Every fact of a consultation says which one it is, in which coalition, and who may see it."""

    consultation: UUID
    slug: str
    question: str
    coalition: UUID
    themes: list[str]
    visibility: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ConsultationRecorded(ConsultationFact):
    """A consultation held elsewhere was recorded, or its record changed."""

    type: ClassVar[str] = "consultation.recorded"


@dataclass(frozen=True, kw_only=True)
class ConsultationOpened(ConsultationFact):
    """A coalition asks people a question until the closing time."""

    type: ClassVar[str] = "consultation.opened"
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class StatementAdded(ConsultationFact):
    """A statement was added to a consultation."""

    type: ClassVar[str] = "consultation.statement_added"
    statement: UUID
    statement_state: str


@dataclass(frozen=True, kw_only=True)
class StatementModerated(ConsultationFact):
    """A statement was accepted or turned down."""

    type: ClassVar[str] = "consultation.statement_moderated"
    statement: UUID
    statement_state: str


@dataclass(frozen=True, kw_only=True)
class StatementsRecorded(ConsultationFact):
    """Statements made elsewhere were recorded."""

    type: ClassVar[str] = "consultation.statements_recorded"
    created: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class VotesCast(ConsultationFact):
    """People voted: ``voters`` people have ``votes`` votes that count, one each per statement."""

    type: ClassVar[str] = "consultation.votes_cast"
    voters: int
    votes: int


@dataclass(frozen=True, kw_only=True)
class ConsultationClosed(ConsultationFact):
    """The results of a consultation stand."""

    type: ClassVar[str] = "consultation.closed"
    voters: int
    votes: int


@dataclass(frozen=True, kw_only=True)
class SuggestionFact(Fact):
    """A project on a theme that a coalition shares; ``cause`` is the fact that made it be suggested."""

    suggestion: UUID
    coalition: UUID
    coalition_slug: str
    project: UUID
    project_slug: str
    project_name: str
    themes: list[str]


@dataclass(frozen=True, kw_only=True)
class SuggestionProposed(SuggestionFact):
    """A project is suggested to a coalition."""

    type: ClassVar[str] = "suggestion.proposed"
    cause: UUID | None
    cause_type: str | None = field(default=None)


@dataclass(frozen=True, kw_only=True)
class SuggestionAnswered(SuggestionFact):
    """A suggestion was accepted or dismissed."""

    type: ClassVar[str] = "suggestion.answered"
    answer: str


@dataclass(frozen=True, kw_only=True)
class SuggestionExpired(SuggestionFact):
    """Nobody answered a suggestion."""

    type: ClassVar[str] = "suggestion.expired"
