"""Questions about consultations and what people said in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, func, literal, null, or_, select

from services.backbone.history import histories_of
from services.backbone.paging import page
from services.backbone.perform import Reader
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.consultation import Consultation
from services.coalitions.queries.asked import (
    ByIds,
    BySlug,
    PagesByIds,
    PagesBySlugs,
    Row,
    in_order,
    page_of_things,
    plain_transitions,
    things,
)
from services.coalitions.queries.sight import Sight, sight_of
from services.coalitions.storage import mapping as mapping
from services.coalitions.storage.tables import coalitions, consultations, statements, votes
from services.coalitions.storage.votes import NUMBERS

_NAMES = {number: vote.value for vote, number in NUMBERS.items()}


class StatementOrder(StrEnum):
    """MOST_AGREED and MOST_DIVIDING hold few votes for less: one voter and one vote are added on each side."""

    MOST_AGREED = "MOST_AGREED"
    MOST_DIVIDING = "MOST_DIVIDING"
    REFERENCE = "REFERENCE"


@dataclass(frozen=True, kw_only=True)
class ConsultationFilter:
    """``coalition`` is a slug."""

    coalition: str | None = None
    theme: str | None = None
    state: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ListConsultations:
    filter: ConsultationFilter = ConsultationFilter()
    search: str | None = None
    first: int | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class StatementsByConsultations:
    ids: list[UUID]
    order_by: StatementOrder = StatementOrder.REFERENCE
    first: int | None = None
    after: str | None = None


def consultations_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Consultations in the order asked, None for none and for what is hidden."""
    return in_order(_rows(asked.ids, reader, sight_of(reader)), asked.ids)


def consultation_by_slug(asked: BySlug, reader: Reader) -> Row | None:
    """One consultation, or None."""
    identity = reader.connection.scalar(select(consultations.c.id).where(consultations.c.slug == asked.slug))
    return consultations_by_ids(ByIds(ids=[identity]), reader)[0] if identity else None


def list_consultations(asked: ListConsultations, reader: Reader) -> dict[str, Any]:
    """A page of consultations by question."""
    conditions: list[ColumnElement[bool]] = []
    if asked.filter.coalition:
        held = select(coalitions.c.id).where(coalitions.c.slug == asked.filter.coalition)
        conditions.append(consultations.c.coalition.in_(held))
    if asked.filter.theme:
        conditions.append(consultations.c.themes.contains([asked.filter.theme]))
    if asked.filter.state:
        conditions.append(consultations.c.state.in_(asked.filter.state))
    if asked.search:
        conditions.append(func.strpos(func.plain(consultations.c.question), func.plain(asked.search)) > 0)
    return _page(conditions, asked.first, asked.after, reader, sight_of(reader))


def consultations_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """For each theme, a page of the consultations on it."""
    sight = sight_of(reader)
    return [
        _page([consultations.c.themes.contains([theme])], asked.first, asked.after, reader, sight)
        for theme in asked.slugs
    ]


def consultations_by_coalitions(asked: PagesByIds, reader: Reader) -> list[dict[str, Any]]:
    """For each coalition, a page of its consultations."""
    sight = sight_of(reader)
    return [_page([consultations.c.coalition == one], asked.first, asked.after, reader, sight) for one in asked.ids]


def statements_by_consultations(asked: StatementsByConsultations, reader: Reader) -> list[dict[str, Any]]:
    """For each consultation, a page of its statements with what people said of them."""
    sight = sight_of(reader)
    empty = {"items": [], "cursors": [], "has_next": False, "total": 0}
    shown = {row["id"]: row for row in _rows(asked.ids, reader, sight)}
    return [_statements(asked, one, shown[one], reader, sight) if one in shown else dict(empty) for one in asked.ids]


def statements_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Statements in the order asked, as far as they are shown."""
    sight = sight_of(reader)
    held = select(statements.c.consultation).where(statements.c.id.in_(asked.ids)).distinct()
    found: list[Row] = []
    for row in _rows(list(reader.connection.scalars(held)), reader, sight):
        query = _counted(row["id"], reader).where(_shown(row, sight), statements.c.id.in_(asked.ids))
        found.extend(_statement(dict(one)) for one in reader.connection.execute(query).mappings())
    return in_order(found, asked.ids)


def _statements(
    asked: StatementsByConsultations, identity: UUID, consultation: Row, reader: Reader, sight: Sight
) -> dict[str, Any]:
    rows = _counted(identity, reader).where(_shown(consultation, sight)).subquery()
    agrees, disagrees = cast(rows.c.agrees, Float), cast(rows.c.disagrees, Float)
    orders: dict[StatementOrder, tuple[ColumnElement[Any], str]] = {
        StatementOrder.REFERENCE: (rows.c.number, "asc"),
        StatementOrder.MOST_AGREED: ((agrees + 1) / (rows.c.participants + 2), "desc"),
        StatementOrder.MOST_DIVIDING: (func.least(agrees, disagrees) / (rows.c.participants + 2), "desc"),
    }
    found = page(
        reader, select(rows), order=[orders[asked.order_by]], key=rows.c.id, first=asked.first, after=asked.after
    )
    return {**found, "items": [_statement(item) for item in found["items"]]}


def _counted(consultation: UUID, reader: Reader) -> Select[Any]:
    """The statements of a consultation with the votes that count, and the asker's own."""

    def number_of(vote: int) -> ColumnElement[int]:
        return func.count(case((votes.c.vote == vote, 1)))

    counts = (
        select(
            votes.c.statement,
            number_of(1).label("agrees"),
            number_of(-1).label("disagrees"),
            number_of(0).label("passes"),
            func.count().label("participants"),
        )
        .where(votes.c.consultation == consultation)
        .group_by(votes.c.statement)
        .subquery()
    )
    own = select(votes.c.vote).where(votes.c.statement == statements.c.id, votes.c.voter == reader.actor.id)
    return (
        select(
            statements.c.id,
            statements.c.consultation,
            statements.c.number,
            statements.c.reference,
            statements.c.body,
            statements.c.state,
            statements.c.at,
            *(
                func.coalesce(counts.c[name], literal(0)).label(name)
                for name in ("agrees", "disagrees", "passes", "participants")
            ),
            (own.scalar_subquery() if reader.actor.id else null()).label("my_vote"),
        )
        .outerjoin(counts, counts.c.statement == statements.c.id)
        .where(statements.c.consultation == consultation)
    )


def _shown(consultation: Row, sight: Sight) -> ColumnElement[bool]:
    """Accepted ones; in a closed consultation all that were voted on; inside the coalition, and one's own, always."""
    if sight.is_inside(consultation["coalition"]):
        return literal(True)
    accepted = statements.c.state == "ACCEPTED"
    voted_on = select(votes.c.statement).where(votes.c.statement == statements.c.id).exists()
    own = and_(literal(sight.actor.id is not None), statements.c.author == sight.actor.id)
    return or_(accepted, own, voted_on) if consultation["state"] == "CLOSED" else or_(accepted, own)


def _statement(row: Row) -> Row:
    participants = row["participants"]
    return {
        **row,
        "agreement": row["agrees"] / participants if participants else None,
        "my_vote": _NAMES[row["my_vote"]] if row["my_vote"] is not None else None,
    }


def _page(
    conditions: list[ColumnElement[bool]], first: int | None, after: str | None, reader: Reader, sight: Sight
) -> dict[str, Any]:
    return page_of_things(
        reader,
        select(consultations.c.id).where(sight.consultations(), *conditions),
        lambda wanted: _rows(wanted, reader, sight),
        order=[(consultations.c.question, "asc")],
        key=consultations.c.id,
        first=first,
        after=after,
    )


def _rows(ids: list[UUID], reader: Reader, sight: Sight) -> list[Row]:
    with things(reader) as session:
        chosen = select(Consultation).where(consultations.c.id.in_(ids), sight.consultations())
        found = session.scalars(chosen).all()
        held = session.scalars(select(Coalition).where(coalitions.c.id.in_({one.coalition for one in found})))
        by_id = {coalition.id: coalition for coalition in held}
        histories = histories_of(reader.connection, [consultation.subject for consultation in found])
        return [_row(one, by_id[one.coalition], histories[one.subject], reader) for one in found]


def _row(consultation: Consultation, coalition: Coalition, history: list[Row], reader: Reader) -> Row:
    return {
        "id": consultation.id,
        "version": consultation.version,
        "slug": consultation.slug,
        "coalition": consultation.coalition,
        "visibility": consultation.visibility,
        "question": consultation.question,
        "description": consultation.description,
        "themes": consultation.themes,
        "opens_at": consultation.opens_at,
        "closes_at": consultation.closes_at,
        "state": consultation.state,
        "voters": consultation.voters,
        "votes": consultation.votes,
        "history": history,
        "allowed_transitions": plain_transitions(consultation.allowed_transitions(coalition, reader.now, reader.actor)),
    }
