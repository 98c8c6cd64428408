"""What is told of a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact


@dataclass(frozen=True, kw_only=True)
class ConsultationFact(Fact):
    """Every fact of a consultation says which one it is, in which coalition, and who may see it."""

    consultation: UUID
    slug: str
    question: str
    coalition: UUID
    themes: list[str]
    visibility: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ConsultationRecorded(ConsultationFact):
    """A consultation held elsewhere was recorded, or its record changed."""

    type: ClassVar[str] = "consultation.recorded"


@dataclass(frozen=True, kw_only=True)
class ConsultationOpened(ConsultationFact):
    """A coalition asks people a question until the closing time."""

    type: ClassVar[str] = "consultation.opened"
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class StatementAdded(ConsultationFact):
    """A statement was added to a consultation."""

    type: ClassVar[str] = "consultation.statement_added"
    statement: UUID
    statement_state: str


@dataclass(frozen=True, kw_only=True)
class StatementModerated(ConsultationFact):
    """A statement was accepted or turned down."""

    type: ClassVar[str] = "consultation.statement_moderated"
    statement: UUID
    statement_state: str


@dataclass(frozen=True, kw_only=True)
class StatementsRecorded(ConsultationFact):
    """Statements made elsewhere were recorded."""

    type: ClassVar[str] = "consultation.statements_recorded"
    created: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class VotesCast(ConsultationFact):
    """People voted: ``voters`` people have ``votes`` votes that count, one each per statement."""

    type: ClassVar[str] = "consultation.votes_cast"
    voters: int
    votes: int


@dataclass(frozen=True, kw_only=True)
class ConsultationClosed(ConsultationFact):
    """The results of a consultation stand."""

    type: ClassVar[str] = "consultation.closed"
    voters: int
    votes: int
