"""Things that change as one, and the facts they record about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened, told to the other services.

    ``type`` is ``<kind of the aggregate>.<past tense>``; ``major`` grows only when ``data`` changes in a way that
    old readers cannot read. The fields are the data: ids, codes, numbers, dates and public titles, nothing personal.
    """

    type: ClassVar[str]
    major: ClassVar[int] = 1


@dataclass(frozen=True, kw_only=True)
class Move:
    """One row of a thing's history: from which state to which, by whom, why, by which rule.

    ``subject`` is ``<kind>/<id>`` (the aggregate itself or a part of it); ``aspect`` tells states apart where a
    thing has several (``lifecycle`` and ``stage`` of a project).
    """

    subject: str
    aspect: str
    from_state: str | None
    to_state: str
    actor: Actor
    at: datetime
    reason: str | None = None
    rule: str | None = None
    waived: tuple[str, ...] = ()


class Aggregate:
    """The root of what changes together. Its version grows by one with every fact it records.

    So a version is also the fact's sequence number, and a change without a fact cannot be stored.
    """

    kind: ClassVar[str]
    id: UUID
    version: int

    @property
    def subject(self) -> str:
        return f"{self.kind}/{self.id}"

    def record(self, fact: Fact) -> None:
        """Say what happened; the fact leaves with the transaction that stores the change."""
        if not fact.type.startswith(f"{self.kind}."):
            raise ValueError(f"{fact.type} is not a fact of a {self.kind}")
        self.version = (self.version or 0) + 1
        self.__dict__.setdefault("_facts", []).append((self.version, fact))

    def moved(
        self,
        from_state: str | None,
        to_state: str,
        *,
        by: Actor,
        at: datetime,
        aspect: str = "state",
        reason: str | None = None,
        rule: str | None = None,
        waived: Sequence[str] = (),
        subject: str | None = None,
    ) -> None:
        """Keep a row of history for a transition of this thing, or of a part of it (``subject``)."""
        move = Move(
            subject=subject or self.subject,
            aspect=aspect,
            from_state=from_state,
            to_state=to_state,
            actor=by,
            at=at,
            reason=reason,
            rule=rule,
            waived=tuple(waived),
        )
        self.__dict__.setdefault("_moves", []).append(move)

    def take_facts(self) -> list[tuple[int, Fact]]:
        """The recorded facts with their sequence numbers, handed over once."""
        facts: list[tuple[int, Fact]] = self.__dict__.pop("_facts", [])
        return facts

    def take_moves(self) -> list[Move]:
        """The recorded history rows, handed over once."""
        moves: list[Move] = self.__dict__.pop("_moves", [])
        return moves

    @property
    def has_facts(self) -> bool:
        return bool(self.__dict__.get("_facts"))
