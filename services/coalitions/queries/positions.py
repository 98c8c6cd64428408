"""Questions about positions, by coalition, theme and the projects that they quote."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from services.backbone.history import histories_of
from services.backbone.perform import Reader
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.evidence import EvidenceKind
from services.coalitions.domain.position import Position
from services.coalitions.domain.text import differences, word_differences
from services.coalitions.queries.asked import (
    ByIds,
    BySlug,
    PagesByIds,
    PagesBySlugs,
    Row,
    in_order,
    page_of_things,
    things,
)
from services.coalitions.queries.position_rows import amendment_row, ballot_row, position_row
from services.coalitions.queries.sight import Sight, sight_of
from services.coalitions.storage import mapping as mapping
from services.coalitions.storage.tables import amendments, ballots, coalitions, known_metrics, known_projects, positions


@dataclass(frozen=True, kw_only=True)
class PositionFilter:
    """``coalition`` is a slug, ``cites`` the id of a project."""

    coalition: str | None = None
    theme: str | None = None
    state: list[str] | None = None
    cites: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ListPositions:
    filter: PositionFilter = PositionFilter()
    search: str | None = None
    first: int | None = None
    after: str | None = None


def positions_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Positions in the order asked, None for none and for what is hidden."""
    return in_order(_rows(asked.ids, reader, sight_of(reader)), asked.ids)


def position_by_slug(asked: BySlug, reader: Reader) -> Row | None:
    """One position, or None."""
    identity = reader.connection.scalar(select(positions.c.id).where(positions.c.slug == asked.slug))
    return positions_by_ids(ByIds(ids=[identity]), reader)[0] if identity else None


def list_positions(asked: ListPositions, reader: Reader) -> dict[str, Any]:
    """A page of positions, the latest first."""
    conditions: list[ColumnElement[bool]] = []
    if asked.filter.coalition:
        held = select(coalitions.c.id).where(coalitions.c.slug == asked.filter.coalition)
        conditions.append(positions.c.coalition.in_(held))
    if asked.filter.theme:
        conditions.append(positions.c.themes.contains([asked.filter.theme]))
    if asked.filter.state:
        conditions.append(positions.c.state.in_(asked.filter.state))
    if asked.filter.cites:
        conditions.append(positions.c.cited.contains([asked.filter.cites]))
    if asked.search:
        conditions.append(func.strpos(func.plain(positions.c.title), func.plain(asked.search)) > 0)
    return _page(conditions, asked.first, asked.after, reader, sight_of(reader))


def positions_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """For each theme, a page of the positions on it."""
    sight = sight_of(reader)
    return [
        _page([positions.c.themes.contains([theme])], asked.first, asked.after, reader, sight) for theme in asked.slugs
    ]


def positions_by_coalitions(asked: PagesByIds, reader: Reader) -> list[dict[str, Any]]:
    """For each coalition, a page of its positions."""
    sight = sight_of(reader)
    return [_page([positions.c.coalition == one], asked.first, asked.after, reader, sight) for one in asked.ids]


def positions_by_projects(asked: ByIds, reader: Reader) -> list[list[Row]]:
    """For each project, the positions that quote it, the latest first."""
    sight = sight_of(reader)
    quoting = select(positions.c.id).where(positions.c.cited.overlap(asked.ids), sight.positions())
    rows = _rows(list(reader.connection.scalars(quoting)), reader, sight)
    latest = sorted(rows, key=lambda row: row["drafted_at"], reverse=True)
    return [[row for row in latest if project in row["cited"]] for project in asked.ids]


def ballots_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Ballots in the order asked, as far as their position is shown."""
    held = select(ballots.c.position).where(ballots.c.id.in_(asked.ids))
    sight = sight_of(reader)
    found = [
        ballot_row(ballot, position, reader, sight)
        for position in _positions(list(reader.connection.scalars(held)), reader, sight)
        for ballot in position.ballots
    ]
    return in_order(found, asked.ids)


def amendments_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Amendments in the order asked, as far as their position is shown."""
    held = select(amendments.c.position).where(amendments.c.id.in_(asked.ids))
    found = [
        amendment_row(amendment, position)
        for position in _positions(list(reader.connection.scalars(held)), reader, sight_of(reader))
        for amendment in position.amendments
    ]
    return in_order(found, asked.ids)


@dataclass(frozen=True, kw_only=True)
class DifferencesByPositions:
    """Between two frozen versions of the text; ``until`` None is the newest."""

    ids: list[UUID]
    since: int
    until: int | None = None


def differences_by_positions(asked: DifferencesByPositions, reader: Reader) -> list[list[Row] | None]:
    """For each position, what became of every paragraph; None where it, or one of the versions, is not to be seen."""
    found = {one.id: one for one in _positions(asked.ids, reader, sight_of(reader))}
    return [_differences(found.get(identity), asked) for identity in asked.ids]


def _differences(position: Position | None, asked: DifferencesByPositions) -> list[Row] | None:
    texts = {} if position is None else {one.number: one.paragraphs for one in position.texts}
    until = max(texts, default=0) if asked.until is None else asked.until
    if not {asked.since, until} <= texts.keys():
        return None
    return [
        {
            **asdict(one),
            "words": [
                {"change": change, "text": words}
                for change, words in word_differences(one.before or "", one.after or "")
            ],
        }
        for one in differences(texts[asked.since], texts[until])
    ]


def _page(
    conditions: list[ColumnElement[bool]], first: int | None, after: str | None, reader: Reader, sight: Sight
) -> dict[str, Any]:
    return page_of_things(
        reader,
        select(positions.c.id).where(sight.positions(), *conditions),
        lambda wanted: _rows(wanted, reader, sight),
        order=[(positions.c.drafted_at, "desc")],
        key=positions.c.id,
        first=first,
        after=after,
    )


def _positions(ids: list[UUID], reader: Reader, sight: Sight) -> list[Position]:
    with things(reader) as session:
        return list(session.scalars(select(Position).where(positions.c.id.in_(ids), sight.positions())))


def _rows(ids: list[UUID], reader: Reader, sight: Sight) -> list[Row]:
    found = _positions(ids, reader, sight)
    with things(reader) as session:
        held = session.scalars(select(Coalition).where(coalitions.c.id.in_({one.coalition for one in found})))
        by_id = {coalition.id: coalition for coalition in held}
    histories = histories_of(reader.connection, [position.subject for position in found])
    quoted = {identity for position in found for identity in position.cited}
    cards = {
        row["id"]: dict(row)
        for row in reader.connection.execute(select(known_projects).where(known_projects.c.id.in_(quoted))).mappings()
    }
    measured = _measured(found, reader)
    return [
        position_row(position, by_id[position.coalition], histories[position.subject], cards, measured, reader, sight)
        for position in found
    ]


def _measured(found: list[Position], reader: Reader) -> dict[UUID, Row]:
    """Each quoted metric as it was, with the latest value of the same indicator."""
    quoted = {UUID(evidence.ref) for one in found for evidence in one.evidence if evidence.kind == EvidenceKind.METRIC}
    if not quoted:
        return {}
    latest = known_metrics.alias("latest")
    query = (
        select(
            known_metrics,
            latest.c.period.label("latest_period"),
            latest.c.value.label("latest_value"),
        )
        .join(
            latest,
            (latest.c.project == known_metrics.c.project) & (latest.c.indicator == known_metrics.c.indicator),
        )
        .where(known_metrics.c.id.in_(quoted))
        .order_by(latest.c.period, latest.c.id)  # the latest comes last, and stays
    )
    return {row["id"]: dict(row) for row in reader.connection.execute(query).mappings()}
