"""A connection to the broker for an operator's work."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import amqp


def connect(url: str, **options: Any) -> amqp.Connection:
    """An open connection to this address."""
    parts = urlsplit(url)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port or 5672}",
        userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        virtual_host=unquote(parts.path[1:]) or "/",
        connect_timeout=5,
        **options,
    )
    connection.connect()
    return connection
