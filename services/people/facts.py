"""What the people service tells the others. Ids, codes and public names of organisations; nothing of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact


@dataclass(frozen=True, kw_only=True)
class PersonKnown(Fact):
    """Somebody signed in for the first time."""

    type: ClassVar[str] = "person.known"
    person: UUID


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Fact):
    """Somebody's name, address or language changed at the identity provider; what to is not told."""

    type: ClassVar[str] = "person.changed"
    person: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErasureStarted(Fact):
    """Somebody is to be named nowhere any more; every service erases and answers ``person.erased_in``."""

    type: ClassVar[str] = "person.erasure_started"
    person: UUID
    request: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """Every service has answered: the erasure is complete."""

    type: ClassVar[str] = "person.erased"
    person: UUID
    request: UUID


@dataclass(frozen=True, kw_only=True)
class OrganisationDeclared(Fact):
    """An organisation was declared; staff have not verified it yet."""

    type: ClassVar[str] = "organisation.declared"
    organisation: UUID
    slug: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class OrganisationVerified(Fact):
    """Staff verified that an organisation is what it says."""

    type: ClassVar[str] = "organisation.verified"
    organisation: UUID
    slug: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class OrganisationSuspended(Fact):
    """Staff suspended an organisation."""

    type: ClassVar[str] = "organisation.suspended"
    organisation: UUID
    slug: str


@dataclass(frozen=True, kw_only=True)
class OrganisationClosed(Fact):
    """An organisation exists no more."""

    type: ClassVar[str] = "organisation.closed"
    organisation: UUID
    slug: str


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Fact):
    """A person was given a role over a scope (``incubator/<id>``; none: the whole network)."""

    type: ClassVar[str] = "role.granted"
    grant: UUID
    person: UUID
    role: str
    scope: str | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Fact):
    """A role was taken back."""

    type: ClassVar[str] = "role.revoked"
    grant: UUID
    person: UUID
    role: str
    scope: str | None


@dataclass(frozen=True, kw_only=True)
class MandateGranted(Fact):
    """A person may speak for an organisation in a coalition from a day on."""

    type: ClassVar[str] = "mandate.granted"
    mandate: UUID
    person: UUID
    organisation: UUID
    coalition: UUID
    mandate_kind: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, kw_only=True)
class MandateEnded(Fact):
    """A person no longer speaks for an organisation; ``reason`` is EXPIRED or REVOKED."""

    type: ClassVar[str] = "mandate.ended"
    mandate: UUID
    person: UUID
    organisation: UUID
    coalition: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ThemeRecorded(Fact):
    """A theme of the taxonomy came to be, or its labels changed."""

    type: ClassVar[str] = "theme.recorded"
    theme: str
    label_fr: str
    label_en: str
