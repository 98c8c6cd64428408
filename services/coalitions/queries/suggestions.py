"""Questions about suggestions: what the network thinks belongs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.backbone.perform import Reader
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.suggestion import Suggestion
from services.coalitions.queries.asked import (
    ByIds,
    PagesByIds,
    Row,
    in_order,
    page_of_things,
    plain_transitions,
    things,
)
from services.coalitions.queries.sight import Sight, sight_of
from services.coalitions.storage import mapping as mapping
from services.coalitions.storage.tables import coalitions, known_projects, suggestions


@dataclass(frozen=True, kw_only=True)
class SuggestionFilter:
    """``coalition`` and ``project`` are slugs."""

    coalition: str | None = None
    project: str | None = None
    state: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ListSuggestions:
    filter: SuggestionFilter = SuggestionFilter()
    first: int | None = None
    after: str | None = None


def suggestions_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Suggestions in the order asked, None for none and for what is hidden."""
    return in_order(_rows(asked.ids, reader, sight_of(reader)), asked.ids)


def list_suggestions(asked: ListSuggestions, reader: Reader) -> dict[str, Any]:
    """A page of the suggestions that concern the asker, the latest first."""
    conditions: list[ColumnElement[bool]] = []
    if asked.filter.coalition:
        conditions.append(suggestions.c.coalition_slug == asked.filter.coalition)
    if asked.filter.project:
        conditions.append(suggestions.c.project_slug == asked.filter.project)
    if asked.filter.state:
        conditions.append(suggestions.c.state.in_(asked.filter.state))
    return _page(conditions, asked.first, asked.after, reader, sight_of(reader))


def suggestions_by_projects(asked: ByIds, reader: Reader) -> list[list[Row]]:
    """For each project, what was suggested of it, the latest first."""
    sight = sight_of(reader)
    held = select(suggestions.c.id).where(suggestions.c.project.in_(asked.ids), sight.suggestions())
    rows = _rows(list(reader.connection.scalars(held)), reader, sight)
    latest = sorted(rows, key=lambda row: row["proposed_at"], reverse=True)
    return [[row for row in latest if row["project"] == project] for project in asked.ids]


def suggestions_by_coalitions(asked: PagesByIds, reader: Reader) -> list[dict[str, Any]]:
    """For each coalition, a page of what was suggested to it."""
    sight = sight_of(reader)
    return [_page([suggestions.c.coalition == one], asked.first, asked.after, reader, sight) for one in asked.ids]


def _page(
    conditions: list[ColumnElement[bool]], first: int | None, after: str | None, reader: Reader, sight: Sight
) -> dict[str, Any]:
    return page_of_things(
        reader,
        select(suggestions.c.id).where(sight.suggestions(), *conditions),
        lambda wanted: _rows(wanted, reader, sight),
        order=[(suggestions.c.proposed_at, "desc")],
        key=suggestions.c.id,
        first=first,
        after=after,
    )


def _rows(ids: list[UUID], reader: Reader, sight: Sight) -> list[Row]:
    with things(reader) as session:
        found = session.scalars(select(Suggestion).where(suggestions.c.id.in_(ids), sight.suggestions())).all()
        held = session.scalars(select(Coalition).where(coalitions.c.id.in_({one.coalition for one in found})))
        by_id = {coalition.id: coalition for coalition in held}
        projects = select(known_projects.c.id, known_projects.c.founders).where(
            known_projects.c.id.in_({one.project for one in found})
        )
        founders = {row.id: row.founders for row in reader.connection.execute(projects)}
        return [_row(one, by_id[one.coalition], founders.get(one.project, []), reader) for one in found]


def _row(suggestion: Suggestion, coalition: Coalition, founders: list[UUID], reader: Reader) -> Row:
    return {
        "id": suggestion.id,
        "version": suggestion.version,
        "coalition": suggestion.coalition,
        "project": suggestion.project,
        "themes": suggestion.themes,
        "cause": suggestion.cause,
        "cause_type": suggestion.cause_type,
        "state": suggestion.state,
        "proposed_at": suggestion.proposed_at,
        "expires_at": suggestion.expires_at,
        "answered_at": suggestion.answered_at,
        "allowed_transitions": plain_transitions(
            suggestion.allowed_transitions(coalition, founders, reader.now, reader.actor)
        ),
    }
