"""Record projects that are running already, as an import does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain import recording
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.permissions import refuse_unless_staff
from services.incubator.domain.records import ProjectRecord, read_record
from services.incubator.use_cases.ports import IncubatorWork, refusal_of


@dataclass(frozen=True, kw_only=True)
class RecordProjects:
    """``projects``: records as ``domain/records.py`` describes them, each with the slug of its ``incubator``."""

    projects: list[dict[str, Any]]
    dry_run: bool = False


def record_projects(command: RecordProjects, work: IncubatorWork) -> dict[str, Any]:
    """One result per record, in order; the same (incubator, slug) again changes what differs and nothing else.

    ``{outcome: CREATED | CHANGED | UNCHANGED | REFUSED, id, slug, problems, notes}``.
    """
    return {"results": [_recorded(data, work) for data in command.projects]}


def incubator_named(slug: object, work: IncubatorWork) -> Incubator:
    """The incubator of a record, or VALIDATION: an unknown one is a fault of the record."""
    incubator = work.incubators.read(slug) if isinstance(slug, str) else None
    if incubator is None:
        raise BrokenRule(
            "VALIDATION", "record.unknown_incubator", f"There is no incubator {slug}.", field="incubator",
            values={"incubator": str(slug)},
        )  # fmt: skip
    return incubator


def _recorded(data: dict[str, Any], work: IncubatorWork) -> dict[str, Any]:
    try:
        with work.attempt():
            incubator = incubator_named(data.get("incubator"), work)
            refuse_unless_staff(work.actor, incubator.id)
            return _take(read_record(data, incubator.stage_model), incubator, work)
    except BrokenRule as broken:
        slug = data.get("slug")
        return {"outcome": "REFUSED", "id": None, "slug": slug, "problems": [refusal_of(broken)], "notes": []}


def _take(record: ProjectRecord, incubator: Incubator, work: IncubatorWork) -> dict[str, Any]:
    project = work.projects.find(slug=record.slug)
    outcome, notes = "CREATED", list(record.notes)
    if project is None:
        project = recording.new_project(record, incubator.id, incubator.stage_model, by=work.actor, now=work.now)
        work.projects.add(project)
    else:
        refuse_unless(
            project.incubator_id == incubator.id, "DUPLICATE", "record.slug_taken",
            f"{record.slug} is a project of another incubator.", field="slug", slug=record.slug,
        )  # fmt: skip
        changed, kept = recording.take_record(project, record, incubator.stage_model, by=work.actor, now=work.now)
        outcome, notes = "CHANGED" if changed else "UNCHANGED", notes + kept
    return {"outcome": outcome, "id": project.id, "slug": project.slug, "problems": [], "notes": notes}
