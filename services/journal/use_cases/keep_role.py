"""Keep who holds which role, for the journal decides by it who sees what."""

from __future__ import annotations

from services.journal.received import Anything, RoleGranted, RoleRevoked
from services.journal.use_cases.keep_entry import keep_entry
from services.journal.use_cases.ports import JournalWork


def keep_role(fact: RoleGranted, work: JournalWork) -> None:
    """Facts come as they come here: a role that is known to have been taken back is not given again."""
    keep_entry(Anything(), work)
    if not work.entries.tell_of("role.revoked", fact.grant):
        work.roles.keep(fact)


def drop_role(fact: RoleRevoked, work: JournalWork) -> None:
    """Nobody sees more by this role any more."""
    keep_entry(Anything(), work)
    work.roles.drop(fact.grant)
