"""An incubator: who accompanies projects, and by which stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.incubator.domain import permissions
from services.incubator.domain.stage_model import DEFAULT_STAGE_MODEL, Stage, StageModel
from services.incubator.facts import IncubatorRecorded, IncubatorStagesChanged


@dataclass(eq=False, kw_only=True)
class Incubator(Aggregate):
    kind: ClassVar[str] = "incubator"

    id: UUID
    version: int = 0
    slug: str
    name: str
    summary: str
    website: str | None
    stage_model: StageModel
    created_at: datetime

    @classmethod
    def record_new(
        cls,
        *,
        slug: str,
        name: str,
        summary: str,
        website: str | None,
        stage_model: StageModel | None,
        by: Actor,
        now: datetime,
    ) -> Incubator:
        """A new incubator, with the default stages unless it has its own."""
        check_name(name)
        incubator = cls(
            id=new_id(),
            slug=slug,
            name=name.strip(),
            summary=summary.strip(),
            website=website or None,
            stage_model=stage_model or DEFAULT_STAGE_MODEL,
            created_at=now,
        )
        incubator.moved(None, "RECORDED", by=by, at=now)
        incubator._tell()
        return incubator

    def describe(self, *, name: str, summary: str, website: str | None) -> bool:
        """Take a new description; whether it differs from what was known."""
        check_name(name)
        described = (name.strip(), summary.strip(), website or None)
        if described == (self.name, self.summary, self.website):
            return False
        self.name, self.summary, self.website = described
        self._tell()
        return True

    def change_stages(self, stages: tuple[Stage, ...], renamed: Mapping[str, str], *, by: Actor, now: datetime) -> None:
        """Other stages and gates from now on, by the staff; history keeps the codes of its time."""
        permissions.refuse_unless_staff(by, self.id)
        model = self.stage_model.followed_by(stages, renamed)
        before, self.stage_model = self.stage_model, model
        self.moved(str(before.version), str(model.version), by=by, at=now, aspect="stage_model")
        self.record(
            IncubatorStagesChanged(
                incubator=self.id, slug=self.slug, stages=list(model.codes), stage_model_version=model.version,
                renamed=dict(model.renamed),
            )
        )  # fmt: skip

    def _tell(self) -> None:
        self.record(
            IncubatorRecorded(
                incubator=self.id,
                slug=self.slug,
                name=self.name,
                website=self.website,
                stages=list(self.stage_model.codes),
                stage_model_version=self.stage_model.version,
            )
        )


def check_name(name: str) -> None:
    """Whatever is public has a name."""
    refuse_unless(bool(name.strip()), "VALIDATION", "incubator.name_missing", "An incubator has a name.", field="name")
