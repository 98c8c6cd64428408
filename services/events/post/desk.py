"""The post as the service's methods use it: which way out there is follows from the settings."""

from __future__ import annotations

import os

from services.events.post.postman import Postman
from services.events.post.senders import LogSender, NoAddresses

PUBLIC_URL = "http://127.0.0.1:8080"


def open_post() -> Postman:
    """The log is the way out, until the people service answers addresses to the network (senders.AddressBook)."""
    public_url = os.environ.get("MAILLAGE_PUBLIC_URL", PUBLIC_URL).rstrip("/")
    return Postman(LogSender(), NoAddresses(), public_url)
