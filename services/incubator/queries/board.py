"""The board of an incubator: a column per stage, what has been too long in it on top."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.incubator.domain.states import Lifecycle
from services.incubator.queries.chosen import ORDERS, ProjectOrder
from services.incubator.queries.parts import parts_of
from services.incubator.queries.pipeline import models_of, of_incubator, stages_of
from services.incubator.storage.tables import projects


@dataclass(frozen=True, kw_only=True)
class Board:
    """``incubator``: a slug. ``first``: cards in a column; the rest of one is read as a list, from its last cursor."""

    incubator: str
    first: int | None = None
    count: bool = True
    parts: tuple[str, ...] | None = None


def board(asked: Board, reader: Reader) -> list[dict[str, Any]]:
    """Columns in stage order: ``{stage, label_fr, label_en, projects: page}`` of active and paused projects.

    A page goes on as ``list_projects`` with this incubator, stage and lifecycles, in the order STALLED_FIRST.
    """
    models = models_of(asked.incubator, reader)
    parts = parts_of(asked.parts)
    working = select(*parts.columns).where(
        of_incubator(asked.incubator, models, reader),
        projects.c.lifecycle.in_([Lifecycle.ACTIVE, Lifecycle.PAUSED]),
    )
    columns: list[dict[str, Any]] = [
        {
            "stage": stage,
            "label_fr": fr,
            "label_en": en,
            "projects": page(
                reader,
                working.where(projects.c.stage == stage),
                order=ORDERS[ProjectOrder.STALLED_FIRST],
                key=projects.c.id,
                first=asked.first,
                count=asked.count,
            ),
        }
        for stage, fr, en in stages_of(models)
    ]
    shown = iter(parts.shown([row for column in columns for row in column["projects"]["items"]], reader))
    for column in columns:
        column["projects"]["items"] = list(islice(shown, len(column["projects"]["items"])))
    return columns
