"""What is said about a gathering, with the bounds that it keeps."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from services.backbone.identifiers import slug_of
from services.backbone.rules import refuse_unless
from services.events.domain.numbers import EVENTS
from services.events.domain.vocabulary import Visibility


@dataclass(frozen=True, kw_only=True)
class Description:
    """Texts, themes (slugs), languages (codes such as ``fr``) and website; what is None is left as it is."""

    title: str | None = None
    description: str | None = None
    themes: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    website: str | None = None
    visibility: Visibility | None = None

    def given(self) -> dict[str, Any]:
        """The fields that were given, checked and tidied."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}
        if "title" in given:
            given["title"] = _title(given["title"])
        if "description" in given:
            given["description"] = _description(given["description"])
        if "themes" in given:
            given["themes"] = _themes(given["themes"])
        if "languages" in given:
            given["languages"] = tuple(
                dict.fromkeys(code.strip().lower() for code in given["languages"] if code.strip())
            )
        if "website" in given:
            given["website"] = _website(given["website"])
        return given


def _title(title: str) -> str:
    title = " ".join(title.split())
    refuse_unless(bool(title), "VALIDATION", "event.title_missing", "A gathering has a title.", field="title")
    refuse_unless(
        len(title) <= EVENTS.title_longest,
        "VALIDATION",
        "event.title_too_long",
        f"A title has {EVENTS.title_longest} characters at most.",
        field="title",
        most=EVENTS.title_longest,
    )
    return title


def _description(text: str) -> str:
    refuse_unless(
        len(text) <= EVENTS.description_longest,
        "VALIDATION",
        "event.description_too_long",
        f"A description has {EVENTS.description_longest} characters at most.",
        field="description",
        most=EVENTS.description_longest,
    )
    return text.strip()


def _themes(themes: tuple[str, ...]) -> tuple[str, ...]:
    slugs = tuple(dict.fromkeys(slug_of(theme) for theme in themes if theme.strip()))
    refuse_unless(
        len(slugs) <= EVENTS.most_themes,
        "VALIDATION",
        "event.too_many_themes",
        f"A gathering has {EVENTS.most_themes} themes at most.",
        field="themes",
        most=EVENTS.most_themes,
    )
    return slugs


def _website(website: str) -> str | None:
    website = website.strip()
    refuse_unless(
        not website or website.startswith(("https://", "http://")),
        "VALIDATION",
        "event.website_not_a_url",
        "A website starts with https:// or http://.",
        field="website",
    )
    return website or None
