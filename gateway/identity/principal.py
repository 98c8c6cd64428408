"""Who is asking, as far as the gateway knows: the services decide what that allows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """The one who asks. ``id`` is the person's in the people service; ``roles`` are global ones only."""

    kind: str
    id: str | None = None
    roles: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.kind != "ANONYMOUS"


ANONYMOUS = Principal("ANONYMOUS")
#: The gateway itself: it signs people in.
THE_NETWORK = Principal("SYSTEM")
