"""An organisation: declared by anybody, verified by staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor, Grant
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import Blocker, BrokenRule, Transition, refuse_unless
from services.people.facts import OrganisationClosed, OrganisationDeclared, OrganisationSuspended, OrganisationVerified


class OrganisationKind(StrEnum):
    ASSOCIATION = "ASSOCIATION"
    COMPANY = "COMPANY"
    PUBLIC = "PUBLIC"
    STARTUP = "STARTUP"
    INFORMAL = "INFORMAL"


class OrganisationState(StrEnum):
    DECLARED = "DECLARED"
    VERIFIED = "VERIFIED"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


#: From which states each may be reached (domain.md section 2).
WAYS = {
    OrganisationState.VERIFIED: {OrganisationState.DECLARED, OrganisationState.SUSPENDED},
    OrganisationState.SUSPENDED: {OrganisationState.VERIFIED},
    OrganisationState.CLOSED: {OrganisationState.VERIFIED, OrganisationState.SUSPENDED, OrganisationState.DECLARED},
}


@dataclass(eq=False, kw_only=True)
class Organisation(Aggregate):
    """A member of the network; ``siren`` and ``rna`` are the French registers' numbers."""

    kind: ClassVar[str] = "organisation"

    slug: str
    name: str
    category: str
    declared_by: UUID | None
    siren: str | None = None
    rna: str | None = None
    website: str | None = None
    state: str = OrganisationState.DECLARED
    id: UUID = field(default_factory=new_id)
    version: int = 0

    @classmethod
    def declare(
        cls,
        *,
        slug: str,
        name: str,
        category: OrganisationKind,
        by: Actor,
        now: datetime,
        siren: str | None = None,
        rna: str | None = None,
        website: str | None = None,
    ) -> Organisation:
        """Declare an organisation; who declares it administers it."""
        refuse_unless(
            2 <= len(name.strip()) <= 200,
            "VALIDATION",
            "organisation.name_length",
            "An organisation's name has 2 to 200 characters.",
            field="name",
        )
        refuse_unless(
            siren is None or (siren.isdigit() and len(siren) == 9),
            "VALIDATION",
            "organisation.siren",
            "A SIREN number has nine digits.",
            field="siren",
        )
        organisation = cls(
            slug=slug,
            name=name.strip(),
            category=category.value,
            declared_by=by.id,
            siren=siren,
            rna=rna,
            website=website,
        )
        organisation.moved(None, OrganisationState.DECLARED, by=by, at=now)
        organisation.record(
            OrganisationDeclared(
                organisation=organisation.id, slug=slug, name=organisation.name, kind=organisation.category
            )
        )
        return organisation

    def verify(self, *, by: Actor, now: datetime) -> None:
        """Staff confirm that the organisation is what it says."""
        self._move(OrganisationState.VERIFIED, by, now)
        self.record(OrganisationVerified(organisation=self.id, slug=self.slug, name=self.name, kind=self.category))

    def suspend(self, reason: str, *, by: Actor, now: datetime) -> None:
        """Staff take the organisation out of what is going on, until it is verified again."""
        self._move(OrganisationState.SUSPENDED, by, now, reason)
        self.record(OrganisationSuspended(organisation=self.id, slug=self.slug))

    def close(self, reason: str, *, by: Actor, now: datetime) -> None:
        """The organisation exists no more."""
        self._move(OrganisationState.CLOSED, by, now, reason)
        self.record(OrganisationClosed(organisation=self.id, slug=self.slug))

    def is_administered_by(self, actor: Actor) -> bool:
        """Whether the actor may act for the organisation itself (grant mandates)."""
        return Grant("ORG_ADMIN", self.subject) in actor.grants

    def allowed_transitions(self) -> list[Transition]:
        """Every other state, and why it cannot be reached now if it cannot."""
        return [Transition(to, self._blockers(to)) for to in WAYS]

    def _blockers(self, to: OrganisationState) -> tuple[Blocker, ...]:
        if self.state in WAYS[to]:
            return ()
        return (Blocker("ILLEGAL_TRANSITION", f"A {self.state} organisation cannot become {to}."),)

    def _move(self, to: OrganisationState, by: Actor, now: datetime, reason: str | None = None) -> None:
        blockers = self._blockers(to)
        if blockers:
            raise BrokenRule(
                "ILLEGAL_TRANSITION",
                "organisation.illegal_transition",
                blockers[0].message,
                blocked_by=blockers,
                values={"from": self.state, "to": to.value},
            )
        before, self.state = self.state, to.value
        self.moved(before, to, by=by, at=now, reason=reason)
