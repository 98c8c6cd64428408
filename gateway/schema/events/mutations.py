"""Commands of gatherings."""

from __future__ import annotations

from typing import Any

import msgspec
import strawberry

from gateway.context import Info
from gateway.problems import WireProblem
from gateway.schema.commands import CommandInput, Outcome, command
from gateway.schema.events.codes import EventRecordOutcome, MarkOutcome, NoticeTopic
from gateway.schema.events.feeds import address_of_own
from gateway.schema.events.inputs import (
    AnswerOfferInput,
    ApproveRegistrationInput,
    CancelEventInput,
    CancelRegistrationInput,
    ChangeCapacityInput,
    CheckInInput,
    ChooseNoticesInput,
    CloseMyCalendarInput,
    CopyEventInput,
    CorrectAttendanceInput,
    EditEventInput,
    EndEventInput,
    EraseMyEventDataInput,
    MoveRegistrationInput,
    OpenMyCalendarInput,
    PostponeEventInput,
    PublishEventInput,
    ReconfirmRegistrationInput,
    RecordEventsInput,
    RegisterInput,
    RejectRegistrationInput,
    ReportOutcomeInput,
    RescheduleEventInput,
    ScheduleEventInput,
    SetEligibilityInput,
    TakeUpDraftInput,
)
from gateway.schema.events.types import (
    CheckInPayload,
    CloseMyCalendarPayload,
    CopyEventPayload,
    EraseMyDataPayload,
    Event,
    EventPayload,
    EventRecordResult,
    MarkResult,
    MyCalendarPayload,
    NoticesPayload,
    RecordEventsPayload,
    Registration,
    RegistrationPayload,
)
from gateway.schema.node import global_id
from gateway.schema.problems import Problem, problem_of
from gateway.schema.scalars import URL


@strawberry.type
class EventsMutations:
    @strawberry.mutation(
        description="Enters a gathering, as a draft until `publishEvent`. By anybody signed in: they organise it."
    )
    async def schedule_event(self, info: Info, input: ScheduleEventInput) -> EventPayload:
        return await _event(info, "schedule_event", input)

    @strawberry.mutation(description="Takes up a gathering that the network drafted: the caller becomes its organiser.")
    async def take_up_draft(self, info: Info, input: TakeUpDraftInput) -> EventPayload:
        return await _event(info, "take_up_draft", input)

    @strawberry.mutation(description="Says something else about a gathering; what is left out stays. By an organiser.")
    async def edit_event(self, info: Info, input: EditEventInput) -> EventPayload:
        return await _event(info, "edit_event", input)

    @strawberry.mutation(
        description="Makes drafts of the same gathering in other places, or at other times. By an organiser."
    )
    async def copy_event(self, info: Info, input: CopyEventInput) -> CopyEventPayload:
        outcome = await command(info, "events", "copy_event", input)
        copies = await Event.load_each(info, outcome.value.get("ids", []))
        return CopyEventPayload(copies=copies, problems=outcome.problems)

    @strawberry.mutation(description="Announces a draft: whoever may see it can register. By an organiser.")
    async def publish_event(self, info: Info, input: PublishEventInput) -> EventPayload:
        return await _event(info, "publish_event", input)

    @strawberry.mutation(
        description="Gives a gathering a new time or place; a postponed one is announced again. By an organiser."
    )
    async def reschedule_event(self, info: Info, input: RescheduleEventInput) -> EventPayload:
        return await _event(info, "reschedule_event", input)

    @strawberry.mutation(description="Says that the date no longer holds; registrations are kept. By an organiser.")
    async def postpone_event(self, info: Info, input: PostponeEventInput) -> EventPayload:
        return await _event(info, "postpone_event", input)

    @strawberry.mutation(description="Has more or fewer places; more are offered to those who wait. By an organiser.")
    async def change_capacity(self, info: Info, input: ChangeCapacityInput) -> EventPayload:
        return await _event(info, "change_capacity", input)

    @strawberry.mutation(description="Says that a gathering does not take place. By an organiser.")
    async def cancel_event(self, info: Info, input: CancelEventInput) -> EventPayload:
        return await _event(info, "cancel_event", input)

    @strawberry.mutation(
        description="Declares a gathering that has begun to be over; at its end that comes by itself. By an organiser."
    )
    async def end_event(self, info: Info, input: EndEventInput) -> EventPayload:
        return await _event(info, "end_event", input)

    @strawberry.mutation(description="Reports what came out of a gathering that was held, once. By an organiser.")
    async def report_outcome(self, info: Info, input: ReportOutcomeInput) -> EventPayload:
        return await _event(info, "report_outcome", input)

    @strawberry.mutation(
        description="Takes a seat, or a place in the line when none is free. By anybody signed in who "
        "sees the gathering."
    )
    async def register(self, info: Info, input: RegisterInput) -> RegistrationPayload:
        return await _registration(info, "register", input)

    @strawberry.mutation(
        description="Gives a seat, or a place in the line, back. By who is registered, or by an organiser."
    )
    async def cancel_registration(self, info: Info, input: CancelRegistrationInput) -> RegistrationPayload:
        return await _registration(info, "cancel_registration", input)

    @strawberry.mutation(
        description="Takes an offered seat, or declines it. By who was offered it, or by an organiser."
    )
    async def answer_offer(self, info: Info, input: AnswerOfferInput) -> RegistrationPayload:
        return await _registration(info, "answer_offer", input)

    @strawberry.mutation(
        description="Gives a seat back and takes one of another gathering, if one is free there. By who "
        "is registered, or by who organises both."
    )
    async def move_registration(self, info: Info, input: MoveRegistrationInput) -> RegistrationPayload:
        return await _registration(info, "move_registration", input)

    @strawberry.mutation(
        description="Says that the new date of a postponed gathering suits: the seat is kept. By who was "
        "registered, or by an organiser."
    )
    async def reconfirm_registration(self, info: Info, input: ReconfirmRegistrationInput) -> RegistrationPayload:
        return await _registration(info, "reconfirm_registration", input)

    @strawberry.mutation(description="Lets somebody in whose registration waits for approval. By an organiser.")
    async def approve_registration(self, info: Info, input: ApproveRegistrationInput) -> RegistrationPayload:
        return await _registration(info, "approve_registration", input)

    @strawberry.mutation(description="Turns down a registration that waits for approval. By an organiser.")
    async def reject_registration(self, info: Info, input: RejectRegistrationInput) -> RegistrationPayload:
        return await _registration(info, "reject_registration", input)

    @strawberry.mutation(
        description="Passes a waiting person over when seats are offered, or no longer. By an organiser."
    )
    async def set_eligibility(self, info: Info, input: SetEligibilityInput) -> RegistrationPayload:
        return await _registration(info, "set_eligibility", input)

    @strawberry.mutation(
        description="Sets right who came, within 14 days after attendance was settled. By an organiser."
    )
    async def correct_attendance(self, info: Info, input: CorrectAttendanceInput) -> RegistrationPayload:
        return await _registration(info, "correct_attendance", input)

    @strawberry.mutation(
        description="Notes who came: marks of several devices, in any order, as often as they like. By an"
        " organiser, a facilitator, or who helps at the door."
    )
    async def check_in(self, info: Info, input: CheckInInput) -> CheckInPayload:
        outcome = await command(info, "events", "check_in", input)
        results = [_mark(row, info) for row in outcome.value.get("results", ())]
        return CheckInPayload(event=await Event.load(info, outcome.id), results=results, problems=outcome.problems)

    @strawberry.mutation(description="Gives the caller's own calendar a new secret address; an earlier one is no more.")
    async def open_my_calendar(self, info: Info, input: OpenMyCalendarInput) -> MyCalendarPayload:
        # Without a key: an answer kept for repetition would keep the secret.
        outcome = await command(info, "events", "open_my_calendar", CommandInput())
        token = outcome.value.get("token")
        url = URL(address_of_own(info.context.public_url, token)) if token else None
        return MyCalendarPayload(url=url, problems=outcome.problems)

    @strawberry.mutation(description="Takes the address of the caller's own calendar away.")
    async def close_my_calendar(self, info: Info, input: CloseMyCalendarInput) -> CloseMyCalendarPayload:
        outcome = await command(info, "events", "close_my_calendar", input)
        return CloseMyCalendarPayload(closed=outcome.value.get("closed", False), problems=outcome.problems)

    @strawberry.mutation(description="Chooses what the caller is told by letter.")
    async def choose_notices(self, info: Info, input: ChooseNoticesInput) -> NoticesPayload:
        outcome = await command(info, "events", "choose_notices", input)
        unwanted = [NoticeTopic(topic) for topic in outcome.value.get("unwanted", ())]
        return NoticesPayload(unwanted=unwanted, problems=outcome.problems)

    @strawberry.mutation(
        description="Erases what is held about the caller's taking part in gatherings: seats to come are given back, "
        "past ones count on without a name."
    )
    async def erase_my_event_data(self, info: Info, input: EraseMyEventDataInput) -> EraseMyDataPayload:
        outcome = await command(info, "events", "erase_my_data", input)
        counts, kept = outcome.value.get("counts"), outcome.value.get("kept")
        return EraseMyDataPayload(counts=counts, kept=kept, problems=outcome.problems)

    @strawberry.mutation(description="Enters a list of gatherings of elsewhere. Staff and administrators only.")
    async def record_events(self, info: Info, input: RecordEventsInput) -> RecordEventsPayload:
        outcome = await command(info, "events", "record_events", input)
        results = [await _recorded(row, info, dry_run=input.dry_run) for row in outcome.value.get("results", ())]
        return RecordEventsPayload(results=results, problems=outcome.problems)


async def _event(info: Info, method: str, input: CommandInput) -> EventPayload:
    outcome = await command(info, "events", method, input)
    return EventPayload(event=await Event.load(info, outcome.id), problems=outcome.problems)


async def _registration(info: Info, method: str, input: CommandInput) -> RegistrationPayload:
    outcome: Outcome = await command(info, "events", method, input)
    return RegistrationPayload(
        registration=await Registration.load(info, outcome.id),
        event=await Event.load(info, outcome.value.get("event")),
        problems=outcome.problems,
    )


def _mark(row: dict[str, Any], info: Info) -> MarkResult:
    registration = row["registration"]
    return MarkResult(
        outcome=MarkOutcome(row["outcome"]),
        registration=global_id("registration", registration) if registration else None,
        problems=_problems(row, info),
    )


async def _recorded(row: dict[str, Any], info: Info, *, dry_run: bool) -> EventRecordResult:
    return EventRecordResult(
        outcome=EventRecordOutcome(row["outcome"]),
        event=None if dry_run else await Event.load(info, row["id"]),
        problems=_problems(row, info),
        notes=row["notes"],
    )


def _problems(row: dict[str, Any], info: Info) -> list[Problem]:
    problems = msgspec.convert(row["problems"], tuple[WireProblem, ...])
    return [problem_of(problem, info.context.language) for problem in problems]
