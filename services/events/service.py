"""The events service: gatherings, who has a seat, who waits, who came and what came of it."""

from __future__ import annotations

from typing import Any

from services.backbone.actor import anyone, signed_in
from services.backbone.desk import Desk
from services.backbone.entrypoints import command, job, query, reaction
from services.backbone.envelope import Envelope
from services.backbone.provided import Provided
from services.backbone.service import KnowsRoles
from services.events.post.desk import open_post
from services.events.queries import calendars, gatherings, mine, participants, registrations
from services.events.storage.repositories import SqlWork
from services.events.storage.tables import metadata
from services.events.use_cases.answer_offer import answer_offer
from services.events.use_cases.approve_registration import approve_registration
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.cancel_hold_ups_of_project import cancel_hold_ups_of_project
from services.events.use_cases.cancel_registration import cancel_registration
from services.events.use_cases.change_capacity import change_capacity
from services.events.use_cases.check_in import check_in
from services.events.use_cases.choose_notices import choose_notices, unsubscribe
from services.events.use_cases.close_settled_events import close_settled_events
from services.events.use_cases.copy_event import copy_event
from services.events.use_cases.correct_attendance import correct_attendance
from services.events.use_cases.draft_hold_up_for_need import draft_hold_up_for_need
from services.events.use_cases.draft_presentation import draft_presentation
from services.events.use_cases.draft_working_meeting import draft_working_meeting
from services.events.use_cases.edit_event import edit_event
from services.events.use_cases.end_event import end_event
from services.events.use_cases.erase_my_data import erase_my_data
from services.events.use_cases.erase_person import erase_person
from services.events.use_cases.forget_what_was_told import forget_what_was_told
from services.events.use_cases.hold_ended_events import hold_ended_events
from services.events.use_cases.lapse_offers import lapse_offers
from services.events.use_cases.lapse_unreconfirmed import lapse_unreconfirmed
from services.events.use_cases.move_registration import move_registration
from services.events.use_cases.open_my_calendar import close_my_calendar, open_my_calendar
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.reconfirm_registration import reconfirm_registration
from services.events.use_cases.record_events import record_events
from services.events.use_cases.register import register
from services.events.use_cases.reject_registration import reject_registration
from services.events.use_cases.remember_neighbours import remember_coalition, remember_project
from services.events.use_cases.report_outcome import report_outcome
from services.events.use_cases.reschedule_event import reschedule_event
from services.events.use_cases.schedule_event import schedule_event
from services.events.use_cases.set_eligibility import set_eligibility
from services.events.use_cases.suggest_demo_day import suggest_demo_day
from services.events.use_cases.take_up_draft import take_up_draft
from services.events.use_cases.write_reminders import write_reminders

Json = dict[str, Any]


class EventsService(KnowsRoles):
    """A table of contents: one line for each thing that may be asked, and for each fact and time that it acts upon."""

    name = "events"
    desk = Desk(SqlWork, metadata)
    post = Provided(open_post)

    @command(allow=signed_in)
    def schedule_event(self, request: Json) -> Json:
        return self.desk.perform(schedule_event, request)

    @command(allow=signed_in)
    def take_up_draft(self, request: Json) -> Json:
        return self.desk.perform(take_up_draft, request)

    @command(allow=signed_in)
    def edit_event(self, request: Json) -> Json:
        return self.desk.perform(edit_event, request)

    @command(allow=signed_in)
    def copy_event(self, request: Json) -> Json:
        return self.desk.perform(copy_event, request)

    @command(allow=signed_in)
    def publish_event(self, request: Json) -> Json:
        return self.desk.perform(publish_event, request)

    @command(allow=signed_in)
    def reschedule_event(self, request: Json) -> Json:
        return self.desk.perform(reschedule_event, request)

    @command(allow=signed_in)
    def postpone_event(self, request: Json) -> Json:
        return self.desk.perform(postpone_event, request)

    @command(allow=signed_in)
    def change_capacity(self, request: Json) -> Json:
        return self.desk.perform(change_capacity, request)

    @command(allow=signed_in)
    def cancel_event(self, request: Json) -> Json:
        return self.desk.perform(cancel_event, request)

    @command(allow=signed_in)
    def end_event(self, request: Json) -> Json:
        return self.desk.perform(end_event, request)

    @command(allow=signed_in)
    def report_outcome(self, request: Json) -> Json:
        return self.desk.perform(report_outcome, request)

    @command(allow=signed_in)
    def register(self, request: Json) -> Json:
        return self.desk.perform(register, request)

    @command(allow=signed_in)
    def cancel_registration(self, request: Json) -> Json:
        return self.desk.perform(cancel_registration, request)

    @command(allow=signed_in)
    def answer_offer(self, request: Json) -> Json:
        return self.desk.perform(answer_offer, request)

    @command(allow=signed_in)
    def move_registration(self, request: Json) -> Json:
        return self.desk.perform(move_registration, request)

    @command(allow=signed_in)
    def reconfirm_registration(self, request: Json) -> Json:
        return self.desk.perform(reconfirm_registration, request)

    @command(allow=signed_in)
    def approve_registration(self, request: Json) -> Json:
        return self.desk.perform(approve_registration, request)

    @command(allow=signed_in)
    def reject_registration(self, request: Json) -> Json:
        return self.desk.perform(reject_registration, request)

    @command(allow=signed_in)
    def set_eligibility(self, request: Json) -> Json:
        return self.desk.perform(set_eligibility, request)

    @command(allow=signed_in)
    def check_in(self, request: Json) -> Json:
        return self.desk.perform(check_in, request)

    @command(allow=signed_in)
    def correct_attendance(self, request: Json) -> Json:
        return self.desk.perform(correct_attendance, request)

    @command(allow=signed_in)
    def record_events(self, request: Json) -> Json:
        return self.desk.perform(record_events, request)

    @command(allow=signed_in)
    def open_my_calendar(self, request: Json) -> Json:
        return self.desk.perform(open_my_calendar, request)

    @command(allow=signed_in)
    def close_my_calendar(self, request: Json) -> Json:
        return self.desk.perform(close_my_calendar, request)

    @command(allow=signed_in)
    def choose_notices(self, request: Json) -> Json:
        return self.desk.perform(choose_notices, request)

    @command(allow=anyone)
    def unsubscribe(self, request: Json) -> Json:
        return self.desk.perform(unsubscribe, request)

    @command(allow=signed_in)
    def erase_my_data(self, request: Json) -> Json:
        return self.desk.perform(erase_my_data, request)

    @query(allow=anyone)
    def events_by_ids(self, request: Json) -> Json:
        return self.desk.answer(gatherings.events_by_ids, request)

    @query(allow=anyone)
    def event_by_slug(self, request: Json) -> Json:
        return self.desk.answer(gatherings.event_by_slug, request)

    @query(allow=anyone)
    def list_events(self, request: Json) -> Json:
        return self.desk.answer(gatherings.list_events, request)

    @query(allow=anyone)
    def events_by_themes(self, request: Json) -> Json:
        return self.desk.answer(gatherings.events_by_themes, request)

    @query(allow=anyone)
    def events_by_projects(self, request: Json) -> Json:
        return self.desk.answer(gatherings.events_by_projects, request)

    @query(allow=anyone)
    def events_by_coalitions(self, request: Json) -> Json:
        return self.desk.answer(gatherings.events_by_coalitions, request)

    @query(allow=anyone)
    def event_counts_by_projects(self, request: Json) -> Json:
        return self.desk.answer(gatherings.event_counts_by_projects, request)

    @query(allow=anyone)
    def event_counts_by_coalitions(self, request: Json) -> Json:
        return self.desk.answer(gatherings.event_counts_by_coalitions, request)

    @query(allow=anyone)
    def drafts_by_needs(self, request: Json) -> Json:
        return self.desk.answer(gatherings.drafts_by_needs, request)

    @query(allow=anyone)
    def allowed_transitions_by_ids(self, request: Json) -> Json:
        return self.desk.answer(gatherings.allowed_transitions_by_ids, request)

    @query(allow=anyone)
    def event_histories_by_ids(self, request: Json) -> Json:
        return self.desk.answer(gatherings.event_histories_by_ids, request)

    @query(allow=anyone)
    def registrations_by_ids(self, request: Json) -> Json:
        return self.desk.answer(registrations.registrations_by_ids, request)

    @query(allow=anyone)
    def my_registrations_by_events(self, request: Json) -> Json:
        return self.desk.answer(registrations.my_registrations_by_events, request)

    @query(allow=signed_in)
    def list_registrations(self, request: Json) -> Json:
        return self.desk.answer(registrations.list_registrations, request)

    @query(allow=signed_in)
    def export_participants(self, request: Json) -> Json:
        return self.desk.answer(participants.export_participants, request)

    @query(allow=anyone)
    def calendar_entries(self, request: Json) -> Json:
        return self.desk.answer(calendars.calendar_entries, request)

    @query(allow=anyone)
    def own_calendar(self, request: Json) -> Json:
        return self.desk.answer(calendars.own_calendar, request)

    @query(allow=signed_in)
    def my_data(self, request: Json) -> Json:
        return self.desk.answer(mine.my_data, request)

    @query(allow=signed_in)
    def my_registrations(self, request: Json) -> Json:
        return self.desk.answer(mine.my_registrations, request)

    @query(allow=signed_in)
    def my_notices(self, request: Json) -> Json:
        return self.desk.answer(mine.my_notices, request)

    @reaction("project.recorded", source="incubator")
    def on_project_recorded(self, fact: Envelope) -> str:
        return self.desk.react(remember_project, fact)

    @reaction("project.applied", source="incubator")
    def on_project_applied(self, fact: Envelope) -> str:
        return self.desk.react(remember_project, fact)

    @reaction("project.admitted", source="incubator")
    def on_project_admitted(self, fact: Envelope) -> str:
        return self.desk.react(remember_project, fact)

    @reaction("project.activated", source="incubator")
    def on_project_activated(self, fact: Envelope) -> str:
        return self.desk.react(remember_project, fact)

    @reaction("project.themes_changed", source="incubator")
    def on_project_themes_changed(self, fact: Envelope) -> str:
        return self.desk.react(remember_project, fact)

    @reaction("project.need_published", source="incubator")
    def on_project_need_published(self, fact: Envelope) -> str:
        return self.desk.react(draft_hold_up_for_need, fact)

    @reaction("project.stage_changed", source="incubator")
    def on_project_stage_changed(self, fact: Envelope) -> str:
        return self.desk.react(suggest_demo_day, fact)

    @reaction("project.stopped", source="incubator")
    def on_project_stopped(self, fact: Envelope) -> str:
        return self.desk.react(cancel_hold_ups_of_project, fact)

    @reaction("coalition.founded", source="coalitions")
    def on_coalition_founded(self, fact: Envelope) -> str:
        return self.desk.react(remember_coalition, fact)

    @reaction("coalition.revised", source="coalitions")
    def on_coalition_revised(self, fact: Envelope) -> str:
        return self.desk.react(remember_coalition, fact)

    @reaction("coalition.activated", source="coalitions")
    def on_coalition_activated(self, fact: Envelope) -> str:
        return self.desk.react(remember_coalition, fact)

    @reaction("position.amendment_opened", source="coalitions")
    def on_position_amendment_opened(self, fact: Envelope) -> str:
        return self.desk.react(draft_working_meeting, fact)

    @reaction("position.published", source="coalitions")
    def on_position_published(self, fact: Envelope) -> str:
        return self.desk.react(draft_presentation, fact)

    @reaction("person.erasure_started", source="people")
    def on_person_erasure_started(self, fact: Envelope) -> str:
        return self.desk.react(erase_person, fact)

    @job(every=5)
    def lapse_due_offers(self) -> None:
        self.desk.run_due(lapse_offers)

    @job(every=15)
    def hold_what_has_ended(self) -> None:
        self.desk.run_due(hold_ended_events)

    @job(every=60)
    def close_what_is_settled(self) -> None:
        self.desk.run_due(close_settled_events)

    @job(every=60)
    def lapse_what_was_not_reconfirmed(self) -> None:
        self.desk.run_due(lapse_unreconfirmed)

    @job(every=3600)
    def forget_what_participants_told(self) -> None:
        self.desk.run_due(forget_what_was_told)

    @job(every=60)
    def write_due_reminders(self) -> None:
        self.desk.run_due(write_reminders)

    @job(every=2)
    def send_due_letters(self) -> None:
        self.post.deliver(self.desk.run_due)
