"""What a position is made of, and what its behaviours share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.backbone.rules import not_found, refuse_unless
from services.coalitions.domain.amendment import Amendment
from services.coalitions.domain.ballot import Ballot, BallotState
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.evidence import Evidence
from services.coalitions.domain.follow_up import Reply
from services.coalitions.domain.permissions import convenes
from services.coalitions.domain.signature import Signature
from services.coalitions.domain.text import Paragraph, TextVersion
from services.coalitions.domain.transitions import refuse_illegal


class PositionKind(StrEnum):
    PAPER = "PAPER"
    OPEN_LETTER = "OPEN_LETTER"
    STATEMENT = "STATEMENT"
    CONSULTATION_REPLY = "CONSULTATION_REPLY"


class PositionState(StrEnum):
    DRAFT = "DRAFT"
    AMENDMENT = "AMENDMENT"
    CONSOLIDATION = "CONSOLIDATION"
    DECISION = "DECISION"
    ADOPTED = "ADOPTED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    SIGN_OFF = "SIGN_OFF"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    RETRACTED = "RETRACTED"
    ABANDONED = "ABANDONED"


#: From publication on a position is shown to all who see its coalition.
PUBLIC_STATES = frozenset({PositionState.PUBLISHED, PositionState.SUPERSEDED, PositionState.RETRACTED})
#: A position in one of these was adopted, and so may be named as the decision of its coalition.
DECIDED_STATES = frozenset({PositionState.ADOPTED, PositionState.SIGN_OFF, PositionState.PUBLISHED})


@dataclass(frozen=True, kw_only=True)
class Editor:
    """A person who writes the position, and the organisation for which they do."""

    person: UUID
    organisation: UUID | None


class PositionParts(Aggregate):
    """The attributes of a position, declared for its behaviours; ``Position`` holds them."""

    slug: str
    coalition: UUID
    visibility: str
    title: str
    themes: list[str]
    decision_class: str
    state: str
    paragraphs: list[Paragraph]
    text_version: int
    texts: list[TextVersion]
    evidence: list[Evidence]
    cited: list[UUID]
    editors: list[Editor]
    amendments: list[Amendment]
    amendments_close_at: datetime | None
    amendments_extended: bool
    no_amendment: list[UUID]
    open_pids: list[str] | None
    decision_close_at: datetime | None
    ballots: list[Ballot]
    signatures: list[Signature]
    sign_off_closes_at: datetime | None
    embargo_until: datetime | None
    replies: list[Reply]

    @property
    def told(self) -> dict[str, Any]:
        """What every fact of this position says of it."""
        return {
            "position": self.id,
            "slug": self.slug,
            "title": self.title,
            "coalition": self.coalition,
            "themes": list(self.themes),
            "visibility": self.visibility if self.state in PUBLIC_STATES else "PRIVATE",
        }

    @property
    def current_ballot(self) -> Ballot | None:
        """The ballot that is open, or will be."""
        return next((ballot for ballot in self.ballots if ballot.state != BallotState.CLOSED), None)

    def is_editor(self, actor: Actor) -> bool:
        return actor.id is not None and any(editor.person == actor.id for editor in self.editors)

    def amendment(self, identity: UUID) -> Amendment:
        """The amendment with this id, or NOT_FOUND."""
        for amendment in self.amendments:
            if amendment.id == identity:
                return amendment
        raise not_found("amendment", identity)

    def leads(self, by: Actor, coalition: Coalition) -> bool:
        """Whether the actor moves the position along: an editor, or who runs the coalition's agenda."""
        return self.is_editor(by) or convenes(by, coalition)

    def _refuse_unless_led(self, by: Actor, coalition: Coalition) -> None:
        refuse_unless(
            self.leads(by, coalition),
            "FORBIDDEN",
            "position.editors_only",
            "Only an editor of the position or the convener of its coalition may do this.",
        )

    def _refuse_state(self, legal: Iterable[PositionState], act: str) -> None:
        refuse_illegal("position", self.state, legal, act)

    def _become(
        self, state: PositionState, *, by: Actor, now: datetime, rule: str | None = None, reason: str | None = None
    ) -> None:
        self.moved(self.state, state, by=by, at=now, rule=rule, reason=reason)
        self.state = state

    def _freeze(self, now: datetime) -> None:
        self.texts.append(
            TextVersion(
                id=new_id(),
                position=self.id,
                number=self.text_version,
                paragraphs=list(self.paragraphs),
                frozen_at=now,
            )
        )
