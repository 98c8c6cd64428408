"""Ways out for a letter: by e-mail, or into the log where nobody has an address."""

from __future__ import annotations

import smtplib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from services.backbone.logs import log
from services.events.post.letters import Letter

SMTP_WITHIN = 20.0


class NotSent(Exception):
    """A letter that did not leave; ``for_good`` when trying again cannot help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True)
class Contact:
    """Where a person is reached, and in which language."""

    address: str
    language: str


class AddressBook(Protocol):
    """Who knows where people are reached. Addresses are asked for when a letter leaves, and kept nowhere here."""

    def contacts(self, persons: Collection[UUID]) -> dict[UUID, Contact]:
        """Those of them who are known."""


class Sender(Protocol):
    """A way out."""

    def send(self, letter: Letter, contact: Contact | None) -> None:
        """Send it, or NotSent."""


class NoAddresses:
    """Nobody is reached anywhere: enough for the log."""

    def contacts(self, persons: Collection[UUID]) -> dict[UUID, Contact]:
        return {}


class LogSender:
    """Writes into the log that a letter would have left: which, to whom by id, never what it says."""

    def send(self, letter: Letter, contact: Contact | None) -> None:
        log().info("letter", notice=str(letter.identity), kind=letter.kind, person=str(letter.person))


class SmtpSender:
    """Sends by a mail server: ``smtp://user:password@host:port`` (STARTTLS when offered), or ``smtps://``."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    def send(self, letter: Letter, contact: Contact | None) -> None:
        if contact is None:
            raise NotSent("no address is known", for_good=True)
        try:
            with _connected(self._server.scheme, self._server.hostname or "", self._server.port) as server:
                if self._server.username:
                    server.login(unquote(self._server.username), unquote(self._server.password or ""))
                server.send_message(message_of(letter, contact, self._sender))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = {code for code, _ in refused.recipients.values()}
            raise NotSent("the address is refused", for_good=all(code >= 500 for code in codes)) from None
        except smtplib.SMTPResponseException as refused:
            raise NotSent(f"the server answers {refused.smtp_code}", for_good=refused.smtp_code >= 500) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(type(error).__name__) from None


def message_of(letter: Letter, contact: Contact, sender: str) -> EmailMessage:
    """The letter as an e-mail that can be unsubscribed from in one click (RFC 8058)."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = contact.address
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{letter.identity}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    message["Content-Language"] = letter.language  # setting the content drops what was said about it before
    return message


@contextmanager
def _connected(scheme: str, host: str, port: int | None) -> Iterator[smtplib.SMTP]:
    if scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SMTP_WITHIN)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=SMTP_WITHIN)
    with server:
        server.ehlo()
        if scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        yield server
