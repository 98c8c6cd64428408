"""What may be asked of the people service; plain rows, past the domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.people.storage.tables import (
    erasure_answers,
    erasures,
    grants,
    mandates,
    organisations,
    persons,
    themes,
)


@dataclass(frozen=True, kw_only=True)
class ByIds:
    ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class BySlug:
    slug: str


@dataclass(frozen=True, kw_only=True)
class BySlugs:
    slugs: list[str]


@dataclass(frozen=True, kw_only=True)
class Everything:
    pass


@dataclass(frozen=True, kw_only=True)
class OrganisationFilter:
    kind: str | None = None
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListOrganisations:
    filter: OrganisationFilter = OrganisationFilter()
    search: str | None = None
    first: int | None = None
    after: str | None = None


_organisation = select(
    organisations.c.id,
    organisations.c.slug,
    organisations.c.name,
    organisations.c.category.label("kind"),
    organisations.c.website,
    organisations.c.state,
    organisations.c.version,
)
_theme = select(themes.c.id, themes.c.slug, themes.c.label_fr, themes.c.label_en, themes.c.synonyms)


def persons_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Display names only: ``[{id, display_name} or None]`` in the order asked; None for who was erased."""
    known = persons.c.id.in_(asked.ids) & persons.c.erased_at.is_(None)
    rows = _rows(reader, select(persons.c.id, persons.c.display_name).where(known))
    return _in_order(rows, asked.ids, "id")


def contacts_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any]]:
    """``[{id, email, locale}]`` of those who have an address: for the letters of the events service, kept nowhere."""
    reached = persons.c.id.in_(asked.ids) & persons.c.email.is_not(None)
    return _rows(reader, select(persons.c.id, persons.c.email, persons.c.locale).where(reached))


def viewer(asked: Everything, reader: Reader) -> dict[str, Any] | None:
    """What the asker may see of themselves: name, address, language, roles and mandates."""
    if reader.actor.id is None:
        return None
    own = select(persons.c.id, persons.c.display_name, persons.c.email, persons.c.locale)
    found = _rows(reader, own.where(persons.c.id == reader.actor.id, persons.c.erased_at.is_(None)))
    if not found:
        return None
    held = select(grants.c.id, grants.c.role, grants.c.scope, grants.c.until).where(
        grants.c.person == reader.actor.id, grants.c.state == "ACTIVE"
    )
    spoken = select(
        mandates.c.id,
        mandates.c.organisation,
        mandates.c.coalition,
        mandates.c.category.label("kind"),
        mandates.c.starts_on,
        mandates.c.ends_on,
    ).where(mandates.c.person == reader.actor.id, mandates.c.state == "ACTIVE")
    stored = _rows(reader, held)
    known = {(row["role"], row["scope"]) for row in stored}
    claimed = [
        {"id": None, "role": grant.role, "scope": None, "until": None}
        for grant in sorted(reader.actor.grants, key=lambda grant: grant.role)
        if grant.scope is None and (grant.role, None) not in known
    ]
    return {**found[0], "roles": stored + claimed, "mandates": _rows(reader, spoken)}


def erasures_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """``[{id, started_at, completed_at, answers: [{service, counts, kept, answered_at}]} or None]``; not of whom."""
    shown = select(erasures.c.id, erasures.c.started_at, erasures.c.completed_at).where(erasures.c.id.in_(asked.ids))
    given = select(erasure_answers).where(erasure_answers.c.erasure.in_(asked.ids))
    answers = _rows(reader, given.order_by(erasure_answers.c.answered_at, erasure_answers.c.service))
    rows = [
        {**row, "answers": [answer for answer in answers if answer["erasure"] == row["id"]]}
        for row in _rows(reader, shown)
    ]
    return _in_order(rows, asked.ids, "id")


def organisations_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Organisations in the order asked, None where there is none."""
    return _in_order(_rows(reader, _organisation.where(organisations.c.id.in_(asked.ids))), asked.ids, "id")


def organisation_by_slug(asked: BySlug, reader: Reader) -> dict[str, Any] | None:
    found = _rows(reader, _organisation.where(organisations.c.slug == asked.slug))
    return found[0] if found else None


def list_organisations(asked: ListOrganisations, reader: Reader) -> dict[str, Any]:
    """A page of organisations by name."""
    rows = _organisation
    if asked.filter.kind:
        rows = rows.where(organisations.c.category == asked.filter.kind)
    if asked.filter.state:
        rows = rows.where(organisations.c.state == asked.filter.state)
    if asked.search:
        rows = rows.where(func.strpos(func.plain(organisations.c.name), func.plain(asked.search)) > 0)
    return page(
        reader,
        rows,
        order=[(organisations.c.name, "asc")],
        key=organisations.c.id,
        first=asked.first,
        after=asked.after,
    )


def themes_by_slugs(asked: BySlugs, reader: Reader) -> list[dict[str, Any] | None]:
    """Themes in the order asked, None where there is none."""
    return _in_order(_rows(reader, _theme.where(themes.c.slug.in_(asked.slugs))), asked.slugs, "slug")


def list_themes(asked: Everything, reader: Reader) -> list[dict[str, Any]]:
    """The whole taxonomy by French label."""
    return _rows(reader, _theme.order_by(themes.c.label_fr))


def _rows(reader: Reader, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in reader.connection.execute(query).mappings()]


def _in_order(rows: list[dict[str, Any]], wanted: list[Any], key: str) -> list[dict[str, Any] | None]:
    found = {row[key]: row for row in rows}
    return [found.get(one) for one in wanted]
