"""A coalition without a database, for machines that try whatever comes to their mind."""

from __future__ import annotations

from datetime import UTC, datetime

from services.backbone.actor import Actor
from services.coalitions.domain.coalition import Coalition, Visibility

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)


def founded(convener: Actor) -> Coalition:
    """A coalition that forms, with a call and a charter, and nobody in it."""
    return Coalition.found(
        slug="une",
        name="Une",
        themes=["accueil"],
        call="Un appel.",
        charter="Une charte.",
        visibility=Visibility.PUBLIC,
        convener=convener.id,  # type: ignore[arg-type]
        by=convener,
        now=BEGIN,
    )
