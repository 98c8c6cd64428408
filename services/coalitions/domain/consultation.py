"""A consultation: an open question, short statements, and what every participant says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import Transition, not_found, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.coalition import Coalition, CoalitionState
from services.coalitions.domain.numbers import COALITION, CONSULTATION
from services.coalitions.domain.permissions import convenes, refuse_unless_convener
from services.coalitions.domain.text_rules import checked_text, checked_themes
from services.coalitions.domain.transitions import refuse_illegal, transition


class ConsultationState(StrEnum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class StatementState(StrEnum):
    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class Vote(StrEnum):
    """What a participant says of a statement."""

    AGREE = "AGREE"
    DISAGREE = "DISAGREE"
    PASS = "PASS"


@dataclass(eq=False, kw_only=True)
class Statement:
    """Part of its consultation. ``reference`` is its name in the records that it came from."""

    id: UUID
    consultation: UUID
    number: int
    reference: str | None
    body: str
    author: UUID | None
    state: str
    at: datetime


@dataclass(eq=False, kw_only=True)
class Consultation(Aggregate):
    """``voters`` people have ``votes`` votes that count: one each per statement, the last that they cast.

    The votes themselves are many and kept by the repository; the consultation knows how many there are.
    """

    kind: ClassVar[str] = "consultation"

    id: UUID
    version: int = 0
    slug: str
    coalition: UUID
    visibility: str
    question: str
    description: str = ""
    themes: list[str]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    state: str = ConsultationState.DRAFT
    voters: int = 0
    votes: int = 0
    statements: list[Statement] = field(default_factory=list)

    @classmethod
    def prepare(
        cls,
        coalition: Coalition,
        *,
        slug: str,
        question: str,
        description: str,
        themes: list[str] | None,
        by: Actor,
        now: datetime,
    ) -> Consultation:
        """A new consultation in DRAFT, on the coalition's themes unless others are named."""
        refuse_unless_convener(by, coalition)
        refuse_unless(
            by.is_system or coalition.state in (CoalitionState.ACTIVE, CoalitionState.DORMANT),
            "ILLEGAL_TRANSITION",
            "consultation.coalition_not_active",
            "A coalition consults people once it is active.",
        )
        consultation = cls(
            id=new_id(),
            slug=slug,
            coalition=coalition.id,
            visibility=coalition.visibility,
            question=question,
            themes=list(coalition.themes),
        )
        consultation._write(question, description, coalition.themes if themes is None else themes)
        consultation.moved(None, ConsultationState.DRAFT, by=by, at=now)
        return consultation

    @property
    def told(self) -> dict[str, Any]:
        """What every fact of this consultation says of it."""
        return {
            "consultation": self.id,
            "slug": self.slug,
            "question": self.question,
            "coalition": self.coalition,
            "themes": list(self.themes),
            "visibility": self.visibility if self.state != ConsultationState.DRAFT else "PRIVATE",
            "state": self.state,
        }

    def _write(self, question: str, description: str, themes: list[str]) -> None:
        self.question = checked_text("consultation", "question", question, at_most=CONSULTATION.question_at_most)
        self.description = checked_text(
            "consultation", "description", description, at_most=CONSULTATION.description_at_most, at_least=0
        )
        self.themes = checked_themes("consultation", themes, at_most=COALITION.themes_at_most)

    def open(self, coalition: Coalition, closes_at: datetime, *, by: Actor, now: datetime) -> None:
        """DRAFT -> OPEN until the closing time."""
        self.may_open(coalition, by)
        refuse_unless(
            closes_at > now,
            "VALIDATION",
            "consultation.closes_in_the_past",
            "A consultation closes after it opens.",
            field="closes_at",
        )
        self.opens_at, self.closes_at = now, closes_at
        self._become(ConsultationState.OPEN, by=by, now=now)
        self.record(facts.ConsultationOpened(**self.told, closes_at=closes_at))

    def may_open(self, coalition: Coalition, by: Actor) -> None:
        """The guard of DRAFT -> OPEN, but for the closing time."""
        refuse_unless_convener(by, coalition)
        refuse_illegal("consultation", self.state, [ConsultationState.DRAFT], "be opened")

    def close(self, coalition: Coalition, *, by: Actor, now: datetime) -> None:
        """OPEN -> CLOSED: by itself at the closing time, or earlier by the convener."""
        self.may_close(coalition, by)
        self.closes_at = min(now, self.closes_at or now)
        self._become(ConsultationState.CLOSED, by=by, now=now)
        self.record(facts.ConsultationClosed(**self.told, voters=self.voters, votes=self.votes))

    def may_close(self, coalition: Coalition, by: Actor) -> None:
        """The guard of OPEN -> CLOSED."""
        refuse_unless_convener(by, coalition)
        refuse_illegal("consultation", self.state, [ConsultationState.OPEN], "be closed")

    def add_statement(self, coalition: Coalition, body: str, *, by: Actor, now: datetime) -> Statement:
        """A participant's statement waits for moderation; the convener's own stands at once."""
        refuse_unless(by.signed_in, "UNAUTHENTICATED", "consultation.sign_in_to_take_part", "Sign in to take part.")
        convened = convenes(by, coalition)
        if not (convened and self.state == ConsultationState.DRAFT):
            self._refuse_unless_open("receive statements", now)
        statement = self._state(
            body,
            reference=None,
            author=by.id,
            state=StatementState.ACCEPTED if convened else StatementState.PENDING,
            at=now,
            at_most=CONSULTATION.statement_at_most,
        )
        self.record(facts.StatementAdded(**self.told, statement=statement.id, statement_state=statement.state))
        return statement

    def moderate(
        self, coalition: Coalition, identity: UUID, *, accept: bool, reason: str | None, by: Actor, now: datetime
    ) -> Statement:
        """PENDING -> ACCEPTED | REJECTED, and back again while it is open."""
        refuse_unless_convener(by, coalition)
        refuse_illegal(
            "consultation", self.state, [ConsultationState.DRAFT, ConsultationState.OPEN], "have statements moderated"
        )
        statement = self.statement(identity)
        wanted = StatementState.ACCEPTED if accept else StatementState.REJECTED
        refuse_unless(
            statement.state != wanted,
            "ILLEGAL_TRANSITION",
            "statement.already_so",
            f"The statement is {wanted} already.",
            state=wanted.value,
        )
        subject = f"statement/{statement.id}"
        self.moved(statement.state, wanted, by=by, at=now, reason=reason, subject=subject)
        statement.state = wanted
        self.record(facts.StatementModerated(**self.told, statement=statement.id, statement_state=statement.state))
        return statement

    def refuse_votes(self, statements: Mapping[UUID, str | None], now: datetime) -> None:
        """Refuse votes that cannot be cast now: it is not open, or a statement is not up for a vote.

        ``statements`` are those voted on with the state of each, None for those that it does not have.
        """
        self._refuse_unless_open("receive votes", now)
        refuse_unless(
            bool(statements), "VALIDATION", "consultation.no_votes", "Name the statements voted on.", field="votes"
        )
        for identity, state in statements.items():
            if state is None:
                raise not_found("statement", identity)
            refuse_unless(
                state == StatementState.ACCEPTED,
                "VALIDATION",
                "statement.not_accepted",
                "Only accepted statements are voted on.",
                field="votes",
            )

    def count_votes(self, *, voters: int, votes: int) -> None:
        """``voters`` more people, ``votes`` more votes that count; a mind changed adds neither."""
        self.voters, self.votes = self.voters + voters, self.votes + votes
        self.record(facts.VotesCast(**self.told, voters=self.voters, votes=self.votes))

    def statement(self, identity: UUID) -> Statement:
        """The statement with this id, or NOT_FOUND."""
        for statement in self.statements:
            if statement.id == identity:
                return statement
        raise not_found("statement", identity)

    def allowed_transitions(self, coalition: Coalition, now: datetime, actor: Actor) -> list[Transition]:
        """The states that follow the present one, and what stands in the way of each."""
        if self.state == ConsultationState.DRAFT:
            return [transition(ConsultationState.OPEN, lambda: self.may_open(coalition, actor))]
        if self.state == ConsultationState.OPEN:
            return [transition(ConsultationState.CLOSED, lambda: self.may_close(coalition, actor))]
        return []

    # What was held elsewhere and is recorded here, history and all.

    def record_as(
        self,
        *,
        question: str,
        description: str,
        themes: list[str],
        state: ConsultationState,
        opens_at: datetime | None,
        closes_at: datetime | None,
        by: Actor,
        now: datetime,
    ) -> bool:
        """Take over what the records say of it. Answers whether anything changed; says so only then."""
        refuse_unless(
            opens_at is None or closes_at is None or opens_at <= closes_at,
            "VALIDATION",
            "consultation.dates_run_backward",
            "A consultation closes after it opens.",
            field="closes_at",
        )
        before = (self.question, self.description, list(self.themes), self.state, self.opens_at, self.closes_at)
        self._write(question, description, themes)
        self.opens_at, self.closes_at = opens_at, closes_at
        if state != self.state:
            self._become(state, by=by, now=now)
        after = (self.question, self.description, list(self.themes), self.state, self.opens_at, self.closes_at)
        changed = self.version == 0 or before != after
        if changed:
            self.record(facts.ConsultationRecorded(**self.told))
        return changed

    def record_statement(
        self, *, reference: str, body: str, state: StatementState, at: datetime
    ) -> tuple[Statement, str]:
        """Take over one statement by its reference. Answers it and CREATED, CHANGED or UNCHANGED."""
        present = next((one for one in self.statements if one.reference == reference), None)
        if present is None:
            limit = CONSULTATION.recorded_statement_at_most
            return self._state(body, reference=reference, author=None, state=state, at=at, at_most=limit), "CREATED"
        words = checked_text("statement", "body", body, at_most=CONSULTATION.recorded_statement_at_most)
        if (present.body, present.state, present.at) == (words, state, at):
            return present, "UNCHANGED"
        present.body, present.state, present.at = words, state, at
        return present, "CHANGED"

    def say_statements_recorded(self, *, created: int, changed: int) -> None:
        """Tell what a batch of recorded statements came to."""
        self.record(facts.StatementsRecorded(**self.told, created=created, changed=changed))

    def _state(
        self,
        body: str,
        *,
        reference: str | None,
        author: UUID | None,
        state: StatementState,
        at: datetime,
        at_most: int,
    ) -> Statement:
        statement = Statement(
            id=new_id(),
            consultation=self.id,
            number=len(self.statements) + 1,
            reference=reference,
            body=checked_text("statement", "body", body, at_most=at_most),
            author=author,
            state=state,
            at=at,
        )
        self.statements.append(statement)
        return statement

    def _refuse_unless_open(self, act: str, now: datetime) -> None:
        over = self.state == ConsultationState.CLOSED or (
            self.state == ConsultationState.OPEN and self.closes_at is not None and now >= self.closes_at
        )
        refuse_unless(not over, "DEADLINE_PASSED", "consultation.closed", "The consultation is closed.")
        refuse_illegal("consultation", self.state, [ConsultationState.OPEN], act)

    def _become(self, state: ConsultationState, *, by: Actor, now: datetime) -> None:
        self.moved(self.state, state, by=by, at=now)
        self.state = state
