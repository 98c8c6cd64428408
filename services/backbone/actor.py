"""Who is asking, and with which grants. Pure: the domain decides with it, the wire fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.backbone.rules import BrokenRule


class ActorKind(StrEnum):
    ANONYMOUS = "ANONYMOUS"
    PERSON = "PERSON"
    CLIENT = "CLIENT"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True)
class Grant:
    """A role held over a scope such as ``incubator/<id>``; a scope of None is the whole network."""

    role: str
    scope: str | None = None


@dataclass(frozen=True)
class Actor:
    """The one on whose behalf something is done; a service itself is SYSTEM."""

    kind: ActorKind
    id: UUID | None = None
    grants: frozenset[Grant] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.kind is not ActorKind.ANONYMOUS

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    @property
    def is_admin(self) -> bool:
        """ADMIN may do everything but vote, sign and approve (domain.md section 2)."""
        return self.is_system or Grant("ADMIN") in self.grants

    def has(self, role: str, scope: str | None = None) -> bool:
        """Whether the role is held over this very scope; global roles are asked for without one."""
        return Grant(role, scope) in self.grants

    def scopes(self, role: str) -> frozenset[str]:
        """The scopes over which a role is held."""
        return frozenset(grant.scope for grant in self.grants if grant.role == role and grant.scope is not None)


ANONYMOUS = Actor(ActorKind.ANONYMOUS)
SYSTEM = Actor(ActorKind.SYSTEM)

#: The coarse question that every entry point answers before anything else is looked at.
Allow = Callable[[Actor], bool]


def anyone(actor: Actor) -> bool:
    """Open to all; what is shown still depends on who asks."""
    return True


def signed_in(actor: Actor) -> bool:
    """Open to a person, an API client or the network itself."""
    return actor.signed_in


def administrators(actor: Actor) -> bool:
    """Open to global administrators and the network itself."""
    return actor.is_admin


def the_network(actor: Actor) -> bool:
    """Open only to the network itself (jobs, imports, the gateway)."""
    return actor.is_system


def service_actor(name: str) -> Actor:
    """Another service that asks for itself: not signed in, with nothing but its name."""
    return Actor(ActorKind.ANONYMOUS, None, frozenset({Grant("SERVICE", name)}))


def the_service(name: str) -> Allow:
    """Open only to that service, which signed the passport itself."""

    def allow(actor: Actor) -> bool:
        return actor.id is None and actor.has("SERVICE", name)

    return allow


def person_of(actor: Actor) -> UUID:
    """The person who acts, or a refusal: some acts are never those of a client or a job."""
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        raise BrokenRule("UNAUTHENTICATED", "actor.sign_in_first", "Sign in as a person to do this.")
    return actor.id
