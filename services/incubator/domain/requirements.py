"""Guards that many commands share."""

from __future__ import annotations

from collections.abc import Collection

from services.backbone.actor import Actor
from services.incubator.domain import permissions
from services.incubator.domain.guards import Guard, obstacle
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.project import Project
from services.incubator.domain.states import Lifecycle


def seen_by(project: Project, by: Actor) -> None:
    """NOT_FOUND for whoever may not see the project; nothing else is said to them."""
    permissions.refuse_unless_seen(by, project)


def staff_only(project: Project, by: Actor) -> Guard:
    seen_by(project, by)
    if not permissions.is_staff(by, project.incubator_id):
        yield obstacle("FORBIDDEN", "incubator.staff_only", "Only staff of this incubator may do this.")


def founder_only(project: Project, by: Actor) -> Guard:
    seen_by(project, by)
    if not permissions.is_founder(by, project):
        yield obstacle("FORBIDDEN", "project.founders_only", "Only its founders may do this.")


def founder_or_staff(project: Project, by: Actor) -> Guard:
    seen_by(project, by)
    if not (permissions.is_founder(by, project) or permissions.is_staff(by, project.incubator_id)):
        yield obstacle(
            "FORBIDDEN", "project.founders_or_staff_only", "Only its founders and the incubator's staff may do this."
        )


def team_only(project: Project, by: Actor) -> Guard:
    """Founders, confirmed mentors and staff."""
    seen_by(project, by)
    if not (permissions.is_mentor(by, project) or permissions.is_founder(by, project)) and not permissions.is_staff(
        by, project.incubator_id
    ):
        yield obstacle("FORBIDDEN", "project.team_only", "Only its founders, mentors and staff may do this.")


def not_ones_own(project: Project, by: Actor) -> Guard:
    """Nobody approves, validates or attests what is their own (domain.md section 1)."""
    if permissions.is_founder(by, project):
        yield obstacle(
            "SELF_APPROVAL", "project.own_project", "Nobody decides on a project of their own.",
            fix="Ask somebody who is not a founder of it.",
        )  # fmt: skip


def director_with_reason(project: Project, by: Actor, reason: str | None) -> Guard:
    """What overrides a rule takes a director, and a reason that others can read later."""
    seen_by(project, by)
    if not permissions.is_director(by):
        yield obstacle("FORBIDDEN", "project.director_only", "Only a director may do this.", fix="Ask a director.")
    if len((reason or "").strip()) < INCUBATION.shortest_override_reason:
        yield obstacle(
            "VALIDATION", "project.reason_too_short",
            f"Overriding a rule takes a reason of {INCUBATION.shortest_override_reason} characters or more.",
            fix="Say why.", field="reason", fewest=INCUBATION.shortest_override_reason,
        )  # fmt: skip


def in_state(project: Project, states: Collection[Lifecycle], message: str) -> Guard:
    if project.lifecycle not in states:
        rests = project.lifecycle is Lifecycle.PAUSED and Lifecycle.ACTIVE in states
        yield obstacle(
            "ILLEGAL_TRANSITION", "project.not_in_state", f"{message} It is {project.lifecycle}.",
            fix="Resume it first." if rests else None, lifecycle=project.lifecycle.value,
            states=", ".join(sorted(states)),
        )  # fmt: skip
