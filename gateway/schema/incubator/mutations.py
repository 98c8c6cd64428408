"""Every command of the incubators, under its own name."""

from __future__ import annotations

from typing import Any

import strawberry

from gateway.context import Info
from gateway.problems import WireProblem
from gateway.schema.commands import CommandInput, Outcome, command
from gateway.schema.incubator.inputs import (
    AcceptCharterInput,
    AchieveMilestoneInput,
    ActivateProjectInput,
    AdmitProjectInput,
    ApplyToIncubatorInput,
    ApproveStageChangeInput,
    AssignMentorInput,
    AssignReviewersInput,
    CancelStageChangeInput,
    ChangeStageModelInput,
    ChangeThemesInput,
    CloseCallInput,
    ConfirmMentorInput,
    DeclareConflictInput,
    DeclineProjectInput,
    DescribeProjectInput,
    DropMilestoneInput,
    EndMentoringInput,
    GraduateProjectInput,
    MatchNeedInput,
    MoveProjectBackInput,
    OpenCallInput,
    PauseProjectInput,
    PlanMilestoneInput,
    PostUpdateInput,
    ProposeStageChangeInput,
    PublishNeedInput,
    RecommendStageInput,
    RecordEvidenceInput,
    RecordIncubatorsInput,
    RecordMetricInput,
    RecordProjectInput,
    RefuseStageChangeInput,
    ReopenProjectInput,
    ReplyToPositionInput,
    ResolveNeedInput,
    ResumeProjectInput,
    SkipToStageInput,
    StopProjectInput,
    SubmitReviewInput,
    WithdrawApplicationInput,
    WithdrawNeedInput,
)
from gateway.schema.incubator.types import (
    Call,
    CallPayload,
    Incubator,
    IncubatorPayload,
    Need,
    NeedPayload,
    Project,
    ProjectPayload,
    RecordResult,
    RecordsPayload,
    StageChange,
    StageChangePayload,
)
from gateway.schema.incubator.vocabulary import RecordOutcome
from gateway.schema.node import global_id, kind_and_id
from gateway.schema.problems import problem_of


@strawberry.type
class IncubatorMutations:
    @strawberry.mutation(
        description="Makes incubators known, or describes them anew: one that is named again by its slug."
        " By an administrator of the network."
    )
    async def record_incubators(self, info: Info, input: RecordIncubatorsInput) -> RecordsPayload:
        outcome = await command(info, "incubator", "record_incubators", input)
        results = [_result(info, row) for row in outcome.value.get("results", ())]
        return RecordsPayload(results=results, problems=outcome.problems)

    @strawberry.mutation(
        description="Records a project that is running already, history and all; named again by its slug,"
        " it is brought up to date. By staff of the incubator."
    )
    async def record_project(self, info: Info, input: RecordProjectInput) -> ProjectPayload:
        return await _project(info, "record_project", input)

    @strawberry.mutation(description="Opens a call for applications. By staff of the incubator.")
    async def open_call(self, info: Info, input: OpenCallInput) -> CallPayload:
        outcome = await command(info, "incubator", "open_call", input)
        return CallPayload(call=await Call.load(info, outcome.id), problems=outcome.problems)

    @strawberry.mutation(description="Closes a call before its time. By staff of the incubator.")
    async def close_call(self, info: Info, input: CloseCallInput) -> CallPayload:
        outcome = await command(info, "incubator", "close_call", input)
        return CallPayload(call=await Call.load(info, outcome.id), problems=outcome.problems)

    @strawberry.mutation(
        description="Applies to an incubator's call with a project. By anybody signed in: they become its founder."
    )
    async def apply_to_incubator(self, info: Info, input: ApplyToIncubatorInput) -> ProjectPayload:
        answers = {answer.question: answer.answer for answer in input.answers or ()}
        return await _project(info, "apply_to_incubator", input, answers=answers)

    @strawberry.mutation(
        description="Reviews an application, with a grade for each criterion of the call's grid. By a "
        "reviewer who was named."
    )
    async def submit_review(self, info: Info, input: SubmitReviewInput) -> ProjectPayload:
        return await _project(info, "submit_review", input)

    @strawberry.mutation(
        description="Shows that a criterion of the project's gate is met. By a founder or a mentor, or by"
        " staff of the incubator."
    )
    async def record_evidence(self, info: Info, input: RecordEvidenceInput) -> ProjectPayload:
        named = kind_and_id(input.ref)
        return await _project(info, "record_evidence", input, ref=named[1] if named else input.ref)

    @strawberry.mutation(
        description="Names the reviewers of an application, two at least and none tied to it. By staff of"
        " the incubator."
    )
    async def assign_reviewers(self, info: Info, input: AssignReviewersInput) -> ProjectPayload:
        return await _project(info, "assign_reviewers", input)

    @strawberry.mutation(description="Steps back from reviewing a project that the caller is tied to.")
    async def declare_conflict(self, info: Info, input: DeclareConflictInput) -> ProjectPayload:
        return await _project(info, "declare_conflict", input)

    @strawberry.mutation(description="Admits a project after two reviews. By staff of the incubator.")
    async def admit_project(self, info: Info, input: AdmitProjectInput) -> ProjectPayload:
        return await _project(info, "admit_project", input)

    @strawberry.mutation(
        description="Declines an application after two reviews, with a reason. By staff of the incubator."
    )
    async def decline_project(self, info: Info, input: DeclineProjectInput) -> ProjectPayload:
        return await _project(info, "decline_project", input)

    @strawberry.mutation(description="Takes an application back. By who applied.")
    async def withdraw_application(self, info: Info, input: WithdrawApplicationInput) -> ProjectPayload:
        return await _project(info, "withdraw_application", input)

    @strawberry.mutation(
        description="Accepts the incubator's charter for a project. By each founder, before the project starts."
    )
    async def accept_charter(self, info: Info, input: AcceptCharterInput) -> ProjectPayload:
        return await _project(info, "accept_charter", input)

    @strawberry.mutation(
        description="Starts an admitted project, once it has a mentor and its founders accepted the "
        "charter. By staff of the incubator."
    )
    async def activate_project(self, info: Info, input: ActivateProjectInput) -> ProjectPayload:
        return await _project(info, "activate_project", input)

    @strawberry.mutation(
        description="Names a mentor for a project; they work with it once confirmed. By a founder, or by "
        "staff of the incubator."
    )
    async def assign_mentor(self, info: Info, input: AssignMentorInput) -> ProjectPayload:
        return await _project(info, "assign_mentor", input)

    @strawberry.mutation(
        description="Confirms a mentor who was named: from then on they work with the project. By staff "
        "of the incubator."
    )
    async def confirm_mentor(self, info: Info, input: ConfirmMentorInput) -> ProjectPayload:
        return await _project(info, "confirm_mentor", input)

    @strawberry.mutation(
        description="Ends the work of a mentor with a project. By the mentor, or by staff of the incubator."
    )
    async def end_mentoring(self, info: Info, input: EndMentoringInput) -> ProjectPayload:
        return await _project(info, "end_mentoring", input)

    @strawberry.mutation(description="Says that a project is ready for its next stage. By a mentor of the project.")
    async def recommend_stage(self, info: Info, input: RecommendStageInput) -> ProjectPayload:
        return await _project(info, "recommend_stage", input)

    @strawberry.mutation(
        description="Moves a project back to an earlier stage. By a founder, or by staff of the incubator."
    )
    async def move_project_back(self, info: Info, input: MoveProjectBackInput) -> ProjectPayload:
        return await _project(info, "move_project_back", input)

    @strawberry.mutation(
        description="Lets a project rest, for 180 days at most. By a founder, or by staff of the incubator."
    )
    async def pause_project(self, info: Info, input: PauseProjectInput) -> ProjectPayload:
        return await _project(info, "pause_project", input)

    @strawberry.mutation(description="Has a paused project go on. By a founder, or by staff of the incubator.")
    async def resume_project(self, info: Info, input: ResumeProjectInput) -> ProjectPayload:
        return await _project(info, "resume_project", input)

    @strawberry.mutation(description="Lets a project graduate. By staff of the incubator.")
    async def graduate_project(self, info: Info, input: GraduateProjectInput) -> ProjectPayload:
        return await _project(info, "graduate_project", input)

    @strawberry.mutation(
        description="Stops a project, with a reason and a lesson. By a founder, or by staff of the incubator."
    )
    async def stop_project(self, info: Info, input: StopProjectInput) -> ProjectPayload:
        return await _project(info, "stop_project", input)

    @strawberry.mutation(description="Reopens a project within a year of its end. By a director.")
    async def reopen_project(self, info: Info, input: ReopenProjectInput) -> ProjectPayload:
        return await _project(info, "reopen_project", input)

    @strawberry.mutation(
        description="Records a figure of a project, such as its users in a month. By a founder or a "
        "mentor, or by staff of the incubator."
    )
    async def record_metric(self, info: Info, input: RecordMetricInput) -> ProjectPayload:
        return await _project(info, "record_metric", input)

    @strawberry.mutation(
        description="Gives an incubator other stages and gates, with a map from the old ones. By staff of"
        " the incubator."
    )
    async def change_stage_model(self, info: Info, input: ChangeStageModelInput) -> IncubatorPayload:
        renamed = {each.code: each.now for each in input.renamed or ()}
        outcome = await _sent(info, "change_stage_model", input, renamed=renamed)
        return IncubatorPayload(incubator=await Incubator.load(info, outcome.id), problems=outcome.problems)

    @strawberry.mutation(
        description="Says something else of a project; what is left out stays. By a founder, or by staff "
        "of the incubator."
    )
    async def describe_project(self, info: Info, input: DescribeProjectInput) -> ProjectPayload:
        return await _project(info, "describe_project", input)

    @strawberry.mutation(
        description="Plans something that a project wants to have reached by a day. By a founder or a "
        "mentor, or by staff of the incubator."
    )
    async def plan_milestone(self, info: Info, input: PlanMilestoneInput) -> ProjectPayload:
        return await _project(info, "plan_milestone", input)

    @strawberry.mutation(
        description="Says that a milestone was reached, with evidence. By a founder or a mentor, or by "
        "staff of the incubator."
    )
    async def achieve_milestone(self, info: Info, input: AchieveMilestoneInput) -> ProjectPayload:
        named = kind_and_id(input.ref)
        return await _project(info, "achieve_milestone", input, ref=named[1] if named else input.ref)

    @strawberry.mutation(
        description="Says that a milestone is aimed at no longer. By a founder or a mentor, or by staff "
        "of the incubator."
    )
    async def drop_milestone(self, info: Info, input: DropMilestoneInput) -> ProjectPayload:
        return await _project(info, "drop_milestone", input)

    @strawberry.mutation(
        description="Says where a project is; the next word is due 90 days later. By a founder, or by "
        "staff of the incubator."
    )
    async def post_update(self, info: Info, input: PostUpdateInput) -> ProjectPayload:
        return await _project(info, "post_update", input)

    @strawberry.mutation(description="Answers a position that quotes the project, as a founder, within seven days.")
    async def reply_to_position(self, info: Info, input: ReplyToPositionInput) -> ProjectPayload:
        return await _project(info, "reply_to_position", input)

    @strawberry.mutation(
        description="Changes the themes of a project: suggestions follow them. By a founder, or by staff "
        "of the incubator."
    )
    async def change_themes(self, info: Info, input: ChangeThemesInput) -> ProjectPayload:
        return await _project(info, "change_themes", input)

    @strawberry.mutation(
        description="Proposes the next stage, once the gate is met. By a founder, or by staff of the incubator."
    )
    async def propose_stage_change(self, info: Info, input: ProposeStageChangeInput) -> StageChangePayload:
        return await _stage_change(info, "propose_stage_change", input)

    @strawberry.mutation(
        description="Moves a project past its gates, as a director; what was not met is recorded as waived."
    )
    async def skip_to_stage(self, info: Info, input: SkipToStageInput) -> StageChangePayload:
        return await _stage_change(info, "skip_to_stage", input)

    @strawberry.mutation(
        description="Approves a stage change: the project moves. By staff of the incubator, never by who proposed it."
    )
    async def approve_stage_change(self, info: Info, input: ApproveStageChangeInput) -> StageChangePayload:
        return await _stage_change(info, "approve_stage_change", input)

    @strawberry.mutation(description="Refuses a proposed stage change. By staff of the incubator.")
    async def refuse_stage_change(self, info: Info, input: RefuseStageChangeInput) -> StageChangePayload:
        return await _stage_change(info, "refuse_stage_change", input)

    @strawberry.mutation(description="Takes a proposed stage change back. By a founder, or by staff of the incubator.")
    async def cancel_stage_change(self, info: Info, input: CancelStageChangeInput) -> StageChangePayload:
        return await _stage_change(info, "cancel_stage_change", input)

    @strawberry.mutation(
        description="Publishes what a project looks for; a challenge becomes the draft of a hold-up. By a"
        " founder or a mentor, or by staff of the incubator."
    )
    async def publish_need(self, info: Info, input: PublishNeedInput) -> NeedPayload:
        return await _need(info, "publish_need", input)

    @strawberry.mutation(
        description="Says that somebody answered a need. By a founder or a mentor, or by staff of the incubator."
    )
    async def match_need(self, info: Info, input: MatchNeedInput) -> NeedPayload:
        return await _need(info, "match_need", input)

    @strawberry.mutation(description="Says that a need is met. By a founder or a mentor, or by staff of the incubator.")
    async def resolve_need(self, info: Info, input: ResolveNeedInput) -> NeedPayload:
        return await _need(info, "resolve_need", input)

    @strawberry.mutation(
        description="Says that a project looks for something no longer. By a founder or a mentor, or by "
        "staff of the incubator."
    )
    async def withdraw_need(self, info: Info, input: WithdrawNeedInput) -> NeedPayload:
        return await _need(info, "withdraw_need", input)


async def _project(info: Info, method: str, input: CommandInput, **more: Any) -> ProjectPayload:
    outcome = await _sent(info, method, input, **more)
    return ProjectPayload(project=await Project.load(info, outcome.id), problems=outcome.problems)


async def _stage_change(info: Info, method: str, input: CommandInput) -> StageChangePayload:
    outcome = await _sent(info, method, input)
    return StageChangePayload(
        stage_change=await StageChange.load(info, outcome.value.get("change")),
        project=await Project.load(info, outcome.id),
        problems=outcome.problems,
    )


async def _need(info: Info, method: str, input: CommandInput) -> NeedPayload:
    outcome = await _sent(info, method, input)
    return NeedPayload(
        need=await Need.load(info, outcome.value.get("need")),
        project=await Project.load(info, outcome.id),
        problems=outcome.problems,
    )


async def _sent(info: Info, method: str, input: CommandInput, **more: Any) -> Outcome:
    return await command(info, "incubator", method, input, **more)


def _result(info: Info, row: dict[str, Any]) -> RecordResult:
    return RecordResult(
        outcome=RecordOutcome(row["outcome"]),
        id=global_id("incubator", row["id"]) if row["id"] else None,
        slug=row["slug"],
        problems=[problem_of(WireProblem(**problem), info.context.language) for problem in row["problems"]],
        notes=row["notes"],
    )
