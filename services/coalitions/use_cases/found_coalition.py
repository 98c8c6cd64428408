"""Found a coalition around a common demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.actor import person_of
from services.coalitions.domain.coalition import Coalition, Visibility
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True, kw_only=True)
class FoundCoalition:
    """``convener`` is the founder, unless an administrator names somebody else."""

    name: str
    themes: list[str]
    call: str = ""
    charter: str = ""
    visibility: Visibility = Visibility.PUBLIC
    convener: UUID | None = None


def found_coalition(command: FoundCoalition, work: CoalitionsWork) -> dict[str, Any]:
    """The founder becomes the convener of a coalition in FORMING."""
    named = command.convener if work.actor.is_admin else None
    coalition = Coalition.found(
        slug=work.coalitions.free_slug(command.name),
        name=command.name,
        themes=command.themes,
        call=command.call,
        charter=command.charter,
        visibility=command.visibility,
        convener=named or person_of(work.actor),
        by=work.actor,
        now=work.now,
    )
    work.coalitions.add(coalition)
    return {"id": coalition.id, "version": coalition.version, "slug": coalition.slug}
