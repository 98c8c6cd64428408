"""What the commands and filters of coalitions take."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from gateway.schema.coalitions.codes import (
    AmendmentDecision,
    AmendmentOperation,
    CoalitionState,
    ConsultationState,
    DecisionClass,
    DeliveryResponse,
    MembershipCategory,
    Moderation,
    PositionEvidenceKind,
    PositionKind,
    PositionState,
    SignOffAnswer,
    StanceKind,
    SuggestionAnswer,
    SuggestionState,
    Vote,
)
from gateway.schema.commands import ChangeInput, CommandInput
from gateway.schema.visibility import Visibility


@strawberry.input(description="Which coalitions.")
class CoalitionFilter:
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    state: list[CoalitionState] | None = strawberry.field(default=None, description="In one of these states.")


@strawberry.input(description="Which positions.")
class PositionFilter:
    coalition: str | None = strawberry.field(default=None, description="Slug of a coalition.")
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    state: list[PositionState] | None = strawberry.field(default=None, description="In one of these states.")
    cites: strawberry.ID | None = strawberry.field(default=None, description="Those that quote this project.")


@strawberry.input(description="Which consultations.")
class ConsultationFilter:
    coalition: str | None = strawberry.field(default=None, description="Slug of a coalition.")
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    state: list[ConsultationState] | None = strawberry.field(default=None, description="In one of these states.")


@strawberry.input(description="Which suggestions.")
class SuggestionFilter:
    coalition: str | None = strawberry.field(default=None, description="Slug of a coalition.")
    project: str | None = strawberry.field(default=None, description="Slug of a project.")
    state: list[SuggestionState] | None = strawberry.field(default=None, description="In one of these states.")


@strawberry.input(description="What a position stands on.")
class PositionEvidenceInput:
    kind: PositionEvidenceKind = strawberry.field(description="What kind of thing it is.")
    thing: strawberry.ID | None = strawberry.field(
        default=None, description="The thing, unless it is a page elsewhere."
    )
    url: str | None = strawberry.field(default=None, description="Address of a page elsewhere.")
    pinned_version: int | None = strawberry.field(default=None, description="The version that is quoted.")
    quote: str | None = strawberry.field(default=None, description="What is quoted of it.")


@strawberry.input(description="A paragraph of a draft.")
class ParagraphInput:
    pid: str | None = strawberry.field(default=None, description="Its id, to keep it; left out for a new one.")
    text: str = strawberry.field(description="Its words.")


@strawberry.input(description="What you say of a statement.")
class VoteInput:
    statement: strawberry.ID = strawberry.field(description="The statement.")
    vote: Vote = strawberry.field(description="What you say of it.")


@strawberry.input(description="Founds a coalition; the founder convenes it.")
class FoundCoalitionInput(CommandInput):
    name: str = strawberry.field(description="Name.")
    themes: list[str] = strawberry.field(description="Slugs of one to three themes.")
    call: str | None = strawberry.field(default=None, description="The common demand.")
    charter: str | None = strawberry.field(default=None, description="What members accept.")
    visibility: Visibility | None = strawberry.field(default=None, description="Who may see it: everybody unless said.")
    convener: strawberry.ID | None = strawberry.field(
        default=None, description="Who runs its agenda, when an administrator founds it for somebody."
    )


@strawberry.input(
    description="Revises a coalition; what is left out stays. Once it is active, that takes a ballot of class CALL."
)
class ReviseCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    name: str | None = strawberry.field(default=None, description="Name.")
    themes: list[str] | None = strawberry.field(default=None, description="Slugs of one to three themes.")
    call: str | None = strawberry.field(default=None, description="The common demand.")
    charter: str | None = strawberry.field(default=None, description="What members accept.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class CALL that decided it; good for one revision."
    )


@strawberry.input(description="Chooses the organisations in steering.")
class ChooseSteeringInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    organisations: list[strawberry.ID] = strawberry.field(description="Members that steer from now on.")


@strawberry.input(description="Activates a coalition that has formed.")
class ActivateCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")


@strawberry.input(description="Closes a coalition for good.")
class CloseCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    reason: str = strawberry.field(description="Why.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class CALL that decided it."
    )


@strawberry.input(description="Invites an organisation for 30 days.")
class InviteMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    organisation: strawberry.ID = strawberry.field(description="The organisation.")
    category: MembershipCategory | None = strawberry.field(default=None, description="As what: member unless said.")


@strawberry.input(description="Applies in the name of a verified organisation, or takes up its invitation.")
class ApplyForMembershipInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    organisation: strawberry.ID = strawberry.field(description="The organisation.")
    category: MembershipCategory | None = strawberry.field(default=None, description="As what: member unless said.")
    accepts_charter: bool | None = strawberry.field(
        default=None, description="Whether the organisation accepts the charter as it reads now."
    )


@strawberry.input(description="Accepts the charter in the name of an organisation.")
class AcceptCoalitionCharterInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    organisation: strawberry.ID = strawberry.field(description="The organisation.")


@strawberry.input(description="Admits an organisation that applied.")
class AdmitMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")
    weight: int | None = strawberry.field(default=None, description="Its weight, 1 to 5: 1 unless said.")


@strawberry.input(description="Refuses an organisation that applied.")
class RefuseMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")
    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="Declines an invitation in the name of an organisation.")
class DeclineInvitationInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")


@strawberry.input(description="Leaves a coalition in the name of an organisation.")
class LeaveCoalitionInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")


@strawberry.input(description="Suspends a member: it sees, and decides nothing.")
class SuspendMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")
    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="Reinstates a suspended member.")
class ReinstateMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")


@strawberry.input(description="Expels a member, as a ballot of class CALL decided.")
class ExpelMemberInput(ChangeInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    membership: strawberry.ID = strawberry.field(description="The membership.")
    reason: str = strawberry.field(description="Why.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class CALL that decided it."
    )


@strawberry.input(description="Drafts a position; who drafts it is its first editor.")
class DraftPositionInput(CommandInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    title: str = strawberry.field(description="Title.")
    kind: PositionKind | None = strawberry.field(default=None, description="What kind of text: a paper unless said.")
    decision_class: DecisionClass | None = strawberry.field(
        name="class", default=None, description="By which policy it is decided: POLICY unless said."
    )
    summary: str | None = strawberry.field(default=None, description="In a few sentences.")
    themes: list[str] | None = strawberry.field(
        default=None, description="Slugs of its themes; those of the coalition unless given."
    )
    paragraphs: list[str] | None = strawberry.field(default=None, description="The text, paragraph by paragraph.")
    evidence: list[PositionEvidenceInput] | None = strawberry.field(default=None, description="What it stands on.")
    no_evidence_reason: str | None = strawberry.field(default=None, description="Why it names no evidence.")
    editors: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Persons that write it beside you, each with a mandate in the coalition."
    )
    embargo_until: datetime | None = strawberry.field(default=None, description="Before which it is not published.")
    supersedes: strawberry.ID | None = strawberry.field(
        default=None, description="The older position that it replaces once published."
    )


@strawberry.input(description="Edits a draft; what is left out stays.")
class EditDraftInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    title: str | None = strawberry.field(default=None, description="Title.")
    summary: str | None = strawberry.field(default=None, description="In a few sentences.")
    themes: list[str] | None = strawberry.field(default=None, description="Slugs of one to three themes.")
    paragraphs: list[ParagraphInput] | None = strawberry.field(default=None, description="The whole text, in order.")
    evidence: list[PositionEvidenceInput] | None = strawberry.field(default=None, description="What it stands on.")
    no_evidence_reason: str | None = strawberry.field(default=None, description="Why it names no evidence.")
    editors: list[strawberry.ID] | None = strawberry.field(default=None, description="All who write it.")


@strawberry.input(description="Opens a position to amendments, for five days or more.")
class OpenAmendmentsInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    closes_at: datetime = strawberry.field(description="Until when.")


@strawberry.input(description="Lets amendments close later, once.")
class ExtendAmendmentsInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    closes_at: datetime = strawberry.field(description="Until when.")


@strawberry.input(description="Submits an amendment in the name of a member.")
class SubmitAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    operation: AmendmentOperation = strawberry.field(name="op", description="What it does.")
    pid: str | None = strawberry.field(
        default=None, description="The paragraph; left out for the whole text, and to insert at the top."
    )
    new_text: str | None = strawberry.field(default=None, description="The words proposed.")
    rationale: str = strawberry.field(description="Why, in 20 characters or more.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Supports another member's amendment.")
class CoSponsorAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    amendment: strawberry.ID = strawberry.field(description="The amendment.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Withdraws an amendment that is undecided.")
class WithdrawAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    amendment: strawberry.ID = strawberry.field(description="The amendment.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Decides over an amendment, as an editor.")
class DecideAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    amendment: strawberry.ID = strawberry.field(description="The amendment.")
    decision: AmendmentDecision = strawberry.field(description="What is decided.")
    reason: str = strawberry.field(description="Why.")
    modified_text: str | None = strawberry.field(
        default=None, description="The words as changed, for ACCEPTED_MODIFIED."
    )
    resolved: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Accepted amendments of the same paragraph whose collision with this one is settled."
    )


@strawberry.input(description="Declares that a member has no amendment; when all do, amendments may close early.")
class DeclareNoAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Closes amendments and consolidates the text.")
class ConsolidatePositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")


@strawberry.input(description="Opens the ballot on a position, now or at a moment to come.")
class OpenBallotInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    opens_at: datetime | None = strawberry.field(default=None, description="From when on: now unless said.")
    closes_at: datetime | None = strawberry.field(
        default=None, description="Until when: the least time of its class unless said."
    )
    hide_results: bool | None = strawberry.field(default=None, description="Whether counts are hidden until the close.")


@strawberry.input(description="Casts a member's stance; its last one counts.")
class CastStanceInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    stance: StanceKind = strawberry.field(description="What the member says.")
    reason: str | None = strawberry.field(default=None, description="Why: asked for DISAGREE and BLOCK.")
    amendment: strawberry.ID | None = strawberry.field(
        default=None, description="An amendment put to the vote; left out for the text itself."
    )
    pids: list[str] | None = strawberry.field(default=None, description="The paragraphs that a BLOCK is about.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None,
        description="For which organisation, when you speak for several or for one that gave yours its proxy.",
    )


@strawberry.input(description="Entrusts another member with a stance in the open ballot; voting directly cancels it.")
class GiveProxyInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    holder: strawberry.ID = strawberry.field(description="The member that is entrusted; it holds one proxy at most.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Takes back the proxy given in the open ballot.")
class WithdrawProxyInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Hides the count of the ballot in hand.")
class HideBallotResultsInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")


@strawberry.input(description="Lets the open ballot close later, once.")
class ExtendBallotInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    closes_at: datetime = strawberry.field(description="Until when.")


@strawberry.input(description="Closes the ballot on a position when it is time.")
class CloseBallotInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")


@strawberry.input(description="Signs an adopted position in the name of a member, or declines.")
class SignOffInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    answer: SignOffAnswer = strawberry.field(description="The answer.")
    reservation: str | None = strawberry.field(
        default=None, description="Printed beside the signature, for SIGNED_WITH_RESERVATION."
    )
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Takes a member's signature back.")
class WithdrawSignatureInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Publishes a position that was signed off.")
class PublishPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")


@strawberry.input(description="Gives a position up before adoption.")
class AbandonPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="Retracts a published position; it stays readable.")
class RetractPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    reason: str = strawberry.field(description="Why.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class POLICY that decided it."
    )


@strawberry.input(description="Makes a position of its own of a rejected amendment, within 30 days.")
class PromoteAmendmentInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position that it amended.")
    amendment: strawberry.ID = strawberry.field(description="The amendment.")
    title: str = strawberry.field(description="Title of the new position.")
    organisation: strawberry.ID | None = strawberry.field(
        default=None, description="For which organisation; needed only when you speak for several."
    )


@strawberry.input(description="Notes to whom a published position was sent.")
class DeliverPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    target: str = strawberry.field(description="To whom.")
    channel: str = strawberry.field(description="By which way.")
    sent_on: date = strawberry.field(description="When.")


@strawberry.input(description="Notes what was answered to a delivery.")
class NoteResponseInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    delivery: strawberry.ID = strawberry.field(description="The delivery.")
    response: DeliveryResponse = strawberry.field(description="What they made of it.")
    responded_on: date = strawberry.field(description="When they answered.")


@strawberry.input(description="Reviews what came of a delivery.")
class ReviewDeliveryInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="The position.")
    delivery: strawberry.ID = strawberry.field(description="The delivery.")
    review: str = strawberry.field(description="What came of it.")


@strawberry.input(description="An organisation that signed a position published elsewhere.")
class SignatoryInput:
    organisation: strawberry.ID = strawberry.field(description="The organisation.")
    reservation: str | None = strawberry.field(default=None, description="Printed beside its signature.")


@strawberry.input(
    description="Records a position that was published before it came here; recorded again, it is updated."
)
class RecordPositionInput(CommandInput):
    slug: str = strawberry.field(description="Readable name, which names the position for good.")
    coalition: str = strawberry.field(description="Slug of the coalition.")
    title: str = strawberry.field(description="Title.")
    summary: str | None = strawberry.field(default=None, description="In a few sentences.")
    kind: PositionKind | None = strawberry.field(default=None, description="What kind of text: a paper unless said.")
    decision_class: DecisionClass | None = strawberry.field(
        name="class", default=None, description="By which policy it was decided: POLICY unless said."
    )
    themes: list[str] | None = strawberry.field(
        default=None, description="Slugs of its themes; those of the coalition unless given."
    )
    paragraphs: list[str] = strawberry.field(description="The text, paragraph by paragraph.")
    evidence: list[PositionEvidenceInput] | None = strawberry.field(
        default=None, description="What it stands on; the projects among it are quoted."
    )
    published_on: date = strawberry.field(description="The day on which it was published.")
    signatories: list[SignatoryInput] = strawberry.field(description="The organisations that signed.")
    members: int = strawberry.field(description='Members that were asked: the m of "signed by n of m".')


@strawberry.input(description="Asks people an open question.")
class OpenConsultationInput(CommandInput):
    coalition: strawberry.ID = strawberry.field(description="The coalition.")
    question: str = strawberry.field(description="The open question.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    themes: list[str] | None = strawberry.field(
        default=None, description="Slugs of its themes; those of the coalition unless given."
    )
    closes_at: datetime = strawberry.field(description="Until when.")
    statements: list[str] | None = strawberry.field(default=None, description="The first statements to vote on.")


@strawberry.input(description="Adds a statement; it waits for moderation.")
class AddStatementInput(CommandInput):
    consultation: strawberry.ID = strawberry.field(description="The consultation.")
    body: str = strawberry.field(description="At most 280 characters.")


@strawberry.input(description="Accepts or rejects a participant's statement.")
class ModerateStatementInput(ChangeInput):
    consultation: strawberry.ID = strawberry.field(description="The consultation.")
    statement: strawberry.ID = strawberry.field(description="The statement.")
    decision: Moderation = strawberry.field(description="What is decided.")
    reason: str | None = strawberry.field(default=None, description="Why.")


@strawberry.input(description="Votes on statements.")
class CastVotesInput(CommandInput):
    consultation: strawberry.ID = strawberry.field(description="The consultation.")
    votes: list[VoteInput] = strawberry.field(
        description="What you say of each statement; the last on a statement counts."
    )


@strawberry.input(description="Closes a consultation before its time.")
class CloseConsultationInput(ChangeInput):
    consultation: strawberry.ID = strawberry.field(description="The consultation.")


@strawberry.input(description="Accepts or dismisses a suggestion; nothing else happens by itself.")
class AnswerSuggestionInput(ChangeInput):
    suggestion: strawberry.ID = strawberry.field(description="The suggestion.")
    answer: SuggestionAnswer = strawberry.field(description="The answer.")
    reason: str | None = strawberry.field(default=None, description="Why.")
