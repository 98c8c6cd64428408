"""The codes of coalitions, with what each means."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Where a coalition stands.")
class CoalitionState(Enum):
    FORMING = strawberry.enum_value("FORMING", description="Members, charter and steering come together.")
    ACTIVE = strawberry.enum_value("ACTIVE", description="At work: it drafts, decides and signs positions.")
    DORMANT = strawberry.enum_value("DORMANT", description="Nothing happened for a long time; any act wakes it.")
    CLOSED = strawberry.enum_value("CLOSED", description="Closed for good.")


@strawberry.enum(description="As what an organisation is in a coalition.")
class MembershipCategory(Enum):
    MEMBER = strawberry.enum_value("MEMBER", description="Decides, amends and signs.")
    OBSERVER = strawberry.enum_value("OBSERVER", description="Sees, and decides nothing.")
    ALLY = strawberry.enum_value("ALLY", description="Supports from outside.")


@strawberry.enum(description="Where an organisation stands in a coalition.")
class MembershipState(Enum):
    INVITED = strawberry.enum_value("INVITED", description="Invited; 30 days to take it up.")
    APPLIED = strawberry.enum_value("APPLIED", description="Asks to come in.")
    ADMITTED = strawberry.enum_value("ADMITTED", description="Inside: as a member it decides and signs.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="Sees, and decides nothing for now.")
    REFUSED = strawberry.enum_value("REFUSED", description="Its application was refused.")
    DECLINED = strawberry.enum_value("DECLINED", description="It declined the invitation.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="The invitation lapsed.")
    LEFT = strawberry.enum_value("LEFT", description="It left of its own will.")
    EXPELLED = strawberry.enum_value("EXPELLED", description="It was expelled by a ballot.")


@strawberry.enum(description="What kind of thing is decided; each kind has its policy.")
class DecisionClass(Enum):
    CALL = strawberry.enum_value("CALL", description="The call, the charter, closing, expulsion.")
    POLICY = strawberry.enum_value("POLICY", description="A position paper.")
    PLAN = strawberry.enum_value("PLAN", description="What the coalition sets out to do: all members, by majority.")
    PRESS = strawberry.enum_value("PRESS", description="A word to the press.")
    STATEMENT = strawberry.enum_value("STATEMENT", description="A short statement to sign on to.")


@strawberry.enum(description="How stances become a decision.")
class DecisionMethod(Enum):
    MAJORITY = strawberry.enum_value("MAJORITY", description="More than the threshold agree.")
    SUPERMAJORITY = strawberry.enum_value("SUPERMAJORITY", description="A large majority agrees.")
    CONSENT = strawberry.enum_value("CONSENT", description="Nobody blocks.")
    SILENCE = strawberry.enum_value("SILENCE", description="Few enough object.")


@strawberry.enum(description="Whose stances count in a ballot.")
class ElectorateKind(Enum):
    MEMBERS = strawberry.enum_value("MEMBERS", description="Every admitted member of the coalition.")
    STEERING = strawberry.enum_value("STEERING", description="The organisations in steering.")


@strawberry.enum(description="What kind of text a position is.")
class PositionKind(Enum):
    PAPER = strawberry.enum_value("PAPER", description="A position paper.")
    OPEN_LETTER = strawberry.enum_value("OPEN_LETTER", description="An open letter.")
    STATEMENT = strawberry.enum_value("STATEMENT", description="A short sign-on that stands unless too many object.")
    CONSULTATION_REPLY = strawberry.enum_value("CONSULTATION_REPLY", description="A reply to a consultation.")


@strawberry.enum(description="Where a position stands.")
class PositionState(Enum):
    DRAFT = strawberry.enum_value("DRAFT", description="Its editors write it.")
    AMENDMENT = strawberry.enum_value("AMENDMENT", description="Members may propose changes.")
    CONSOLIDATION = strawberry.enum_value("CONSOLIDATION", description="Changes are being decided and woven in.")
    DECISION = strawberry.enum_value("DECISION", description="A ballot is open; the text cannot change.")
    ADOPTED = strawberry.enum_value("ADOPTED", description="The ballot carried it.")
    RETURNED = strawberry.enum_value("RETURNED", description="Back for another round.")
    REJECTED = strawberry.enum_value("REJECTED", description="The ballot rejected it.")
    SIGN_OFF = strawberry.enum_value("SIGN_OFF", description="Members are asked to sign.")
    PUBLISHED = strawberry.enum_value("PUBLISHED", description="Published, signed by n of m.")
    SUPERSEDED = strawberry.enum_value("SUPERSEDED", description="A newer position took its place.")
    RETRACTED = strawberry.enum_value("RETRACTED", description="Retracted by a ballot; it stays readable.")
    ABANDONED = strawberry.enum_value("ABANDONED", description="Given up before adoption.")


@strawberry.enum(description="What kind of thing a position stands on.")
class PositionEvidenceKind(Enum):
    PROJECT = strawberry.enum_value("PROJECT", description="A project of the network.")
    METRIC = strawberry.enum_value("METRIC", description="A metric of a project.")
    EVENT = strawberry.enum_value("EVENT", description="A gathering of this network.")
    CONSULTATION = strawberry.enum_value("CONSULTATION", description="A consultation.")
    URL = strawberry.enum_value("URL", description="A page elsewhere.")


@strawberry.enum(description="What an amendment does.")
class AmendmentOperation(Enum):
    REPLACE = strawberry.enum_value("REPLACE", description="Replaces a paragraph.")
    INSERT_AFTER = strawberry.enum_value("INSERT_AFTER", description="Inserts after a paragraph, or at the top.")
    DELETE = strawberry.enum_value("DELETE", description="Deletes a paragraph.")
    GLOBAL = strawberry.enum_value("GLOBAL", description="Replaces the whole text.")


@strawberry.enum(description="Where an amendment stands.")
class AmendmentState(Enum):
    SUBMITTED = strawberry.enum_value("SUBMITTED", description="The editors have yet to decide about it.")
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Accepted by the editors, or by the ballot.")
    ACCEPTED_MODIFIED = strawberry.enum_value("ACCEPTED_MODIFIED", description="Accepted with changes.")
    REJECTED = strawberry.enum_value("REJECTED", description="The editors turned it down, with a reason.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="Withdrawn by its proposer.")
    OBSOLETE = strawberry.enum_value("OBSOLETE", description="Its paragraph is gone.")
    TO_VOTE = strawberry.enum_value("TO_VOTE", description="Rejected, but supported enough to be voted on.")
    PROMOTED = strawberry.enum_value("PROMOTED", description="Rejected, and made a position of its own.")


@strawberry.enum(description="What editors decide of an amendment.")
class AmendmentDecision(Enum):
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Accept it as it is.")
    ACCEPTED_MODIFIED = strawberry.enum_value("ACCEPTED_MODIFIED", description="Accept it with changes.")
    REJECTED = strawberry.enum_value("REJECTED", description="Turn it down, with a reason.")


@strawberry.enum(description="Where a ballot stands.")
class BallotState(Enum):
    SCHEDULED = strawberry.enum_value("SCHEDULED", description="The text is frozen; it opens at a moment to come.")
    OPEN = strawberry.enum_value("OPEN", description="Stances are taken.")
    CLOSED = strawberry.enum_value("CLOSED", description="Its result stands for ever.")


@strawberry.enum(description="What a member says in a ballot.")
class StanceKind(Enum):
    AGREE = strawberry.enum_value("AGREE", description="For the text as it stands.")
    ABSTAIN = strawberry.enum_value("ABSTAIN", description="Abstains; counts for the quorum.")
    DISAGREE = strawberry.enum_value("DISAGREE", description="Disagrees, with a reason.")
    BLOCK = strawberry.enum_value("BLOCK", description="Cannot live with it, with a reason.")


@strawberry.enum(description="What a member answered when asked to sign.")
class SignatureState(Enum):
    PENDING = strawberry.enum_value("PENDING", description="No answer yet.")
    SIGNED = strawberry.enum_value("SIGNED", description="The member put its name under it.")
    SIGNED_WITH_RESERVATION = strawberry.enum_value(
        "SIGNED_WITH_RESERVATION", description="Signed, with a reservation that is printed."
    )
    DECLINED = strawberry.enum_value("DECLINED", description="The member does not put its name under it.")
    NO_ANSWER = strawberry.enum_value("NO_ANSWER", description="Silent until the end: no signature.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="The signature was taken back.")


@strawberry.enum(description="What a member may answer when asked to sign.")
class SignOffAnswer(Enum):
    SIGNED = strawberry.enum_value("SIGNED", description="Put the member's name under it.")
    SIGNED_WITH_RESERVATION = strawberry.enum_value(
        "SIGNED_WITH_RESERVATION", description="Sign, with a reservation that is printed."
    )
    DECLINED = strawberry.enum_value("DECLINED", description="Keep the member's name off it.")


@strawberry.enum(description="Where a consultation stands.")
class ConsultationState(Enum):
    DRAFT = strawberry.enum_value("DRAFT", description="Being prepared.")
    OPEN = strawberry.enum_value("OPEN", description="People propose statements and vote on them.")
    CLOSED = strawberry.enum_value("CLOSED", description="Its results stand.")


@strawberry.enum(description="Whether a statement is up for a vote.")
class StatementState(Enum):
    PENDING = strawberry.enum_value("PENDING", description="Waits for moderation.")
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Up for a vote.")
    REJECTED = strawberry.enum_value("REJECTED", description="Turned down by moderation.")


@strawberry.enum(description="What a moderator decides of a statement.")
class Moderation(Enum):
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Put it up for a vote.")
    REJECTED = strawberry.enum_value("REJECTED", description="Turn it down: nobody is asked about it.")


@strawberry.enum(description="In which order statements come.")
class StatementOrder(Enum):
    MOST_AGREED = strawberry.enum_value("MOST_AGREED", description="What most people agree on first.")
    MOST_DIVIDING = strawberry.enum_value("MOST_DIVIDING", description="What divides people most first.")
    REFERENCE = strawberry.enum_value("REFERENCE", description="As they were added.")


@strawberry.enum(description="What a participant says of a statement.")
class Vote(Enum):
    AGREE = strawberry.enum_value("AGREE", description="The voter agrees with the statement.")
    DISAGREE = strawberry.enum_value("DISAGREE", description="The voter disagrees with the statement.")
    PASS = strawberry.enum_value("PASS", description="Has no opinion.")


@strawberry.enum(description="Where a suggestion stands.")
class SuggestionState(Enum):
    PROPOSED = strawberry.enum_value("PROPOSED", description="Waits for an answer.")
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Somebody took it up.")
    DISMISSED = strawberry.enum_value("DISMISSED", description="Dismissed; silent for 180 days.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Nobody answered within 30 days.")


@strawberry.enum(description="How a suggestion is answered.")
class SuggestionAnswer(Enum):
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Take it up: its owner's ordinary command is done.")
    DISMISSED = strawberry.enum_value("DISMISSED", description="Let it go: nothing is done.")


@strawberry.enum(description="What became of a paragraph, or of some words, between two versions of a text.")
class TextChange(Enum):
    SAME = strawberry.enum_value("SAME", description="These words are in both texts.")
    CHANGED = strawberry.enum_value("CHANGED", description="Reads otherwise.")
    ADDED = strawberry.enum_value("ADDED", description="Was not there.")
    REMOVED = strawberry.enum_value("REMOVED", description="Is not there any more.")


@strawberry.enum(description="Why evidence no longer bears what it bore.")
class EvidenceWeakness(Enum):
    PROJECT_STOPPED = strawberry.enum_value("PROJECT_STOPPED", description="The quoted project stopped.")
    METRIC_CONTRADICTED = strawberry.enum_value(
        "METRIC_CONTRADICTED", description="The same indicator was measured lower since."
    )
    EVENT_CANCELLED = strawberry.enum_value("EVENT_CANCELLED", description="The gathering did not take place.")


@strawberry.enum(description="What the one to whom a position was delivered made of it.")
class DeliveryResponse(Enum):
    NONE = strawberry.enum_value("NONE", description="Nothing so far.")
    ACKNOWLEDGED = strawberry.enum_value("ACKNOWLEDGED", description="Whom it was delivered to said that it arrived.")
    PARTLY_TAKEN_UP = strawberry.enum_value("PARTLY_TAKEN_UP", description="Taken up in part.")
    TAKEN_UP = strawberry.enum_value("TAKEN_UP", description="Whom it was delivered to acts on it.")
    REFUSED = strawberry.enum_value("REFUSED", description="Whom it was delivered to turned it down.")
