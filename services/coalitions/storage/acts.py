"""What one person did in coalitions, counted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, func, select
from sqlalchemy.orm import Session

from services.coalitions.storage.tables import amendments, coalitions, signatures, stances, statements

#: The code of what stays when a person is erased, and where the person stands in it.
_ACTS: dict[str, Column[UUID]] = {
    "stances_of_organisations": stances.c.person,
    "amendments_of_organisations": amendments.c.submitted_by,
    "signatures_of_organisations": signatures.c.signed_by,
    "statements_in_consultations": statements.c.author,
    "coalitions_convened": coalitions.c.convener,
}


class SqlActs:
    """Counts, by code."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, person: UUID) -> dict[str, int]:
        """How many of each the person did."""
        counted = {code: select(func.count()).where(column == person) for code, column in _ACTS.items()}
        return {code: self._session.scalar(query) or 0 for code, query in counted.items()}
