"""Rules of texts and themes that several things here share."""

from __future__ import annotations

import unicodedata

from services.backbone.rules import refuse_unless


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


def visible_characters(text: str) -> int:
    """How many characters of a text can be seen: no blanks, controls or invisible marks."""
    return sum(1 for character in text if unicodedata.category(character)[0] not in "CZM")
