"""What time does to projects: a stay that is too long, a pause that is over, a need that nobody met, a silence."""

from __future__ import annotations

from datetime import timedelta

from services.incubator.domain.elsewhere import tell_stalled
from services.incubator.domain.lifecycle import remind_of_pause
from services.incubator.domain.milestones import miss_due_milestones
from services.incubator.domain.needs import expire_needs
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.updates import remind_of_update
from services.incubator.use_cases.ports import IncubatorWork, model_for

#: Projects handled in one transaction.
AT_A_TIME = 50


def tell_stalled_projects(work: IncubatorWork) -> int:
    """Once per stay, at 1.5 times the expected one; how many in this round."""
    today = work.now.date()
    projects = work.projects.to_call_stalled(today, AT_A_TIME)
    for project in projects:
        tell_stalled(project, today)
    return len(projects)


def remind_of_pauses(work: IncubatorWork) -> int:
    """Once per pause that has passed its end; how many in this round."""
    projects = work.projects.to_remind_of_pause(work.now.date(), AT_A_TIME)
    for project in projects:
        remind_of_pause(project)
    return len(projects)


def expire_due_needs(work: IncubatorWork) -> int:
    """Open needs after ninety days; how many projects had one in this round."""
    projects = work.projects.with_needs_to_expire(work.now.date(), AT_A_TIME)
    for project in projects:
        expire_needs(project, now=work.now)
    return len(projects)


def miss_milestones(work: IncubatorWork) -> int:
    """Planned milestones seven days after they were due; how many projects had one in this round."""
    last_due = work.now.date() - timedelta(days=INCUBATION.milestone_grace_days)
    projects = work.projects.with_milestones_to_miss(last_due, AT_A_TIME)
    for project in projects:
        miss_due_milestones(project, now=work.now)
    return len(projects)


def remind_of_updates(work: IncubatorWork) -> int:
    """Once per silence of more than ninety days; how many in this round."""
    projects = work.projects.to_remind_of_update(work.now.date(), AT_A_TIME)
    for project in projects:
        remind_of_update(project, work.now.date())
    return len(projects)


def carry_projects_over(work: IncubatorWork) -> int:
    """Projects of an incubator whose stages changed take the names of now; how many in this round."""
    projects = work.projects.behind_their_stage_model(AT_A_TIME)
    for project in projects:
        model_for(work, project)
    return len(projects)
