"""The journal's copy of who holds which role."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.journal.received import RoleGranted
from services.journal.storage.tables import metadata

role_grants = metadata.tables["role_grants"]


class SqlRoles:
    """Roles that are held now, by the ids of their grants."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def keep(self, granted: RoleGranted) -> None:
        row = asdict(granted)
        self.session.execute(insert(role_grants).values(id=row.pop("grant"), **row).on_conflict_do_nothing())

    def drop(self, grant: UUID) -> None:
        self.session.execute(role_grants.delete().where(role_grants.c.id == grant))

    def drop_all_of(self, person: UUID) -> Counter[str]:
        """Nobody holds them any more; how many there were."""
        dropped = role_grants.delete().where(role_grants.c.person == person).returning(role_grants.c.id)
        return Counter(role_grants=len(self.session.execute(dropped).all()))
