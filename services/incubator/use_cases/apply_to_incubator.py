"""Apply to an incubator's call with a project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.backbone.actor import person_of
from services.backbone.identifiers import slug_of
from services.backbone.rules import refuse_unless
from services.incubator.domain.admission import apply_with
from services.incubator.domain.states import Visibility
from services.incubator.use_cases.ports import IncubatorWork, answer_of


@dataclass(frozen=True, kw_only=True)
class ApplyToIncubator:
    """``founders``: the others beside whoever applies. ``answers``: code of the question -> answer."""

    call: UUID
    name: str
    pitch: str
    themes: list[str]
    description: str | None = None
    city: str | None = None
    country: str | None = None
    website: str | None = None
    founders: list[UUID] = field(default_factory=list)
    visibility: Visibility = Visibility.PUBLIC
    answers: dict[str, str] = field(default_factory=dict)


def apply_to_incubator(command: ApplyToIncubator, work: IncubatorWork) -> dict[str, Any]:
    """One open application per project and call."""
    founder = person_of(work.actor)
    call = work.calls.get(command.call)
    applied_with = {slug_of(name) for name in work.projects.open_applications(call.id, founder)}
    refuse_unless(
        slug_of(command.name) not in applied_with,
        "DUPLICATE", "project.applied_already", "You have applied to this call with this project.", field="name",
    )  # fmt: skip
    project = apply_with(
        call,
        work.incubators.model_of(call.incubator_id),
        slug=work.projects.free_slug(command.name),
        name=command.name,
        pitch=command.pitch,
        description=command.description,
        themes=command.themes,
        city=command.city,
        country=command.country,
        website=command.website,
        co_founders=command.founders,
        visibility=command.visibility,
        answers=command.answers,
        by=work.actor,
        now=work.now,
    )
    work.projects.add(project)
    return answer_of(project)
