"""The closed lists of the events part of the schema."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="What kind of gathering it is.")
class EventKind(Enum):
    HOLD_UP = strawberry.enum_value("HOLD_UP", description="Two hours on a project's challenge, with a facilitator.")
    MEETUP = strawberry.enum_value("MEETUP", description="People meet, without a programme of their own.")
    WORKSHOP = strawberry.enum_value("WORKSHOP", description="People work together.")
    DEMO_DAY = strawberry.enum_value("DEMO_DAY", description="Projects are shown.")
    COALITION_MEETING = strawberry.enum_value("COALITION_MEETING", description="A coalition meets.")
    TRAINING = strawberry.enum_value("TRAINING", description="People learn something from somebody who knows.")
    CONFERENCE = strawberry.enum_value("CONFERENCE", description="A conference, also one of elsewhere.")


@strawberry.enum(description="Where a gathering stands.")
class EventState(Enum):
    DRAFT = strawberry.enum_value("DRAFT", description="Not announced yet.")
    PUBLISHED = strawberry.enum_value("PUBLISHED", description="Announced: who may see it may register.")
    POSTPONED = strawberry.enum_value("POSTPONED", description="The date no longer holds, there is no new one yet.")
    HELD = strawberry.enum_value("HELD", description="It took place; attendance may still come in.")
    CLOSED = strawberry.enum_value("CLOSED", description="It took place, attendance is settled.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="It does not take place.")


@strawberry.enum(description="How people take part.")
class EventMode(Enum):
    ONSITE = strawberry.enum_value("ONSITE", description="At a place; it has an address.")
    ONLINE = strawberry.enum_value("ONLINE", description="Online only; it has a link.")
    HYBRID = strawberry.enum_value("HYBRID", description="At a place or online.")


@strawberry.enum(description="What a hold-up's challenge is about.")
class ChallengeKind(Enum):
    NAMING = strawberry.enum_value("NAMING", description="Finding a name.")
    COMMUNITY_BASIS = strawberry.enum_value("COMMUNITY_BASIS", description="What a community stands on.")
    COMMUNITY_BUILDING = strawberry.enum_value("COMMUNITY_BUILDING", description="Making a community grow.")
    FEEDBACK = strawberry.enum_value("FEEDBACK", description="What people think of it.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.enum(description="Where a registration stands.")
class RegistrationState(Enum):
    PENDING_APPROVAL = strawberry.enum_value("PENDING_APPROVAL", description="The organisers decide.")
    CONFIRMED = strawberry.enum_value("CONFIRMED", description="Has a seat, which is theirs until they give it back.")
    WAITLISTED = strawberry.enum_value("WAITLISTED", description="Waits for a seat.")
    OFFERED = strawberry.enum_value("OFFERED", description="May take a seat until `offerExpiresAt`.")
    REJECTED = strawberry.enum_value("REJECTED", description="Turned down by the organisers.")
    CANCELLED = strawberry.enum_value(
        "CANCELLED", description="Taken back by the person; a seat goes to who waits longest."
    )
    CANCELLED_BY_HOST = strawberry.enum_value("CANCELLED_BY_HOST", description="Cancelled with the gathering.")
    OFFER_DECLINED = strawberry.enum_value("OFFER_DECLINED", description="The offered seat was not wanted.")
    OFFER_EXPIRED = strawberry.enum_value("OFFER_EXPIRED", description="The offer was not answered in time.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Waited until the gathering was over.")
    ATTENDED = strawberry.enum_value("ATTENDED", description="Was there: checked in at the gathering.")
    NO_SHOW = strawberry.enum_value("NO_SHOW", description="Had a seat and did not come.")


@strawberry.enum(description="What became of a mark made at the door.")
class MarkOutcome(Enum):
    CHECKED_IN = strawberry.enum_value("CHECKED_IN", description="The person is noted as present.")
    UNDONE = strawberry.enum_value("UNDONE", description="The person is no longer noted as present.")
    UNCHANGED = strawberry.enum_value("UNCHANGED", description="Known already, or a later mark says otherwise.")
    REFUSED = strawberry.enum_value("REFUSED", description="See `problems`.")


@strawberry.enum(description="What became of a line of a list.")
class EventRecordOutcome(Enum):
    CREATED = strawberry.enum_value("CREATED", description="It was not known yet, and was made.")
    CHANGED = strawberry.enum_value("CHANGED", description="Known, and told differently now.")
    UNCHANGED = strawberry.enum_value("UNCHANGED", description="Known as it is.")
    REFUSED = strawberry.enum_value("REFUSED", description="See `problems`.")


@strawberry.enum(description="In which order gatherings are listed.")
class EventOrder(Enum):
    STARTS_AT_ASC = strawberry.enum_value("STARTS_AT_ASC", description="The earliest first.")
    STARTS_AT_DESC = strawberry.enum_value("STARTS_AT_DESC", description="The latest first.")
    RECENT = strawberry.enum_value("RECENT", description="What was entered last first.")


@strawberry.enum(description="What people are told by letter.")
class NoticeTopic(Enum):
    REGISTRATION = strawberry.enum_value("REGISTRATION", description="What becomes of a registration; offered seats.")
    CHANGES = strawberry.enum_value("CHANGES", description="A new date or place, a cancelled gathering.")
    REMINDERS = strawberry.enum_value("REMINDERS", description="A day and two hours before.")
    AFTERWARDS = strawberry.enum_value("AFTERWARDS", description="After a gathering, for those who came.")
    ORGANISING = strawberry.enum_value("ORGANISING", description="What organisers still owe, or should know in time.")
