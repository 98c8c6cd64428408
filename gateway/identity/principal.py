"""Who is asking, as far as the gateway knows: the services decide what that allows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Principal:
    """The one who asks. ``id`` is the person's in the people service; ``roles`` are global ones only.

    What a client's key allows: ``read_only`` is to command nothing, ``trusted_only`` to send registered documents only.
    ``until`` (seconds since 1970) is when the token ends by which the principal is known, None for never.
    """

    kind: str
    id: str | None = None
    roles: frozenset[str] = frozenset()
    read_only: bool = False
    trusted_only: bool = False
    until: float | None = field(default=None, compare=False)

    @property
    def signed_in(self) -> bool:
        return self.kind != "ANONYMOUS"

    @property
    def name(self) -> str | None:
        """What distinguishes this caller from others; None for nobody in particular."""
        return f"{self.kind}/{self.id}" if self.signed_in else None


ANONYMOUS = Principal("ANONYMOUS")
#: The gateway itself: it signs people in.
THE_NETWORK = Principal("SYSTEM")
