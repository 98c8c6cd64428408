"""Suggest a project to the active coalitions on a theme that they share."""

from __future__ import annotations

from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.known_project import KnownProject
from services.coalitions.domain.suggestion import Cause, Suggestion
from services.coalitions.received import ProjectCardTold
from services.coalitions.use_cases.ports import CoalitionsWork


def suggest_project_to_coalitions(fact: ProjectCardTold, work: CoalitionsWork) -> None:
    """Keep the project's card; suggest it when it is running. One suggestion per project and coalition."""
    project = KnownProject(
        id=fact.project,
        slug=fact.slug,
        name=fact.name,
        themes=fact.themes,
        stage=fact.stage,
        lifecycle=fact.lifecycle,
        visibility=fact.visibility,
        founders=fact.founders,
        incubator=fact.incubator,
    )
    work.projects.keep(project)
    if project.may_be_suggested:
        for coalition in work.coalitions.active_on(project.themes):
            suggest(project, coalition, work)


def suggest(project: KnownProject, coalition: Coalition, work: CoalitionsWork) -> None:
    """Suggest this project to this coalition, unless it stands already or was answered not long ago."""
    cause = Cause(fact=work.cause.id, type=work.cause.type) if work.cause else None
    themes = project.shared_themes(coalition.themes)
    present = work.suggestions.find(id=Suggestion.identity(coalition.id, project.id))
    if present is None:
        work.suggestions.add(Suggestion.propose(coalition, project, themes, cause, by=work.actor, now=work.now))
    elif present.may_come_again(work.now):
        present.propose_again(themes, cause, by=work.actor, now=work.now)
