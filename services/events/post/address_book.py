"""Where people are reached: asked of the people service for each round of letters, and kept nowhere here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.backbone.asking import Asking, NotAnswered
from services.backbone.wire import Unreadable, shape
from services.events.post.senders import Contact, NotSent


@dataclass(frozen=True)
class PersonReached:
    """One row of ``people.contacts_by_ids``."""

    id: UUID
    email: str
    locale: str


@dataclass(frozen=True)
class PeopleService:
    """Asks ``people.contacts_by_ids``."""

    asking: Asking

    def contacts(self, persons: Collection[UUID]) -> dict[UUID, Contact]:
        """Those of them who have an address; NotSent when nobody answers: the letters wait for their next turn."""
        try:
            answer = self.asking.ask("people.contacts_by_ids", {"ids": sorted(persons)})
            reached: list[PersonReached] = shape(answer, list[PersonReached])
        except (NotAnswered, Unreadable) as unknown:
            raise NotSent(f"no addresses: {unknown}"[:80]) from None
        return {one.id: Contact(one.email, one.locale[:2].lower()) for one in reached}
