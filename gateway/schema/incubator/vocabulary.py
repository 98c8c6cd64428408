"""The codes of projects, with what they mean."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Where a project stands.")
class Lifecycle(Enum):
    APPLIED = strawberry.enum_value("APPLIED", description="Has applied to a call.")
    UNDER_REVIEW = strawberry.enum_value("UNDER_REVIEW", description="Reviewers read its application.")
    ADMITTED = strawberry.enum_value("ADMITTED", description="Taken in, not started yet.")
    ACTIVE = strawberry.enum_value("ACTIVE", description="At work in a stage.")
    PAUSED = strawberry.enum_value("PAUSED", description="Rests, for 180 days at most.")
    GRADUATED = strawberry.enum_value("GRADUATED", description="Stands on its own.")
    STOPPED = strawberry.enum_value("STOPPED", description="Has ended, with a reason and a lesson.")
    DECLINED = strawberry.enum_value("DECLINED", description="Was not taken in.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="Took its application back.")


@strawberry.enum(description="How a project came into a stage.")
class Direction(Enum):
    START = strawberry.enum_value("START", description="It began there.")
    FORWARD = strawberry.enum_value("FORWARD", description="From an earlier stage.")
    BACKWARD = strawberry.enum_value("BACKWARD", description="From a later stage.")
    SAME = strawberry.enum_value("SAME", description="From the same stage, in records taken over.")
    REOPENED = strawberry.enum_value("REOPENED", description="After it had ended.")


@strawberry.enum(description="What became of a proposed stage change.")
class StageChangeState(Enum):
    PROPOSED = strawberry.enum_value("PROPOSED", description="Awaits a decision.")
    APPROVED = strawberry.enum_value("APPROVED", description="The project has moved.")
    REFUSED = strawberry.enum_value("REFUSED", description="Staff said no, with a reason.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Taken back, or overtaken by another move.")


@strawberry.enum(description="What shows that a criterion is met.")
class EvidenceKind(Enum):
    DOCUMENT = strawberry.enum_value("DOCUMENT", description="A document that the project names.")
    URL = strawberry.enum_value("URL", description="A web address.")
    METRIC = strawberry.enum_value("METRIC", description="A figure of the project.")
    EVENT = strawberry.enum_value("EVENT", description="An event; it counts once it was held.")
    POSITION = strawberry.enum_value("POSITION", description="A published position.")


@strawberry.enum(description="How far a mentor is with a project.")
class MentorState(Enum):
    DESIRED = strawberry.enum_value("DESIRED", description="The founders wish for this mentor.")
    IN_DISCUSSION = strawberry.enum_value("IN_DISCUSSION", description="Staff are speaking with the mentor.")
    CONFIRMED = strawberry.enum_value("CONFIRMED", description="Accompanies the project.")
    ENDED = strawberry.enum_value("ENDED", description="Accompanies it no longer.")


@strawberry.enum(description="What a project looks for.")
class NeedKind(Enum):
    CHALLENGE = strawberry.enum_value("CHALLENGE", description="A question that a hold-up can work on.")
    SKILL = strawberry.enum_value("SKILL", description="Somebody who can do something.")
    PARTNER = strawberry.enum_value("PARTNER", description="Somebody to do it with.")
    FUNDING = strawberry.enum_value("FUNDING", description="Money that the project lacks.")
    FIELD = strawberry.enum_value("FIELD", description="A place to try it out.")


@strawberry.enum(description="What became of a need.")
class NeedState(Enum):
    OPEN = strawberry.enum_value("OPEN", description="Nobody has answered yet.")
    MATCHED = strawberry.enum_value("MATCHED", description="Somebody has answered.")
    RESOLVED = strawberry.enum_value("RESOLVED", description="The project has found what it needed.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Not met within 90 days.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="No longer looked for.")


@strawberry.enum(description="What became of a milestone.")
class MilestoneState(Enum):
    PLANNED = strawberry.enum_value("PLANNED", description="Still to be reached.")
    ACHIEVED = strawberry.enum_value("ACHIEVED", description="Reached, with evidence.")
    MISSED = strawberry.enum_value("MISSED", description="Not reached seven days after its due date.")
    DROPPED = strawberry.enum_value("DROPPED", description="Aimed at no longer.")


@strawberry.enum(description="Why a project stopped.")
class StopReason(Enum):
    NO_PROBLEM = strawberry.enum_value("NO_PROBLEM", description="The problem was not one.")
    NO_MARKET = strawberry.enum_value("NO_MARKET", description="Nobody wants or pays for it.")
    TEAM = strawberry.enum_value("TEAM", description="The team parted, or could not go on.")
    FUNDING = strawberry.enum_value("FUNDING", description="There was no money to go on.")
    PIVOT = strawberry.enum_value("PIVOT", description="It became something else.")
    ACQUIRED = strawberry.enum_value("ACQUIRED", description="Taken over by somebody.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.enum(description="Why an application was declined.")
class DeclineReason(Enum):
    NOT_ELIGIBLE = strawberry.enum_value("NOT_ELIGIBLE", description="Not what the call is for.")
    OUT_OF_THEME = strawberry.enum_value("OUT_OF_THEME", description="On none of the incubator's themes.")
    TOO_EARLY = strawberry.enum_value("TOO_EARLY", description="Not ready yet.")
    TOO_LATE = strawberry.enum_value("TOO_LATE", description="Past what the incubator can help with.")
    TEAM = strawberry.enum_value("TEAM", description="The team is not convincing yet.")
    IMPACT = strawberry.enum_value("IMPACT", description="The impact is not convincing.")
    NO_PLACE = strawberry.enum_value("NO_PLACE", description="There is no place left.")
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.enum(description="Why a project moves back to an earlier stage.")
class BackwardReason(Enum):
    PIVOT = strawberry.enum_value("PIVOT", description="It became something else.")
    EVIDENCE_LOST = strawberry.enum_value("EVIDENCE_LOST", description="What had shown the stage holds no more.")
    MISCLASSIFIED = strawberry.enum_value("MISCLASSIFIED", description="It was never there.")
    TEAM_CHANGE = strawberry.enum_value("TEAM_CHANGE", description="The team is another.")


@strawberry.enum(description="In which order projects are listed.")
class ProjectOrder(Enum):
    NAME = strawberry.enum_value("NAME", description="By name, whatever the accents and case.")
    STAGE_SINCE = strawberry.enum_value("STAGE_SINCE", description="Longest in their stage first.")
    RECENT = strawberry.enum_value("RECENT", description="The newest project comes first.")
    STALLED_FIRST = strawberry.enum_value(
        "STALLED_FIRST", description="As on a board: those stalled longest, then those that would stall soonest."
    )


@strawberry.enum(description="What became of one record of a batch.")
class RecordOutcome(Enum):
    CREATED = strawberry.enum_value("CREATED", description="It was not known yet, and was made.")
    CHANGED = strawberry.enum_value("CHANGED", description="Known, and brought up to the record.")
    UNCHANGED = strawberry.enum_value("UNCHANGED", description="Known, just so.")
    REFUSED = strawberry.enum_value("REFUSED", description="Not kept; see its problems.")
