"""Make incubators known, or describe them anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.stage_model import StageModel
from services.incubator.use_cases.given_stages import GivenStage, stages_of
from services.incubator.use_cases.ports import IncubatorWork, refusal_of


@dataclass(frozen=True, kw_only=True)
class GivenIncubator:
    """``stages``: its own, in order, each with the gate out of it; the default ones unless given."""

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
        work.actor.is_admin,
        "FORBIDDEN", "incubator.administrators_only", "Only administrators record incubators.",
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
        stage_model=StageModel(version=1, stages=stages_of(given.stages)) if given.stages else None,
        by=work.actor,
        now=work.now,
    )
    work.incubators.add(incubator)
    return "CREATED", incubator
