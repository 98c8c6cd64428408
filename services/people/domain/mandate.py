"""A mandate: a person speaks for an organisation in a coalition."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.people.facts import MandateEnded, MandateGranted


class MandateKind(StrEnum):
    REPRESENTATIVE = "REPRESENTATIVE"
    ALTERNATE = "ALTERNATE"


@dataclass(eq=False, kw_only=True)
class Mandate(Aggregate):
    """From ``starts_on`` to ``ends_on`` (that day included; none: until revoked)."""

    kind: ClassVar[str] = "mandate"

    person: UUID
    organisation: UUID
    coalition: UUID
    category: str
    starts_on: date
    ends_on: date | None
    state: str = "ACTIVE"
    id: UUID = field(default_factory=new_id)
    version: int = 0

    @classmethod
    def grant(
        cls,
        *,
        person: UUID,
        organisation: UUID,
        coalition: UUID,
        category: MandateKind,
        starts_on: date,
        ends_on: date | None,
        by: Actor,
        now: datetime,
    ) -> Mandate:
        """Entrust a person with the organisation's voice in a coalition."""
        refuse_unless(
            ends_on is None or ends_on >= starts_on,
            "VALIDATION",
            "mandate.ends_before_start",
            "A mandate ends on or after the day it begins.",
            field="endsOn",
        )
        mandate = cls(
            person=person,
            organisation=organisation,
            coalition=coalition,
            category=category.value,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        mandate.moved(None, "ACTIVE", by=by, at=now)
        mandate.record(
            MandateGranted(
                mandate=mandate.id,
                person=person,
                organisation=organisation,
                coalition=coalition,
                mandate_kind=category.value,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )
        return mandate

    def revoke(self, *, by: Actor, now: datetime) -> None:
        """The organisation takes its voice back."""
        self._end("REVOKED", by, now)

    def expire(self, *, by: Actor, now: datetime) -> None:
        """The mandate's last day is over."""
        self._end("EXPIRED", by, now)

    def _end(self, state: str, by: Actor, now: datetime) -> None:
        refuse_unless(
            self.state == "ACTIVE", "ILLEGAL_TRANSITION", "mandate.not_active", "This mandate has ended already."
        )
        self.state = state
        self.moved("ACTIVE", state, by=by, at=now)
        self.record(
            MandateEnded(
                mandate=self.id,
                person=self.person,
                organisation=self.organisation,
                coalition=self.coalition,
                reason=state,
            )
        )
