"""Positions that quote a project: each quoted project has a right of reply (domain.md section 4, ADOPTED)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor, person_of
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import Quotation
from services.incubator.domain.project import Project, distinct
from services.incubator.domain.requirements import founder_only
from services.incubator.facts import ProjectReplied, ProjectReplyInvited


def invite_reply(
    project: Project, *, position: UUID, slug: str, title: str, source: str, cause: UUID, told_at: datetime
) -> None:
    """From the day on which the project is known to be quoted it has seven days to answer; said once per position."""
    if _quotation(project, position) is not None:
        return
    reply_until = told_at + timedelta(days=INCUBATION.reply_days)
    project.quotations.append(
        Quotation(
            id=new_id(), position=position, slug=slug, title=title, told_at=told_at, reply_until=reply_until
        )
    )  # fmt: skip
    project.note(
        ProjectReplyInvited.type, title, at=told_at, about=f"position/{position}", source=source, cause=cause,
        for_team=True,
    )  # fmt: skip
    project.record(ProjectReplyInvited(**_told(project, position), position=position, reply_until=reply_until))


def note_published(project: Project, *, position: UUID, slug: str, title: str) -> None:
    """The position is out: the project is quoted in it for everybody to see who sees the project."""
    project.quoted_in = distinct([*project.quoted_in, position])
    quotation = _quotation(project, position)
    if quotation is not None:
        quotation.slug, quotation.title = slug, title


def reply_to_position(project: Project, position: UUID, *, text: str, by: Actor, now: datetime) -> None:
    """A founder answers in the project's name, and may answer anew until the time is over."""
    pass_or_refuse(founder_only(project, by))
    quotation = _quotation(project, position)
    if quotation is None:
        raise BrokenRule(
            "NOT_FOUND", "quotation.not_found", f"No position {position} is known to quote the project.",
            field="position", values={"which": str(position)},
        )  # fmt: skip
    refuse_unless(
        now < quotation.reply_until, "DEADLINE_PASSED", "quotation.reply_too_late",
        f"The time to answer ended on {quotation.reply_until:%Y-%m-%d}.", until=quotation.reply_until.isoformat(),
    )  # fmt: skip
    text = text.strip()
    refuse_unless(
        0 < len(text) <= INCUBATION.longest_reply, "VALIDATION", "quotation.reply_length",
        f"A reply has 1 to {INCUBATION.longest_reply} characters.", field="text", most=INCUBATION.longest_reply,
    )  # fmt: skip
    quotation.reply, quotation.replied_by, quotation.replied_at = text, person_of(by), now
    for_team = position not in project.quoted_in
    project.note(ProjectReplied.type, quotation.title, at=now, about=f"position/{position}", for_team=for_team)
    project.record(ProjectReplied(**_told(project, position), position=position))


def _told(project: Project, position: UUID) -> dict[str, Any]:
    """Nobody outside hears of a position before it is published."""
    return project.told if position in project.quoted_in else project.told_inside


def _quotation(project: Project, position: UUID) -> Quotation | None:
    return next((one for one in project.quotations if one.position == position), None)
