"""The erasure of a person across the services: what starts it, and how each service answers. Pure.

The people service tells ``person.erasure_started``. Every other service gives back what the person had taken, deletes
what they told in private, puts a nameless id in their place everywhere else, and answers ``person.erased_in``, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Aggregate, Fact


@dataclass(frozen=True, kw_only=True)
class ErasureStarted:
    """What is read of ``person.erasure_started``; ``request`` is the erasure's id."""

    person: UUID
    request: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErasedIn(Fact):
    """A service names a person no more.

    ``counts``: how many rows of each table were changed or deleted. ``kept``: how many things had to stay, by the
    code that says what they are; they stand under a nameless id.
    """

    type: ClassVar[str] = "person.erased_in"
    person: UUID
    request: UUID
    service: str
    counts: dict[str, int]
    kept: dict[str, int]


@dataclass(eq=False, kw_only=True)
class ErasedPerson(Aggregate):
    """A person as another service than people speaks of them: once, to say that they are erased there. Not stored."""

    kind: ClassVar[str] = "person"

    id: UUID
    version: int = field(default=0)

    @classmethod
    def answering(
        cls, started: ErasureStarted, service: str, *, counts: Mapping[str, int], kept: Mapping[str, int]
    ) -> ErasedPerson:
        """The person of an erasure, with this service's answer; what is zero is left out."""
        person = cls(id=started.person)
        person.record(
            PersonErasedIn(
                person=started.person,
                request=started.request,
                service=service,
                counts={name: count for name, count in sorted(counts.items()) if count},
                kept={code: count for code, count in sorted(kept.items()) if count},
            )
        )
        return person
