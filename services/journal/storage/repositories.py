"""Where the journal's use cases find things."""

from __future__ import annotations

from typing import Any

from services.backbone.work import Work
from services.journal.storage.entries import SqlEntries
from services.journal.storage.roles import SqlRoles


class SqlWork(Work):
    """A transaction of the journal."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.entries = SqlEntries(self.session)
        self.roles = SqlRoles(self.session)
