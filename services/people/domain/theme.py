"""A theme of the one taxonomy that ties projects, coalitions, positions and events together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id, slug_of
from services.backbone.rules import refuse_unless
from services.people.facts import ThemeRecorded


@dataclass(eq=False, kw_only=True)
class Theme(Aggregate):
    """``slug`` is its name everywhere; labels are for people, synonyms for finding it."""

    kind: ClassVar[str] = "theme"

    slug: str
    label_fr: str
    label_en: str
    synonyms: list[str] = field(default_factory=list)
    id: UUID = field(default_factory=new_id)
    version: int = 0

    @classmethod
    def create(cls, *, slug: str, label_fr: str, label_en: str, synonyms: list[str], by: Actor, now: datetime) -> Theme:
        """Add a theme to the taxonomy."""
        refuse_unless(bool(label_fr.strip()), "VALIDATION", "theme.no_label", "A theme has a label.", field="labelFr")
        refuse_unless(
            slug == slug_of(slug),
            "VALIDATION",
            "theme.slug",
            "A theme's slug is made of small letters, digits and hyphens.",
            field="slug",
        )
        theme = cls(
            slug=slug,
            label_fr=label_fr.strip(),
            label_en=(label_en or label_fr).strip(),
            synonyms=sorted(set(synonyms)),
        )
        theme.moved(None, "RECORDED", by=by, at=now)
        theme._tell()
        return theme

    def relabel(self, *, label_fr: str, label_en: str, synonyms: list[str]) -> bool:
        """Take over labels and synonyms; True when something changed."""
        told = (label_fr.strip(), (label_en or label_fr).strip(), sorted(set(synonyms)))
        if told == (self.label_fr, self.label_en, list(self.synonyms)):
            return False
        self.label_fr, self.label_en, self.synonyms = told
        self._tell()
        return True

    def _tell(self) -> None:
        self.record(ThemeRecorded(theme=self.slug, label_fr=self.label_fr, label_en=self.label_en))
