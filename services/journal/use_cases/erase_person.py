"""Name a person no more."""

from __future__ import annotations

from services.backbone.erasure import ErasedPerson, ErasureStarted
from services.journal.received import Anything
from services.journal.use_cases.keep_entry import keep_entry
from services.journal.use_cases.ports import JournalWork


def erase_person(fact: ErasureStarted, work: JournalWork) -> None:
    """In every entry that names the person a new id stands, which is nobody's; so it will in those that come late.

    Entries stay: what happened has happened, and others acted on it.
    """
    counts = work.entries.forget(fact.person, work.now) + work.roles.drop_all_of(fact.person)
    keep_entry(Anything(), work)
    work.tell_of(ErasedPerson.answering(fact, "journal", counts=counts, kept={}))
