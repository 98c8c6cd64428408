"""Works the letters off: takes some, sends each, says what became of it. Between, the database is not kept waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.events.post.letters import letter_of
from services.events.post.senders import AddressBook, NotSent, Sender
from services.events.use_cases.ports import EventsWork

#: Runs a job in a transaction of its own (the desk's ``run_due``).
Run = Callable[[Callable[[Any], int]], int]


@dataclass(frozen=True)
class Postman:
    """A letter is taken (and that is committed), sent, and then marked; one that was taken and never marked, because
    the process died between, is taken again after a while and carries the same Message-ID."""

    sender: Sender
    addresses: AddressBook
    public_url: str

    def deliver(self, run: Run) -> int:
        """Send what is due. Answers how many letters left."""
        left = 0
        while taken := self._take(run):
            try:
                contacts = self.addresses.contacts({notice["person"] for notice in taken})
            except NotSent as unknown:
                for notice in taken:
                    self._failed(notice, unknown, run)
                continue
            left += sum(self._send(notice, contacts.get(notice["person"]), run) for notice in taken)
        return left

    def _take(self, run: Run) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = []

        def take_notices(work: EventsWork) -> int:
            taken.extend(work.notices.claim(work.now))
            return 0

        run(take_notices)
        return taken

    def _send(self, notice: dict[str, Any], contact: Any, run: Run) -> bool:
        language = contact.language if contact else "fr"
        try:
            self.sender.send(letter_of(notice, language, self.public_url), contact)
        except NotSent as failure:
            self._failed(notice, failure, run)
            return False

        def mark_sent(work: EventsWork) -> int:
            work.notices.sent(notice["id"], work.now)
            return 0

        run(mark_sent)
        return True

    def _failed(self, notice: dict[str, Any], failure: NotSent, run: Run) -> None:
        def mark_failed(work: EventsWork) -> int:
            work.notices.failed(notice["id"], work.now, str(failure), for_good=failure.for_good)
            return 0

        run(mark_failed)
