"""Which projects a list, a board or an export shows, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, exists, func, literal, or_, select

from services.backbone.actor import Actor
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.states import Lifecycle, MentorState, NeedKind, NeedState
from services.incubator.queries.visibility import visible
from services.incubator.storage.tables import incubators, known_themes, mentors, needs, projects


class ProjectOrder(StrEnum):
    NAME = "NAME"
    STAGE_SINCE = "STAGE_SINCE"
    RECENT = "RECENT"
    STALLED_FIRST = "STALLED_FIRST"


@dataclass(frozen=True, kw_only=True)
class ProjectFilter:
    """``incubator`` and ``theme`` are slugs, ``mentor`` a person, ``need`` the kind of an open need."""

    incubator: str | None = None
    stage: tuple[str, ...] | None = None
    lifecycle: tuple[Lifecycle, ...] | None = None
    theme: str | None = None
    city: str | None = None
    stalled: bool | None = None
    need: NeedKind | None = None
    mentor: UUID | None = None


#: Columns to sort by, all without nulls; the id settles ties.
ORDERS: dict[ProjectOrder, list[tuple[ColumnElement[Any], str]]] = {
    ProjectOrder.NAME: [(func.plain(projects.c.name, type_=Text), "asc")],
    ProjectOrder.STAGE_SINCE: [(projects.c.stage_since, "asc")],
    ProjectOrder.RECENT: [(projects.c.created_at, "desc")],
    ProjectOrder.STALLED_FIRST: [(projects.c.stalling_on, "asc")],
}


def chosen(asked: ProjectFilter, search: str | None, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    """The conditions on ``projects`` that the filter and the words of the search state, for whoever asks, today."""
    conditions = [visible(actor), *(_mentions(word) for word in _words(search))]
    if asked.incubator is not None:
        wanted = select(incubators.c.id).where(incubators.c.slug == asked.incubator).scalar_subquery()
        conditions.append(projects.c.incubator_id == wanted)
    if asked.stage is not None:
        conditions.append(projects.c.stage.in_(asked.stage))
    if asked.lifecycle is not None:
        conditions.append(projects.c.lifecycle.in_(asked.lifecycle))
    if asked.theme is not None:
        conditions.append(projects.c.themes.contains([asked.theme]))
    if asked.city is not None:
        conditions.append(func.plain(projects.c.city) == func.plain(asked.city))
    if asked.stalled is not None:
        stalled = and_(projects.c.lifecycle == Lifecycle.ACTIVE, projects.c.stalls_on <= today)
        conditions.append(stalled if asked.stalled else or_(projects.c.stalls_on.is_(None), ~stalled))
    if asked.need is not None:
        conditions.append(
            exists().where(
                needs.c.project_id == projects.c.id, needs.c.state == NeedState.OPEN, needs.c.kind == asked.need
            )
        )
    if asked.mentor is not None:
        conditions.append(
            exists().where(
                mentors.c.project_id == projects.c.id,
                mentors.c.mentor == asked.mentor,
                mentors.c.state == MentorState.CONFIRMED,
            )
        )
    return conditions


def _words(search: str | None) -> list[str]:
    return (search or "").replace("-", " ").split()


def _mentions(word: str) -> ColumnElement[bool]:
    """The letters of the word anywhere, or a word of the same stem in French or English, also in a theme's labels."""
    escaped = word[: INCUBATION.longest_pitch].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    folded = func.plain(word[: INCUBATION.longest_pitch], type_=Text)
    pattern = literal("%").concat(func.plain(escaped, type_=Text)).concat("%")
    stems = func.plainto_tsquery("french", folded).op("||")(func.plainto_tsquery("english", folded))
    return or_(
        func.plain(projects.c.search_text, type_=Text).like(pattern),
        projects.c.search_words.op("@@")(stems),
        projects.c.themes.overlap(_themes_called(pattern, stems)),
    )


def _themes_called(pattern: ColumnElement[str], stems: ColumnElement[Any]) -> ColumnElement[Any]:
    """The slugs of the themes whose labels mention the word; null when there are none."""
    labels = func.plain(known_themes.c.label_fr.concat(" ").concat(known_themes.c.label_en), type_=Text)
    words = func.to_tsvector("french", labels).op("||")(func.to_tsvector("english", labels))
    mentions = or_(labels.like(pattern), words.op("@@")(stems))
    return select(func.array_agg(known_themes.c.slug)).where(mentions).scalar_subquery()
