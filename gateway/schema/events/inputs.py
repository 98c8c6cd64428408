"""What the commands of gatherings take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from gateway.schema.commands import ChangeInput, CommandInput
from gateway.schema.events.codes import ChallengeKind, EventKind, EventMode, EventState, NoticeTopic
from gateway.schema.scalars import URL
from gateway.schema.visibility import Visibility


@strawberry.input(description="Around a point: gatherings whose place has coordinates.")
class NearInput:
    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich, from -180 to 180.")
    kilometres: float = strawberry.field(description="As the crow flies, at most so far.")


@strawberry.input(description="Which gatherings: those that keep all conditions given.")
class EventFilter:
    kind: list[EventKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    theme: str | None = strawberry.field(default=None, description="On this theme (slug).")
    city: str | None = strawberry.field(default=None, description="In this city, whatever its accents.")
    country: str | None = strawberry.field(default=None, description="In this country, whatever its accents.")
    language: str | None = strawberry.field(default=None, description="In this language, such as `fr`.")
    starts_after: datetime | None = strawberry.field(default=None, description="Starting after this instant.")
    starts_before: datetime | None = strawberry.field(default=None, description="Starting before this instant.")
    places_left: bool | None = strawberry.field(default=None, description="With free places, or without.")
    project: str | None = strawberry.field(default=None, description="For this project (slug).")
    coalition: str | None = strawberry.field(default=None, description="Of this coalition (slug).")
    state: list[EventState] | None = strawberry.field(default=None, description="In one of these states.")
    near: NearInput | None = strawberry.field(default=None, description="Around this point.")
    waits_for_organiser: bool | None = strawberry.field(
        default=None, description="Drafts that the network suggests and nobody has taken up yet."
    )


@strawberry.input(description="Where people meet.")
class PlaceInput:
    name: str | None = strawberry.field(default=None, description="Name of the place.")
    address: str | None = strawberry.field(default=None, description="Street and number.")
    city: str | None = strawberry.field(default=None, description="Town, as people write it.")
    country: str | None = strawberry.field(default=None, description="Where that town is, such as `France`.")
    latitude: float | None = strawberry.field(default=None, description="Degrees north; with it the longitude.")
    longitude: float | None = strawberry.field(default=None, description="Degrees east of Greenwich, from -180 to 180.")


@strawberry.input(description="What the place and the gathering offer.")
class AccessibilityInput:
    wheelchair: bool = strawberry.field(default=False, description="Accessible with a wheelchair.")
    hearing_loop: bool = strawberry.field(default=False, description="There is a hearing loop.")
    sign_language: bool = strawberry.field(default=False, description="It is interpreted in sign language.")
    captions: bool = strawberry.field(default=False, description="What is said is captioned.")
    quiet_room: bool = strawberry.field(default=False, description="There is a quiet room.")
    other: str | None = strawberry.field(default=None, description="Anything else.")


@strawberry.input(description="The question that a hold-up works on.")
class ChallengeInput:
    kind: ChallengeKind = strawberry.field(description="What it is about.")
    question: str = strawberry.field(description="The question, of 500 characters at most.")


@strawberry.input(description="One part of a gathering.")
class AgendaItemInput:
    title: str = strawberry.field(description="What is done in this part.")
    minutes: int = strawberry.field(description="How long this part takes, in minutes.")


@strawberry.input(description="A gathering; it begins as a draft whose organiser is the caller.")
class ScheduleEventInput(CommandInput):
    kind: EventKind = strawberry.field(description="What kind of gathering it is.")
    title: str = strawberry.field(description="Title, of 200 characters at most.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    ends_at: datetime = strawberry.field(description="When it ends, with its offset from UTC.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    themes: list[str] | None = strawberry.field(default=None, description="Themes (slugs).")
    languages: list[str] | None = strawberry.field(
        default=None, description="Codes such as `fr`, which it is unless said."
    )
    website: URL | None = strawberry.field(default=None, description="Address of a page about it on the web.")
    visibility: Visibility | None = strawberry.field(default=None, description="Who may see it: everybody unless said.")
    timezone: str | None = strawberry.field(default=None, description="IANA name; Europe/Paris unless said.")
    all_day: bool | None = strawberry.field(default=None, description="Whether it takes whole days.")
    mode: EventMode | None = strawberry.field(default=None, description="How people take part: at a place unless said.")
    place: PlaceInput | None = strawberry.field(default=None, description="Where people meet.")
    online_url: URL | None = strawberry.field(default=None, description="Address of the online room.")
    accessibility: AccessibilityInput | None = strawberry.field(default=None, description="What it offers.")
    agenda: list[AgendaItemInput] | None = strawberry.field(
        default=None, description="Its parts; a hold-up has an agenda of its own unless said."
    )
    organisers: list[strawberry.ID] | None = strawberry.field(default=None, description="Organisers beside the caller.")
    facilitators: list[strawberry.ID] | None = strawberry.field(default=None, description="Who facilitates it.")
    host_organisation: strawberry.ID | None = strawberry.field(default=None, description="In whose house it is.")
    project: strawberry.ID | None = strawberry.field(default=None, description="The project that it serves.")
    coalition: strawberry.ID | None = strawberry.field(default=None, description="The coalition that meets.")
    position: strawberry.ID | None = strawberry.field(default=None, description="The position that it is about.")
    challenge: ChallengeInput | None = strawberry.field(default=None, description="What a hold-up works on.")
    capacity: int | None = strawberry.field(
        default=None, description="Places; without limit unless said, 12 for a hold-up."
    )
    min_participants: int | None = strawberry.field(default=None, description="Below this it may not take place.")
    waiting_list: bool | None = strawberry.field(default=None, description="Whether people may wait; yes unless said.")
    approval_required: bool | None = strawberry.field(
        default=None, description="Whether organisers decide; no unless said."
    )
    registration_opens_at: datetime | None = strawberry.field(default=None, description="From when people register.")
    registration_closes_at: datetime | None = strawberry.field(
        default=None, description="Until when; its start unless said."
    )
    questions: list[str] | None = strawberry.field(
        default=None, description="What to ask those who register, 10 questions at most."
    )


@strawberry.input(description="A draft that the caller takes up, with its time.")
class TakeUpDraftInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="Id of the draft that is taken up.")
    starts_at: datetime | None = strawberry.field(default=None, description="When it starts: as proposed unless said.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends, with its offset from UTC.")
    timezone: str | None = strawberry.field(default=None, description="IANA name of the timezone.")
    mode: EventMode | None = strawberry.field(default=None, description="How people take part.")
    place: PlaceInput | None = strawberry.field(default=None, description="Where people meet.")
    online_url: URL | None = strawberry.field(default=None, description="Address of the online room.")
    facilitators: list[strawberry.ID] | None = strawberry.field(default=None, description="Who facilitates it.")
    capacity: int | None = strawberry.field(default=None, description="Seats that can be given away.")


@strawberry.input(description="What is to be said differently; what is left out stays.")
class EditEventInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    title: str | None = strawberry.field(default=None, description="Another title, of 200 characters at most.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    themes: list[str] | None = strawberry.field(default=None, description="Themes (slugs).")
    languages: list[str] | None = strawberry.field(default=None, description="Codes of the languages spoken.")
    website: URL | None = strawberry.field(default=None, description="Address of a page about it on the web.")
    visibility: Visibility | None = strawberry.field(default=None, description="Who may see it.")
    accessibility: AccessibilityInput | None = strawberry.field(default=None, description="What it offers.")
    agenda: list[AgendaItemInput] | None = strawberry.field(
        default=None, description="Its parts in their order; they take the place of all earlier ones."
    )
    challenge: ChallengeInput | None = strawberry.field(default=None, description="What a hold-up works on.")
    organisers: list[strawberry.ID] | None = strawberry.field(default=None, description="Who organises it.")
    facilitators: list[strawberry.ID] | None = strawberry.field(default=None, description="Who facilitates it.")
    online_url: URL | None = strawberry.field(default=None, description="Address of the online room.")
    min_participants: int | None = strawberry.field(default=None, description="Below this it may not take place.")
    waiting_list: bool | None = strawberry.field(default=None, description="Whether people may wait.")
    approval_required: bool | None = strawberry.field(default=None, description="Whether the organisers decide.")
    registration_opens_at: datetime | None = strawberry.field(default=None, description="From when people register.")
    registration_closes_at: datetime | None = strawberry.field(default=None, description="Until when people register.")
    questions: list[str] | None = strawberry.field(default=None, description="What to ask those who register.")


@strawberry.input(description="One more of the same gathering, elsewhere or at another time.")
class CopyInput:
    starts_at: datetime = strawberry.field(description="When it starts.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends; it lasts as long unless said.")
    timezone: str | None = strawberry.field(default=None, description="IANA name; the same unless said.")
    place: PlaceInput | None = strawberry.field(default=None, description="Where; the same place unless said.")
    title: str | None = strawberry.field(default=None, description="Its title; the same unless said.")


@strawberry.input(description="A gathering that is held in several cities, or several times.")
class CopyEventInput(CommandInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    copies: list[CopyInput] = strawberry.field(description="The others, 60 at most; all are made, or none.")


@strawberry.input(description="A draft that is ready.")
class PublishEventInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")


@strawberry.input(description="A new time or place; what is left out stays.")
class RescheduleEventInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    starts_at: datetime | None = strawberry.field(default=None, description="When it starts.")
    ends_at: datetime | None = strawberry.field(
        default=None, description="When it ends; as long as before unless said."
    )
    timezone: str | None = strawberry.field(default=None, description="IANA name of the timezone.")
    place: PlaceInput | None = strawberry.field(default=None, description="Where people meet.")
    mode: EventMode | None = strawberry.field(default=None, description="How people take part.")


@strawberry.input(description="A gathering whose date no longer holds.")
class PostponeEventInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    reason: str = strawberry.field(description="Why it is postponed; who is registered reads it.")


@strawberry.input(description="More or fewer places.")
class ChangeCapacityInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    capacity: int | None = strawberry.field(default=strawberry.UNSET, description="Places; null without limit.")


@strawberry.input(description="A gathering that does not take place.")
class CancelEventInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    reason: str = strawberry.field(description="Why it is cancelled; who is registered reads it.")


@strawberry.input(description="A gathering that has begun and is over.")
class EndEventInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")


@strawberry.input(description="An idea that people brought.")
class SolutionInput:
    text: str = strawberry.field(description="The idea, of 500 characters at most.")
    retained: bool = strawberry.field(default=False, description="Whether the project takes it up.")


@strawberry.input(description="What came out of a gathering.")
class ReportOutcomeInput(ChangeInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    solutions: list[SolutionInput] = strawberry.field(description="The ideas that people brought, 50 at most.")
    next_steps: str | None = strawberry.field(default=None, description="What comes next.")


@strawberry.input(description="An answer to a question of the organisers.")
class ParticipantAnswerInput:
    question: str = strawberry.field(description="The question, as the gathering asks it.")
    answer: str = strawberry.field(description="What the participant says, in 1,000 characters at most.")


@strawberry.input(description="A seat, or a place in the line.")
class RegisterInput(CommandInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    person: strawberry.ID | None = strawberry.field(
        default=None, description="Who: the caller unless said; only who runs the gathering registers others."
    )
    needs: str | None = strawberry.field(
        default=None, description="What the person needs to take part; deleted 30 days after the gathering."
    )
    answers: list[ParticipantAnswerInput] | None = strawberry.field(
        default=None, description="Answers to the gathering's questions; deleted 90 days after it."
    )


@strawberry.input(description="A registration that is given back.")
class CancelRegistrationInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration to give back.")


@strawberry.input(description="The answer to an offered seat.")
class AnswerOfferInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration to which a seat was offered.")
    accept: bool = strawberry.field(description="Whether the seat is taken.")


@strawberry.input(description="A registration that moves to another gathering, such as the same one on another date.")
class MoveRegistrationInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration that is given up for the other.")
    event: strawberry.ID = strawberry.field(description="Where the person goes instead.")


@strawberry.input(description="A registration whose new date suits.")
class ReconfirmRegistrationInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration whose new date suits.")


@strawberry.input(description="What the caller wants to be told by letter.")
class ChooseNoticesInput(CommandInput):
    unwanted: list[NoticeTopic] = strawberry.field(description="What is not to be told; everything else is.")


@strawberry.input(description="A new secret address for the caller's own calendar; each call makes another one.")
class OpenMyCalendarInput(CommandInput):
    pass


@strawberry.input(description="The caller's own calendar, without an address again.")
class CloseMyCalendarInput(CommandInput):
    pass


@strawberry.input(description="All of the caller's taking part in gatherings, erased.")
class EraseMyEventDataInput(CommandInput):
    pass


@strawberry.input(description="A registration that waits for approval.")
class ApproveRegistrationInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration that waits for approval.")


@strawberry.input(description="A registration that is turned down.")
class RejectRegistrationInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration that waits for approval.")
    reason: str = strawberry.field(description="Why the registration is turned down.")


@strawberry.input(description="Whether offers pass a waiting person over.")
class SetEligibilityInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration in the line.")
    eligible: bool = strawberry.field(description="False to be passed over.")


@strawberry.input(description="What a device noted at the door: a registration, or a person without one.")
class MarkInput:
    at: datetime = strawberry.field(description="The device's time.")
    registration: strawberry.ID | None = strawberry.field(
        default=None, description="Id of the registration, for who has one."
    )
    person: strawberry.ID | None = strawberry.field(default=None, description="The person, for a walk-in.")
    undo: bool = strawberry.field(default=False, description="True when the person did not come after all.")


@strawberry.input(description="A batch of marks made at the door.")
class CheckInInput(CommandInput):
    event: strawberry.ID = strawberry.field(description="The gathering.")
    marks: list[MarkInput] = strawberry.field(description="The marks, 500 at most.")


@strawberry.input(description="Who came after all, or did not.")
class CorrectAttendanceInput(CommandInput):
    registration: strawberry.ID = strawberry.field(description="Id of the registration that is noted wrongly.")
    attended: bool = strawberry.field(description="Whether the person came.")


@strawberry.input(description="A line of a list: a gathering of elsewhere, of whole days or with times.")
class RecordedEventInput:
    title: str = strawberry.field(description="What the gathering is called.")
    reference: str | None = strawberry.field(default=None, description="Its name in the list, for ever the same.")
    kind: EventKind | None = strawberry.field(default=None, description="CONFERENCE unless said.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    website: str | None = strawberry.field(default=None, description="Address of a page about it on the web.")
    starts_on: str | None = strawberry.field(default=None, description="First day (ISO 8601).")
    ends_on: str | None = strawberry.field(default=None, description="Its last day, as the list has it.")
    starts_at: str | None = strawberry.field(default=None, description="Start, with its offset (ISO 8601).")
    ends_at: str | None = strawberry.field(default=None, description="When it ends, with its offset (ISO 8601).")
    timezone: str | None = strawberry.field(default=None, description="IANA name; UTC unless said.")
    mode: EventMode | None = strawberry.field(default=None, description="At a place unless said.")
    city: str | None = strawberry.field(default=None, description="Town, as the list writes it.")
    country: str | None = strawberry.field(default=None, description="Where that town is, as the list writes it.")
    themes: list[str] | None = strawberry.field(default=None, description="Themes (slugs).")
    languages: list[str] | None = strawberry.field(default=None, description="Codes of the languages spoken.")


@strawberry.input(description="A list of gatherings of elsewhere; the same ones again change nothing.")
class RecordEventsInput(CommandInput):
    events: list[RecordedEventInput] = strawberry.field(description="The gatherings, one for each line of the list.")
    dry_run: bool = strawberry.field(default=False, description="Say what would become of them, and keep nothing.")
