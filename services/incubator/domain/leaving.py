"""Somebody leaves a project for good, for they are erased: what they told in private goes, what they did stays."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from services.backbone.actor import SYSTEM
from services.incubator.domain.mentoring import end_mentoring
from services.incubator.domain.project import Project
from services.incubator.domain.states import MentorState


def leave(project: Project, person: UUID, now: datetime) -> Counter[str]:
    """Delete a person's private words in a project and end their part in it; how many of each.

    In the network's name, so that the history does not name who is being erased. Who founded it alone stays its
    founder: under the nameless id that takes their place, for a project has one.
    """
    counts = _forget_words(project, person)
    for assignment in project.mentors:
        if assignment.mentor == person and assignment.state is not MentorState.ENDED:
            end_mentoring(project, person, by=SYSTEM, now=now)
            counts["mentorings_ended"] += 1
    others = tuple(founder for founder in project.founders if founder != person)
    if others and others != project.founders:
        project.founders = others
        project.charter_accepted_by = tuple(one for one in project.charter_accepted_by if one != person)
        project.tell_card()
        counts["founders_left"] += 1
    return counts


def _forget_words(project: Project, person: UUID) -> Counter[str]:
    counts: Counter[str] = Counter()
    for evidence in project.evidence:
        if evidence.recorded_by == person and evidence.note:
            evidence.note = None
            counts["notes"] += 1
    for recommendation in project.recommendations:
        if recommendation.mentor == person and recommendation.note:
            recommendation.note = None
            counts["notes"] += 1
    for change in project.changes:
        if change.proposed_by == person and change.note:
            change.note = None
            counts["notes"] += 1
    for update in [one for one in project.updates if one.written_by == person and not one.shared]:
        project.updates.remove(update)
        counts["updates"] += 1
    for application in project.applications:
        if application.applicant == person and project.founders == (person,) and application.answers:
            application.answers = {}
            counts["applications"] += 1
    return counts
