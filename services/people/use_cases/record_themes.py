"""Bring the taxonomy of themes up to date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.backbone.rules import BrokenRule
from services.people.domain.theme import Theme
from services.people.use_cases.ports import PeopleWork


@dataclass(frozen=True, kw_only=True)
class GivenTheme:
    slug: str
    label_fr: str
    label_en: str = ""
    synonyms: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RecordThemes:
    """``keep_known`` leaves themes that exist as they are: an import adds, it does not relabel."""

    themes: list[GivenTheme]
    keep_known: bool = False
    dry_run: bool = False


def record_themes(command: RecordThemes, work: PeopleWork) -> dict[str, Any]:
    """One result per theme, in order: CREATED, CHANGED, UNCHANGED or REFUSED."""
    return {"results": [_recorded(given, command.keep_known, work) for given in command.themes]}


def _recorded(given: GivenTheme, keep_known: bool, work: PeopleWork) -> dict[str, Any]:
    try:
        with work.attempt():
            return {"outcome": _outcome(given, keep_known, work), "slug": given.slug, "problems": []}
    except BrokenRule as broken:
        problem = {"code": broken.code, "rule": broken.rule, "message": broken.message, "field": broken.field}
        return {"outcome": "REFUSED", "slug": given.slug, "problems": [problem]}


def _outcome(given: GivenTheme, keep_known: bool, work: PeopleWork) -> str:
    labels = {"label_fr": given.label_fr, "label_en": given.label_en, "synonyms": list(given.synonyms)}
    theme = work.themes.find(slug=given.slug)
    if theme is None:
        work.themes.add(Theme.create(slug=given.slug, by=work.actor, now=work.now, **labels))  # type: ignore[arg-type]
        return "CREATED"
    if not keep_known and theme.relabel(**labels):  # type: ignore[arg-type]
        return "CHANGED"
    return "UNCHANGED"
