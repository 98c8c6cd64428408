"""What time does to projects: a stay that is too long, a pause that is over, a need that nobody met."""

from __future__ import annotations

from services.incubator.domain.elsewhere import tell_stalled
from services.incubator.domain.lifecycle import remind_of_pause
from services.incubator.domain.needs import expire_needs
from services.incubator.use_cases.ports import IncubatorWork

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
