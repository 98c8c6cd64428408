"""A project as it is answered, part by part: whoever asks for a few of them is told no others, and none is loaded.

A part is a key of the answer. It says which columns of ``projects`` it takes, whose rows of other tables, and whether
those inside a project are shown it otherwise: then it is found out who is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import UUID as UUIDs
from sqlalchemy import ColumnElement, Select, Table, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.backbone import paging
from services.backbone.actor import Actor, ActorKind
from services.backbone.perform import Reader
from services.backbone.rules import refuse_unless
from services.incubator.domain.states import EXITED, ChangeState, Lifecycle, MentorState
from services.incubator.queries.asked import grouped
from services.incubator.queries.visibility import is_insider
from services.incubator.storage.tables import (
    changes,
    exits,
    mentors,
    metrics,
    milestones,
    needs,
    projects,
    quotations,
    stays,
    updates,
)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Seen:
    """A project as far as it was loaded: its columns, its rows of other tables, and whether it is seen from inside."""

    row: dict[str, Any]
    rows: dict[Table, Rows]
    insider: bool
    today: date

    @property
    def until(self) -> date:
        """The day to which its days are counted."""
        return (self.row["ended_on"] or self.today) if self.row["lifecycle"] in EXITED else self.today


@dataclass(frozen=True)
class Part:
    """``takes`` columns and the rows of ``of``; ``show`` makes of them what is answered. ``private``: see above.

    Without ``show`` it is the column of the same name.
    """

    show: Callable[[Seen], Any] | None = None
    takes: tuple[str, ...] = ()
    of: Table | None = None
    private: bool = False


def _days_in_stage(one: Seen) -> int:
    days: int = (one.until - one.row["stage_since"]).days
    return max(0, days)


def _stalled(one: Seen) -> bool:
    stalls_on = one.row["stalls_on"]
    return one.row["lifecycle"] is Lifecycle.ACTIVE and stalls_on is not None and stalls_on <= one.today


def _lesson(one: Seen) -> str | None:
    return one.row["lesson"] if one.insider or one.row["lesson_shareable"] else None


def _history(one: Seen) -> Rows:
    return [{**stay, "days": ((stay["left_on"] or one.until) - stay["entered_on"]).days} for stay in one.rows[stays]]


def _mentors(one: Seen) -> Rows:
    return one.rows[mentors] if one.insider else _confirmed(one.rows[mentors])


def _confirmed(assigned: Rows) -> Rows:
    return [mentor for mentor in assigned if mentor["state"] is MentorState.CONFIRMED]


def _needs(one: Seen) -> Rows:
    return [{**need, "project": one.row["id"]} for need in one.rows[needs]]


def _quotations(one: Seen) -> Rows:
    return [quoted for quoted in one.rows[quotations] if one.insider or quoted["position"] in one.row["quoted_in"]]


def _proposed_change(one: Seen) -> dict[str, Any] | None:
    proposed = one.rows[changes]
    return {**proposed[0], "project": one.row["id"]} if proposed and one.insider else None


_TO_COUNT_DAYS = ("lifecycle", "ended_on")

PARTS: dict[str, Part] = {
    name: Part(takes=(name,))
    for name in (
        *("id", "slug", "name", "pitch", "description", "website", "repository", "themes", "city", "country"),
        *("founded_on", "founders", "visibility", "lifecycle", "stage", "stage_since", "paused_until", "ended_on"),
        *("stop_reason", "quoted_in", "created_at", "version", "admitted_on", "update_due_on"),
    )
} | {
    "incubator": Part(lambda one: one.row["incubator_id"], takes=("incubator_id",)),
    "days_in_stage": Part(_days_in_stage, takes=("stage_since", *_TO_COUNT_DAYS)),
    "stalled": Part(_stalled, takes=("lifecycle", "stalls_on")),
    "lesson": Part(_lesson, takes=("lesson", "lesson_shareable"), private=True),
    "history": Part(_history, takes=_TO_COUNT_DAYS, of=stays),
    "exits": Part(lambda one: one.rows[exits], of=exits),
    "mentors": Part(_mentors, of=mentors, private=True),
    "needs": Part(_needs, of=needs),
    "metrics": Part(
        lambda one: [metric for metric in one.rows[metrics] if one.insider or metric["disclosed"]],
        of=metrics, private=True,
    ),
    "milestones": Part(lambda one: one.rows[milestones] if one.insider else [], of=milestones, private=True),
    "updates": Part(
        lambda one: [update for update in one.rows[updates] if one.insider or update["shared"]],
        of=updates, private=True,
    ),
    "quotations": Part(_quotations, takes=("quoted_in",), of=quotations, private=True),
    "proposed_change": Part(_proposed_change, of=changes, private=True),
    "is_insider": Part(lambda one: one.insider, private=True),
}  # fmt: skip

#: In which order the rows of a table are shown.
_ORDERS: dict[Table, ColumnElement[Any]] = {
    stays: stays.c.seq,
    exits: exits.c.seq,
    mentors: mentors.c.id,
    needs: needs.c.id,
    metrics: metrics.c.id,
    milestones: milestones.c.due_on,
    updates: updates.c.id.desc(),
    quotations: quotations.c.id,
    changes: changes.c.id,
}
_INSIDE_BY = ("incubator_id", "founders")


class Parts:
    """The parts of projects that somebody asks for: those named and the id, or all when none are named."""

    def __init__(self, named: Iterable[str] | None) -> None:
        self._names = list(PARTS) if named is None else ["id", *(name for name in named if name != "id")]
        for name in self._names:
            refuse_unless(
                name in PARTS, "VALIDATION", "project.unknown_part",
                f"A project has no part {name[:60]}.", field="parts", name=name[:60],
            )  # fmt: skip
        self._parts = [PARTS[name] for name in self._names]
        self._plain = [name for name in self._names if PARTS[name].show is None]
        self._made = [(name, show) for name in self._names if (show := PARTS[name].show) is not None]
        self._private = any(part.private for part in self._parts)

    @cached_property
    def columns(self) -> list[ColumnElement[Any]]:
        """What to select of ``projects``."""
        taken = [name for part in self._parts for name in part.takes]
        return [projects.c[name] for name in dict.fromkeys([*taken, *(_INSIDE_BY if self._private else ())])]

    def shown(self, rows: Rows, reader: Reader) -> Rows:
        """The projects of these rows of ``columns``, in their order, as whoever asks is shown them."""
        if not self._made or not rows:
            return rows
        found = {table: _around(table, rows, reader) for table in self._tables(reader.actor)}
        today = reader.now.date()
        answered = []
        for row in rows:
            of_it = {table: groups.get(row["id"], []) for table, groups in found.items()}
            one = Seen(row, of_it, self._private and _is_insider(row, of_it, reader.actor), today)
            shown = {name: row[name] for name in self._plain}
            shown.update((name, show(one)) for name, show in self._made)
            answered.append(shown)
        return answered

    def _tables(self, actor: Actor) -> list[Table]:
        tables = dict.fromkeys(part.of for part in self._parts if part.of is not None)
        if self._private and actor.kind is ActorKind.PERSON:
            tables[mentors] = None  # only a person can be inside by being one
        return list(tables)


@lru_cache(500)
def parts_of(named: tuple[str, ...] | None) -> Parts:
    """The parts of these names; made once for all who ask for the same."""
    return Parts(named)


def _is_insider(row: dict[str, Any], of_it: dict[Table, Rows], actor: Actor) -> bool:
    confirmed = [mentor["mentor"] for mentor in _confirmed(of_it.get(mentors, []))]
    return is_insider(row, confirmed, actor)


def _around(table: Table, rows: Rows, reader: Reader) -> dict[UUID, Rows]:
    """The rows of a table by the project that they belong to."""
    result = reader.connection.execute(_rows(table), {"projects": [row["id"] for row in rows]})
    return grouped(paging.rows_of(result), "project_id")


@cache
def _rows(table: Table) -> Select[Any]:
    """One statement for any number of projects."""
    columns = [column for column in table.c if column is not stays.c.incubator_id]
    wanted = bindparam("projects", type_=ARRAY(UUIDs))
    query = select(*columns).where(table.c.project_id == any_(wanted)).order_by(_ORDERS[table])
    return query.where(changes.c.state == ChangeState.PROPOSED) if table is changes else query
