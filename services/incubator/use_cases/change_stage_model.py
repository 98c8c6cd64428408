"""Give an incubator other stages and gates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.backbone.rules import not_found
from services.incubator.use_cases.given_stages import GivenStage, stages_of
from services.incubator.use_cases.ports import IncubatorWork, answer_of


@dataclass(frozen=True, kw_only=True)
class ChangeStageModel:
    """``incubator``: its slug. ``stages``: all, in order. ``renamed``: code that goes -> code that stands for it."""

    incubator: str
    stages: list[GivenStage]
    renamed: dict[str, str] = field(default_factory=dict)
    expected_version: int | None = None


def change_stage_model(command: ChangeStageModel, work: IncubatorWork) -> dict[str, Any]:
    """A new version; projects take it on with their next command, or within seconds by a job."""
    incubator = work.incubators.find(slug=command.incubator)
    if incubator is None:
        raise not_found("incubator", command.incubator)
    work.expect(incubator, command.expected_version)
    incubator.change_stages(stages_of(command.stages), command.renamed, by=work.actor, now=work.now)
    return answer_of(incubator)
