"""What this service remembers of projects and coalitions, from the facts of those who own them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.backbone.actor import Actor, Grant
from services.events.storage.tables import known_coalitions, known_projects, known_roles


class SqlNeighbours:
    """Projects and coalitions as they were last told of."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def remember_project(
        self,
        project: UUID,
        *,
        slug: str,
        name: str,
        visibility: str,
        themes: Sequence[str],
        city: str | None,
        founders: Sequence[UUID],
    ) -> None:
        """Keep or replace what is known of a project, and who founded it."""
        card = {"slug": slug, "name": name, "visibility": visibility, "themes": list(themes), "city": city}
        self._keep(known_projects, project, card)
        self._keep_roles("FOUNDER", f"project/{project}", founders)

    def project_card(self, project: UUID) -> dict[str, Any] | None:
        """What is known of a project: ``{id, slug, name, visibility, themes, city}``."""
        row = self.session.execute(select(known_projects).where(known_projects.c.id == project)).mappings().first()
        return dict(row) if row else None

    def remember_coalition(self, coalition: UUID, *, slug: str, name: str, convener: UUID | None) -> None:
        """Keep or replace what is known of a coalition, and who convenes it."""
        self._keep(known_coalitions, coalition, {"slug": slug, "name": name})
        if convener is not None:
            self._keep_roles("CONVENER", f"coalition/{coalition}", [convener])

    def _keep(self, table: Table, identity: UUID, values: dict[str, Any]) -> None:
        kept = insert(table).values(id=identity, **values)
        self.session.execute(kept.on_conflict_do_update(index_elements=[table.c.id], set_=values))

    def _keep_roles(self, role: str, scope: str, persons: Sequence[UUID]) -> None:
        same = (known_roles.c.role == role) & (known_roles.c.scope == scope)
        self.session.execute(known_roles.delete().where(same))
        if persons:
            rows = [{"person": person, "role": role, "scope": scope} for person in dict.fromkeys(persons)]
            self.session.execute(known_roles.insert(), rows)


def with_known_roles(connection: Connection, actor: Actor) -> Actor:
    """The actor with the roles that follow from the others' facts, beside those that were granted."""
    if actor.id is None:
        return actor
    rows = connection.execute(select(known_roles.c.role, known_roles.c.scope).where(known_roles.c.person == actor.id))
    return Actor(actor.kind, actor.id, actor.grants | {Grant(row.role, row.scope) for row in rows})
