"""Suggest the projects that are known already to a coalition that became active."""

from __future__ import annotations

from services.coalitions.domain.coalition import CoalitionState
from services.coalitions.received import CoalitionActivated
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.suggest_project_to_coalitions import suggest


def suggest_known_projects(fact: CoalitionActivated, work: CoalitionsWork) -> None:
    """Every running project on one of its themes."""
    coalition = work.coalitions.find(id=fact.coalition)
    if coalition is None or coalition.state != CoalitionState.ACTIVE:
        return
    for project in work.projects.running_on(coalition.themes):
        suggest(project, coalition, work)
