"""A mail server of the tests' own, on a port of its own."""

from __future__ import annotations

import email
import email.policy
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from deploy.local import ports


@dataclass
class Mailbox:
    """What the server took, and what it answers to the next letters instead of taking them."""

    url: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    came: queue.SimpleQueue[EmailMessage] = field(default_factory=queue.SimpleQueue)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.came.put(message)
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server that runs within the block."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=ports.free_ports(1)[0])
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()
