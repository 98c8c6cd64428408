"""The coalitions service: coalitions, positions, ballots, consultations and suggestions."""

from __future__ import annotations

from typing import Any

from services.backbone.actor import administrators, anyone, signed_in
from services.backbone.desk import Desk
from services.backbone.entrypoints import command, job, query, reaction
from services.backbone.envelope import Envelope
from services.backbone.service import KnowsRoles
from services.coalitions.queries import coalitions, consultations, positions, suggestions
from services.coalitions.storage.repositories import SqlWork
from services.coalitions.storage.tables import metadata
from services.coalitions.use_cases.abandon_position import abandon_position
from services.coalitions.use_cases.accept_charter import accept_charter
from services.coalitions.use_cases.activate_coalition import activate_coalition
from services.coalitions.use_cases.add_statement import add_statement
from services.coalitions.use_cases.admit_member import admit_member
from services.coalitions.use_cases.answer_suggestion import answer_suggestion
from services.coalitions.use_cases.apply_for_membership import apply_for_membership
from services.coalitions.use_cases.begin_due_ballots import begin_due_ballots
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.cast_votes import cast_votes
from services.coalitions.use_cases.choose_steering import choose_steering
from services.coalitions.use_cases.close_ballot import close_ballot
from services.coalitions.use_cases.close_coalition import close_coalition
from services.coalitions.use_cases.close_consultation import close_consultation
from services.coalitions.use_cases.close_due_amendments import close_due_amendments
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.close_due_consultations import close_due_consultations
from services.coalitions.use_cases.co_sponsor_amendment import co_sponsor_amendment
from services.coalitions.use_cases.consolidate_position import consolidate_position
from services.coalitions.use_cases.decide_amendment import decide_amendment
from services.coalitions.use_cases.declare_no_amendment import declare_no_amendment
from services.coalitions.use_cases.decline_invitation import decline_invitation
from services.coalitions.use_cases.deliver_position import deliver_position
from services.coalitions.use_cases.draft_position import draft_position
from services.coalitions.use_cases.edit_draft import edit_draft
from services.coalitions.use_cases.end_due_acceptances import end_due_acceptances
from services.coalitions.use_cases.end_due_sign_offs import end_due_sign_offs
from services.coalitions.use_cases.erase_person import erase_person
from services.coalitions.use_cases.expel_member import expel_member
from services.coalitions.use_cases.expire_invitations import expire_invitations
from services.coalitions.use_cases.expire_suggestions import expire_suggestions
from services.coalitions.use_cases.extend_amendments import extend_amendments
from services.coalitions.use_cases.extend_ballot import extend_ballot
from services.coalitions.use_cases.found_coalition import found_coalition
from services.coalitions.use_cases.give_proxy import give_proxy
from services.coalitions.use_cases.hide_ballot_results import hide_ballot_results
from services.coalitions.use_cases.invite_member import invite_member
from services.coalitions.use_cases.keep_event import keep_event
from services.coalitions.use_cases.keep_mandate import end_mandate, keep_mandate
from services.coalitions.use_cases.keep_organisation import (
    keep_closed_organisation,
    keep_declared_organisation,
    keep_suspended_organisation,
    keep_verified_organisation,
)
from services.coalitions.use_cases.leave_coalition import leave_coalition
from services.coalitions.use_cases.moderate_statement import moderate_statement
from services.coalitions.use_cases.note_activity import note_event_of_coalition, note_life_of_coalition
from services.coalitions.use_cases.note_reply import note_reply
from services.coalitions.use_cases.note_response import note_response
from services.coalitions.use_cases.open_amendments import open_amendments
from services.coalitions.use_cases.open_ballot import open_ballot
from services.coalitions.use_cases.open_consultation import open_consultation
from services.coalitions.use_cases.promote_amendment import promote_amendment
from services.coalitions.use_cases.publish_position import publish_position
from services.coalitions.use_cases.record_consultation import record_consultation
from services.coalitions.use_cases.record_position import record_position
from services.coalitions.use_cases.record_statements import record_statements
from services.coalitions.use_cases.record_votes import record_votes
from services.coalitions.use_cases.refresh_project_card import (
    note_project_graduated,
    note_project_paused,
    note_project_running,
    note_project_stage,
    note_project_stopped,
)
from services.coalitions.use_cases.refuse_member import refuse_member
from services.coalitions.use_cases.reinstate_member import reinstate_member
from services.coalitions.use_cases.rest_idle_coalitions import rest_idle_coalitions
from services.coalitions.use_cases.retract_position import retract_position
from services.coalitions.use_cases.review_delivery import review_delivery
from services.coalitions.use_cases.revise_coalition import revise_coalition
from services.coalitions.use_cases.sign_off import sign_off
from services.coalitions.use_cases.submit_amendment import submit_amendment
from services.coalitions.use_cases.suggest_known_projects import suggest_known_projects
from services.coalitions.use_cases.suggest_project_to_coalitions import suggest_project_to_coalitions
from services.coalitions.use_cases.suspend_member import suspend_member
from services.coalitions.use_cases.tell_due_reviews import tell_due_reviews
from services.coalitions.use_cases.weaken_evidence import note_event_cancelled, note_metric
from services.coalitions.use_cases.withdraw_amendment import withdraw_amendment
from services.coalitions.use_cases.withdraw_proxy import withdraw_proxy
from services.coalitions.use_cases.withdraw_signature import withdraw_signature

Json = dict[str, Any]


class CoalitionsService(KnowsRoles):
    """A table of contents: one line for each thing that may be asked, and for each fact that is reacted to."""

    name = "coalitions"
    desk = Desk(SqlWork, metadata)

    @command(allow=signed_in)
    def found_coalition(self, request: Json) -> Json:
        return self.desk.perform(found_coalition, request)

    @command(allow=signed_in)
    def revise_coalition(self, request: Json) -> Json:
        return self.desk.perform(revise_coalition, request)

    @command(allow=signed_in)
    def choose_steering(self, request: Json) -> Json:
        return self.desk.perform(choose_steering, request)

    @command(allow=signed_in)
    def activate_coalition(self, request: Json) -> Json:
        return self.desk.perform(activate_coalition, request)

    @command(allow=signed_in)
    def close_coalition(self, request: Json) -> Json:
        return self.desk.perform(close_coalition, request)

    @command(allow=signed_in)
    def invite_member(self, request: Json) -> Json:
        return self.desk.perform(invite_member, request)

    @command(allow=signed_in)
    def apply_for_membership(self, request: Json) -> Json:
        return self.desk.perform(apply_for_membership, request)

    @command(allow=signed_in)
    def accept_charter(self, request: Json) -> Json:
        return self.desk.perform(accept_charter, request)

    @command(allow=signed_in)
    def admit_member(self, request: Json) -> Json:
        return self.desk.perform(admit_member, request)

    @command(allow=signed_in)
    def refuse_member(self, request: Json) -> Json:
        return self.desk.perform(refuse_member, request)

    @command(allow=signed_in)
    def decline_invitation(self, request: Json) -> Json:
        return self.desk.perform(decline_invitation, request)

    @command(allow=signed_in)
    def leave_coalition(self, request: Json) -> Json:
        return self.desk.perform(leave_coalition, request)

    @command(allow=signed_in)
    def suspend_member(self, request: Json) -> Json:
        return self.desk.perform(suspend_member, request)

    @command(allow=signed_in)
    def reinstate_member(self, request: Json) -> Json:
        return self.desk.perform(reinstate_member, request)

    @command(allow=signed_in)
    def expel_member(self, request: Json) -> Json:
        return self.desk.perform(expel_member, request)

    @command(allow=signed_in)
    def draft_position(self, request: Json) -> Json:
        return self.desk.perform(draft_position, request)

    @command(allow=signed_in)
    def edit_draft(self, request: Json) -> Json:
        return self.desk.perform(edit_draft, request)

    @command(allow=signed_in)
    def open_amendments(self, request: Json) -> Json:
        return self.desk.perform(open_amendments, request)

    @command(allow=signed_in)
    def extend_amendments(self, request: Json) -> Json:
        return self.desk.perform(extend_amendments, request)

    @command(allow=signed_in)
    def submit_amendment(self, request: Json) -> Json:
        return self.desk.perform(submit_amendment, request)

    @command(allow=signed_in)
    def co_sponsor_amendment(self, request: Json) -> Json:
        return self.desk.perform(co_sponsor_amendment, request)

    @command(allow=signed_in)
    def withdraw_amendment(self, request: Json) -> Json:
        return self.desk.perform(withdraw_amendment, request)

    @command(allow=signed_in)
    def decide_amendment(self, request: Json) -> Json:
        return self.desk.perform(decide_amendment, request)

    @command(allow=signed_in)
    def declare_no_amendment(self, request: Json) -> Json:
        return self.desk.perform(declare_no_amendment, request)

    @command(allow=signed_in)
    def consolidate_position(self, request: Json) -> Json:
        return self.desk.perform(consolidate_position, request)

    @command(allow=signed_in)
    def open_ballot(self, request: Json) -> Json:
        return self.desk.perform(open_ballot, request)

    @command(allow=signed_in)
    def cast_stance(self, request: Json) -> Json:
        return self.desk.perform(cast_stance, request)

    @command(allow=signed_in)
    def give_proxy(self, request: Json) -> Json:
        return self.desk.perform(give_proxy, request)

    @command(allow=signed_in)
    def withdraw_proxy(self, request: Json) -> Json:
        return self.desk.perform(withdraw_proxy, request)

    @command(allow=signed_in)
    def hide_ballot_results(self, request: Json) -> Json:
        return self.desk.perform(hide_ballot_results, request)

    @command(allow=signed_in)
    def extend_ballot(self, request: Json) -> Json:
        return self.desk.perform(extend_ballot, request)

    @command(allow=signed_in)
    def close_ballot(self, request: Json) -> Json:
        return self.desk.perform(close_ballot, request)

    @command(allow=signed_in)
    def sign_off(self, request: Json) -> Json:
        return self.desk.perform(sign_off, request)

    @command(allow=signed_in)
    def withdraw_signature(self, request: Json) -> Json:
        return self.desk.perform(withdraw_signature, request)

    @command(allow=signed_in)
    def publish_position(self, request: Json) -> Json:
        return self.desk.perform(publish_position, request)

    @command(allow=signed_in)
    def abandon_position(self, request: Json) -> Json:
        return self.desk.perform(abandon_position, request)

    @command(allow=signed_in)
    def retract_position(self, request: Json) -> Json:
        return self.desk.perform(retract_position, request)

    @command(allow=signed_in)
    def deliver_position(self, request: Json) -> Json:
        return self.desk.perform(deliver_position, request)

    @command(allow=signed_in)
    def note_response(self, request: Json) -> Json:
        return self.desk.perform(note_response, request)

    @command(allow=signed_in)
    def review_delivery(self, request: Json) -> Json:
        return self.desk.perform(review_delivery, request)

    @command(allow=signed_in)
    def promote_amendment(self, request: Json) -> Json:
        return self.desk.perform(promote_amendment, request)

    @command(allow=administrators)
    def record_position(self, request: Json) -> Json:
        return self.desk.perform(record_position, request)

    @command(allow=signed_in)
    def open_consultation(self, request: Json) -> Json:
        return self.desk.perform(open_consultation, request)

    @command(allow=signed_in)
    def add_statement(self, request: Json) -> Json:
        return self.desk.perform(add_statement, request)

    @command(allow=signed_in)
    def moderate_statement(self, request: Json) -> Json:
        return self.desk.perform(moderate_statement, request)

    @command(allow=signed_in)
    def cast_votes(self, request: Json) -> Json:
        return self.desk.perform(cast_votes, request)

    @command(allow=signed_in)
    def close_consultation(self, request: Json) -> Json:
        return self.desk.perform(close_consultation, request)

    @command(allow=signed_in)
    def record_consultation(self, request: Json) -> Json:
        return self.desk.perform(record_consultation, request)

    @command(allow=signed_in)
    def record_statements(self, request: Json) -> Json:
        return self.desk.perform(record_statements, request)

    @command(allow=signed_in)
    def record_votes(self, request: Json) -> Json:
        return self.desk.perform(record_votes, request)

    @command(allow=signed_in)
    def answer_suggestion(self, request: Json) -> Json:
        return self.desk.perform(answer_suggestion, request)

    @query(allow=anyone)
    def coalitions_by_ids(self, request: Json) -> Json:
        return self.desk.answer(coalitions.coalitions_by_ids, request)

    @query(allow=anyone)
    def coalition_by_slug(self, request: Json) -> Json:
        return self.desk.answer(coalitions.coalition_by_slug, request)

    @query(allow=anyone)
    def list_coalitions(self, request: Json) -> Json:
        return self.desk.answer(coalitions.list_coalitions, request)

    @query(allow=anyone)
    def coalitions_by_themes(self, request: Json) -> Json:
        return self.desk.answer(coalitions.coalitions_by_themes, request)

    @query(allow=anyone)
    def memberships_by_ids(self, request: Json) -> Json:
        return self.desk.answer(coalitions.memberships_by_ids, request)

    @query(allow=anyone)
    def positions_by_ids(self, request: Json) -> Json:
        return self.desk.answer(positions.positions_by_ids, request)

    @query(allow=anyone)
    def position_by_slug(self, request: Json) -> Json:
        return self.desk.answer(positions.position_by_slug, request)

    @query(allow=anyone)
    def list_positions(self, request: Json) -> Json:
        return self.desk.answer(positions.list_positions, request)

    @query(allow=anyone)
    def positions_by_themes(self, request: Json) -> Json:
        return self.desk.answer(positions.positions_by_themes, request)

    @query(allow=anyone)
    def positions_by_coalitions(self, request: Json) -> Json:
        return self.desk.answer(positions.positions_by_coalitions, request)

    @query(allow=anyone)
    def positions_by_projects(self, request: Json) -> Json:
        return self.desk.answer(positions.positions_by_projects, request)

    @query(allow=anyone)
    def differences_by_positions(self, request: Json) -> Json:
        return self.desk.answer(positions.differences_by_positions, request)

    @query(allow=anyone)
    def ballots_by_ids(self, request: Json) -> Json:
        return self.desk.answer(positions.ballots_by_ids, request)

    @query(allow=anyone)
    def amendments_by_ids(self, request: Json) -> Json:
        return self.desk.answer(positions.amendments_by_ids, request)

    @query(allow=anyone)
    def consultations_by_ids(self, request: Json) -> Json:
        return self.desk.answer(consultations.consultations_by_ids, request)

    @query(allow=anyone)
    def consultation_by_slug(self, request: Json) -> Json:
        return self.desk.answer(consultations.consultation_by_slug, request)

    @query(allow=anyone)
    def list_consultations(self, request: Json) -> Json:
        return self.desk.answer(consultations.list_consultations, request)

    @query(allow=anyone)
    def consultations_by_themes(self, request: Json) -> Json:
        return self.desk.answer(consultations.consultations_by_themes, request)

    @query(allow=anyone)
    def consultations_by_coalitions(self, request: Json) -> Json:
        return self.desk.answer(consultations.consultations_by_coalitions, request)

    @query(allow=anyone)
    def statements_by_consultations(self, request: Json) -> Json:
        return self.desk.answer(consultations.statements_by_consultations, request)

    @query(allow=anyone)
    def statements_by_ids(self, request: Json) -> Json:
        return self.desk.answer(consultations.statements_by_ids, request)

    @query(allow=anyone)
    def suggestions_by_ids(self, request: Json) -> Json:
        return self.desk.answer(suggestions.suggestions_by_ids, request)

    @query(allow=anyone)
    def list_suggestions(self, request: Json) -> Json:
        return self.desk.answer(suggestions.list_suggestions, request)

    @query(allow=anyone)
    def suggestions_by_projects(self, request: Json) -> Json:
        return self.desk.answer(suggestions.suggestions_by_projects, request)

    @query(allow=anyone)
    def suggestions_by_coalitions(self, request: Json) -> Json:
        return self.desk.answer(suggestions.suggestions_by_coalitions, request)

    @reaction("project.recorded", source="incubator")
    def on_project_recorded(self, fact: Envelope) -> str:
        return str(self.desk.react(suggest_project_to_coalitions, fact))

    @reaction("project.admitted", source="incubator")
    def on_project_admitted(self, fact: Envelope) -> str:
        return str(self.desk.react(suggest_project_to_coalitions, fact))

    @reaction("project.activated", source="incubator")
    def on_project_activated(self, fact: Envelope) -> str:
        return str(self.desk.react(suggest_project_to_coalitions, fact))

    @reaction("project.themes_changed", source="incubator")
    def on_project_themes_changed(self, fact: Envelope) -> str:
        return str(self.desk.react(suggest_project_to_coalitions, fact))

    @reaction("project.stage_changed", source="incubator")
    def on_project_stage_changed(self, fact: Envelope) -> str:
        return str(self.desk.react(note_project_stage, fact))

    @reaction("project.metric_recorded", source="incubator")
    def on_project_metric_recorded(self, fact: Envelope) -> str:
        return str(self.desk.react(note_metric, fact))

    @reaction("project.stopped", source="incubator")
    def on_project_stopped(self, fact: Envelope) -> str:
        return str(self.desk.react(note_project_stopped, fact))

    @reaction("project.graduated", source="incubator")
    def on_project_graduated(self, fact: Envelope) -> str:
        return str(self.desk.react(note_project_graduated, fact))

    @reaction("project.paused", source="incubator")
    def on_project_paused(self, fact: Envelope) -> str:
        return str(self.desk.react(note_project_paused, fact))

    @reaction("project.resumed", source="incubator")
    def on_project_resumed(self, fact: Envelope) -> str:
        return str(self.desk.react(note_project_running, fact))

    @reaction("project.reopened", source="incubator")
    def on_project_reopened(self, fact: Envelope) -> str:
        return str(self.desk.react(note_project_running, fact))

    @reaction("project.replied", source="incubator")
    def on_project_replied(self, fact: Envelope) -> str:
        return str(self.desk.react(note_reply, fact))

    @reaction("organisation.declared", source="people")
    def on_organisation_declared(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_declared_organisation, fact))

    @reaction("organisation.verified", source="people")
    def on_organisation_verified(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_verified_organisation, fact))

    @reaction("organisation.suspended", source="people")
    def on_organisation_suspended(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_suspended_organisation, fact))

    @reaction("organisation.closed", source="people")
    def on_organisation_closed(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_closed_organisation, fact))

    @reaction("mandate.granted", source="people")
    def on_mandate_granted(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_mandate, fact))

    @reaction("mandate.ended", source="people")
    def on_mandate_ended(self, fact: Envelope) -> str:
        return str(self.desk.react(end_mandate, fact))

    @reaction("person.erasure_started", source="people")
    def on_person_erasure_started(self, fact: Envelope) -> str:
        return self.desk.react(erase_person, fact)

    @reaction("event.published", source="events")
    def on_event_published(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_event, fact))

    @reaction("event.recorded", source="events")
    def on_event_recorded(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_event, fact))

    @reaction("event.held", source="events")
    def on_event_held(self, fact: Envelope) -> str:
        return str(self.desk.react(note_event_of_coalition, fact))

    @reaction("event.cancelled", source="events")
    def on_event_cancelled(self, fact: Envelope) -> str:
        return str(self.desk.react(note_event_cancelled, fact))

    @reaction("coalition.activated", source="coalitions")
    def on_coalition_activated(self, fact: Envelope) -> str:
        return str(self.desk.react(suggest_known_projects, fact))

    @reaction("position.drafted", source="coalitions")
    def on_position_drafted(self, fact: Envelope) -> str:
        return str(self.desk.react(note_life_of_coalition, fact))

    @reaction("position.amendment_opened", source="coalitions")
    def on_position_amendment_opened(self, fact: Envelope) -> str:
        return str(self.desk.react(note_life_of_coalition, fact))

    @reaction("position.consolidation_began", source="coalitions")
    def on_position_consolidation_began(self, fact: Envelope) -> str:
        return str(self.desk.react(note_life_of_coalition, fact))

    @reaction("position.ballot_opened", source="coalitions")
    def on_position_ballot_opened(self, fact: Envelope) -> str:
        return str(self.desk.react(note_life_of_coalition, fact))

    @reaction("position.ballot_closed", source="coalitions")
    def on_position_ballot_closed(self, fact: Envelope) -> str:
        return str(self.desk.react(note_life_of_coalition, fact))

    @reaction("position.published", source="coalitions")
    def on_position_published(self, fact: Envelope) -> str:
        return str(self.desk.react(note_life_of_coalition, fact))

    @job(every=1)
    def begin_due_ballots(self) -> None:
        self.desk.run_due(begin_due_ballots)

    @job(every=1)
    def close_due_ballots(self) -> None:
        self.desk.run_due(close_due_ballots)

    @job(every=5)
    def close_due_amendments(self) -> None:
        self.desk.run_due(close_due_amendments)

    @job(every=30)
    def end_due_sign_offs(self) -> None:
        self.desk.run_due(end_due_sign_offs)

    @job(every=3600)
    def tell_due_reviews(self) -> None:
        self.desk.run_due(tell_due_reviews)

    @job(every=5)
    def close_due_consultations(self) -> None:
        self.desk.run_due(close_due_consultations)

    @job(every=600)
    def expire_suggestions(self) -> None:
        self.desk.run_due(expire_suggestions)

    @job(every=600)
    def end_due_acceptances(self) -> None:
        self.desk.run_due(end_due_acceptances)

    @job(every=600)
    def expire_invitations(self) -> None:
        self.desk.run_due(expire_invitations)

    @job(every=3600)
    def rest_idle_coalitions(self) -> None:
        self.desk.run_due(rest_idle_coalitions)
