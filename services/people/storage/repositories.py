"""Where the people service's use cases find things."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.backbone.repository import Repository
from services.backbone.work import Work
from services.people.domain.mandate import Mandate
from services.people.domain.organisation import Organisation
from services.people.domain.person import Person
from services.people.domain.role import RoleGrant
from services.people.domain.theme import Theme
from services.people.storage import mapping as mapping
from services.people.storage.erasures import SqlErasures
from services.people.storage.tables import grants, mandates, metadata


class SqlPersons(Repository[Person]):
    model = Person


class SqlOrganisations(Repository[Organisation]):
    model = Organisation


class SqlGrants(Repository[RoleGrant]):
    """Grants, with the copy that every service decides by kept in the same transaction."""

    model = RoleGrant

    def add(self, thing: RoleGrant) -> None:
        super().add(thing)
        row = {"id": thing.id, "person": thing.person, "role": thing.role, "scope": thing.scope, "until": thing.until}
        self.session.execute(metadata.tables["role_grants"].insert(), [row])

    def drop(self, thing: RoleGrant) -> None:
        """Nobody decides by this grant any more."""
        copy = metadata.tables["role_grants"]
        self.session.execute(copy.delete().where(copy.c.id == thing.id))

    def holders(self, role: str, scope: str | None) -> int:
        """How many hold this role over this scope now."""
        query = select(func.count()).where(
            grants.c.role == role, grants.c.scope.is_not_distinct_from(scope), grants.c.state == "ACTIVE"
        )
        return self.session.scalar(query) or 0

    def active_of(self, person: UUID) -> list[RoleGrant]:
        """What a person holds, locked."""
        held = (grants.c.person == person) & (grants.c.state == "ACTIVE")
        return list(self.session.scalars(select(RoleGrant).where(held).order_by(grants.c.id).with_for_update()))


class SqlMandates(Repository[Mandate]):
    model = Mandate

    def over_by(self, today: date, limit: int) -> list[Mandate]:
        """Active mandates whose last day has passed; those another instance works on are left to it."""
        query = (
            select(Mandate)
            .where(mandates.c.state == "ACTIVE", mandates.c.ends_on < today)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self.session.scalars(query))

    def active_of(self, person: UUID) -> list[Mandate]:
        """The mandates under which a person speaks, locked."""
        held = (mandates.c.person == person) & (mandates.c.state == "ACTIVE")
        return list(self.session.scalars(select(Mandate).where(held).order_by(mandates.c.id).with_for_update()))


class SqlThemes(Repository[Theme]):
    model = Theme


class SqlWork(Work):
    """A transaction of the people service."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.persons = SqlPersons(self.session)
        self.organisations = SqlOrganisations(self.session)
        self.grants = SqlGrants(self.session)
        self.mandates = SqlMandates(self.session)
        self.themes = SqlThemes(self.session)
        self.erasures = SqlErasures(self.session)
