"""A position that quotes projects: each may answer it; published, it is on their timelines and may be evidence."""

from __future__ import annotations

from services.incubator.domain.elsewhere import KnownPosition, note_elsewhere, title_for
from services.incubator.domain.gates import let_count
from services.incubator.domain.project import Project
from services.incubator.domain.quotations import invite_reply, note_published
from services.incubator.domain.states import EvidenceKind
from services.incubator.received import PositionPublished, PositionSignOffOpened
from services.incubator.use_cases.ports import IncubatorWork, cause_of


def take_position_to_be_signed(fact: PositionSignOffOpened, work: IncubatorWork) -> None:
    """The quoted projects have seven days to answer. Projects that are not known here (yet) are passed over."""
    for identity in sorted(set(fact.cited)):
        project = work.projects.find(id=identity)
        if project is not None:
            _invite(project, fact, work)


def take_published_position(fact: PositionPublished, work: IncubatorWork) -> None:
    """Each quoted project has it on its timeline; one that learns only now that it is quoted may still answer.

    Told again when the record of a position changed, only projects that it quotes anew hear of it.
    """
    cause = cause_of(work)
    position = work.known_positions.get(fact.position)
    if position is None:
        position = KnownPosition(id=fact.position, slug=fact.slug, title=fact.title, published_at=cause.time)
        work.known_positions.add(position)
    position.slug, position.title = fact.slug, fact.title
    for identity in sorted({*fact.cited, *work.projects.naming(EvidenceKind.POSITION, position.names)}):
        project = work.projects.find(id=identity)
        if project is None:
            continue
        title = title_for(project, fact.title, fact.visibility)
        known = any(entry.about == cause.subject and not entry.for_team for entry in project.timeline)
        if identity in fact.cited and not known and note_elsewhere(
            project, what=cause.type, about=cause.subject, title=title, source=cause.source, cause=cause.id,
            at=cause.time,
        ):  # fmt: skip
            if title:
                note_published(project, position=fact.position, slug=fact.slug, title=title)
            if cause.type == "position.published" and not fact.recorded:
                _invite(project, fact, work)
        let_count(project, EvidenceKind.POSITION, position.names, work.now, cause.id)


def _invite(project: Project, fact: PositionPublished, work: IncubatorWork) -> None:
    cause = cause_of(work)
    invite_reply(
        project, position=fact.position, slug=fact.slug, title=fact.title, source=cause.source, cause=cause.id,
        told_at=cause.time,
    )  # fmt: skip
