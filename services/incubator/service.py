"""The incubator service: incubators, calls, projects and the ways between their stages."""

from __future__ import annotations

from typing import Any

from services.backbone.actor import anyone, signed_in
from services.backbone.desk import Desk
from services.backbone.entrypoints import command, job, query, reaction
from services.backbone.envelope import Envelope
from services.backbone.service import KnowsRoles
from services.incubator.queries import board, cohorts, explained, exports, happenings, incubators, pipeline, projects
from services.incubator.storage.repositories import SqlWork
from services.incubator.storage.tables import metadata
from services.incubator.use_cases.accept_charter import accept_charter
from services.incubator.use_cases.achieve_milestone import achieve_milestone
from services.incubator.use_cases.activate_project import activate_project
from services.incubator.use_cases.admit_project import admit_project
from services.incubator.use_cases.apply_to_incubator import apply_to_incubator
from services.incubator.use_cases.approve_stage_change import approve_stage_change
from services.incubator.use_cases.assign_mentor import assign_mentor
from services.incubator.use_cases.assign_reviewers import assign_reviewers
from services.incubator.use_cases.cancel_stage_change import cancel_stage_change
from services.incubator.use_cases.change_stage_model import change_stage_model
from services.incubator.use_cases.change_themes import change_themes
from services.incubator.use_cases.close_call import close_call
from services.incubator.use_cases.confirm_mentor import confirm_mentor
from services.incubator.use_cases.declare_conflict import declare_conflict
from services.incubator.use_cases.decline_project import decline_project
from services.incubator.use_cases.describe_project import describe_project
from services.incubator.use_cases.drop_milestone import drop_milestone
from services.incubator.use_cases.end_mentoring import end_mentoring
from services.incubator.use_cases.erase_person import erase_person
from services.incubator.use_cases.graduate_project import graduate_project
from services.incubator.use_cases.keep_theme import keep_theme
from services.incubator.use_cases.match_need import match_need
from services.incubator.use_cases.move_project_back import move_project_back
from services.incubator.use_cases.note_suggestion import note_suggestion
from services.incubator.use_cases.open_call import open_call
from services.incubator.use_cases.pause_project import pause_project
from services.incubator.use_cases.plan_milestone import plan_milestone
from services.incubator.use_cases.post_update import post_update
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.publish_need import publish_need
from services.incubator.use_cases.recommend_stage import recommend_stage
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_metric import record_metric
from services.incubator.use_cases.record_project import record_project
from services.incubator.use_cases.record_projects import record_projects
from services.incubator.use_cases.refuse_stage_change import refuse_stage_change
from services.incubator.use_cases.reopen_project import reopen_project
from services.incubator.use_cases.reply_to_position import reply_to_position
from services.incubator.use_cases.resolve_need import resolve_need
from services.incubator.use_cases.resume_project import resume_project
from services.incubator.use_cases.skip_to_stage import skip_to_stage
from services.incubator.use_cases.stop_project import stop_project
from services.incubator.use_cases.submit_review import submit_review
from services.incubator.use_cases.take_event_into_account import (
    take_cancelled_event,
    take_held_event,
    take_reported_event,
    take_rescheduled_event,
)
from services.incubator.use_cases.take_position_into_account import (
    take_position_to_be_signed,
    take_published_position,
)
from services.incubator.use_cases.tell_what_is_due import (
    carry_projects_over,
    expire_due_needs,
    miss_milestones,
    remind_of_pauses,
    remind_of_updates,
    tell_stalled_projects,
)
from services.incubator.use_cases.withdraw_application import withdraw_application
from services.incubator.use_cases.withdraw_need import withdraw_need

Json = dict[str, Any]


class IncubatorService(KnowsRoles):
    """A table of contents: one line for each thing that may be asked, and for each fact it reacts to."""

    name = "incubator"
    desk = Desk(SqlWork, metadata)

    @command(allow=signed_in)
    def record_incubators(self, request: Json) -> Json:
        return self.desk.perform(record_incubators, request)

    @command(allow=signed_in)
    def record_projects(self, request: Json) -> Json:
        return self.desk.perform(record_projects, request)

    @command(allow=signed_in)
    def record_project(self, request: Json) -> Json:
        return self.desk.perform(record_project, request)

    @command(allow=signed_in)
    def open_call(self, request: Json) -> Json:
        return self.desk.perform(open_call, request)

    @command(allow=signed_in)
    def close_call(self, request: Json) -> Json:
        return self.desk.perform(close_call, request)

    @command(allow=signed_in)
    def apply_to_incubator(self, request: Json) -> Json:
        return self.desk.perform(apply_to_incubator, request)

    @command(allow=signed_in)
    def assign_reviewers(self, request: Json) -> Json:
        return self.desk.perform(assign_reviewers, request)

    @command(allow=signed_in)
    def declare_conflict(self, request: Json) -> Json:
        return self.desk.perform(declare_conflict, request)

    @command(allow=signed_in)
    def submit_review(self, request: Json) -> Json:
        return self.desk.perform(submit_review, request)

    @command(allow=signed_in)
    def admit_project(self, request: Json) -> Json:
        return self.desk.perform(admit_project, request)

    @command(allow=signed_in)
    def decline_project(self, request: Json) -> Json:
        return self.desk.perform(decline_project, request)

    @command(allow=signed_in)
    def withdraw_application(self, request: Json) -> Json:
        return self.desk.perform(withdraw_application, request)

    @command(allow=signed_in)
    def accept_charter(self, request: Json) -> Json:
        return self.desk.perform(accept_charter, request)

    @command(allow=signed_in)
    def activate_project(self, request: Json) -> Json:
        return self.desk.perform(activate_project, request)

    @command(allow=signed_in)
    def assign_mentor(self, request: Json) -> Json:
        return self.desk.perform(assign_mentor, request)

    @command(allow=signed_in)
    def confirm_mentor(self, request: Json) -> Json:
        return self.desk.perform(confirm_mentor, request)

    @command(allow=signed_in)
    def end_mentoring(self, request: Json) -> Json:
        return self.desk.perform(end_mentoring, request)

    @command(allow=signed_in)
    def record_evidence(self, request: Json) -> Json:
        return self.desk.perform(record_evidence, request)

    @command(allow=signed_in)
    def recommend_stage(self, request: Json) -> Json:
        return self.desk.perform(recommend_stage, request)

    @command(allow=signed_in)
    def propose_stage_change(self, request: Json) -> Json:
        return self.desk.perform(propose_stage_change, request)

    @command(allow=signed_in)
    def approve_stage_change(self, request: Json) -> Json:
        return self.desk.perform(approve_stage_change, request)

    @command(allow=signed_in)
    def refuse_stage_change(self, request: Json) -> Json:
        return self.desk.perform(refuse_stage_change, request)

    @command(allow=signed_in)
    def cancel_stage_change(self, request: Json) -> Json:
        return self.desk.perform(cancel_stage_change, request)

    @command(allow=signed_in)
    def skip_to_stage(self, request: Json) -> Json:
        return self.desk.perform(skip_to_stage, request)

    @command(allow=signed_in)
    def move_project_back(self, request: Json) -> Json:
        return self.desk.perform(move_project_back, request)

    @command(allow=signed_in)
    def pause_project(self, request: Json) -> Json:
        return self.desk.perform(pause_project, request)

    @command(allow=signed_in)
    def resume_project(self, request: Json) -> Json:
        return self.desk.perform(resume_project, request)

    @command(allow=signed_in)
    def graduate_project(self, request: Json) -> Json:
        return self.desk.perform(graduate_project, request)

    @command(allow=signed_in)
    def stop_project(self, request: Json) -> Json:
        return self.desk.perform(stop_project, request)

    @command(allow=signed_in)
    def reopen_project(self, request: Json) -> Json:
        return self.desk.perform(reopen_project, request)

    @command(allow=signed_in)
    def publish_need(self, request: Json) -> Json:
        return self.desk.perform(publish_need, request)

    @command(allow=signed_in)
    def match_need(self, request: Json) -> Json:
        return self.desk.perform(match_need, request)

    @command(allow=signed_in)
    def resolve_need(self, request: Json) -> Json:
        return self.desk.perform(resolve_need, request)

    @command(allow=signed_in)
    def withdraw_need(self, request: Json) -> Json:
        return self.desk.perform(withdraw_need, request)

    @command(allow=signed_in)
    def record_metric(self, request: Json) -> Json:
        return self.desk.perform(record_metric, request)

    @command(allow=signed_in)
    def change_themes(self, request: Json) -> Json:
        return self.desk.perform(change_themes, request)

    @command(allow=signed_in)
    def change_stage_model(self, request: Json) -> Json:
        return self.desk.perform(change_stage_model, request)

    @command(allow=signed_in)
    def describe_project(self, request: Json) -> Json:
        return self.desk.perform(describe_project, request)

    @command(allow=signed_in)
    def plan_milestone(self, request: Json) -> Json:
        return self.desk.perform(plan_milestone, request)

    @command(allow=signed_in)
    def achieve_milestone(self, request: Json) -> Json:
        return self.desk.perform(achieve_milestone, request)

    @command(allow=signed_in)
    def drop_milestone(self, request: Json) -> Json:
        return self.desk.perform(drop_milestone, request)

    @command(allow=signed_in)
    def post_update(self, request: Json) -> Json:
        return self.desk.perform(post_update, request)

    @command(allow=signed_in)
    def reply_to_position(self, request: Json) -> Json:
        return self.desk.perform(reply_to_position, request)

    @query(allow=anyone)
    def incubators_by_ids(self, request: Json) -> Json:
        return self.desk.answer(incubators.incubators_by_ids, request)

    @query(allow=anyone)
    def incubator_by_slug(self, request: Json) -> Json:
        return self.desk.answer(incubators.incubator_by_slug, request)

    @query(allow=anyone)
    def list_incubators(self, request: Json) -> Json:
        return self.desk.answer(incubators.list_incubators, request)

    @query(allow=anyone)
    def project_counts_by_incubator_ids(self, request: Json) -> Json:
        return self.desk.answer(incubators.project_counts_by_incubator_ids, request)

    @query(allow=anyone)
    def calls_by_ids(self, request: Json) -> Json:
        return self.desk.answer(incubators.calls_by_ids, request)

    @query(allow=anyone)
    def list_calls(self, request: Json) -> Json:
        return self.desk.answer(incubators.list_calls, request)

    @query(allow=anyone)
    def projects_by_ids(self, request: Json) -> Json:
        return self.desk.answer(projects.projects_by_ids, request)

    @query(allow=anyone)
    def project_by_slug(self, request: Json) -> Json:
        return self.desk.answer(projects.project_by_slug, request)

    @query(allow=anyone)
    def list_projects(self, request: Json) -> Json:
        return self.desk.answer(projects.list_projects, request)

    @query(allow=anyone)
    def projects_by_themes(self, request: Json) -> Json:
        return self.desk.answer(projects.projects_by_themes, request)

    @query(allow=anyone)
    def needs_by_ids(self, request: Json) -> Json:
        return self.desk.answer(projects.needs_by_ids, request)

    @query(allow=anyone)
    def gates_by_project_ids(self, request: Json) -> Json:
        return self.desk.answer(explained.gates_by_project_ids, request)

    @query(allow=anyone)
    def transitions_by_project_ids(self, request: Json) -> Json:
        return self.desk.answer(explained.transitions_by_project_ids, request)

    @query(allow=anyone)
    def changes_by_project_ids(self, request: Json) -> Json:
        return self.desk.answer(explained.changes_by_project_ids, request)

    @query(allow=anyone)
    def applications_by_project_ids(self, request: Json) -> Json:
        return self.desk.answer(explained.applications_by_project_ids, request)

    @query(allow=anyone)
    def timelines_by_project_ids(self, request: Json) -> Json:
        return self.desk.answer(happenings.timelines_by_project_ids, request)

    @query(allow=anyone)
    def stage_changes_by_ids(self, request: Json) -> Json:
        return self.desk.answer(happenings.stage_changes_by_ids, request)

    @query(allow=anyone)
    def pipeline(self, request: Json) -> Json:
        return self.desk.answer(pipeline.pipeline, request)

    @query(allow=anyone)
    def board(self, request: Json) -> Json:
        return self.desk.answer(board.board, request)

    @query(allow=anyone)
    def cohort(self, request: Json) -> Json:
        return self.desk.answer(cohorts.cohort, request)

    @query(allow=anyone)
    def export_projects(self, request: Json) -> Json:
        return self.desk.answer(exports.export_projects, request)

    @query(allow=anyone)
    def replies_by_positions(self, request: Json) -> Json:
        return self.desk.answer(projects.replies_by_positions, request)

    @query(allow=anyone)
    def network(self, request: Json) -> Json:
        return self.desk.answer(pipeline.network, request)

    @reaction("person.erasure_started", source="people")
    def on_person_erasure_started(self, fact: Envelope) -> str:
        return self.desk.react(erase_person, fact)

    @reaction("theme.recorded", source="people")
    def on_theme_recorded(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_theme, fact))

    @reaction("event.held", source="events")
    def on_event_held(self, fact: Envelope) -> str:
        return str(self.desk.react(take_held_event, fact))

    @reaction("event.outcome_reported", source="events")
    def on_event_outcome_reported(self, fact: Envelope) -> str:
        return str(self.desk.react(take_reported_event, fact))

    @reaction("event.cancelled", source="events")
    def on_event_cancelled(self, fact: Envelope) -> str:
        return str(self.desk.react(take_cancelled_event, fact))

    @reaction("event.rescheduled", source="events")
    def on_event_rescheduled(self, fact: Envelope) -> str:
        return str(self.desk.react(take_rescheduled_event, fact))

    @reaction("position.sign_off_opened", source="coalitions")
    def on_position_sign_off_opened(self, fact: Envelope) -> str:
        return str(self.desk.react(take_position_to_be_signed, fact))

    @reaction("position.published", source="coalitions")
    def on_position_published(self, fact: Envelope) -> str:
        return str(self.desk.react(take_published_position, fact))

    @reaction("position.recorded", source="coalitions")
    def on_position_recorded(self, fact: Envelope) -> str:
        return str(self.desk.react(take_published_position, fact))

    @reaction("suggestion.proposed", source="coalitions")
    def on_suggestion_proposed(self, fact: Envelope) -> str:
        return str(self.desk.react(note_suggestion, fact))

    @reaction("suggestion.answered", source="coalitions")
    def on_suggestion_answered(self, fact: Envelope) -> str:
        return str(self.desk.react(note_suggestion, fact))

    @reaction("suggestion.expired", source="coalitions")
    def on_suggestion_expired(self, fact: Envelope) -> str:
        return str(self.desk.react(note_suggestion, fact))

    @job(every=3600)
    def tell_stalled_projects(self) -> None:
        self.desk.run_due(tell_stalled_projects)

    @job(every=3600)
    def remind_of_pauses(self) -> None:
        self.desk.run_due(remind_of_pauses)

    @job(every=600)
    def expire_needs(self) -> None:
        self.desk.run_due(expire_due_needs)

    @job(every=600)
    def miss_milestones(self) -> None:
        self.desk.run_due(miss_milestones)

    @job(every=3600)
    def remind_of_updates(self) -> None:
        self.desk.run_due(remind_of_updates)

    @job(every=5)
    def carry_projects_over(self) -> None:
        self.desk.run_due(carry_projects_over)
