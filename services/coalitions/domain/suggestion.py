"""A suggestion: a project and a coalition on the same theme, brought to the notice of both. It never acts by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import derived_id
from services.backbone.rules import Transition, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.known_project import KnownProject
from services.coalitions.domain.numbers import SUGGESTION
from services.coalitions.domain.permissions import answers_suggestions
from services.coalitions.domain.transitions import refuse_illegal, transition


class SuggestionState(StrEnum):
    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    DISMISSED = "DISMISSED"
    EXPIRED = "EXPIRED"


class SuggestionAnswer(StrEnum):
    ACCEPTED = "ACCEPTED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The fact that made something happen: its id and type."""

    fact: UUID
    type: str


@dataclass(eq=False, kw_only=True)
class Suggestion(Aggregate):
    """One per project and coalition, for ever: its id is derived from both."""

    kind: ClassVar[str] = "suggestion"

    id: UUID
    version: int = 0
    coalition: UUID
    coalition_slug: str
    project: UUID
    project_slug: str
    project_name: str
    themes: list[str]
    cause: UUID | None
    cause_type: str | None
    state: str
    proposed_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    answered_by: UUID | None = None

    @classmethod
    def identity(cls, coalition: UUID, project: UUID) -> UUID:
        """The one id of the suggestion of this project to this coalition."""
        return derived_id(coalition, f"suggestion/{project}")

    @classmethod
    def propose(
        cls,
        coalition: Coalition,
        project: KnownProject,
        themes: list[str],
        cause: Cause | None,
        *,
        by: Actor,
        now: datetime,
    ) -> Suggestion:
        """Suggest the project on the themes that it shares with the coalition."""
        suggestion = cls(
            id=cls.identity(coalition.id, project.id),
            coalition=coalition.id,
            coalition_slug=coalition.slug,
            project=project.id,
            project_slug=project.slug,
            project_name=project.name,
            themes=themes,
            cause=None,
            cause_type=None,
            state=SuggestionState.PROPOSED,
            proposed_at=now,
            expires_at=now + SUGGESTION.lasts,
        )
        suggestion._propose(None, themes, cause, by=by, now=now)
        return suggestion

    def may_come_again(self, now: datetime) -> bool:
        """Whether it may be proposed anew: it lapsed unanswered, or the no is long enough ago."""
        if self.state == SuggestionState.EXPIRED:
            return True
        long_ago = self.answered_at is not None and now >= self.answered_at + SUGGESTION.silent_after_no
        return self.state == SuggestionState.DISMISSED and long_ago

    def propose_again(self, themes: list[str], cause: Cause | None, *, by: Actor, now: datetime) -> None:
        """EXPIRED | DISMISSED -> PROPOSED, when something new happened and the silence is over."""
        refuse_unless(
            self.may_come_again(now),
            "ILLEGAL_TRANSITION",
            "suggestion.stays_silent",
            "This suggestion was answered, and stays silent for now.",
        )
        self._propose(self.state, themes, cause, by=by, now=now)

    def answer(
        self,
        answer: SuggestionAnswer,
        coalition: Coalition,
        founders: list[UUID],
        *,
        reason: str | None,
        by: Actor,
        now: datetime,
    ) -> None:
        """PROPOSED -> ACCEPTED | DISMISSED, by the convener or a founder of the project."""
        self.may_answer(coalition, founders, by, now)
        self._become(SuggestionState(answer), by=by, now=now, reason=reason)
        self.answered_at, self.answered_by = now, by.id
        self.record(facts.SuggestionAnswered(**self.told, answer=answer.value))

    def may_answer(self, coalition: Coalition, founders: list[UUID], by: Actor, now: datetime) -> None:
        """The guard of PROPOSED -> ACCEPTED | DISMISSED."""
        refuse_unless(
            answers_suggestions(by, coalition, self.project, founders),
            "FORBIDDEN",
            "suggestion.convener_or_founder",
            "The convener of the coalition or a founder of the project answers a suggestion.",
        )
        refuse_illegal("suggestion", self.state, [SuggestionState.PROPOSED], "be answered")
        refuse_unless(now < self.expires_at, "DEADLINE_PASSED", "suggestion.expired", "The suggestion has expired.")

    def expire(self, *, by: Actor, now: datetime) -> None:
        """PROPOSED -> EXPIRED, when nobody answered."""
        refuse_illegal("suggestion", self.state, [SuggestionState.PROPOSED], "expire")
        self._become(SuggestionState.EXPIRED, by=by, now=now)
        self.record(facts.SuggestionExpired(**self.told))

    def allowed_transitions(
        self, coalition: Coalition, founders: list[UUID], now: datetime, actor: Actor
    ) -> list[Transition]:
        """What may become of it, and what stands in the way."""
        if self.state != SuggestionState.PROPOSED:
            return []
        return [
            transition(answer.value, lambda: self.may_answer(coalition, founders, actor, now))
            for answer in SuggestionAnswer
        ]

    @property
    def told(self) -> dict[str, Any]:
        """What every fact of this suggestion says of it."""
        return {
            "suggestion": self.id,
            "coalition": self.coalition,
            "coalition_slug": self.coalition_slug,
            "project": self.project,
            "project_slug": self.project_slug,
            "project_name": self.project_name,
            "themes": list(self.themes),
        }

    def _propose(self, before: str | None, themes: list[str], cause: Cause | None, *, by: Actor, now: datetime) -> None:
        self.themes, self.proposed_at, self.expires_at = themes, now, now + SUGGESTION.lasts
        self.cause, self.cause_type = (cause.fact, cause.type) if cause else (None, None)
        self.answered_at = self.answered_by = None
        self.moved(before, SuggestionState.PROPOSED, by=by, at=now, rule="suggestion.shared_theme")
        self.state = SuggestionState.PROPOSED
        self.record(facts.SuggestionProposed(**self.told, cause=self.cause, cause_type=self.cause_type))

    def _become(self, state: SuggestionState, *, by: Actor, now: datetime, reason: str | None = None) -> None:
        self.moved(self.state, state, by=by, at=now, reason=reason)
        self.state = state
