"""The pipeline: how many projects stand where, how long they stay, how many go on and how many stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, cast, distinct, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Float, Integer

from services.backbone.perform import Reader
from services.backbone.rules import not_found
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import IN_APPLICATION, Direction, Lifecycle
from services.incubator.queries.asked import rows_of
from services.incubator.queries.visibility import visible
from services.incubator.storage.tables import incubators, projects, stays

#: Where projects end, with their labels.
FINAL = (("GRADUATED", "Sortis par le haut", "Graduated"), ("STOPPED", "Arrêtés", "Stopped"))


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """``incubator``: a slug; the whole network without one."""

    incubator: str | None = None


@dataclass(frozen=True, kw_only=True)
class Nothing:
    pass


def pipeline(asked: Pipeline, reader: Reader) -> list[dict[str, Any]]:
    """Per stage in order, then per final state: ``{stage, label_fr, label_en, projects, median_days, quartiles,
    advanced, stopped}``.

    ``projects`` are those in the stage now (active or paused). Days count the stays that ended, median and quartiles
    interpolated (``percentile_cont``). ``advanced``: stays followed by a later stage; ``stopped``: projects that
    stopped in it.
    """
    models = _models(asked, reader)
    seen = visible(reader.actor)
    if asked.incubator is not None:
        seen = and_(seen, projects.c.incubator_id.in_(models.keys()))
    return stage_summaries(models, seen, reader)


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
    models = _models(Pipeline(), reader)
    return {**counts, "incubators": len(models), "stages": stage_summaries(models, seen, reader)}


def stage_summaries(models: dict[UUID, StageModel], seen: ColumnElement[bool], reader: Reader) -> list[dict[str, Any]]:
    """One row per stage of these models, in order, and one per final state."""
    standing = _standing(seen, reader)
    staying = _staying(seen, reader)
    nothing = {"median_days": None, "quartiles": None, "advanced": 0}
    rows = [
        {
            "stage": stage,
            "label_fr": fr,
            "label_en": en,
            "projects": standing.get(("IN", stage), 0),
            **staying.get(stage, nothing),
            "stopped": standing.get((Lifecycle.STOPPED, stage), 0),
        }
        for stage, fr, en in _stages(models)
    ]
    ends = [
        {
            "stage": code,
            "label_fr": fr,
            "label_en": en,
            "projects": sum(count for (state, _), count in standing.items() if state == code),
            **nothing,
            "stopped": 0,
        }
        for code, fr, en in FINAL
    ]
    return rows + ends


def _models(asked: Pipeline, reader: Reader) -> dict[UUID, StageModel]:
    query = select(incubators.c.id, incubators.c.stage_model).order_by(incubators.c.id)
    if asked.incubator is not None:
        query = query.where(incubators.c.slug == asked.incubator)
    models = {row["id"]: row["stage_model"] for row in rows_of(reader, query)}
    if asked.incubator is not None and not models:
        raise not_found("incubator", asked.incubator)
    return models


def _stages(models: dict[UUID, StageModel]) -> list[tuple[str, str, str]]:
    """The stages of all models, each once, by their earliest place."""
    places: dict[str, tuple[int, str, str]] = {}
    for model in models.values():
        for place, stage in enumerate(model.stages):
            known = places.get(stage.code)
            if known is None or place < known[0]:
                places[stage.code] = (place, stage.label_fr, stage.label_en)
    ordered = sorted(places.items(), key=lambda item: (item[1][0], item[0]))
    return [(code, fr, en) for code, (_, fr, en) in ordered]


def _standing(seen: ColumnElement[bool], reader: Reader) -> dict[tuple[str, str], int]:
    """How many projects are IN each stage, or left from it as GRADUATED or STOPPED."""
    query = (
        select(projects.c.lifecycle, projects.c.stage, func.count().label("projects"))
        .where(
            seen,
            projects.c.lifecycle.in_([Lifecycle.ACTIVE, Lifecycle.PAUSED, Lifecycle.GRADUATED, Lifecycle.STOPPED]),
        )
        .group_by(projects.c.lifecycle, projects.c.stage)
    )
    counted: dict[tuple[str, str], int] = {}
    for row in rows_of(reader, query):
        state = "IN" if row["lifecycle"] in (Lifecycle.ACTIVE, Lifecycle.PAUSED) else row["lifecycle"].value
        counted[state, row["stage"]] = counted.get((state, row["stage"]), 0) + row["projects"]
    return counted


def _staying(seen: ColumnElement[bool], reader: Reader) -> dict[str, dict[str, Any]]:
    """Median, quartiles and onward moves of the stays in each stage."""
    after = func.lead(stays.c.direction).over(partition_by=stays.c.project_id, order_by=stays.c.seq)
    stay = (
        select(
            stays.c.stage,
            cast(stays.c.left_on - stays.c.entered_on, Integer).label("days"),
            (after == Direction.FORWARD).label("went_on"),
        )
        .join(projects, projects.c.id == stays.c.project_id)
        .where(seen)
        .subquery()
    )
    quartiles = cast([0.25, 0.5, 0.75], ARRAY(Float))
    query = (
        select(
            stay.c.stage,
            func.percentile_cont(quartiles, type_=ARRAY(Float)).within_group(stay.c.days).label("quartiles"),
            func.count().filter(stay.c.went_on).label("advanced"),
        )
        .where(true())
        .group_by(stay.c.stage)
    )
    found = {}
    for row in rows_of(reader, query):
        values = [float(value) for value in row["quartiles"]] if row["quartiles"] else None
        found[row["stage"]] = {
            "median_days": values[1] if values else None,
            "quartiles": values,
            "advanced": row["advanced"],
        }
    return found
