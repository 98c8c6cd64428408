"""What may be asked of the journal; who sees what is domain/sight.py's rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Table,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from services.backbone.actor import Actor
from services.backbone.paging import page
from services.backbone.perform import Reader
from services.backbone.rules import refuse_unless
from services.journal.domain.persons import shown_of
from services.journal.domain.sight import may_know, may_link, sees
from services.journal.storage.tables import (
    entries,
    entry_marks,
    entry_mentions,
    mark_of_both,
    mark_of_theme,
    mark_of_type,
)

#: Consequences that one entry shows.
MOST_CONSEQUENCES = 20
#: Entries that are counted; beyond that, nobody wants to know how many there are, and counting reads them all.
MOST_COUNTED = 10_000
#: Types that are merged in their order; more are looked for at once and sorted, for a statement has its length.
MOST_MERGED = 50


@dataclass(frozen=True, kw_only=True)
class ByIds:
    ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    """``subject`` is ``<kind>/<id>``; ``person``: what they did, and what names them."""

    types: list[str] | None = None
    subject: str | None = None
    theme: str | None = None
    person: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ListEntries:
    filter: EntryFilter = field(default_factory=EntryFilter)
    first: int | None = None
    after: str | None = None
    count: bool = False


def list_entries(asked: ListEntries, reader: Reader) -> dict[str, Any]:
    """A page of entries, newest first; ``total`` stops at 10,000.

    What a person did is for administrators and for that person, who also finds there what nobody else sees of it.
    """
    person, own = asked.filter.person, None
    if person is not None:
        refuse_unless(
            may_know(reader.actor, person),
            "FORBIDDEN",
            "journal.somebody_else",
            "Only administrators may ask what somebody else did.",
            field="person",
        )
        own = reader.actor.id
    rows = _chosen(asked.filter, reader.actor, own)
    number = rows.selected_columns["number"]
    order = [(number, "desc")]
    found = page(reader, rows, order=order, key=number, first=asked.first, after=asked.after, count=False)
    total = _count(reader, rows) if asked.count else None
    items = _by_numbers(reader, found["items"]) if _by_marks(asked.filter) else found["items"]
    return {**found, "items": [_shown(row, reader.actor) for row in items], "total": total}


def entries_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Entries by the ids of their facts, in this order; None where there is none that the asker may see."""
    query = select(entries).where(entries.c.fact.in_(asked.ids), _seen(entries, reader.actor, reader.actor.id))
    found = {row["fact"]: _shown(row, reader.actor) for row in reader.connection.execute(query).mappings()}
    return [found.get(one) for one in asked.ids]


def consequences_by_ids(asked: ByIds, reader: Reader) -> list[list[dict[str, Any]]]:
    """For each fact what it caused as far as the asker may see it, in order, 20 entries at most."""
    wanted = func.unnest(list(dict.fromkeys(asked.ids))).table_valued("fact", name="wanted").render_derived()
    caused = (
        select(entries)
        .where(entries.c.cause == wanted.c.fact, _seen(entries, reader.actor, reader.actor.id))
        .order_by(entries.c.number)
        .limit(MOST_CONSEQUENCES)
        .lateral()
    )
    each = select(caused).select_from(wanted.join(caused, true())).order_by(caused.c.number)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in reader.connection.execute(each).mappings():
        found.setdefault(row["cause"], []).append(_shown(row, reader.actor))
    return [found.get(one, []) for one in asked.ids]


def _chosen(filter: EntryFilter, actor: Actor, own: UUID | None) -> Select[Any]:
    """The entries that the filter wants and the actor may see, begun where the fewest have to be looked at."""
    if _by_marks(filter):
        return _marked(_marks(filter), actor)
    rows = select(entries)
    if filter.person is not None:
        rows = rows.join(entry_mentions, entry_mentions.c.number == entries.c.number)
        rows = rows.where(entry_mentions.c.mention == filter.person)
    return rows.where(_seen(entries, actor, own), *_wanted(filter))


def _by_marks(filter: EntryFilter) -> bool:
    """Whether entries are found by their marks alone; then their numbers come first, and they by those."""
    return filter.person is None and filter.subject is None and (filter.theme is not None or filter.types is not None)


def _marked(marks: list[str], actor: Actor) -> Select[Any]:
    """The numbers of entries with one of these marks.

    An entry has one type, so no two of the marks stand at the same entry. Each mark has its numbers in order, so they
    are merged, and no more is read than is shown.
    """
    seen = select(entry_marks.c.number).where(_seen(entry_marks, actor, None))
    if 1 < len(marks) <= MOST_MERGED:
        merged = union_all(*(seen.where(entry_marks.c.mark == mark) for mark in marks)).subquery()
        return select(merged.c.number)
    return seen.where(entry_marks.c.mark.in_(marks))


def _by_numbers(reader: Reader, found: list[dict[str, Any]]) -> list[RowMapping]:
    """Entries by their numbers, newest first."""
    numbers = [row["number"] for row in found]
    query = select(entries).where(entries.c.number.in_(numbers)).order_by(entries.c.number.desc())
    return list(reader.connection.execute(query).mappings()) if numbers else []


def _marks(filter: EntryFilter) -> list[str]:
    """The marks of what is wanted, each once."""
    types, theme = filter.types, filter.theme
    if types is None:
        return [mark_of_theme(theme or "")]
    once = dict.fromkeys(types)
    return [mark_of_type(one) if theme is None else mark_of_both(theme, one) for one in once]


def _wanted(filter: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.types is not None:
        conditions.append(entries.c.type.in_(filter.types))
    if filter.subject is not None:
        kind, _, thing = filter.subject.partition("/")
        conditions += [entries.c.kind == kind, _is(entries.c.thing, thing)]
    if filter.theme is not None:
        marked = (entry_marks.c.number == entries.c.number) & (entry_marks.c.mark == mark_of_theme(filter.theme))
        conditions.append(exists().where(marked))
    return conditions


def _seen(table: Table, actor: Actor, own: UUID | None) -> ColumnElement[bool]:
    """What the actor sees of everybody's, and what ``own`` did. Written out: a partial index must know the values."""
    levels: list[ColumnElement[str]] = [literal_column(f"'{level}'") for level in sees(actor)]
    shown = table.c.seen_by == levels[0] if len(levels) == 1 else table.c.seen_by.in_(levels)
    return shown if own is None else or_(shown, entries.c.actor == own)


def _is(column: ColumnElement[UUID], identity: str) -> ColumnElement[bool]:
    try:
        return column == UUID(identity)
    except ValueError:
        return false()


def _count(reader: Reader, rows: Select[Any]) -> int:
    some = rows.with_only_columns(rows.selected_columns["number"]).limit(MOST_COUNTED).subquery()
    return reader.connection.scalar(select(func.count()).select_from(some)) or 0


def _shown(row: RowMapping | dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The entry as this actor may see it: ``{id, type, service, subject, at, data, actor, cause, correlation}``."""
    return {
        "id": row["fact"],
        "type": row["type"],
        "service": row["service"],
        "subject": f"{row['kind']}/{row['thing']}",
        "at": row["at"],
        "data": shown_of(row["data"], row["kind"], actor),
        "actor": {"kind": row["actor_kind"], "id": row["actor"] if may_know(actor, row["actor"]) else None},
        "cause": row["cause"],
        "correlation": row["correlation"] if may_link(actor) else None,
    }
