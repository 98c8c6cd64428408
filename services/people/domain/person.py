"""A person: known from their first authenticated request. The only place where personal data is held."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import not_found, refuse_unless
from services.people.facts import PersonChanged, PersonErased, PersonErasureStarted, PersonKnown

#: Stands for the issuer of persons who were erased: no issuer is called so.
ERASED = "erased:"


@dataclass(eq=False, kw_only=True)
class Person(Aggregate):
    """Somebody, as the identity provider names them. Others see the display name only.

    ``erased_at``: since when nothing is held of them but this row, which names nobody.
    """

    kind: ClassVar[str] = "person"

    issuer: str
    identity: str
    display_name: str
    email: str | None
    locale: str
    known_since: datetime
    erased_at: datetime | None = None
    id: UUID = field(default_factory=new_id)
    version: int = 0

    @classmethod
    def meet(
        cls, *, issuer: str, identity: str, display_name: str, email: str | None, locale: str, by: Actor, now: datetime
    ) -> Person:
        """Know somebody who signed in for the first time."""
        refuse_unless(
            bool(issuer and identity), "VALIDATION", "person.no_subject", "A person has an issuer and a subject."
        )
        person = cls(
            issuer=issuer,
            identity=identity,
            display_name=_name(display_name),
            email=email,
            locale=locale,
            known_since=now,
        )
        person.moved(None, "KNOWN", by=by, at=now)
        person.record(PersonKnown(person=person.id))
        return person

    def keep_up(self, *, display_name: str, email: str | None, locale: str) -> None:
        """Take over what the identity provider says now; nothing happens when it says the same."""
        told = (_name(display_name), email, locale)
        if told == (self.display_name, self.email, self.locale):
            return
        self.display_name, self.email, self.locale = told
        self.record(PersonChanged(person=self.id))

    def erase(self, request: UUID, *, by: Actor, now: datetime) -> None:
        """Empty what is held of the person, and have the other services do the same.

        Nothing is kept of what the issuer said, its name for them neither: who signs in later is somebody new.
        """
        refuse_unless(
            self.erased_at is None, "ILLEGAL_TRANSITION", "person.erased_already", "This person was erased already."
        )
        self.issuer, self.identity = ERASED, str(self.id)
        self.display_name, self.email, self.locale = "", None, ""
        self.erased_at = now
        rule = "person.erased_by_themselves" if by.id == self.id else "person.erased_by_admin"
        self.moved("KNOWN", "MADE_ANONYMOUS", by=by, at=now, rule=rule)
        self.record(PersonErasureStarted(person=self.id, request=request))

    def must_not_be_erased(self) -> None:
        """NOT_FOUND for who was erased, as for who never was: nobody gives them anything any more."""
        if self.erased_at is not None:
            raise not_found(self.kind, self.id)

    def complete_erasure(self, request: UUID, *, by: Actor, now: datetime) -> None:
        """Every service has answered."""
        self.moved("MADE_ANONYMOUS", "ERASED", by=by, at=now)
        self.record(PersonErased(person=self.id, request=request))


def _name(told: str) -> str:
    return " ".join(told.split())[:200] or "Sans nom"
