"""Three applications, and a project that was running already and goes through all its states."""

from __future__ import annotations

from tests.story.examples.players import Cast, day, soon

#: The demonstration's mentor accompanies as many projects as one may.
MENTOR = "visitor who mentors"


def play(cast: Cast) -> str:
    """The id of a project that is active, and whose founder is the demonstration's."""
    made = cast["admin"].play("recordIncubators")["results"]
    for person, incubator in (("staff", made[0]), ("staff2", made[0]), ("staff", made[1])):
        cast["admin"].play("grantRole", person=cast[person].id, scope=incubator["id"])
    cast["staff"].play_once_known("changeStageModel")
    _apply(cast)
    return _run(cast)


def _apply(cast: Cast) -> None:
    """One is admitted, begins and stops; one is declined; one withdraws."""
    staff, founder = cast["staff"], cast["founder"]
    mentor, other = cast[MENTOR], cast["organiser"]
    call = staff.play_once_known("openCall", closesAt=soon(days=30))["call"]["id"]
    admitted, declined, withdrawn = (
        cast[person].play("applyToIncubator", call=call)["project"]["id"]
        for person in ("founder", "founder2", "citizen2")
    )
    reviewers = [cast[person].id for person in ("staff", "staff2", "convener")]
    for project in (admitted, declined):
        staff.play("assignReviewers", project=project, reviewers=reviewers)
    cast["convener"].play("declareConflict", project=declined)
    for person in ("staff", "staff2"):
        for project in (admitted, declined):
            cast[person].play("submitReview", project=project)
    staff.play("admitProject", project=admitted)
    staff.play("declineProject", project=declined)
    cast["citizen2"].play("withdrawApplication", project=withdrawn)
    staff.play("closeCall", call=call)
    for person in (mentor, other):
        staff.play("assignMentor", project=admitted, mentor=person.id)
        staff.play("confirmMentor", project=admitted, mentor=person.id)
    staff.play("endMentoring", project=admitted, mentor=other.id)
    founder.play("acceptCharter", project=admitted)
    staff.play("activateProject", project=admitted)
    founder.play("stopProject", project=admitted)


def _run(cast: Cast) -> str:
    staff, founder, mentor, director = cast["staff"], cast["founder"], cast[MENTOR], cast["director"]
    recorded: str = staff.play("recordProject", founders=[founder.id], mentors=[mentor.id])["project"]["id"]
    own = {"project": recorded}
    for name in ("describeProject", "changeThemes", "recordMetric", "postUpdate"):
        founder.play(name, **own)
    for name in ("achieveMilestone", "dropMilestone"):
        milestones = founder.play("planMilestone", **own, dueOn=day(days=60))["project"]["milestones"]
        [planned] = [one["id"] for one in milestones if one["state"] == "PLANNED"]
        founder.play(name, **own, milestone=planned)
    for person, name in ((staff, "matchNeed"), (founder, "resolveNeed"), (founder, "withdrawNeed")):
        need = founder.play("publishNeed", **own)["need"]["id"]
        person.play(name, **own, need=need)

    for criterion in ("problem_statement", "team_2", "impact_hypothesis", "interviews_10"):
        founder.play("recordEvidence", **own, criterion=criterion)
    mentor.play("recommendStage", **own)
    for person, name in ((founder, "cancelStageChange"), (staff, "refuseStageChange"), (staff, "approveStageChange")):
        change = founder.play("proposeStageChange", **own)["stageChange"]["id"]
        person.play(name, **own, change=change)
    director.play("skipToStage", **own)
    founder.play("moveProjectBack", **own)
    founder.play("pauseProject", **own, until=day(days=90))
    founder.play("resumeProject", **own)
    director.play("skipToStage", **own)
    staff.play("graduateProject", **own)
    director.play("reopenProject", **own)
    return recorded
