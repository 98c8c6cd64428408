"""What a project says of itself: its name, its pitch, its themes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.backbone.actor import Actor
from services.backbone.identifiers import slug_of
from services.backbone.rules import refuse_unless
from services.incubator.domain.guards import pass_or_refuse
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.project import Project, distinct
from services.incubator.domain.requirements import founder_or_staff
from services.incubator.domain.states import IN_APPLICATION
from services.incubator.facts import ProjectDescribed, ProjectThemesChanged


def checked_name(name: str) -> str:
    """The name without blanks around it, or VALIDATION."""
    name = name.strip()
    refuse_unless(bool(name), "VALIDATION", "project.name_missing", "A project has a name.", field="name")
    refuse_unless(
        len(name) <= INCUBATION.longest_name, "VALIDATION", "project.name_too_long",
        f"A name has {INCUBATION.longest_name} characters at most.", field="name", most=INCUBATION.longest_name,
    )  # fmt: skip
    return name


def checked_pitch(pitch: str) -> str:
    """The pitch as somebody typed it, or VALIDATION: an import cuts instead (see records)."""
    pitch = pitch.strip()
    refuse_unless(
        bool(pitch), "VALIDATION", "project.pitch_missing", "Say in a sentence what the project is.", field="pitch"
    )
    refuse_unless(
        len(pitch) <= INCUBATION.longest_pitch, "VALIDATION", "project.pitch_too_long",
        f"A pitch has {INCUBATION.longest_pitch} characters at most; this one has {len(pitch)}.",
        field="pitch", most=INCUBATION.longest_pitch, length=len(pitch),
    )  # fmt: skip
    return pitch


def checked_themes(themes: Sequence[str]) -> tuple[str, ...]:
    """One to five distinct slugs of themes, or VALIDATION."""
    slugs = distinct(slug_of(theme) for theme in themes if theme.strip())
    refuse_unless(
        len(slugs) >= INCUBATION.fewest_themes, "VALIDATION", "project.theme_missing",
        "A project has a theme: it is how the network finds it.", field="themes",
    )  # fmt: skip
    refuse_unless(
        len(slugs) <= INCUBATION.most_themes, "VALIDATION", "project.too_many_themes",
        f"A project has {INCUBATION.most_themes} themes at most.", field="themes", most=INCUBATION.most_themes,
    )  # fmt: skip
    return slugs


def describe(project: Project, *, by: Actor, now: datetime, **said: object) -> None:
    """Say something else of a project: attributes by name, as they are to stand; None leaves one as it is."""
    pass_or_refuse(founder_or_staff(project, by))
    given = {attribute: _checked(attribute, value) for attribute, value in said.items() if value is not None}
    changed = {attribute: value for attribute, value in given.items() if getattr(project, attribute) != value}
    refuse_unless(bool(changed), "VALIDATION", "project.nothing_to_change", "This is how it is described.")
    for attribute, value in changed.items():
        setattr(project, attribute, value)
    project.note(ProjectDescribed.type, project.name, at=now, for_team=True)
    project.tell_card()


def _checked(attribute: str, value: object) -> object:
    if attribute == "name":
        return checked_name(str(value))
    if attribute == "pitch":
        return checked_pitch(str(value))
    return (value.strip() or None) if type(value) is str else value


def change_themes(project: Project, themes: Sequence[str], *, by: Actor, now: datetime) -> None:
    """Other themes, by a founder or the staff; once it is admitted the coalitions on them learn of it."""
    pass_or_refuse(founder_or_staff(project, by))
    slugs = checked_themes(themes)
    refuse_unless(
        slugs != project.themes, "VALIDATION", "project.themes_unchanged", "These are its themes.", field="themes"
    )
    project.themes = slugs
    project.note(ProjectThemesChanged.type, ", ".join(slugs), at=now)
    if project.lifecycle in IN_APPLICATION:
        project.tell_card()
    else:
        project.record(ProjectThemesChanged(**project.card))
