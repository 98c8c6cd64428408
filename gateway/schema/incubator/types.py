"""Incubators, projects and what surrounds them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import strawberry

from gateway.context import Info
from gateway.loaders import declare
from gateway.schema.activity import Activity
from gateway.schema.commands import Payload
from gateway.schema.incubator.parts import (
    Application,
    Gate,
    Label,
    MentorAssignment,
    MetricRecord,
    Milestone,
    ProjectExit,
    ProjectUpdate,
    Quotation,
    StageStay,
)
from gateway.schema.incubator.vocabulary import (
    EvidenceKind,
    Lifecycle,
    NeedKind,
    NeedState,
    RecordOutcome,
    StageChangeState,
    StopReason,
)
from gateway.schema.node import Node
from gateway.schema.paging import After, Connection, First, asks_total, connection_of, page_request
from gateway.schema.problems import Change, Problem, Transition, changes_of, transitions_of
from gateway.schema.scalars import URL
from gateway.schema.visibility import Visibility
from gateway.schema.wire import FromWire, InParts, Row

if TYPE_CHECKING:
    from gateway.schema.coalitions.types import Position, Suggestion
    from gateway.schema.events.types import Event
    from gateway.schema.people.types import Person, Theme

people = strawberry.lazy("gateway.schema.people.types")
coalitions = strawberry.lazy("gateway.schema.coalitions.types")
events = strawberry.lazy("gateway.schema.events.types")

PROJECT_COUNTS = declare("incubator", "project_counts_by_incubator_ids")
GATES = declare("incubator", "gates_by_project_ids")
TRANSITIONS = declare("incubator", "transitions_by_project_ids")
CHANGES = declare("incubator", "changes_by_project_ids")
APPLICATIONS = declare("incubator", "applications_by_project_ids")
TIMELINES = declare("incubator", "timelines_by_project_ids")
EVENTS = declare("events", "events_by_projects")
POSITIONS = declare("coalitions", "positions_by_projects")
SUGGESTIONS = declare("coalitions", "suggestions_by_projects")


@strawberry.type(description="A criterion as a gate asks for it, of any project.")
class AskedCriterion(Label):
    code: str = strawberry.field(description="Stable name of the criterion.")
    mandatory: bool = strawberry.field(description="Whether the gate stays closed without it.")
    evidence_kinds: list[EvidenceKind] = strawberry.field(description="What may show it.")
    event_kinds: list[str] = strawberry.field(description="Kinds of events that meet it by themselves once held.")


@strawberry.type(description="A stage of an earlier version of a model, and the one that stands for it now.")
class RenamedStage(FromWire):
    code: str = strawberry.field(description="Code that history may still show.")
    now: str = strawberry.field(description="Code of the stage that stands for it now.")


@strawberry.type(description="A stage of an incubator.")
class Stage(Label):
    code: str = strawberry.field(description="Stable name of the stage.")
    expected_days: int | None = strawberry.field(
        description="How long a project is expected to stay; null: as long as it takes."
    )
    gate: list[AskedCriterion] = strawberry.field(description="What the way to the next stage asks for.")


@strawberry.type(description="An incubator: who accompanies projects, and by which stages.")
class Incubator(Node):
    kind: ClassVar[str] = "incubator"
    loader: ClassVar[str] = declare("incubator", "incubators_by_ids")

    slug: str = strawberry.field(description="Readable name in addresses.")
    name: str = strawberry.field(description="What people call it.")
    summary: str = strawberry.field(description="What the incubator does and for whom, in a few sentences.")
    website: URL | None = strawberry.field(description="Address of the incubator's own site.")
    stages: list[Stage] = strawberry.field(description="Its stages, in order.")
    stage_model_version: int = strawberry.field(
        description="How often its stages were set, from 1; history keeps the codes of its time."
    )
    renamed_stages: list[RenamedStage] = strawberry.field(description="Stages that are gone, and what stands for them.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        model = row["stage_model"]
        renamed = [{"code": old, "now": new} for old, new in model["renamed"].items()]
        return super().from_wire(
            {**row, "stages": model["stages"], "stage_model_version": model["version"], "renamed_stages": renamed}
        )

    @strawberry.field(description="How many of its projects the caller may see.")
    async def project_count(self, info: Info) -> int:
        return int(await info.context.loaders.of(PROJECT_COUNTS).load(self.key))


@strawberry.type(description="A question of a call.")
class Question(FromWire):
    code: str = strawberry.field(description="Stable name of the question.")
    label: str = strawberry.field(description="The question as applicants read it.")
    mandatory: bool = strawberry.field(description="Whether it has to be answered.")


@strawberry.type(description="A call for applications.")
class Call(Node):
    kind: ClassVar[str] = "call"
    loader: ClassVar[str] = declare("incubator", "calls_by_ids")

    row: strawberry.Private[Row]
    slug: str = strawberry.field(description="Readable name.")
    title: str = strawberry.field(description="Heading under which it was announced.")
    opens_at: datetime = strawberry.field(description="From when it takes applications.")
    closes_at: datetime = strawberry.field(description="Until when, exclusive.")
    is_open: bool = strawberry.field(description="Whether it takes applications now.")
    questions: list[Question] = strawberry.field(description="What applicants are asked, in this order.")
    grid: list[str] = strawberry.field(description="What reviewers grade from 1 to 5.")
    version: int = strawberry.field(description="Grows by one with every change.")

    @strawberry.field(description="Whose call it is.")
    async def incubator(self, info: Info) -> Incubator | None:
        return await Incubator.load(info, self.row["incubator"])


@strawberry.type(description="Something that a project looks for.")
class Need(Node):
    kind: ClassVar[str] = "need"
    loader: ClassVar[str] = declare("incubator", "needs_by_ids")

    row: strawberry.Private[Row]
    form: NeedKind = strawberry.field(name="kind", description="What sort of need.")
    title: str = strawberry.field(description="The need in a sentence.")
    city: str | None = strawberry.field(description="The city in which it is needed.")
    state: NeedState = strawberry.field(description="What became of it.")
    published_at: datetime = strawberry.field(description="Since when it is published.")
    expires_on: date = strawberry.field(description="When it is let go if nobody meets it.")

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        return super().from_wire({**row, "form": row["kind"]})

    @strawberry.field(description="What it is about; the project's themes unless it has its own.")
    async def themes(self, info: Info) -> list[Annotated[Theme, people]]:
        from gateway.schema.people.types import Theme

        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="Whose need it is.")
    async def project(self, info: Info) -> Project | None:
        return await Project.load(info, self.row["project"])


@strawberry.type(
    description="A proposed move to another stage, and what became of it; one that was not made is for its own people."
)
class StageChange(Node):
    kind: ClassVar[str] = "stage_change"
    loader: ClassVar[str] = declare("incubator", "stage_changes_by_ids")

    row: strawberry.Private[Row]
    from_stage: str = strawberry.field(name="from", description="The stage before.")
    to_stage: str = strawberry.field(name="to", description="The stage proposed.")
    state: StageChangeState = strawberry.field(description="What became of it.")
    proposed_at: datetime = strawberry.field(description="When it was proposed.")
    decided_at: datetime | None = strawberry.field(description="When it was decided.")
    waived: list[str] = strawberry.field(description="Criteria that a director waived.")

    @strawberry.field(description="Who proposed it.")
    async def proposed_by(self, info: Info) -> Annotated[Person, people] | None:
        from gateway.schema.people.types import Person

        return await Person.load(info, self.row["proposed_by"])

    @strawberry.field(description="Who decided it.")
    async def decided_by(self, info: Info) -> Annotated[Person, people] | None:
        from gateway.schema.people.types import Person

        return await Person.load(info, self.row["decided_by"])

    @strawberry.field(description="Which project.")
    async def project(self, info: Info) -> Project | None:
        return await Project.load(info, self.row["project"])


@strawberry.type(description="A project that an incubator accompanies.")
class Project(InParts, Node):
    kind: ClassVar[str] = "project"
    loader: ClassVar[str] = declare("incubator", "projects_by_ids")
    read: ClassVar[frozenset[str]] = frozenset({"incubator", "themes", "founders"})

    row: strawberry.Private[Row]
    slug: str = strawberry.field(description="Readable name in addresses.")
    name: str = strawberry.field(description="What people call it.")
    pitch: str | None = strawberry.field(description="The project in a sentence, 280 characters at most.")
    description: str | None = strawberry.field(description="More about it.")
    website: URL | None = strawberry.field(description="Address of the project's own site.")
    repository: URL | None = strawberry.field(description="Where its code is.")
    city: str | None = strawberry.field(description="Town where it is at home, as people write it.")
    country: str | None = strawberry.field(description="Where that town is, such as `France`.")
    founded_on: date | None = strawberry.field(description="When it was founded.")
    visibility: Visibility = strawberry.field(description="Who may see it once it is admitted.")
    lifecycle: Lifecycle = strawberry.field(description="Where it stands.")
    stage: str = strawberry.field(description="Code of its stage; before it is active, of the one it will start in.")
    stage_since: date = strawberry.field(description="Since when it is in its stage.")
    days_in_stage: int = strawberry.field(description="Whole days in its stage, to today or to its end.")
    stalled: bool = strawberry.field(description="Active, and in its stage for 1.5 times the expected stay or longer.")
    paused_until: date | None = strawberry.field(description="Until when it rests.")
    ended_on: date | None = strawberry.field(description="When it graduated or stopped.")
    stop_reason: StopReason | None = strawberry.field(description="Why it stopped.")
    lesson: str | None = strawberry.field(description="What others may learn from it, where it is shared.")
    history: list[StageStay] = strawberry.field(description="Its dated stays in stages, oldest first.")
    mentors: list[MentorAssignment] = strawberry.field(
        description="Its mentors; those not confirmed are shown to its own people only."
    )
    needs: list[Need] = strawberry.field(description="What it looks for, and what became of it.")
    metrics: list[MetricRecord] = strawberry.field(description="Its figures, as far as they are disclosed.")
    milestones: list[Milestone] = strawberry.field(description="Its milestones, for its own people, soonest first.")
    updates: list[ProjectUpdate] = strawberry.field(
        description="Where it is in its own words, newest first; those not shared are for its own people."
    )
    quotations: list[Quotation] = strawberry.field(
        description="Positions that quote it, and its replies; before a position is published, for its own people."
    )
    exits: list[ProjectExit] = strawberry.field(description="Its dated ends, oldest first.")
    admitted_on: date | None = strawberry.field(description="Since when it is accompanied.")
    update_due_on: date | None = strawberry.field(description="By when it owes its incubator the next update.")
    proposed_change: StageChange | None = strawberry.field(
        description="The stage change that awaits a decision, for its own people."
    )
    version: int = strawberry.field(description="Grows by one with every change.")

    @strawberry.field(description="Who accompanies it.")
    async def incubator(self, info: Info) -> Incubator:
        return Incubator.from_wire(await info.context.loaders.of(Incubator.loader).load(self.row["incubator"]))

    @strawberry.field(description="What it works on, one to five themes: suggestions follow them.")
    async def themes(self, info: Info) -> list[Annotated[Theme, people]]:
        from gateway.schema.people.types import Theme

        return await Theme.load_each(info, self.row["themes"])

    @strawberry.field(description="Who founded it and answers for it.")
    async def founders(self, info: Info) -> list[Annotated[Person, people]]:
        from gateway.schema.people.types import Person

        return await Person.load_each(info, self.row["founders"])

    @strawberry.field(description="Where it may go from here, and what stands in the caller's way.")
    async def allowed_transitions(self, info: Info) -> list[Transition]:
        return transitions_of(await info.context.loaders.of(TRANSITIONS).load(self.key), info)

    @strawberry.field(description="The next stage and what is missing for it; null in the last, and for applications.")
    async def next_step(self, info: Info) -> Transition | None:
        ways = await info.context.loaders.of(TRANSITIONS).load(self.key) or []
        return next(iter(transitions_of([way for way in ways if way["is_next"]], info)), None)

    @strawberry.field(description="Who changed its states, when and by which rule.")
    async def changes(self, info: Info) -> list[Change]:
        return changes_of(await info.context.loaders.of(CHANGES).load(self.key))

    @strawberry.field(description="The gate to the next stage; null in the last one.")
    async def gate(self, info: Info) -> Gate | None:
        return Gate.from_wire_or_none(await info.context.loaders.of(GATES).load(self.key))

    @strawberry.field(description="Its latest application, for its own people.")
    async def application(self, info: Info) -> Application | None:
        return Application.from_wire_or_none(await info.context.loaders.of(APPLICATIONS).load(self.key))

    @strawberry.field(description="Coalitions on its themes, suggested to its founders.")
    async def suggestions(self, info: Info) -> list[Annotated[Suggestion, coalitions]]:
        from gateway.schema.coalitions.types import Suggestion

        return Suggestion.each_from_wire(await info.context.loaders.of(SUGGESTIONS).load(self.key))

    @strawberry.field(description="Events held for it or planned.")
    async def events(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Annotated[Event, events]]:
        from gateway.schema.events.types import Event

        request = page_request(first, after, count=asks_total(info), **Event.wanted(info))
        page = await info.context.loaders.of(EVENTS, **request).load(self.key)
        return connection_of(page, Event, after=after)

    @strawberry.field(description="Published positions that quote it.")
    async def quoted_in(self, info: Info) -> list[Annotated[Position, coalitions]]:
        from gateway.schema.coalitions.types import Position

        return Position.each_from_wire(await info.context.loaders.of(POSITIONS).load(self.key))

    @strawberry.field(description="What happened to it, here and elsewhere, newest first, each with its cause.")
    async def timeline(self, info: Info, first: First = None, after: After = None) -> Connection[Activity]:
        request = page_request(first, after, count=asks_total(info))
        page = await info.context.loaders.of(TIMELINES, **request).load(self.key)
        return _timeline(page, after)


@strawberry.type(description="How many projects stopped for a reason.")
class StopCount(FromWire):
    reason: str | None = strawberry.field(description="Code of the reason; null where none was recorded.")
    projects: int = strawberry.field(description="How many projects stopped for this reason.")


@strawberry.type(description="How many projects stand in a stage, how long they stay and how they leave.")
class StageSummary(Label):
    stage: str = strawberry.field(description="Code of the stage, or of the state in which projects end.")
    projects: int = strawberry.field(description="How many are in it now.")
    median_days: float | None = strawberry.field(description="Median days of the stays that ended.")
    quartiles: list[float] | None = strawberry.field(description="Quartiles of the days: 25, 50 and 75 per cent.")
    advanced: int = strawberry.field(description="How many stays were followed by a later stage.")
    conversion: float | None = strawberry.field(
        description="Share of the stays that ended which were followed by a later stage; null before the first ended."
    )
    stopped: int = strawberry.field(description="How many projects stopped in it.")
    stops: list[StopCount] = strawberry.field(description="Those by reason, most frequent first.")


@strawberry.type(description="A column of a board: the projects at work in a stage.")
class BoardColumn(Label):
    stage: str = strawberry.field(description="Code of the stage.")

    @strawberry.field(description="Active and paused ones, stalled first, as many as the board was asked for.")
    def projects(self) -> list[Project]:
        return Project.each_from_wire(self.row["projects"]["items"])

    @strawberry.field(description="How many there are in all.")
    def total_count(self) -> int:
        return int(self.row["projects"]["total"])

    @strawberry.field(
        description="Where `projects` goes on (`after`) with this incubator and stage, lifecycle ACTIVE and PAUSED, "
        "order STALLED_FIRST; null when all are shown."
    )
    def end_cursor(self) -> str | None:
        found = self.row["projects"]
        return found["cursors"][-1] if found["has_next"] else None


@strawberry.type(description="Where a cohort's projects are.")
class CohortPlace(Label):
    stage: str = strawberry.field(description="Code of a stage, ADMITTED before the first one, GRADUATED or STOPPED.")
    projects: int = strawberry.field(description="How many are there.")


@strawberry.type(description="A cohort so many months after the admission of each of its projects.")
class CohortPoint(FromWire):
    months: int = strawberry.field(description="Months after admission.")
    projects: int = strawberry.field(description="How many were admitted that long ago or longer.")
    places: list[CohortPlace] = strawberry.field(description="Where they are then, in stage order.")


@strawberry.type(description="The network in numbers, of what the caller may see.")
class Network(FromWire):
    incubators: int = strawberry.field(description="How many incubators there are.")
    projects: int = strawberry.field(description="Projects, applications not counted.")
    active: int = strawberry.field(description="Projects at work.")
    graduated: int = strawberry.field(description="Projects that stand on their own.")
    stopped: int = strawberry.field(description="Projects that stopped.")
    cities: int = strawberry.field(description="Cities with a project.")
    stages: list[StageSummary] = strawberry.field(description="The pipeline of the whole network.")


@strawberry.type(description="A changed project.")
class ProjectPayload(Payload):
    project: Project | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="A stage change, proposed or decided.")
class StageChangePayload(Payload):
    stage_change: StageChange | None = strawberry.field(description="As it is now; null when refused.")
    project: Project | None = strawberry.field(description="Its project as it is now; null when refused.")


@strawberry.type(description="A need, published or changed.")
class NeedPayload(Payload):
    need: Need | None = strawberry.field(description="As it is now; null when refused.")
    project: Project | None = strawberry.field(description="Its project as it is now; null when refused.")


@strawberry.type(description="A call, opened or closed.")
class CallPayload(Payload):
    call: Call | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="An incubator, changed.")
class IncubatorPayload(Payload):
    incubator: Incubator | None = strawberry.field(description="As it is now; null when refused.")


@strawberry.type(description="What became of one record of a batch.")
class RecordResult:
    outcome: RecordOutcome = strawberry.field(description="Whether it was kept.")
    id: strawberry.ID | None = strawberry.field(description="Id of what the record describes.")
    slug: str | None = strawberry.field(
        description="Readable name under which it is kept; null when the line was refused."
    )
    problems: list[Problem] = strawberry.field(description="Why it was refused.")
    notes: list[str] = strawberry.field(description="What was kept in part only.")


@strawberry.type(description="A batch of records, each judged by itself.")
class RecordsPayload(Payload):
    results: list[RecordResult] = strawberry.field(description="One result per record, in order.")


def _timeline(page: dict[str, Any], after: str | None) -> Connection[Activity]:
    entries = [
        {
            **row,
            "type": row["what"],
            "subject": row["about"],
            "service": row["source"],
            "data": {"title": row["title"], "source": row["source"]},
        }
        for row in page["items"]
    ]
    return connection_of({**page, "items": entries}, Activity, after=after)
