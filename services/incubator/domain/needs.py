"""What a project looks for, published to the network for ninety days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from services.backbone.actor import SYSTEM, Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.details import checked_themes
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import Need
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import in_state, team_only
from services.incubator.domain.states import Lifecycle, NeedKind, NeedState
from services.incubator.facts import (
    NeedFact,
    ProjectNeedExpired,
    ProjectNeedMatched,
    ProjectNeedPublished,
    ProjectNeedResolved,
    ProjectNeedWithdrawn,
)

PUBLISHING = frozenset({Lifecycle.ADMITTED, Lifecycle.ACTIVE})
LIVE = frozenset({NeedState.OPEN, NeedState.MATCHED})


def publish_need(
    project: Project,
    *,
    kind: NeedKind,
    title: str,
    themes: Sequence[str] | None,
    city: str | None,
    by: Actor,
    now: datetime,
) -> UUID:
    """Tell the network what the project looks for; on its own themes and in its city unless said otherwise."""
    pass_or_refuse(team_only(project, by))
    pass_or_refuse(in_state(project, PUBLISHING, "Only an admitted or active project publishes needs."))
    title = title.strip()
    refuse_unless(
        0 < len(title) <= INCUBATION.longest_need_title, "VALIDATION", "need.title_length",
        f"A need is said in 1 to {INCUBATION.longest_need_title} characters.", field="title",
        most=INCUBATION.longest_need_title,
    )  # fmt: skip
    need = Need(
        id=new_id(),
        kind=kind,
        title=title,
        themes=checked_themes(themes) if themes else project.themes,
        city=city or project.city,
        state=NeedState.OPEN,
        published_at=now,
        expires_on=now.date() + timedelta(days=INCUBATION.need_lifetime_days),
    )
    project.needs.append(need)
    project.moved(None, NeedState.OPEN, by=by, at=now, subject=_subject(need))
    project.note(ProjectNeedPublished.type, title, at=now, about=_subject(need))
    project.record(
        ProjectNeedPublished(
            **project.told, need=need.id, kind=kind.value, title=title, themes=list(need.themes), city=need.city,
            expires_on=need.expires_on,
        )
    )  # fmt: skip
    return need.id


def match_need(project: Project, need_id: UUID, *, by: Actor, now: datetime) -> None:
    """Somebody answered."""
    _by_team(project, need_id, {NeedState.OPEN}, NeedState.MATCHED, ProjectNeedMatched, by, now)


def resolve_need(project: Project, need_id: UUID, *, by: Actor, now: datetime) -> None:
    """The need is met."""
    _by_team(project, need_id, LIVE, NeedState.RESOLVED, ProjectNeedResolved, by, now)


def withdraw_need(project: Project, need_id: UUID, *, by: Actor, now: datetime) -> None:
    """The project looks for it no longer."""
    _by_team(project, need_id, LIVE, NeedState.WITHDRAWN, ProjectNeedWithdrawn, by, now)


def expire_needs(project: Project, *, now: datetime) -> int:
    """Let go of the needs whose ninety days are over; how many."""
    due = [need for need in project.needs if is_over(need, now.date())]
    for need in due:
        _move(project, need, NeedState.EXPIRED, ProjectNeedExpired, SYSTEM, now)
    return len(due)


def is_over(need: Need, today: date) -> bool:
    """Whether nobody answered it in its time."""
    return need.state is NeedState.OPEN and need.expires_on <= today


def _by_team(
    project: Project,
    need_id: UUID,
    states: set[NeedState] | frozenset[NeedState],
    to: NeedState,
    fact: type[NeedFact],
    by: Actor,
    now: datetime,
) -> None:
    pass_or_refuse(team_only(project, by))
    need = next((need for need in project.needs if need.id == need_id), None)
    if need is None:
        raise BrokenRule(
            "NOT_FOUND", "need.not_found", f"There is no need {need_id}.", field="need", values={"which": str(need_id)}
        )
    refuse_unless(
        not is_over(need, now.date()), "DEADLINE_PASSED", "need.expired",
        f"This need was published until {need.expires_on}.", expires_on=need.expires_on.isoformat(),
    )  # fmt: skip
    refuse_unless(
        need.state in states, "ILLEGAL_TRANSITION", "need.not_in_state", f"This need is {need.state}.",
        state=need.state.value,
    )  # fmt: skip
    _move(project, need, to, fact, by, now)


def _move(project: Project, need: Need, to: NeedState, fact: type[NeedFact], by: Actor, now: datetime) -> None:
    project.moved(need.state, to, by=by, at=now, subject=_subject(need))
    need.state = to
    project.note(fact.type, need.title, at=now, about=_subject(need))
    project.record(fact(**project.told, need=need.id, kind=need.kind.value, title=need.title))


def _subject(need: Need) -> str:
    return f"need/{need.id}"
