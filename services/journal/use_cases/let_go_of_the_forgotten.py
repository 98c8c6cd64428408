"""Let go of who was erased long ago."""

from __future__ import annotations

from datetime import timedelta

from services.journal.use_cases.ports import JournalWork

#: How long a fact that names an erased person may come late; facts are told for 7 days and replayed seldom.
LATE = timedelta(days=30)


def let_go_of_the_forgotten(work: JournalWork) -> int:
    """Who was erased is not even known as such any more."""
    return work.entries.let_go_of_the_forgotten(work.now - LATE)
