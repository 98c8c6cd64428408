"""The post as the service's methods use it: which way out there is follows from the settings."""

from __future__ import annotations

import os
from typing import Any

from nameko.extensions import DependencyProvider

from services.events.post.postman import Postman
from services.events.post.senders import LogSender, NoAddresses

PUBLIC_URL = "http://127.0.0.1:8080"


class Post(DependencyProvider):  # type: ignore[misc]
    """``post = Post()``: the log, until the people service answers addresses to the network (senders.AddressBook)."""

    def setup(self) -> None:
        public_url = os.environ.get("MAILLAGE_PUBLIC_URL", PUBLIC_URL).rstrip("/")
        self._postman = Postman(LogSender(), NoAddresses(), public_url)

    def get_dependency(self, worker_ctx: Any) -> Postman:
        return self._postman
