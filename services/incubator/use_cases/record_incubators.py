"""Make incubators known, or describe them anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.permissions import is_director
from services.incubator.domain.stage_model import Stage, StageModel
from services.incubator.use_cases.ports import IncubatorWork, refusal_of


@dataclass(frozen=True, kw_only=True)
class GivenStage:
    code: str
    label_fr: str
    label_en: str
    expected_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class GivenIncubator:
    """``stages``: its own, in order, without gates; the default ones, with theirs, unless given."""

    slug: str
    name: str
    summary: str = ""
    website: str | None = None
    stages: list[GivenStage] | None = None


@dataclass(frozen=True, kw_only=True)
class RecordIncubators:
    incubators: list[GivenIncubator]
    dry_run: bool = False


def record_incubators(command: RecordIncubators, work: IncubatorWork) -> dict[str, Any]:
    """One result per incubator, in order: CREATED, CHANGED, UNCHANGED or REFUSED."""
    refuse_unless(
        work.actor.is_admin or is_director(work.actor),
        "FORBIDDEN", "incubator.administrators_only", "Only administrators and directors record incubators.",
    )  # fmt: skip
    return {"results": [_recorded(given, work) for given in command.incubators]}


def _recorded(given: GivenIncubator, work: IncubatorWork) -> dict[str, Any]:
    try:
        with work.attempt():
            outcome, incubator = _take(given, work)
            return {"outcome": outcome, "id": incubator.id, "slug": incubator.slug, "problems": [], "notes": []}
    except BrokenRule as broken:
        return {"outcome": "REFUSED", "id": None, "slug": given.slug, "problems": [refusal_of(broken)], "notes": []}


def _take(given: GivenIncubator, work: IncubatorWork) -> tuple[str, Incubator]:
    refuse_unless(
        bool(given.slug.strip()), "VALIDATION", "incubator.slug_missing", "An incubator has a slug.", field="slug"
    )
    known = work.incubators.find(slug=given.slug.strip())
    if known is not None:
        changed = known.describe(name=given.name, summary=given.summary, website=given.website)
        return "CHANGED" if changed else "UNCHANGED", known
    incubator = Incubator.record_new(
        slug=given.slug.strip(),
        name=given.name,
        summary=given.summary,
        website=given.website,
        stage_model=_model(given.stages) if given.stages else None,
        by=work.actor,
        now=work.now,
    )
    work.incubators.add(incubator)
    return "CREATED", incubator


def _model(stages: list[GivenStage]) -> StageModel:
    return StageModel(
        version=1,
        stages=tuple(
            Stage(code=s.code, label_fr=s.label_fr, label_en=s.label_en, expected_days=s.expected_days) for s in stages
        ),
    )
