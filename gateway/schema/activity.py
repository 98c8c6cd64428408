"""What happens in the network, one entry per fact: as it happens, and as the journal keeps it.

Who sees what is the journal's rule (services/journal/domain/sight.py). It stands here again, for the live log asks
nobody: tests/gateway/test_activity.py holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.facts import Fact
from gateway.identity.principal import Principal
from gateway.loaders import declare
from gateway.problems import Failure
from gateway.schema.commands import own_id, subject_of, wire
from gateway.schema.live import AfterPosition, follow
from gateway.schema.node import global_id
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request
from gateway.schema.problems import Actor, ActorKind
from gateway.schema.wire import FromWire, Row

ENTRIES = declare("journal", "entries_by_ids")
CONSEQUENCES = declare("journal", "consequences_by_ids")

#: Facts that carry no visibility and are about what anybody may see.
PUBLIC_TYPES = frozenset(
    {"incubator.recorded", "call.opened", "call.closed", "organisation.verified", "theme.recorded"}
)
#: Facts about what a thing's own people do among themselves, whoever may see the thing.
INTERNAL_TYPES = frozenset(
    {
        *("project.conflict_declared", "project.reviewers_assigned", "project.reviewed"),
        *("project.stage_proposed", "project.stage_refused", "project.stage_cancelled"),
        *("coalition.member_applied", "coalition.member_invited", "coalition.member_refused"),
        *("coalition.invitation_declined", "coalition.invitation_expired", "position.stance_cast"),
    }
)
#: By the kind of thing that a fact is about, its fields that name persons (services/journal/domain/persons.py).
PERSONS = {
    "project": frozenset({"founders", "mentor", "person", "reviewer", "reviewers"}),
    **dict.fromkeys(("event", "person", "mandate", "role"), frozenset({"person"})),
}


@strawberry.type(description="Something that happened, as its owner told it.")
class Activity(FromWire):
    id: strawberry.ID = strawberry.field(description="Id of the fact.")
    type: str = strawberry.field(description="Kind of the fact, in the past tense, such as `project.admitted`.")
    service: str = strawberry.field(description="Which part of the network told it, such as `incubator`.")
    subject: strawberry.ID = strawberry.field(description="What it happened to: a global id for `node(id)`.")
    at: datetime = strawberry.field(description="When it happened, in UTC.")
    data: JSON = strawberry.field(
        description="What the fact carries: ids, codes, numbers, dates and public titles. Ids of persons are for "
        "administrators, and one's own for oneself."
    )
    actor: Actor | None = strawberry.field(
        description="What kind of actor did it; who it was is for administrators and for the person, in the query."
    )
    cause: strawberry.ID | None = strawberry.field(description="Id of the fact that this one answers to.")
    correlation: str | None = strawberry.field(
        default=None, description="What was done in one request has the same. For staff, in the query."
    )
    position: str | None = strawberry.field(
        default=None, description="Where the entry stands in the subscription, which takes it as `after`."
    )

    @strawberry.field(description="The entry that this one answers to: why it is there. Null also for what is hidden.")
    async def caused_by(self, info: Info) -> Activity | None:
        return None if self.cause is None else await _entry(info, self.cause)

    @strawberry.field(description="What it led to, wherever in the network, in order; the first 20.")
    async def consequences(self, info: Info) -> list[Activity]:
        return Activity.each_from_wire(await info.context.loaders.of(CONSEQUENCES).load(self.id))

    @classmethod
    def named(cls, row: Row) -> Row:
        """The row of an entry, ``subject`` as ``<kind>/<id>`` and ``actor`` as ``{kind, id}``."""
        kind, _, key = row["subject"].partition("/")
        return {**row, "subject": global_id(kind, key), "actor": Actor.from_wire(row.get("actor"))}

    @classmethod
    def from_fact(cls, fact: Fact, principal: Principal, position: str | None = None) -> Activity:
        """The entry of a fact, for the one who is shown it."""
        return cls(
            id=strawberry.ID(fact.id),
            type=fact.type,
            service=fact.source,
            subject=global_id(fact.kind, fact.key),
            at=fact.time.astimezone(UTC),
            data=JSON(shown_of(fact, principal)),
            # Which person it was is not for everybody: who votes or registers is nobody's business.
            actor=Actor(kind=ActorKind(fact.actor.kind), key=None) if fact.actor else None,
            cause=strawberry.ID(fact.causationid) if fact.causationid else None,
            position=position,
        )


async def _entry(info: Info, id: str) -> Activity | None:
    return Activity.from_wire_or_none(await info.context.loaders.of(ENTRIES).load(id))


@strawberry.input(description="Which activity. What is left out is not asked for.")
class ActivityFilter:
    types: list[str] | None = strawberry.field(default=None, description="Kinds of facts, such as `project.admitted`.")
    subject: strawberry.ID | None = strawberry.field(default=None, description="Only about this thing.")
    theme: str | None = strawberry.field(default=None, description="Only what carries this theme.")
    person: strawberry.ID | None = strawberry.field(
        default=None, description="Only what this person did, and what names them: for the person and administrators."
    )

    def wants(self, fact: Fact) -> bool:
        """Whether the fact passes the filter."""
        return (
            (self.types is None or fact.type in self.types)
            and (self.subject is None or self.subject == global_id(fact.kind, fact.key))
            and (self.theme is None or self.theme in (fact.data.get("themes") or ()))
            and (self.person is None or _names(fact, own_id(self.person, "person")))
        )

    def asked(self) -> Row:
        """The filter as the journal reads it."""
        subject = subject_of(self.subject, "subject") if self.subject is not None else None
        return {name: value for name, value in {**wire(self), "subject": subject}.items() if value is not None}


Filter = Annotated[ActivityFilter | None, strawberry.argument(description="Only some of it; everything unless said.")]


def may_see(principal: Principal, fact: Fact) -> bool:
    """Whether this fact may be shown to the one who asks, by the visibility that it carries."""
    if fact.type in INTERNAL_TYPES:
        return False
    if "ADMIN" in principal.roles:
        return True
    visibility = fact.data.get("visibility")
    if visibility is None:
        return fact.type in PUBLIC_TYPES
    return visibility == "PUBLIC" or (visibility == "NETWORK" and principal.signed_in)


def shown_of(fact: Fact, principal: Principal) -> Row:
    """What the fact carries, without the ids of other persons unless for administrators."""
    persons = PERSONS.get(fact.kind, frozenset()).intersection(fact.data)
    if "ADMIN" in principal.roles or not persons:
        return fact.data
    shown = {name: value for name, value in fact.data.items() if name not in persons}
    for name in persons:
        value, own = fact.data[name], principal.id
        if isinstance(value, list) and own in value:
            shown[name] = [own]
        elif value == own and own is not None:
            shown[name] = own
    return shown


def _own(principal: Principal, wanted: ActivityFilter) -> str | None:
    """Whose acts are shown whatever they are: one's own, when they are asked for. FORBIDDEN for somebody else's."""
    if wanted.person is None:
        return None
    person = own_id(wanted.person, "person")
    if person != principal.id and "ADMIN" not in principal.roles:
        raise Failure("FORBIDDEN", "Only administrators may ask what somebody else did.", rule="journal.somebody_else")
    return principal.id


def _names(fact: Fact, person: str) -> bool:
    return (fact.actor is not None and fact.actor.id == person) or person in (fact.key, *_texts(fact.data))


def _texts(value: object) -> Iterator[str]:
    """Every text in plain JSON data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value:
            yield from _texts(inner)
        yield from _texts(list(value.values()) if isinstance(value, dict) else ())


@strawberry.type
class ActivityQueries:
    @strawberry.field(
        description="What happened in the network, newest first, as far as the caller may see it, each entry with its "
        "cause. `totalCount` stops at 10,000."
    )
    async def activity(
        self, info: Info, filter: Filter = None, first: First = None, after: After = None
    ) -> Connection[Activity]:
        asked = (filter or ActivityFilter()).asked()
        request = page_request(first, after, filter=asked, count=asks_total(info))
        return connection_of(await info.context.rpc.ask("journal", "list_entries", request), Activity, after=after)


@strawberry.type
class ActivitySubscriptions:
    @strawberry.subscription(description="Everything that happens, as far as the caller may see it, one by one.")
    async def activity(
        self, info: Info, filter: Filter = None, after: AfterPosition = None
    ) -> AsyncGenerator[Activity, None]:
        principal, facts = info.context.principal, info.context.facts
        wanted = filter or ActivityFilter()
        own = _own(principal, wanted)

        def sees(fact: Fact, said: Fact) -> bool:
            return may_see(principal, said) or (own is not None and fact.actor is not None and fact.actor.id == own)

        async for told in follow(info, lambda fact: sees(fact, fact) and wanted.wants(fact), after):
            # Who comes to it late may find that it was public once.
            if sees(told.fact, facts.who_sees(told)):
                info.context.show(told)
                yield Activity.from_fact(told.fact, principal, told.position)
