"""Labels of themes as people write them, and the one taxonomy that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from slugify import slugify

#: As long as the services' slugs are.
LONGEST_SLUG = 80


def themes_of(labels: Iterable[str]) -> dict[str, str]:
    """Labels by their slug, in the order given: case, accents and blanks make no difference, the first spelling stays.

    A label without a letter or digit names nothing and is left out.
    """
    themes: dict[str, str] = {}
    for label in labels:
        slug = slug_of(label)
        if slug:
            themes.setdefault(slug, " ".join(label.split()))
    return themes


def slug_of(name: str) -> str:
    """A readable slug as the services make it; empty when the name has neither letter nor digit."""
    return slugify(name, max_length=LONGEST_SLUG, word_boundary=True)


def taxonomy_request(themes: dict[str, str], *, dry_run: bool) -> dict[str, Any]:
    """The request that adds to the taxonomy whichever of these it lacks."""
    wanted = [{"slug": slug, "label_fr": label} for slug, label in themes.items()]
    return {"themes": wanted, "keep_known": True, "dry_run": dry_run}
