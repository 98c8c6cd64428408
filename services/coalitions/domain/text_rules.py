"""Rules of texts and themes that several things here share."""

from __future__ import annotations

import re
import unicodedata

from services.backbone.rules import refuse_unless

#: A language, perhaps with a script, a region and so on: what RFC 5646 calls well-formed, in short.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def checked_text(kind: str, field: str, text: str, *, at_most: int, at_least: int = 1) -> str:
    """The text without surrounding blanks, or a refusal that names the field and the limit."""
    clean = text.strip()
    refuse_unless(
        visible_characters(clean) >= at_least,
        "VALIDATION",
        f"{kind}.{field}_too_short",
        f"The {field} needs {at_least} characters or more.",
        field=field,
        at_least=at_least,
    )
    refuse_unless(
        len(clean) <= at_most,
        "VALIDATION",
        f"{kind}.{field}_too_long",
        f"The {field} may have {at_most} characters at most.",
        field=field,
        at_most=at_most,
    )
    return clean


def checked_themes(kind: str, themes: list[str], *, at_most: int) -> list[str]:
    """The themes, each once and in the order given: one at least."""
    distinct = list(dict.fromkeys(themes))
    refuse_unless(
        1 <= len(distinct) <= at_most,
        "VALIDATION",
        f"{kind}.themes",
        f"A {kind} carries 1 to {at_most} themes.",
        field="themes",
        at_most=at_most,
    )
    return distinct


def checked_language(kind: str, language: str | None) -> str | None:
    """A language tag such as ``fr`` or ``pt-BR`` (RFC 5646), or None where it is not said."""
    refuse_unless(
        language is None or LANGUAGE.fullmatch(language) is not None,
        "VALIDATION",
        f"{kind}.language",
        "A language is a tag such as fr, en or pt-BR.",
        field="language",
    )
    return language


def visible_characters(text: str) -> int:
    """How many characters of a text can be seen: no blanks, controls or invisible marks."""
    return sum(1 for character in text if unicodedata.category(character)[0] not in "CZM")
