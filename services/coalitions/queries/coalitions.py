"""Questions about coalitions and their members."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from services.backbone.history import histories_of
from services.backbone.perform import Reader
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.membership import Membership
from services.coalitions.queries.asked import (
    ByIds,
    BySlug,
    PagesBySlugs,
    Row,
    in_order,
    page_of_things,
    plain_transitions,
    things,
)
from services.coalitions.queries.sight import Sight, sight_of
from services.coalitions.storage import mapping as mapping
from services.coalitions.storage.tables import coalitions, memberships


@dataclass(frozen=True, kw_only=True)
class CoalitionFilter:
    theme: str | None = None
    state: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ListCoalitions:
    filter: CoalitionFilter = CoalitionFilter()
    search: str | None = None
    first: int | None = None
    after: str | None = None


def coalitions_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Coalitions in the order asked, None for none and for what is hidden."""
    return in_order(_rows(asked.ids, reader, sight_of(reader)), asked.ids)


def coalition_by_slug(asked: BySlug, reader: Reader) -> Row | None:
    """One coalition, or None."""
    identity = reader.connection.scalar(select(coalitions.c.id).where(coalitions.c.slug == asked.slug))
    return coalitions_by_ids(ByIds(ids=[identity]), reader)[0] if identity else None


def list_coalitions(asked: ListCoalitions, reader: Reader) -> dict[str, Any]:
    """A page of coalitions by name."""
    return _page(asked, reader, sight_of(reader))


def coalitions_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """For each theme, a page of the coalitions on it."""
    sight = sight_of(reader)
    return [
        _page(ListCoalitions(filter=CoalitionFilter(theme=theme), first=asked.first, after=asked.after), reader, sight)
        for theme in asked.slugs
    ]


def memberships_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Memberships in the order asked, as far as their coalition shows them."""
    found = select(memberships.c.coalition).where(memberships.c.id.in_(asked.ids))
    held = list(dict.fromkeys(reader.connection.scalars(found)))
    rows = _rows(held, reader, sight_of(reader))
    return in_order((membership for row in rows for membership in row["memberships"]), asked.ids)


def _page(asked: ListCoalitions, reader: Reader, sight: Sight) -> dict[str, Any]:
    ids = select(coalitions.c.id).where(sight.coalitions())
    if asked.filter.theme:
        ids = ids.where(coalitions.c.themes.contains([asked.filter.theme]))
    if asked.filter.state:
        ids = ids.where(coalitions.c.state.in_(asked.filter.state))
    if asked.search:
        words = func.plain(asked.search)
        ids = ids.where(
            or_(
                func.strpos(func.plain(coalitions.c.name), words) > 0,
                func.strpos(func.plain(coalitions.c.call), words) > 0,
            )
        )
    return page_of_things(
        reader,
        ids,
        lambda wanted: _rows(wanted, reader, sight),
        order=[(coalitions.c.name, "asc")],
        key=coalitions.c.id,
        first=asked.first,
        after=asked.after,
    )


def _rows(ids: list[UUID], reader: Reader, sight: Sight) -> list[Row]:
    with things(reader) as session:
        found = session.scalars(select(Coalition).where(coalitions.c.id.in_(ids), sight.coalitions())).all()
        histories = histories_of(reader.connection, [coalition.subject for coalition in found])
        return [_row(coalition, histories[coalition.subject], reader, sight) for coalition in found]


def _row(coalition: Coalition, history: list[Row], reader: Reader, sight: Sight) -> Row:
    inside = sight.is_inside(coalition.id)
    own = sight.administered
    shown = [one for one in coalition.memberships if inside or one.is_inside or one.organisation in own]
    return {
        "id": coalition.id,
        "version": coalition.version,
        "slug": coalition.slug,
        "name": coalition.name,
        "call": coalition.call,
        "charter": coalition.charter,
        "charter_version": coalition.charter_version,
        "charters": [asdict(one) for one in coalition.charters],
        "themes": coalition.themes,
        "visibility": coalition.visibility,
        "convener": coalition.convener,
        "steering": coalition.steering,
        "policy": [asdict(rule) for rule in coalition.policy],
        "state": coalition.state,
        "founded_at": coalition.founded_at,
        "members": len(coalition.deciding),
        "memberships": [_membership(one) for one in sorted(shown, key=lambda one: one.since)],
        "history": history,
        "allowed_transitions": plain_transitions(coalition.allowed_transitions(reader.now, reader.actor)),
    }


def _membership(membership: Membership) -> Row:
    return {
        "id": membership.id,
        "coalition": membership.coalition,
        "organisation": membership.organisation,
        "category": membership.category,
        "weight": membership.weight,
        "state": membership.state,
        "since": membership.since,
        "invited_until": membership.invited_until,
        "accepted_charter": membership.accepted_charter,
        "accept_until": membership.accept_until,
    }
