"""Commands of coalitions."""

from __future__ import annotations

import strawberry

from gateway.context import Info
from gateway.schema.coalitions.coalition import Coalition, Membership
from gateway.schema.coalitions.consultation import Consultation, Statement
from gateway.schema.coalitions.inputs import amendments, consultations, decisions, members, positions
from gateway.schema.coalitions.payloads import (
    AmendmentPayload,
    BallotPayload,
    CoalitionPayload,
    ConsultationPayload,
    MembershipPayload,
    PositionPayload,
    PromotionPayload,
    StatementPayload,
    SuggestionPayload,
)
from gateway.schema.coalitions.position import Amendment, Position
from gateway.schema.coalitions.suggestion import Suggestion
from gateway.schema.commands import Outcome, command


@strawberry.type
class CoalitionsMutations:
    @strawberry.mutation(description="Founds a coalition. By anybody signed in: they convene it.")
    async def found_coalition(self, info: Info, input: members.FoundCoalitionInput) -> CoalitionPayload:
        return await _coalition(info, await command(info, "coalitions", "found_coalition", input))

    @strawberry.mutation(
        description="Revises what a coalition says of itself; once it is active, with the decision of a "
        "ballot of class CALL. By the convener."
    )
    async def revise_coalition(self, info: Info, input: members.ReviseCoalitionInput) -> CoalitionPayload:
        return await _coalition(info, await command(info, "coalitions", "revise_coalition", input))

    @strawberry.mutation(description="Chooses the organisations in steering. By the convener.")
    async def choose_steering(self, info: Info, input: members.ChooseSteeringInput) -> CoalitionPayload:
        return await _coalition(info, await command(info, "coalitions", "choose_steering", input))

    @strawberry.mutation(
        description="Activates a coalition that has three members, one of them in steering, and a "
        "charter. By the convener."
    )
    async def activate_coalition(self, info: Info, input: members.ActivateCoalitionInput) -> CoalitionPayload:
        return await _coalition(info, await command(info, "coalitions", "activate_coalition", input))

    @strawberry.mutation(
        description="Closes a coalition for good; once it is active, with the decision of a ballot of "
        "class CALL. By the convener."
    )
    async def close_coalition(self, info: Info, input: members.CloseCoalitionInput) -> CoalitionPayload:
        return await _coalition(info, await command(info, "coalitions", "close_coalition", input))

    @strawberry.mutation(description="Invites an organisation for 30 days. By the convener.")
    async def invite_member(self, info: Info, input: members.InviteMemberInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "invite_member", input))

    @strawberry.mutation(
        description="Applies in the name of a verified organisation, or takes up its invitation. By who administers it."
    )
    async def apply_for_membership(self, info: Info, input: members.ApplyForMembershipInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "apply_for_membership", input))

    @strawberry.mutation(
        description="Accepts the charter in the name of an organisation. By who speaks for it, or administers it."
    )
    async def accept_coalition_charter(
        self, info: Info, input: members.AcceptCoalitionCharterInput
    ) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "accept_charter", input))

    @strawberry.mutation(
        description="Admits an organisation that applied. By the convener, or by who speaks for an "
        "organisation in steering."
    )
    async def admit_member(self, info: Info, input: members.AdmitMemberInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "admit_member", input))

    @strawberry.mutation(
        description="Refuses an organisation that applied. By the convener, or by who speaks for an "
        "organisation in steering."
    )
    async def refuse_member(self, info: Info, input: members.RefuseMemberInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "refuse_member", input))

    @strawberry.mutation(description="Declines an invitation in the name of an organisation. By who administers it.")
    async def decline_invitation(self, info: Info, input: members.DeclineInvitationInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "decline_invitation", input))

    @strawberry.mutation(description="Leaves a coalition in the name of an organisation. By who administers it.")
    async def leave_coalition(self, info: Info, input: members.LeaveCoalitionInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "leave_coalition", input))

    @strawberry.mutation(
        description="Suspends a member: it sees, and decides nothing. By the convener, or by who speaks "
        "for an organisation in steering."
    )
    async def suspend_member(self, info: Info, input: members.SuspendMemberInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "suspend_member", input))

    @strawberry.mutation(
        description="Reinstates a suspended member. By the convener, or by who speaks for an organisation in steering."
    )
    async def reinstate_member(self, info: Info, input: members.ReinstateMemberInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "reinstate_member", input))

    @strawberry.mutation(description="Expels a member, as a ballot of class CALL decided. By the convener.")
    async def expel_member(self, info: Info, input: members.ExpelMemberInput) -> MembershipPayload:
        return await _membership(info, await command(info, "coalitions", "expel_member", input))

    @strawberry.mutation(
        description="Drafts a position. By who speaks for a member, or by the convener: they are its first editor."
    )
    async def draft_position(self, info: Info, input: positions.DraftPositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "draft_position", input))

    @strawberry.mutation(description="Edits a draft; what is left out stays. By an editor, or by the convener.")
    async def edit_draft(self, info: Info, input: positions.EditDraftInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "edit_draft", input))

    @strawberry.mutation(
        description="Opens a position to amendments, for five days or more. By an editor, or by the convener."
    )
    async def open_amendments(self, info: Info, input: amendments.OpenAmendmentsInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "open_amendments", input))

    @strawberry.mutation(description="Lets amendments close later, once. By an editor, or by the convener.")
    async def extend_amendments(self, info: Info, input: amendments.ExtendAmendmentsInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "extend_amendments", input))

    @strawberry.mutation(description="Submits an amendment in the name of a member. By who speaks for it.")
    async def submit_amendment(self, info: Info, input: amendments.SubmitAmendmentInput) -> AmendmentPayload:
        return await _amendment(info, await command(info, "coalitions", "submit_amendment", input))

    @strawberry.mutation(
        description="Supports another member's amendment. By who speaks for the member that supports it."
    )
    async def co_sponsor_amendment(self, info: Info, input: amendments.CoSponsorAmendmentInput) -> AmendmentPayload:
        return await _amendment(info, await command(info, "coalitions", "co_sponsor_amendment", input))

    @strawberry.mutation(
        description="Withdraws an amendment that is undecided. By who speaks for the member that submitted it."
    )
    async def withdraw_amendment(self, info: Info, input: amendments.WithdrawAmendmentInput) -> AmendmentPayload:
        return await _amendment(info, await command(info, "coalitions", "withdraw_amendment", input))

    @strawberry.mutation(description="Accepts, changes or rejects an amendment. By an editor.")
    async def decide_amendment(self, info: Info, input: amendments.DecideAmendmentInput) -> AmendmentPayload:
        return await _amendment(info, await command(info, "coalitions", "decide_amendment", input))

    @strawberry.mutation(
        description="Declares that a member has no amendment; when all do, amendments may close early. By"
        " who speaks for it."
    )
    async def declare_no_amendment(self, info: Info, input: amendments.DeclareNoAmendmentInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "declare_no_amendment", input))

    @strawberry.mutation(
        description="Closes amendments, when their time is over or every member declared to have none, "
        "and writes those that were accepted into the text. By an editor, or by the convener."
    )
    async def consolidate_position(self, info: Info, input: positions.ConsolidatePositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "consolidate_position", input))

    @strawberry.mutation(
        description="Opens the ballot on a position, now or at a moment to come. By an editor, or by the convener."
    )
    async def open_ballot(self, info: Info, input: decisions.OpenBallotInput) -> BallotPayload:
        return await _ballot(info, await command(info, "coalitions", "open_ballot", input))

    @strawberry.mutation(description="Casts a member's stance; its last one counts. By who speaks for it.")
    async def cast_stance(self, info: Info, input: decisions.CastStanceInput) -> BallotPayload:
        return await _ballot(info, await command(info, "coalitions", "cast_stance", input))

    @strawberry.mutation(
        description="Entrusts another member with a stance in the open ballot. By who speaks for the "
        "member that gives it."
    )
    async def give_proxy(self, info: Info, input: decisions.GiveProxyInput) -> BallotPayload:
        return await _ballot(info, await command(info, "coalitions", "give_proxy", input))

    @strawberry.mutation(
        description="Takes back the proxy given in the open ballot. By who speaks for the member that gave it."
    )
    async def withdraw_proxy(self, info: Info, input: decisions.WithdrawProxyInput) -> BallotPayload:
        return await _ballot(info, await command(info, "coalitions", "withdraw_proxy", input))

    @strawberry.mutation(
        description="Hides the count of the ballot until its close; nothing shows it again before. By an "
        "editor, or by the convener."
    )
    async def hide_ballot_results(self, info: Info, input: decisions.HideBallotResultsInput) -> BallotPayload:
        return await _ballot(info, await command(info, "coalitions", "hide_ballot_results", input))

    @strawberry.mutation(description="Lets the open ballot close later, once. By an editor, or by the convener.")
    async def extend_ballot(self, info: Info, input: decisions.ExtendBallotInput) -> BallotPayload:
        return await _ballot(info, await command(info, "coalitions", "extend_ballot", input))

    @strawberry.mutation(
        description="Closes the ballot on a position when it is time; the network does it otherwise. By "
        "anybody in the coalition."
    )
    async def close_ballot(self, info: Info, input: decisions.CloseBallotInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "close_ballot", input))

    @strawberry.mutation(
        description="Signs an adopted position in the name of a member, or declines. By who speaks for it."
    )
    async def sign_off(self, info: Info, input: decisions.SignOffInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "sign_off", input))

    @strawberry.mutation(description="Takes a member's signature back. By who speaks for it.")
    async def withdraw_signature(self, info: Info, input: decisions.WithdrawSignatureInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "withdraw_signature", input))

    @strawberry.mutation(
        description="Publishes an adopted position, when all have answered or their time is over. By an "
        "editor, or by the convener."
    )
    async def publish_position(self, info: Info, input: positions.PublishPositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "publish_position", input))

    @strawberry.mutation(description="Gives a position up before adoption. By an editor, or by the convener.")
    async def abandon_position(self, info: Info, input: positions.AbandonPositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "abandon_position", input))

    @strawberry.mutation(
        description="Retracts a published position, as a ballot decided; it stays readable. By the convener."
    )
    async def retract_position(self, info: Info, input: positions.RetractPositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "retract_position", input))

    @strawberry.mutation(
        description="Makes a position of its own of a rejected amendment, within 30 days. By who speaks "
        "for the member that submitted it."
    )
    async def promote_amendment(self, info: Info, input: amendments.PromoteAmendmentInput) -> PromotionPayload:
        outcome = await command(info, "coalitions", "promote_amendment", input)
        return PromotionPayload(
            successor=await Position.load(info, outcome.value.get("successor")),
            position=await Position.load(info, outcome.id),
            problems=outcome.problems,
        )

    @strawberry.mutation(description="Notes to whom a published position was sent. By the convener.")
    async def deliver_position(self, info: Info, input: positions.DeliverPositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "deliver_position", input))

    @strawberry.mutation(description="Notes what was answered to a delivery. By the convener.")
    async def note_response(self, info: Info, input: positions.NoteResponseInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "note_response", input))

    @strawberry.mutation(description="Notes what came of a delivery in the end. By the convener.")
    async def review_delivery(self, info: Info, input: positions.ReviewDeliveryInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "review_delivery", input))

    @strawberry.mutation(
        description="Records a position that was published before it came here, as an administrator of the network."
    )
    async def record_position(self, info: Info, input: positions.RecordPositionInput) -> PositionPayload:
        return await _position(info, await command(info, "coalitions", "record_position", input))

    @strawberry.mutation(description="Asks people an open question. By the convener of an active coalition.")
    async def open_consultation(self, info: Info, input: consultations.OpenConsultationInput) -> ConsultationPayload:
        return await _consultation(info, await command(info, "coalitions", "open_consultation", input))

    @strawberry.mutation(
        description="Adds a statement to an open consultation; it waits for moderation. By anybody signed in."
    )
    async def add_statement(self, info: Info, input: consultations.AddStatementInput) -> StatementPayload:
        return await _statement(info, await command(info, "coalitions", "add_statement", input))

    @strawberry.mutation(description="Accepts or rejects a participant's statement. By the convener.")
    async def moderate_statement(self, info: Info, input: consultations.ModerateStatementInput) -> StatementPayload:
        return await _statement(info, await command(info, "coalitions", "moderate_statement", input))

    @strawberry.mutation(
        description="Votes on statements; each person's last vote on a statement counts. By anybody signed in."
    )
    async def cast_votes(self, info: Info, input: consultations.CastVotesInput) -> ConsultationPayload:
        return await _consultation(info, await command(info, "coalitions", "cast_votes", input))

    @strawberry.mutation(description="Closes a consultation before its time. By the convener.")
    async def close_consultation(self, info: Info, input: consultations.CloseConsultationInput) -> ConsultationPayload:
        return await _consultation(info, await command(info, "coalitions", "close_consultation", input))

    @strawberry.mutation(
        description="Accepts or dismisses a suggestion; nothing else happens by itself. By the convener "
        "of the coalition, or by a founder of the project."
    )
    async def answer_suggestion(self, info: Info, input: consultations.AnswerSuggestionInput) -> SuggestionPayload:
        return await _suggestion(info, await command(info, "coalitions", "answer_suggestion", input))


async def _coalition(info: Info, outcome: Outcome) -> CoalitionPayload:
    return CoalitionPayload(coalition=await Coalition.load(info, outcome.id), problems=outcome.problems)


async def _membership(info: Info, outcome: Outcome) -> MembershipPayload:
    coalition = await Coalition.load(info, outcome.id)
    membership = await Membership.load(info, outcome.value.get("membership"))
    return MembershipPayload(membership=membership, coalition=coalition, problems=outcome.problems)


async def _position(info: Info, outcome: Outcome) -> PositionPayload:
    return PositionPayload(position=await Position.load(info, outcome.id), problems=outcome.problems)


async def _amendment(info: Info, outcome: Outcome) -> AmendmentPayload:
    position = await Position.load(info, outcome.id)
    amendment = await Amendment.load(info, outcome.value.get("amendment"))
    return AmendmentPayload(amendment=amendment, position=position, problems=outcome.problems)


async def _ballot(info: Info, outcome: Outcome) -> BallotPayload:
    position = await Position.load(info, outcome.id)
    return BallotPayload(
        ballot=position.last_ballot if position else None, position=position, problems=outcome.problems
    )


async def _consultation(info: Info, outcome: Outcome) -> ConsultationPayload:
    return ConsultationPayload(consultation=await Consultation.load(info, outcome.id), problems=outcome.problems)


async def _statement(info: Info, outcome: Outcome) -> StatementPayload:
    consultation = await Consultation.load(info, outcome.id)
    statement = await Statement.load(info, outcome.value.get("statement"))
    return StatementPayload(statement=statement, consultation=consultation, problems=outcome.problems)


async def _suggestion(info: Info, outcome: Outcome) -> SuggestionPayload:
    return SuggestionPayload(suggestion=await Suggestion.load(info, outcome.id), problems=outcome.problems)
