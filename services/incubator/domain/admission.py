"""From an application to a project that is accompanied: reviewers, reviews, admission, the charter, the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import mean
from uuid import UUID

from services.backbone.actor import Actor, person_of
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain import permissions
from services.incubator.domain.call import Call
from services.incubator.domain.details import checked_name, checked_pitch, checked_themes
from services.incubator.domain.guards import Guard, obstacle, pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import Application, Review
from services.incubator.domain.project import Project, distinct
from services.incubator.domain.requirements import founder_only, in_state, not_ones_own, staff_only
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import (
    OPEN_APPLICATION,
    DeclineReason,
    Direction,
    Lifecycle,
    MentorState,
    Visibility,
)
from services.incubator.facts import (
    ProjectActivated,
    ProjectAdmitted,
    ProjectApplied,
    ProjectCharterAccepted,
    ProjectConflictDeclared,
    ProjectDeclined,
    ProjectReviewed,
    ProjectReviewersAssigned,
    ProjectWithdrawn,
)


def apply_with(
    call: Call,
    model: StageModel,
    *,
    slug: str,
    name: str,
    pitch: str,
    description: str | None,
    themes: Sequence[str],
    city: str | None,
    country: str | None,
    website: str | None,
    co_founders: Sequence[UUID],
    visibility: Visibility,
    answers: Mapping[str, str],
    by: Actor,
    now: datetime,
) -> Project:
    """A new project applies to a call; whoever applies is its founder."""
    applicant = person_of(by)
    pass_or_refuse(call.obstacles_to_applying(answers, now))
    project = Project(
        id=new_id(),
        slug=slug,
        incubator_id=call.incubator_id,
        name=checked_name(name),
        pitch=checked_pitch(pitch),
        description=description,
        themes=checked_themes(themes),
        city=city,
        country=country,
        website=website,
        founders=distinct([applicant, *co_founders]),
        visibility=visibility,
        lifecycle=Lifecycle.APPLIED,
        stage=model.first,
        stage_since=now.date(),
        stage_model_version=model.version,
        created_at=now,
    )
    project.applications.append(
        Application(id=new_id(), call_id=call.id, applicant=applicant, answers=dict(answers), submitted_at=now)
    )
    project.moved(None, Lifecycle.APPLIED, by=by, at=now, aspect="lifecycle", rule="project.apply")
    project.note(ProjectApplied.type, call.title, at=now)
    project.record(ProjectApplied(**project.card, call=call.id))
    return project


def obstacles_to_assigning(project: Project, reviewers: Sequence[UUID], by: Actor) -> Guard:
    """Staff name reviewers who are not tied to the project."""
    yield from staff_only(project, by)
    yield from in_state(project, OPEN_APPLICATION, "Only an open application is reviewed.")
    application = project.application
    if application is None:
        return
    tied = {*project.founders, *application.conflicted, *(m.mentor for m in project.mentors)}
    if any(reviewer in tied for reviewer in reviewers):
        yield obstacle(
            "VALIDATION", "project.reviewer_tied", "A founder, a mentor or who declared a conflict does not review.",
            fix="Name somebody else.", field="reviewers",
        )  # fmt: skip
    if len({*application.reviewers, *reviewers}) < INCUBATION.fewest_reviewers:
        yield obstacle(
            "VALIDATION", "project.too_few_reviewers",
            f"An application has {INCUBATION.fewest_reviewers} reviewers or more.",
            fix="Name another reviewer.", field="reviewers", fewest=INCUBATION.fewest_reviewers,
        )  # fmt: skip


def assign_reviewers(project: Project, reviewers: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Add reviewers; with two of them the application is under review."""
    pass_or_refuse(obstacles_to_assigning(project, reviewers, by))
    application = _application(project)
    application.reviewers = distinct([*application.reviewers, *reviewers])
    if project.lifecycle is Lifecycle.APPLIED:
        project.live(Lifecycle.UNDER_REVIEW, by=by, now=now, rule="project.assign_reviewers")
    project.record(
        ProjectReviewersAssigned(
            **project.told, reviewers=list(application.reviewers), lifecycle=project.lifecycle.value
        )
    )


def declare_conflict(project: Project, *, by: Actor, now: datetime) -> None:
    """A reviewer steps back; their review no longer counts, and staff must name another."""
    reviewer = _reviewer(project, by)
    application = _application(project)
    application.reviewers = tuple(one for one in application.reviewers if one != reviewer)
    application.conflicted = distinct([*application.conflicted, reviewer])
    project.record(ProjectConflictDeclared(**project.told, reviewer=reviewer))


def submit_review(
    project: Project,
    call: Call,
    *,
    scores: Mapping[str, int],
    comments: Mapping[str, str],
    ethics_veto: bool,
    by: Actor,
    now: datetime,
) -> None:
    """A reviewer's grades, all of the call's grid, each with a comment; a second review replaces the first."""
    reviewer = _reviewer(project, by)
    pass_or_refuse(in_state(project, {Lifecycle.UNDER_REVIEW}, "This application is not under review."))
    lowest, highest = INCUBATION.lowest_score, INCUBATION.highest_score
    for criterion in call.grid:
        refuse_unless(
            lowest <= scores.get(criterion, 0) <= highest, "VALIDATION", "review.score_out_of_range",
            f"{criterion} is graded from {lowest} to {highest}.", field="scores", criterion=criterion,
            lowest=lowest, highest=highest,
        )  # fmt: skip
        refuse_unless(
            bool(comments.get(criterion, "").strip()), "VALIDATION", "review.comment_missing",
            f"The grade of {criterion} is explained.", field="comments", criterion=criterion,
        )  # fmt: skip
    unknown = sorted({*scores, *comments} - set(call.grid))
    refuse_unless(
        not unknown, "VALIDATION", "review.unknown_criterion", f"{', '.join(unknown)} is not graded in this call.",
        field="scores", criterion=", ".join(unknown),
    )  # fmt: skip
    application = _application(project)
    application.reviews[:] = [review for review in application.reviews if review.reviewer != reviewer]
    application.reviews.append(
        Review(
            id=new_id(), reviewer=reviewer, scores=dict(scores), comments=dict(comments),
            ethics_veto=ethics_veto, submitted_at=now,
        )
    )  # fmt: skip
    project.record(ProjectReviewed(**project.told, reviewer=reviewer, reviews=len(_counted(application))))


def obstacles_to_admitting(project: Project, by: Actor) -> Guard:
    """Two reviews, a mean of 3.0 and no veto admit a project; none of its founders does."""
    yield from staff_only(project, by)
    yield from not_ones_own(project, by)
    yield from in_state(project, {Lifecycle.UNDER_REVIEW}, "Only an application under review is admitted.")
    application = project.application
    reviews = _counted(application) if application else []
    yield from _enough_reviews(reviews)
    if any(review.ethics_veto for review in reviews):
        yield obstacle(
            "GATE_NOT_MET", "project.ethics_veto", "A reviewer vetoes it on ethical grounds.",
            fix="Decline it, or speak with the reviewer.",
        )  # fmt: skip
    average = mean_score(reviews)
    if average is not None and average < INCUBATION.admitting_mean:
        yield obstacle(
            "GATE_NOT_MET", "project.mean_too_low",
            f"The mean of the reviews is {average:.1f}; {INCUBATION.admitting_mean:.1f} admits.",
            fix="Decline it.", mean=round(average, 2), needed=INCUBATION.admitting_mean,
        )  # fmt: skip


def admit(project: Project, *, by: Actor, now: datetime) -> None:
    """The incubator takes the project in."""
    pass_or_refuse(obstacles_to_admitting(project, by))
    _application(project).decided_at = now
    project.admitted_on = now.date()
    project.live(Lifecycle.ADMITTED, by=by, now=now, rule="project.admit")
    project.note(ProjectAdmitted.type, project.name, at=now)
    project.record(ProjectAdmitted(**project.card))


def obstacles_to_declining(project: Project, by: Actor) -> Guard:
    """What is not eligible may be declined unread; what is under review, after two reviews."""
    yield from staff_only(project, by)
    yield from in_state(project, OPEN_APPLICATION, "Only an open application is declined.")
    application = project.application
    if application and project.lifecycle is Lifecycle.UNDER_REVIEW:
        yield from _enough_reviews(_counted(application))


def decline(project: Project, *, reason_code: str, message: str, by: Actor, now: datetime) -> None:
    """The incubator says no, with a reason and a message to the founders."""
    pass_or_refuse(obstacles_to_declining(project, by))
    refuse_unless(
        reason_code in set(DeclineReason), "VALIDATION", "project.unknown_decline_reason",
        f"A decline gives one of the reasons {', '.join(DeclineReason)}.", field="reasonCode",
        reasons=", ".join(DeclineReason),
    )  # fmt: skip
    refuse_unless(
        bool(message.strip()), "VALIDATION", "project.decline_unexplained", "A decline says why.", field="message"
    )
    application = _application(project)
    application.decided_at, application.decline_reason, application.decline_message = now, reason_code, message.strip()
    project.live(Lifecycle.DECLINED, by=by, now=now, rule="project.decline", reason=reason_code)
    project.record(ProjectDeclined(**project.told, reason_code=reason_code))


def obstacles_to_withdrawing(project: Project, by: Actor) -> Guard:
    yield from founder_only(project, by)
    yield from in_state(project, OPEN_APPLICATION, "Only an open application is withdrawn.")


def withdraw(project: Project, *, by: Actor, now: datetime) -> None:
    """A founder takes the application back."""
    pass_or_refuse(obstacles_to_withdrawing(project, by))
    _application(project).decided_at = now
    project.live(Lifecycle.WITHDRAWN, by=by, now=now, rule="project.withdraw")
    project.record(ProjectWithdrawn(**project.told))


def accept_charter(project: Project, *, by: Actor, now: datetime) -> None:
    """A founder accepts the charter in person; nobody accepts it for another."""
    pass_or_refuse(founder_only(project, by))
    pass_or_refuse(in_state(project, {Lifecycle.ADMITTED}, "The charter is accepted between admission and start."))
    person = person_of(by)
    refuse_unless(person in project.founders, "FORBIDDEN", "project.founders_only", "Only its founders may do this.")
    refuse_unless(
        person not in project.charter_accepted_by, "DUPLICATE", "project.charter_accepted",
        "You have accepted the charter.",
    )  # fmt: skip
    project.charter_accepted_by = (*project.charter_accepted_by, person)
    project.record(
        ProjectCharterAccepted(
            **project.told, person=person, accepted=len(project.charter_accepted_by), founders=len(project.founders)
        )
    )


def obstacles_to_activating(project: Project, by: Actor) -> Guard:
    """The charter of every founder and a confirmed mentor."""
    yield from staff_only(project, by)
    yield from in_state(project, {Lifecycle.ADMITTED}, "Only an admitted project starts.")
    if not project.founders:
        yield obstacle("VALIDATION", "project.founder_missing", "It has no founder.", fix="Name its founders.")
    waiting = len(set(project.founders) - set(project.charter_accepted_by))
    if waiting:
        yield obstacle(
            "GATE_NOT_MET", "project.charter_missing", f"{waiting} of its founders have not accepted the charter.",
            fix="Ask them to accept the charter.", waiting=waiting,
        )  # fmt: skip
    if not any(mentor.state is MentorState.CONFIRMED for mentor in project.mentors):
        yield obstacle("GATE_NOT_MET", "project.mentor_missing", "No mentor is confirmed.", fix="Confirm a mentor.")


def activate(project: Project, model: StageModel, *, stage: str | None, by: Actor, now: datetime) -> None:
    """The project starts in a stage: its history begins."""
    pass_or_refuse(obstacles_to_activating(project, by))
    start = stage or project.stage
    model.place_of(start)
    project.live(Lifecycle.ACTIVE, by=by, now=now, rule="project.activate")
    begin_history(project, start, model, on=now.date(), by=by, now=now)
    project.owe_update(now.date())
    project.note(ProjectActivated.type, start, at=now)
    project.record(ProjectActivated(**project.card))


def begin_history(project: Project, stage: str, model: StageModel, *, on: date, by: Actor, now: datetime) -> None:
    """The first stay of a project."""
    project.enter(stage, Direction.START, model, on)
    project.moved(None, stage, by=by, at=now, aspect="stage", rule="project.start")


def mean_score(reviews: Sequence[Review]) -> float | None:
    """The mean of all grades of these reviews, or None without any."""
    grades = [grade for review in reviews for grade in review.scores.values()]
    return mean(grades) if grades else None


def _counted(application: Application) -> list[Review]:
    return [review for review in application.reviews if review.reviewer in application.reviewers]


def _enough_reviews(reviews: Sequence[Review]) -> Guard:
    if len(reviews) < INCUBATION.fewest_reviewers:
        yield obstacle(
            "GATE_NOT_MET", "project.reviews_missing",
            f"{INCUBATION.fewest_reviewers} completed reviews are needed; there are {len(reviews)}.",
            fix="Ask the reviewers for their reviews.", needed=INCUBATION.fewest_reviewers, reviews=len(reviews),
        )  # fmt: skip


def _application(project: Project) -> Application:
    application = project.application
    if application is None:
        raise BrokenRule("ILLEGAL_TRANSITION", "project.never_applied", "This project was recorded, it never applied.")
    return application


def _reviewer(project: Project, by: Actor) -> UUID:
    permissions.refuse_unless_seen(by, project)
    reviewer = person_of(by)
    refuse_unless(
        permissions.is_reviewer(by, project), "FORBIDDEN", "project.reviewers_only", "Only its reviewers may do this."
    )
    return reviewer
