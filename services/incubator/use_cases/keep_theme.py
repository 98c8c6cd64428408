"""Know what a theme is called, for whoever searches by it."""

from __future__ import annotations

from services.incubator.received import ThemeRecorded
from services.incubator.use_cases.ports import IncubatorWork


def keep_theme(fact: ThemeRecorded, work: IncubatorWork) -> None:
    """The labels that were told last are those that count."""
    work.themes.keep(fact.theme, fact.label_fr, fact.label_en)
