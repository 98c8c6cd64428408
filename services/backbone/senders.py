"""Who sent a message, as the broker vouches for it.

Each process writes its own name on what it publishes (the property ``user_id``). The broker closes the channel of who
writes a name that is not its account's, so a message bears the name of its sender or none. A message says who sent it
for as long as it lives: what the broker itself moves, such as a dead letter, keeps the name.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

GATEWAY = "gateway"
#: The operator's account: calls as the gateway does, and sends back what was set aside.
CLI = "cli"


def relay_of(service: str) -> str:
    """Who tells a service's facts."""
    return f"{service}-relay"


def sender_of(message: Any) -> str | None:
    """The account that published a message; None when it did not say."""
    name = message.properties.get("user_id")
    return name if isinstance(name, str) else None


def may_tell(sender: str | None, source: str) -> bool:
    """Whether this account is believed to tell facts of this service."""
    return sender in (relay_of(source), CLI)


def may_call(sender: str | None, services: Container[str]) -> bool:
    """Whether this account may call a service that answers these services' own questions."""
    return sender in (GATEWAY, CLI) or sender in services
