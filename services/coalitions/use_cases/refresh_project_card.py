"""Keep the cards of quoted projects as the incubator tells them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.coalitions.domain.evidence import EvidenceKind
from services.coalitions.domain.follow_up import Weakness
from services.coalitions.received import ProjectGraduated, ProjectStageChanged, ProjectStopped, ProjectTold
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.weaken_evidence import weaken


def note_project_stage(fact: ProjectStageChanged, work: CoalitionsWork) -> None:
    """The project is in another stage."""
    _change(work, fact.project, stage=fact.to)


def note_project_stopped(fact: ProjectStopped, work: CoalitionsWork) -> None:
    """The project stopped; evidence that quotes it says so from now on."""
    _change(work, fact.project, lifecycle="STOPPED", ended_because=fact.reason_code)
    weaken(EvidenceKind.PROJECT, str(fact.project), Weakness.PROJECT_STOPPED, work)


def note_project_graduated(fact: ProjectGraduated, work: CoalitionsWork) -> None:
    """The project graduated; evidence that quotes it says so from now on."""
    _change(work, fact.project, lifecycle="GRADUATED")


def note_project_paused(fact: ProjectTold, work: CoalitionsWork) -> None:
    """The project rests; it is not suggested meanwhile."""
    _change(work, fact.project, lifecycle="PAUSED")


def note_project_running(fact: ProjectTold, work: CoalitionsWork) -> None:
    """The project goes on after a pause, or after an end that was taken back."""
    _change(work, fact.project, lifecycle="ACTIVE", ended_because=None)


def _change(work: CoalitionsWork, identity: UUID, **changes: Any) -> None:
    project = work.projects.known(identity)
    if project is not None:
        work.projects.keep(replace(project, **changes))
