"""Keep a fact."""

from __future__ import annotations

from services.journal.domain.entry import Entry
from services.journal.received import Anything
from services.journal.use_cases.ports import JournalWork


def keep_entry(fact: Anything, work: JournalWork) -> None:
    """One entry for each fact, whoever told it and however often it comes."""
    if work.cause is not None:
        work.entries.keep(Entry.of(work.cause))
