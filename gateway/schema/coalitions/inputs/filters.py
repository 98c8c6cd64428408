"""Which coalitions, positions, consultations and suggestions."""

from __future__ import annotations

import strawberry

from gateway.schema.coalitions.codes import (
    CoalitionState,
    ConsultationState,
    PositionState,
    SuggestionState,
)


@strawberry.input(description="Which coalitions.")
class CoalitionFilter:
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    state: list[CoalitionState] | None = strawberry.field(default=None, description="In one of these states.")


@strawberry.input(description="Which positions.")
class PositionFilter:
    coalition: str | None = strawberry.field(default=None, description="Slug of a coalition.")
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    state: list[PositionState] | None = strawberry.field(default=None, description="In one of these states.")
    cites: strawberry.ID | None = strawberry.field(default=None, description="Those that quote this project.")


@strawberry.input(description="Which consultations.")
class ConsultationFilter:
    coalition: str | None = strawberry.field(default=None, description="Slug of a coalition.")
    theme: str | None = strawberry.field(default=None, description="Slug of a theme.")
    state: list[ConsultationState] | None = strawberry.field(default=None, description="In one of these states.")


@strawberry.input(description="Which suggestions.")
class SuggestionFilter:
    coalition: str | None = strawberry.field(default=None, description="Slug of a coalition.")
    project: str | None = strawberry.field(default=None, description="Slug of a project.")
    state: list[SuggestionState] | None = strawberry.field(default=None, description="In one of these states.")
