"""What commands about projects take."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from gateway.schema.commands import ChangeInput, CommandInput
from gateway.schema.incubator.vocabulary import (
    BackwardReason,
    DeclineReason,
    EvidenceKind,
    Lifecycle,
    NeedKind,
    StopReason,
)
from gateway.schema.scalars import URL
from gateway.schema.visibility import Visibility


@strawberry.input(description="Which projects. What is left out is not asked for; what is given holds together.")
class ProjectFilter:
    incubator: str | None = strawberry.field(default=None, description="Slug of their incubator.")
    stage: list[str] | None = strawberry.field(default=None, description="In one of these stages.")
    lifecycle: list[Lifecycle] | None = strawberry.field(default=None, description="In one of these states.")
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    city: str | None = strawberry.field(default=None, description="City, whatever the accents and case.")
    stalled: bool | None = strawberry.field(default=None, description="Only the stalled ones, or only the others.")
    need: NeedKind | None = strawberry.field(default=None, description="With an open need of this kind.")
    mentor: strawberry.ID | None = strawberry.field(default=None, description="With this confirmed mentor.")


@strawberry.input
class OfProject(ChangeInput):
    project: strawberry.ID = strawberry.field(description="Id of the project that the command is about.")


@strawberry.input(description="From whose review the caller steps back.")
class DeclareConflictInput(OfProject):
    pass


@strawberry.input(description="Which application to admit.")
class AdmitProjectInput(OfProject):
    pass


@strawberry.input(description="Which application to take back.")
class WithdrawApplicationInput(OfProject):
    pass


@strawberry.input(description="For which project the caller accepts the charter.")
class AcceptCharterInput(OfProject):
    pass


@strawberry.input(description="Which project goes on.")
class ResumeProjectInput(OfProject):
    pass


@strawberry.input(description="What a gate asks for.")
class CriterionInput:
    code: str = strawberry.field(description="Stable name, such as interviews_10.")
    label_fr: str = strawberry.field(description="Label in French.")
    label_en: str = strawberry.field(description="Label in English.")
    mandatory: bool = strawberry.field(default=True, description="Whether the gate stays closed without it.")
    evidence_kinds: list[EvidenceKind] | None = strawberry.field(
        default=None, description="What may show it; anything unless said."
    )
    event_kinds: list[str] | None = strawberry.field(
        default=None, description="Kinds of events that meet it by themselves once held, such as HOLD_UP."
    )


@strawberry.input(description="A stage of an incubator's own model.")
class StageInput:
    code: str = strawberry.field(description="Stable name, such as IDEA.")
    label_fr: str = strawberry.field(description="Label in French.")
    label_en: str = strawberry.field(description="Label in English.")
    expected_days: int | None = strawberry.field(default=None, description="How long a stay is expected to last.")
    gate: list[CriterionInput] | None = strawberry.field(
        default=None, description="What the way to the next stage asks for; nothing unless said."
    )


@strawberry.input(description="An incubator as its record describes it.")
class IncubatorInput:
    slug: str = strawberry.field(description="Readable name; the same again describes it anew.")
    name: str = strawberry.field(description="What people call it.")
    summary: str = strawberry.field(default="", description="What the incubator does and for whom, in a few sentences.")
    website: URL | None = strawberry.field(default=None, description="Address of the incubator's own site.")
    stages: list[StageInput] | None = strawberry.field(
        default=None, description="Its own stages in order; the default ones with their gates unless given."
    )


@strawberry.input(description="Incubators to make known or describe anew.")
class RecordIncubatorsInput(CommandInput):
    incubators: list[IncubatorInput] = strawberry.field(
        description="Those to make known or to describe anew; each is judged by itself."
    )
    dry_run: bool = strawberry.field(default=False, description="Say what would become of each, and do nothing.")


@strawberry.input(description="A stage that goes, and the one that stands for it.")
class RenamedStageInput:
    code: str = strawberry.field(description="Code that goes.")
    now: str = strawberry.field(description="Code of the new stage that stands for it.")


@strawberry.input(description="Other stages for an incubator; history keeps the codes of its time.")
class ChangeStageModelInput(ChangeInput):
    incubator: str = strawberry.field(description="Slug of the incubator.")
    stages: list[StageInput] = strawberry.field(description="All its stages, in order.")
    renamed: list[RenamedStageInput] | None = strawberry.field(
        default=None, description="What stands for each stage that goes."
    )


@strawberry.input(description="A dated phase, mapped to a stage.")
class PhaseInput:
    stage: str = strawberry.field(description="Code of the stage.")
    entered_on: date = strawberry.field(description="The first day of the stay in this stage.")
    left_on: date | None = strawberry.field(
        default=None, description="Last day; the next phase's first one unless given."
    )


@strawberry.input(description="A project that is running already.")
class RecordProjectInput(CommandInput):
    incubator: str = strawberry.field(description="Slug of its incubator.")
    name: str = strawberry.field(description="What people call it.")
    pitch: str = strawberry.field(description="The project in a sentence, 280 characters at most.")
    themes: list[str] = strawberry.field(description="One to five slugs of themes.")
    slug: str | None = strawberry.field(default=None, description="Readable name; made from the name unless given.")
    description: str | None = strawberry.field(default=None, description="More about it.")
    city: str | None = strawberry.field(default=None, description="Town where it is at home, as people write it.")
    country: str | None = strawberry.field(default=None, description="Where that town is, such as `France`.")
    website: URL | None = strawberry.field(default=None, description="Address of the project's own site.")
    repository: URL | None = strawberry.field(default=None, description="Where its code is.")
    founded_on: date | None = strawberry.field(default=None, description="When it was founded.")
    founders: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Ids of the persons who founded it."
    )
    mentors: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Its mentors, the first one first."
    )
    visibility: Visibility | None = strawberry.field(default=None, description="Who may see it; everybody unless said.")
    lifecycle: Lifecycle | None = strawberry.field(default=None, description="Where it stands; ACTIVE unless said.")
    stage: str | None = strawberry.field(default=None, description="Its stage, when it has no dated phases.")
    phases: list[PhaseInput] | None = strawberry.field(default=None, description="Its dated history.")
    ended_on: date | None = strawberry.field(default=None, description="When it ended.")
    stop_reason: StopReason | None = strawberry.field(default=None, description="Why it stopped.")


@strawberry.input(description="A question of a call.")
class QuestionInput:
    code: str = strawberry.field(description="Stable name of the question.")
    label: str = strawberry.field(description="The question as applicants read it.")
    mandatory: bool = strawberry.field(default=True, description="Whether it has to be answered.")


@strawberry.input(description="A call for applications.")
class OpenCallInput(CommandInput):
    incubator: str = strawberry.field(description="Slug of the incubator.")
    title: str = strawberry.field(description="Heading under which the call is announced.")
    closes_at: datetime = strawberry.field(description="Until when it takes applications.")
    opens_at: datetime | None = strawberry.field(default=None, description="From when; now unless said.")
    questions: list[QuestionInput] | None = strawberry.field(
        default=None, description="What applicants are asked, in this order."
    )
    grid: list[str] | None = strawberry.field(
        default=None, description="What reviewers grade; problem, solution, team and impact unless said."
    )


@strawberry.input(description="Which call to close.")
class CloseCallInput(ChangeInput):
    call: strawberry.ID = strawberry.field(description="Id of the call that takes no more applications.")


@strawberry.input(description="An answer to a question of a call.")
class AnswerInput:
    question: str = strawberry.field(description="Stable name of the question.")
    answer: str = strawberry.field(description="What the applicant says.")


@strawberry.input(description="An application to a call. Whoever applies is a founder.")
class ApplyToIncubatorInput(CommandInput):
    call: strawberry.ID = strawberry.field(description="Id of an open call.")
    name: str = strawberry.field(description="Name of the project.")
    pitch: str = strawberry.field(description="The project in a sentence, 280 characters at most.")
    themes: list[str] = strawberry.field(description="One to five slugs of themes.")
    description: str | None = strawberry.field(default=None, description="More about it.")
    city: str | None = strawberry.field(default=None, description="Town where the project is at home.")
    country: str | None = strawberry.field(default=None, description="Where that town is, such as `France`.")
    website: URL | None = strawberry.field(default=None, description="Address of the project's own site.")
    founders: list[strawberry.ID] | None = strawberry.field(default=None, description="The other founders.")
    visibility: Visibility | None = strawberry.field(
        default=None, description="Who may see it once admitted; everybody unless said."
    )
    answers: list[AnswerInput] | None = strawberry.field(default=None, description="Answers to the call's questions.")


@strawberry.input(description="Who reviews an application.")
class AssignReviewersInput(OfProject):
    reviewers: list[strawberry.ID] = strawberry.field(description="Two persons or more, none of them tied to it.")


@strawberry.input(description="A grade with its explanation.")
class GradeInput:
    criterion: str = strawberry.field(description="What is graded.")
    score: int = strawberry.field(description="From 1 (not at all) to 5 (fully).")
    comment: str = strawberry.field(description="Why the reviewer gives this score.")


@strawberry.input(description="A review of an application.")
class SubmitReviewInput(OfProject):
    grades: list[GradeInput] = strawberry.field(description="A grade for every criterion of the call's grid.")
    ethics_veto: bool = strawberry.field(default=False, description="Whether to veto it on ethical grounds.")


@strawberry.input(description="A reasoned no to an application.")
class DeclineProjectInput(OfProject):
    reason_code: DeclineReason = strawberry.field(
        description="The main reason, of a short list, so that declined applications can be counted by it."
    )
    message: str = strawberry.field(description="What to tell the founders.")


@strawberry.input(description="The start of an admitted project.")
class ActivateProjectInput(OfProject):
    stage: str | None = strawberry.field(default=None, description="The stage to start in; the first unless said.")


@strawberry.input
class OfMentor(OfProject):
    mentor: strawberry.ID = strawberry.field(description="Id of the person who is, or becomes, a mentor.")


@strawberry.input(description="A mentor to name.")
class AssignMentorInput(OfMentor):
    pass


@strawberry.input(description="Whose work with the project ends.")
class EndMentoringInput(OfMentor):
    pass


@strawberry.input(description="A mentor who was named and now begins.")
class ConfirmMentorInput(OfMentor):
    primary: bool = strawberry.field(default=False, description="Whether this is the project's first mentor.")


@strawberry.input(description="What shows that a criterion is met.")
class RecordEvidenceInput(OfProject):
    criterion: str = strawberry.field(description="Code of the criterion, such as interviews_10.")
    kind: EvidenceKind = strawberry.field(description="What sort of evidence.")
    ref: str = strawberry.field(
        description="An address; an event's or a position's id or slug; a figure's id or indicator."
    )
    note: str | None = strawberry.field(default=None, description="A word about it, for the project's own people.")


@strawberry.input(description="A mentor's word that the project is ready.")
class RecommendStageInput(OfProject):
    to: str = strawberry.field(description="Code of the next stage.")
    note: str | None = strawberry.field(default=None, description="Why the mentor recommends it.")


@strawberry.input(description="The stage proposed.")
class ProposeStageChangeInput(OfProject):
    to: str = strawberry.field(description="Code of the stage.")
    reason: str | None = strawberry.field(
        default=None, description="Why. A director may name a later stage with a reason of 20 characters or more."
    )


@strawberry.input(description="A director's move past gates.")
class SkipToStageInput(OfProject):
    to: str = strawberry.field(description="Code of a later stage.")
    reason: str = strawberry.field(description="Why, in 20 characters or more.")


@strawberry.input
class OfStageChange(OfProject):
    change: strawberry.ID = strawberry.field(description="Id of the proposal, as `Project.proposedChange` gives it.")


@strawberry.input(description="Which proposal to take back.")
class CancelStageChangeInput(OfStageChange):
    pass


@strawberry.input(description="Which proposal to approve.")
class ApproveStageChangeInput(OfStageChange):
    pass


@strawberry.input(description="Which proposal to refuse, and why.")
class RefuseStageChangeInput(OfStageChange):
    reason: str = strawberry.field(description="Why the change is refused; the team reads it.")


@strawberry.input(description="A move back to an earlier stage.")
class MoveProjectBackInput(OfProject):
    to: str = strawberry.field(description="Code of an earlier stage.")
    reason_code: BackwardReason = strawberry.field(description="The main reason, of a short list.")
    reason: str = strawberry.field(description="The reason in words.")


@strawberry.input(description="Lets a project rest for a time; then it can be resumed.")
class PauseProjectInput(OfProject):
    reason: str = strawberry.field(description="Why the project rests.")
    until: date | None = strawberry.field(default=None, description="Until when; 180 days at most.")


@strawberry.input(description="Ends the accompaniment of a project that has come through.")
class GraduateProjectInput(OfProject):
    reason: str | None = strawberry.field(
        default=None, description="Needed of a director who overrides the last stage."
    )


@strawberry.input(description="The end of a project.")
class StopProjectInput(OfProject):
    reason_code: StopReason = strawberry.field(
        description="The main reason, of a short list, so that ends can be counted by it."
    )
    lesson: str = strawberry.field(description="What was learnt, in 20 to 2,000 characters.")
    lesson_shareable: bool = strawberry.field(default=False, description="Whether others may read the lesson.")


@strawberry.input(description="A return to work.")
class ReopenProjectInput(OfProject):
    reason: str = strawberry.field(description="Why, in 20 characters or more.")


@strawberry.input(description="Something that a project looks for.")
class PublishNeedInput(OfProject):
    kind: NeedKind = strawberry.field(description="What sort of need.")
    title: str = strawberry.field(description="The need in a sentence, 140 characters at most.")
    themes: list[str] | None = strawberry.field(default=None, description="Slugs; the project's own unless given.")
    city: str | None = strawberry.field(default=None, description="Where; the project's city unless given.")


@strawberry.input
class OfNeed(OfProject):
    need: strawberry.ID = strawberry.field(description="Id of one of the project's needs.")


@strawberry.input(description="Which need somebody answered.")
class MatchNeedInput(OfNeed):
    pass


@strawberry.input(description="Which need is met.")
class ResolveNeedInput(OfNeed):
    pass


@strawberry.input(description="Which need to withdraw.")
class WithdrawNeedInput(OfNeed):
    pass


@strawberry.input(description="A figure of a project.")
class RecordMetricInput(OfProject):
    indicator: str = strawberry.field(description="What is counted.")
    period: str = strawberry.field(description="A year, a quarter or a month: 2026, 2026-Q1, 2026-03.")
    value: float = strawberry.field(description="The figure, in the unit of its metric.")
    unit: str = strawberry.field(description="What the value is counted in, such as `users` or `EUR`.")
    source: str | None = strawberry.field(default=None, description="Where it comes from.")
    disclosed: bool = strawberry.field(default=False, description="Whether everybody may see it.")
    supersedes: strawberry.ID | None = strawberry.field(default=None, description="The record that it corrects.")


@strawberry.input(description="Puts a project under other themes.")
class ChangeThemesInput(OfProject):
    themes: list[str] = strawberry.field(description="One to five slugs of themes.")


@strawberry.input(description="What a project says of itself. What is left out stays.")
class DescribeProjectInput(OfProject):
    name: str | None = strawberry.field(default=None, description="Name; its address stays.")
    pitch: str | None = strawberry.field(default=None, description="The project in a sentence, 280 characters at most.")
    description: str | None = strawberry.field(default=None, description="More about it; empty: none.")
    city: str | None = strawberry.field(default=None, description="City; empty: none.")
    country: str | None = strawberry.field(default=None, description="Country; empty: none.")
    website: URL | None = strawberry.field(default=None, description="Address of the project's own site.")
    repository: URL | None = strawberry.field(default=None, description="Where its code is.")
    founded_on: date | None = strawberry.field(default=None, description="When it was founded.")
    visibility: Visibility | None = strawberry.field(default=None, description="Who may see it.")


@strawberry.input(description="Something to reach by a day.")
class PlanMilestoneInput(OfProject):
    title: str = strawberry.field(description="What it is to reach, in 140 characters at most.")
    due_on: date = strawberry.field(description="The day by which it should be reached.")


@strawberry.input(description="A milestone that was reached.")
class AchieveMilestoneInput(OfProject):
    milestone: strawberry.ID = strawberry.field(description="Id of the milestone that was reached.")
    kind: EvidenceKind = strawberry.field(description="What sort of evidence.")
    ref: str = strawberry.field(description="Where it is: see RecordEvidenceInput.")


@strawberry.input(description="A milestone that is aimed at no longer.")
class DropMilestoneInput(OfProject):
    milestone: strawberry.ID = strawberry.field(description="Id of the milestone that is given up.")
    reason: str = strawberry.field(description="Why it is dropped; kept beside it.")


@strawberry.input(description="Where a project is.")
class PostUpdateInput(OfProject):
    text: str = strawberry.field(description="The news, in 2,000 characters at most.")
    shared: bool = strawberry.field(default=False, description="Whether whoever sees the project may read it.")


@strawberry.input(description="A project's answer to a position that quotes it.")
class ReplyToPositionInput(OfProject):
    position: strawberry.ID = strawberry.field(description="Id of a position that quotes the project.")
    text: str = strawberry.field(description="The answer, in 1,000 characters at most; a new one replaces it.")
