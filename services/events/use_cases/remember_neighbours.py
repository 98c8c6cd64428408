"""Keep what this service needs to know of projects and coalitions: how they are called and who belongs to them."""

from __future__ import annotations

from services.events.received import CoalitionCard, ProjectCard
from services.events.use_cases.ports import EventsWork


def remember_project(fact: ProjectCard, work: EventsWork) -> None:
    """Keep or replace what is known of a project."""
    work.neighbours.remember_project(
        fact.project,
        slug=fact.slug,
        name=fact.name,
        visibility=fact.visibility,
        themes=fact.themes,
        city=fact.city,
        founders=fact.founders,
    )


def remember_coalition(fact: CoalitionCard, work: EventsWork) -> None:
    """Keep or replace what is known of a coalition."""
    work.neighbours.remember_coalition(fact.coalition, slug=fact.slug, name=fact.name, convener=fact.convener)
