"""The pipeline: how many projects stand where, how long they stay, how many go on and how many stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, cast, distinct, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Float, Integer

from services.backbone.perform import Reader
from services.backbone.rules import not_found
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import IN_APPLICATION, Direction, Lifecycle
from services.incubator.queries.asked import rows_of
from services.incubator.queries.standing import IN, now_called, on_day, standing
from services.incubator.queries.visibility import visible, visible_in
from services.incubator.storage.tables import incubators, projects, stays

_NOTHING: dict[str, Any] = {"median_days": None, "quartiles": None, "advanced": 0, "conversion": None}

#: Where projects end, with their labels.
FINAL = (("GRADUATED", "Sortis par le haut", "Graduated"), ("STOPPED", "Arrêtés", "Stopped"))


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """``incubator``: a slug; the whole network without one. ``as_of``: at the end of this day; today without one."""

    incubator: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class Nothing:
    pass


def pipeline(asked: Pipeline, reader: Reader) -> list[dict[str, Any]]:
    """Per stage in order, then per final state: ``{stage, label_fr, label_en, projects, median_days, quartiles,
    advanced, conversion, stopped, stops}``, all as they were on a day.

    ``projects`` are those in the stage (active or paused). Days count the stays that had ended, median and quartiles
    interpolated (``percentile_cont``). ``advanced``: stays followed by a later stage; ``conversion``: their share of
    the stays that had ended, null without any. ``stopped``: projects that had stopped in it, ``stops`` by reason.
    """
    models = models_of(asked.incubator, reader)
    return stage_summaries(models, of_incubator(asked.incubator, models, reader), asked.as_of, reader)


def network(asked: Nothing, reader: Reader) -> dict[str, Any]:
    """Counts over the whole network, of what the asker sees; applications are not counted as projects."""
    seen = and_(visible(reader.actor), projects.c.lifecycle.not_in(IN_APPLICATION))
    [counts] = rows_of(
        reader,
        select(
            func.count().label("projects"),
            func.count().filter(projects.c.lifecycle == Lifecycle.ACTIVE).label("active"),
            func.count().filter(projects.c.lifecycle == Lifecycle.GRADUATED).label("graduated"),
            func.count().filter(projects.c.lifecycle == Lifecycle.STOPPED).label("stopped"),
            func.count(distinct(func.plain(projects.c.city))).label("cities"),
        ).where(seen),
    )
    models = models_of(None, reader)
    return {**counts, "incubators": len(models), "stages": stage_summaries(models, seen, None, reader)}


def stage_summaries(
    models: dict[UUID, StageModel], seen: ColumnElement[bool], as_of: date | None, reader: Reader
) -> list[dict[str, Any]]:
    """One row per stage of these models, in order, and one per final state."""
    day = as_of or reader.now.date()
    standing = _standing(models, seen, day, reader)
    staying = _staying(models, seen, day, reader)
    rows = []
    for stage, fr, en in stages_of(models):
        stops = {why: count for (state, where, why), count in standing.items() if (state, where) == ("STOPPED", stage)}
        rows.append(
            {
                "stage": stage,
                "label_fr": fr,
                "label_en": en,
                "projects": standing.get((IN, stage, None), 0),
                **staying.get(stage, _NOTHING),
                "stopped": sum(stops.values()),
                "stops": _by_reason(stops),
            }
        )
    for state, fr, en in FINAL:
        ends: dict[str | None, int] = {}
        for (ended_as, _, why), count in standing.items():
            if ended_as == state:
                ends[why] = ends.get(why, 0) + count
        stops = ends if state == "STOPPED" else {}
        said = {"stage": state, "label_fr": fr, "label_en": en, "projects": sum(ends.values())}
        rows.append({**said, **_NOTHING, "stopped": 0, "stops": _by_reason(stops)})
    return rows


def models_of(incubator: str | None, reader: Reader) -> dict[UUID, StageModel]:
    """The stages of this incubator, by its slug, or of all; NOT_FOUND when there is no such incubator."""
    query = select(incubators.c.id, incubators.c.stage_model).order_by(incubators.c.id)
    if incubator is not None:
        query = query.where(incubators.c.slug == incubator)
    models = {row["id"]: row["stage_model"] for row in rows_of(reader, query)}
    if incubator is not None and not models:
        raise not_found("incubator", incubator)
    return models


def of_incubator(incubator: str | None, models: dict[UUID, StageModel], reader: Reader) -> ColumnElement[bool]:
    """The condition on ``projects`` of what is seen, in this incubator if one is named."""
    if incubator is None:
        return visible(reader.actor)
    [identity] = models
    return and_(projects.c.incubator_id == identity, visible_in(identity, reader.actor))


def stages_of(models: dict[UUID, StageModel]) -> list[tuple[str, str, str]]:
    """The stages of all models, each once, by their earliest place."""
    places: dict[str, tuple[int, str, str]] = {}
    for model in models.values():
        for place, stage in enumerate(model.stages):
            known = places.get(stage.code)
            if known is None or place < known[0]:
                places[stage.code] = (place, stage.label_fr, stage.label_en)
    ordered = sorted(places.items(), key=lambda item: (item[1][0], item[0]))
    return [(code, fr, en) for code, (_, fr, en) in ordered]


def _standing(
    models: dict[UUID, StageModel], seen: ColumnElement[bool], day: date, reader: Reader
) -> dict[tuple[str, str, str | None], int]:
    """How many projects stood where on the day: by state, stage, and reason of a stop."""
    stood = standing(on_day(day), models).where(seen).subquery()
    reason = case((stood.c.state == Lifecycle.STOPPED.value, stood.c.reason))
    query = select(stood.c.state, stood.c.stage, reason.label("reason"), func.count().label("projects"))
    found = rows_of(reader, query.group_by(stood.c.state, stood.c.stage, reason))
    return {(str(row["state"]), row["stage"], row["reason"]): row["projects"] for row in found}


def _staying(
    models: dict[UUID, StageModel], seen: ColumnElement[bool], day: date, reader: Reader
) -> dict[str, dict[str, Any]]:
    """Median, quartiles and onward moves of the stays in each stage that had ended by the day."""

    def following(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lead(column).over(partition_by=stays.c.project_id, order_by=stays.c.seq)

    went_on = and_(following(stays.c.direction) == Direction.FORWARD, following(stays.c.entered_on) <= on_day(day))
    stay = (
        select(
            now_called(stays.c.stage, models).label("stage"),
            case((stays.c.left_on <= on_day(day), cast(stays.c.left_on - stays.c.entered_on, Integer))).label("days"),
            went_on.label("went_on"),
        )
        .join(projects, and_(projects.c.incubator_id == stays.c.incubator_id, projects.c.id == stays.c.project_id))
        .where(seen)
        .subquery()
    )
    quartiles = cast([0.25, 0.5, 0.75], ARRAY(Float))
    query = select(
        stay.c.stage,
        func.percentile_cont(quartiles, type_=ARRAY(Float)).within_group(stay.c.days).label("quartiles"),
        func.count().filter(stay.c.went_on).label("advanced"),
        func.count(stay.c.days).label("ended"),
    ).group_by(stay.c.stage)
    return {row["stage"]: _summed_up(row) for row in rows_of(reader, query)}


def _summed_up(row: dict[str, Any]) -> dict[str, Any]:
    days = [float(value) for value in row["quartiles"]] if row["ended"] else None
    return {
        "median_days": days[1] if days else None,
        "quartiles": days,
        "advanced": row["advanced"],
        "conversion": min(1.0, row["advanced"] / row["ended"]) if row["ended"] else None,
    }


def _by_reason(stops: dict[str | None, int]) -> list[dict[str, Any]]:
    ordered = sorted(stops.items(), key=lambda stop: (-stop[1], stop[0] or ""))
    return [{"reason": reason, "projects": count} for reason, count in ordered]
