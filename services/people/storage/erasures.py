"""Erasures of persons, and which services have answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.people.storage.tables import erasure_answers, erasures


class SqlErasures:
    """One row for each erasure, one for each answer to it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def start(self, request: UUID, person: UUID, now: datetime) -> None:
        """An erasure begins."""
        self.session.execute(erasures.insert().values(id=request, person=person, started_at=now))

    def answer(
        self, request: UUID, service: str, *, counts: Mapping[str, int], kept: Mapping[str, int], now: datetime
    ) -> frozenset[str]:
        """Keep a service's answer. Answers which services have answered by now."""
        self.session.execute(
            erasure_answers.insert().values(
                erasure=request, service=service, counts=dict(counts), kept=dict(kept), answered_at=now
            )
        )
        answered = select(erasure_answers.c.service).where(erasure_answers.c.erasure == request)
        return frozenset(self.session.scalars(answered))

    def complete(self, request: UUID, now: datetime) -> None:
        """Everybody has answered."""
        self.session.execute(erasures.update().where(erasures.c.id == request).values(completed_at=now))
