"""Where each project stood on a day, from its dated stays and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import IN_APPLICATION, Lifecycle
from services.incubator.storage.tables import exits, projects, stays

#: In a stage, as opposed to GRADUATED, STOPPED, or ADMITTED and not begun.
IN = "IN"


def on_day(day: date) -> ColumnElement[date]:
    return cast(literal(day), Date)


def standing(day: ColumnElement[Any], models: Mapping[UUID, StageModel], source: FromClause = projects) -> Select[Any]:
    """Rows of ``{state, stage, reason}`` of the projects that were admitted by the day; more columns may be added.

    The stay that counts is the last one that had begun, whatever it overlaps; the end that counts is the last one,
    unless a stay began after it. A project without dated stays stands where its row says. ``source``: the projects,
    joined to what ``day`` is made of.
    """
    of_it = and_(stays.c.incubator_id == projects.c.incubator_id, stays.c.project_id == projects.c.id)
    stay = (
        select(stays.c.seq, stays.c.stage)
        .where(of_it, stays.c.entered_on <= day)
        .order_by(stays.c.seq.desc())
        .limit(1)
        .lateral("stay")
    )
    end = (
        select(exits.c.after, exits.c.state, exits.c.reason)
        .where(exits.c.project_id == projects.c.id, exits.c.on <= day)
        .order_by(exits.c.seq.desc())
        .limit(1)
        .lateral("ended")
    )
    # Asked of one project at a time: NOT EXISTS would be answered by reading all stays there are.
    undated = select(stays.c.seq).where(of_it).limit(1).scalar_subquery().is_(None)
    running = projects.c.lifecycle.in_([Lifecycle.ACTIVE, Lifecycle.PAUSED])
    state = case(
        (end.c.after >= func.coalesce(stay.c.seq, -1), end.c.state),
        (or_(stay.c.seq.is_not(None), and_(undated, running, projects.c.stage_since <= day)), IN),
        else_=Lifecycle.ADMITTED.value,
    )
    return (
        select(
            state.label("state"),
            now_called(func.coalesce(stay.c.stage, projects.c.stage), models).label("stage"),
            end.c.reason,
        )
        .select_from(source)
        .outerjoin(stay, true())
        .outerjoin(end, true())
        .where(projects.c.lifecycle.not_in(IN_APPLICATION), projects.c.admitted_on <= day)
    )


def now_called(stage: ColumnElement[Any], models: Mapping[UUID, StageModel]) -> ColumnElement[Any]:
    """What a stage of any version of its incubator's model is called now."""
    renamings = [
        (and_(projects.c.incubator_id == incubator, stage == old), literal(new))
        for incubator, model in models.items()
        for old, new in model.renamed
    ]
    return case(*renamings, else_=stage) if renamings else stage
