"""The post as the service's methods use it: which way out there is follows from the settings."""

from __future__ import annotations

import os
from pathlib import Path

from services.backbone.asking import Asking
from services.backbone.settings import MissingSetting
from services.events.post.address_book import PeopleService
from services.events.post.postman import Postman
from services.events.post.senders import LogSender, NoAddresses, SmtpSender

PUBLIC_URL = "http://127.0.0.1:8080"
MAIL_FROM = "Maillage <maillage@localhost>"


def open_post() -> Postman:
    """By e-mail where a mail server is set (``MAILLAGE_SMTP_URL``), into the log elsewhere.

    ``MAILLAGE_MAIL_FROM`` is the sender, ``MAILLAGE_PUBLIC_URL`` the gateway's address in links, and
    ``MAILLAGE_SERVICE_KEY`` the key with which this service asks people for addresses.
    """
    public_url = os.environ.get("MAILLAGE_PUBLIC_URL", PUBLIC_URL).rstrip("/")
    server = os.environ.get("MAILLAGE_SMTP_URL", "")
    if not server:
        return Postman(LogSender(), NoAddresses(), public_url)
    key = os.environ.get("MAILLAGE_SERVICE_KEY", "")
    if not key:
        raise MissingSetting("MAILLAGE_SERVICE_KEY is not set: letters by e-mail need addresses; see .env.example.")
    addresses = PeopleService(Asking(os.environ["MAILLAGE_AMQP_URL"], "events", Path(key)))
    return Postman(SmtpSender(server, os.environ.get("MAILLAGE_MAIL_FROM", MAIL_FROM)), addresses, public_url)
