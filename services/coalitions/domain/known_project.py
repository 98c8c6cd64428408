"""What coalitions know of a project, learned from the incubator's facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

#: A project in one of these lifecycles is running, and may be suggested.
RUNNING = frozenset({"ADMITTED", "ACTIVE"})


@dataclass(frozen=True, kw_only=True)
class KnownProject:
    """A card of the project as of the last fact that was read. ``stopped_because`` is the reason code of its end."""

    id: UUID
    slug: str
    name: str
    themes: list[str]
    stage: str | None = None
    lifecycle: str
    visibility: str = "PUBLIC"
    founders: list[UUID] = field(default_factory=list)
    incubator: UUID | None = None
    ended_because: str | None = None

    @property
    def may_be_suggested(self) -> bool:
        return self.lifecycle in RUNNING and self.visibility != "PRIVATE"

    def shared_themes(self, themes: list[str]) -> list[str]:
        """The project's themes that are among these, in the project's order."""
        return [theme for theme in self.themes if theme in themes]
