"""Refusals and states, as front-ends see them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.context import Info
from gateway.problems import WireBlocker, WireProblem, french, say
from gateway.schema.wire import FromWire, Row, read_instant

if TYPE_CHECKING:
    from gateway.schema.people.types import Person


@strawberry.enum(description="Why a command was refused. Stable: build on the code, show the message.")
class ProblemCode(Enum):
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="There is no such thing, or not for you.")
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="You may see it but not do this.")
    UNAUTHENTICATED = strawberry.enum_value("UNAUTHENTICATED", description="Sign in first.")
    VALIDATION = strawberry.enum_value("VALIDATION", description="A value is missing or not of its form; see `field`.")
    STALE_VERSION = strawberry.enum_value("STALE_VERSION", description="It changed since you read it: read it again.")
    ILLEGAL_TRANSITION = strawberry.enum_value("ILLEGAL_TRANSITION", description="Not possible from its present state.")
    GATE_NOT_MET = strawberry.enum_value("GATE_NOT_MET", description="Criteria are not met; see `blockedBy`.")
    DEADLINE_PASSED = strawberry.enum_value("DEADLINE_PASSED", description="It is too late for this.")
    CAPACITY_FULL = strawberry.enum_value("CAPACITY_FULL", description="No place is left.")
    DUPLICATE = strawberry.enum_value("DUPLICATE", description="There is one already.")
    QUORUM_MISSED = strawberry.enum_value("QUORUM_MISSED", description="Too few took part.")
    COLLISION = strawberry.enum_value("COLLISION", description="It contradicts or overlaps something else.")
    CONSENT_REQUIRED = strawberry.enum_value("CONSENT_REQUIRED", description="Somebody's consent is missing.")
    MANDATE_REQUIRED = strawberry.enum_value("MANDATE_REQUIRED", description="Only with an active mandate.")
    SELF_APPROVAL = strawberry.enum_value("SELF_APPROVAL", description="Nobody approves their own act.")
    LAST_ADMIN = strawberry.enum_value("LAST_ADMIN", description="The last administrator cannot leave.")
    RATE_LIMITED = strawberry.enum_value("RATE_LIMITED", description="Too much at once; try again later.")
    PAGE_TOO_LARGE = strawberry.enum_value("PAGE_TOO_LARGE", description="A page has 100 items at most.")
    UNAVAILABLE = strawberry.enum_value("UNAVAILABLE", description="It did not get through; nothing was done.")
    OUTCOME_UNKNOWN = strawberry.enum_value(
        "OUTCOME_UNKNOWN", description="Nobody knows what became of it: repeat with the same idempotencyKey."
    )


@strawberry.type(description="One reason why something is not possible now, and what would remove it.")
class Blocker(FromWire):
    code: str = strawberry.field(description="Stable name of the reason.")
    message: str = strawberry.field(description="The reason, in the caller's language.")
    fix: str | None = strawberry.field(description="What would remove it.")


@strawberry.type(description="Why a command was refused. Nothing was changed.")
class Problem:
    code: ProblemCode = strawberry.field(description="Stable kind of the refusal.")
    rule: str = strawberry.field(description="Stable name of the very rule, such as `project.pitch_too_long`.")
    message: str = strawberry.field(description="The rule as a sentence, in the caller's language.")
    field: str | None = strawberry.field(description="The input field that it is about.")
    blocked_by: list[Blocker] = strawberry.field(description="What stands in the way, each with what would remove it.")


@strawberry.type(description="A state that may be reached from here, or why it may not be now.")
class Transition:
    to: str = strawberry.field(description="Code of the state.")
    allowed: bool = strawberry.field(description="Whether the caller may do it now.")
    blocked_by: list[Blocker] = strawberry.field(description="What stands in the way; empty when allowed.")


@strawberry.enum(description="Who acts: a person, a program, or the network itself.")
class ActorKind(Enum):
    ANONYMOUS = strawberry.enum_value("ANONYMOUS", description="Somebody who is not signed in.")
    PERSON = strawberry.enum_value("PERSON", description="A person who is signed in.")
    CLIENT = strawberry.enum_value("CLIENT", description="An application with a key of its own.")
    SYSTEM = strawberry.enum_value("SYSTEM", description="The network itself: a job, an import, a reaction.")


@strawberry.type(description="The one who did something.")
class Actor:
    kind: ActorKind = strawberry.field(description="Person, application or the network itself.")
    key: strawberry.Private[str | None]

    @strawberry.field(description="The person, where the caller may know.")
    async def person(self, info: Info) -> Annotated[Person, strawberry.lazy("gateway.schema.people.types")] | None:
        from gateway.schema.people.types import Person

        return await Person.load(info, self.key if self.kind is ActorKind.PERSON else None)

    @classmethod
    def from_wire(cls, row: Row | None) -> Actor | None:
        """The actor of ``{kind, id}``."""
        return cls(kind=ActorKind(row["kind"]), key=row.get("id")) if row else None


@strawberry.type(description="One step in the history of a thing.")
class Change:
    at: datetime = strawberry.field(description="When it happened, in UTC.")
    aspect: str = strawberry.field(description="Which of its states changed, where it has several.")
    from_state: str | None = strawberry.field(name="from", description="State before; null at the beginning.")
    to_state: str = strawberry.field(name="to", description="The state after the change.")
    actor: Actor | None = strawberry.field(description="Who brought it about; null where that is not told.")
    reason: str | None = strawberry.field(description="Why, in the actor's words.")
    rule: str | None = strawberry.field(description="Name of the rule that applied.")
    waived: list[str] = strawberry.field(description="Criteria that were waived.")


def problem_of(problem: WireProblem, language: str) -> Problem:
    """A service's refusal in the caller's language, with the field's name as GraphQL knows it."""
    return Problem(
        code=ProblemCode(problem.code),
        rule=problem.rule,
        message=say(problem.rule, problem.message, problem.values, language),
        field=to_camel_case(problem.field) if problem.field else None,
        blocked_by=[blocker_of(blocker, language) for blocker in problem.blocked_by],
    )


def blocker_of(blocker: WireBlocker, language: str) -> Blocker:
    """A service's reason in the caller's language."""
    known = blocker.code in french() or blocker.rule is None
    sentence = blocker.code if known else blocker.rule
    fix = say(f"{sentence}.fix", blocker.fix, blocker.values, language) if blocker.fix else None
    return Blocker(code=blocker.code, message=say(str(sentence), blocker.message, blocker.values, language), fix=fix)


def transitions_of(rows: list[Row] | None, info: Info) -> list[Transition]:
    """The ``allowed_transitions`` of a row: ``[{to, blocked_by: [{code, message, fix}]}]``."""
    language = info.context.language
    blocked = [
        [blocker_of(WireBlocker(**reason), language) for reason in row.get("blocked_by", ())] for row in rows or ()
    ]
    return [
        Transition(to=row["to"], allowed=not reasons, blocked_by=reasons)
        for row, reasons in zip(rows or (), blocked, strict=True)
    ]


def changes_of(rows: list[Row] | None) -> list[Change]:
    """The history rows of a thing: ``[{at, aspect, from, to, actor: {kind, id}, reason, rule, waived}]``."""
    return [
        Change(
            at=read_instant(row["at"]),
            aspect=row.get("aspect") or "state",
            from_state=row.get("from"),
            to_state=row["to"],
            actor=Actor.from_wire(row.get("actor")),
            reason=row.get("reason"),
            rule=row.get("rule"),
            waived=row.get("waived") or [],
        )
        for row in rows or ()
    ]
