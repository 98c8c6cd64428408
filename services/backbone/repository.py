"""Where a use case finds the things it changes: one repository per aggregate, each row locked while it is worked on."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import slug_of
from services.backbone.rules import not_found

A = TypeVar("A", bound=Aggregate)


class Repository(Generic[A]):
    """The aggregates of one kind. What is read here is locked until the transaction ends."""

    model: ClassVar[type[Any]]

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, identity: UUID) -> A:
        """The thing with this id, locked; NOT_FOUND when there is none."""
        found = self.find(id=identity)
        if found is None:
            raise not_found(self.model.kind, identity)
        return found

    def find(self, **equals: Any) -> A | None:
        """The one thing whose attributes equal these, locked, or None."""
        query = select(self.model).filter_by(**equals).with_for_update(of=self._table).limit(1)
        found: A | None = self.session.scalars(query).first()
        return found

    def add(self, thing: A) -> None:
        """Keep a new thing."""
        self.session.add(thing)

    def free_slug(self, name: str) -> str:
        """A slug for this name that nobody has yet: ``colette``, else ``colette-2``, ``colette-3``..."""
        wanted = slug_of(name, limit=72)
        column = self._table.c.slug
        taken = set(self.session.scalars(select(column).where((column == wanted) | column.like(f"{wanted}-%"))).all())
        taken |= {thing.slug for thing in self.session.new if isinstance(thing, self.model)}
        if wanted not in taken:
            return wanted
        return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)

    @property
    def _table(self) -> Any:
        return inspect(self.model).local_table
