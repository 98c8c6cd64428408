"""A position: a text that the members of a coalition draft, amend, decide, sign and publish together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import Transition, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.amendment import Amendment
from services.coalitions.domain.ballot import Ballot
from services.coalitions.domain.coalition import Coalition, CoalitionState
from services.coalitions.domain.evidence import Evidence, EvidenceKind
from services.coalitions.domain.follow_up import Delivery, Reply, WeakenedEvidence
from services.coalitions.domain.following import Following
from services.coalitions.domain.numbers import COALITION, POSITION
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position_parts import DECIDED_STATES, PUBLIC_STATES, Editor, PositionKind, PositionState
from services.coalitions.domain.position_record import PositionRecord
from services.coalitions.domain.signature import Signature
from services.coalitions.domain.text import Paragraph, TextVersion
from services.coalitions.domain.text_rules import checked_language, checked_text, checked_themes
from services.coalitions.domain.transitions import transition

BEFORE_ADOPTION = (
    PositionState.DRAFT,
    PositionState.AMENDMENT,
    PositionState.CONSOLIDATION,
    PositionState.DECISION,
    PositionState.RETURNED,
)


@dataclass(eq=False, kw_only=True)
class Position(Following):
    """``paragraphs`` is the text as it reads now, ``texts`` the versions that were frozen on the way.

    ``language`` is that of the text, None when nobody said it. ``concerns`` is what the decision acts on: the position
    that it retracts, the organisation that it expels, the coalition that it closes; it is said in the draft, so that
    everybody knows what is decided.
    """

    kind: ClassVar[str] = "position"

    id: UUID
    version: int = 0
    slug: str
    coalition: UUID
    visibility: str
    position_kind: str
    decision_class: str
    title: str
    summary: str = ""
    themes: list[str]
    paragraphs: list[Paragraph] = field(default_factory=list)
    last_paragraph: int = 0
    text_version: int = 0
    texts: list[TextVersion] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    cited: list[UUID] = field(default_factory=list)
    no_evidence_reason: str | None = None
    language: str | None = None
    concerns: UUID | None = None
    editors: list[Editor] = field(default_factory=list)
    state: str = PositionState.DRAFT
    drafted_at: datetime
    amendments: list[Amendment] = field(default_factory=list)
    amendments_close_at: datetime | None = None
    amendments_extended: bool = False
    no_amendment: list[UUID] = field(default_factory=list)
    open_pids: list[str] | None = None
    ballots: list[Ballot] = field(default_factory=list)
    decision_close_at: datetime | None = None
    signatures: list[Signature] = field(default_factory=list)
    sign_off_closes_at: datetime | None = None
    embargo_until: datetime | None = None
    supersedes: UUID | None = None
    published_at: datetime | None = None
    retraction: str | None = None
    members_counted: int | None = None
    replies: list[Reply] = field(default_factory=list)
    weakened: list[WeakenedEvidence] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    @classmethod
    def draft(
        cls,
        coalition: Coalition,
        *,
        slug: str,
        kind: PositionKind,
        decision_class: DecisionClass,
        title: str,
        editors: list[Editor],
        by: Actor,
        now: datetime,
        summary: str = "",
        themes: list[str] | None = None,
        paragraphs: list[str] | None = None,
        evidence: list[Evidence] | None = None,
        no_evidence_reason: str | None = None,
        embargo_until: datetime | None = None,
        supersedes: UUID | None = None,
        language: str | None = None,
        concerns: UUID | None = None,
    ) -> Position:
        """A new position in DRAFT, on the coalition's themes unless others are named."""
        refuse_unless(
            coalition.state in (CoalitionState.ACTIVE, CoalitionState.DORMANT),
            "ILLEGAL_TRANSITION",
            "position.coalition_not_active",
            "Positions are drafted in a coalition that is active.",
        )
        position = cls(
            id=new_id(),
            slug=slug,
            coalition=coalition.id,
            visibility=coalition.visibility,
            position_kind=kind,
            decision_class=decision_class,
            title=title,
            themes=list(coalition.themes),
            editors=editors,
            drafted_at=now,
            embargo_until=embargo_until,
            supersedes=supersedes,
            concerns=concerns,
        )
        position._write(
            title=title,
            summary=summary,
            themes=coalition.themes if themes is None else themes,
            paragraphs=[("", text) for text in paragraphs or []],
            evidence=evidence or [],
            no_evidence_reason=no_evidence_reason,
            language=language,
        )
        position.moved(None, PositionState.DRAFT, by=by, at=now)
        position.record(
            facts.PositionDrafted(**position.told, position_kind=kind.value, decision_class=decision_class.value)
        )
        return position

    @classmethod
    def from_record(
        cls, coalition: Coalition, record: PositionRecord, *, slug: str, by: Actor, now: datetime
    ) -> Position:
        """A position that was published before it came here, as its record tells it."""
        record.check(now)
        position = cls(
            id=new_id(),
            slug=slug,
            coalition=coalition.id,
            visibility=coalition.visibility,
            position_kind=record.kind,
            decision_class=record.decision_class,
            title=record.title,
            themes=list(record.themes),
            state=PositionState.PUBLISHED,
            drafted_at=record.published_at,
        )
        position._keep(record, now)
        position.moved(None, PositionState.PUBLISHED, by=by, at=record.published_at, rule="position.record")
        position.record(
            facts.PositionPublished(**position.told, **position.signed, cited=list(position.cited), recorded=True)
        )
        return position

    def take_record(self, record: PositionRecord, *, now: datetime) -> bool:
        """Bring a recorded position up to its record; whether anything changed. What moved on here is kept."""
        refuse_unless(
            self.members_counted is not None,
            "DUPLICATE",
            "position.not_a_record",
            f"{self.slug} went its way here; no record changes it.",
            field="slug",
            slug=self.slug,
        )
        self._refuse_state([PositionState.PUBLISHED], "be recorded anew")
        record.check(now)
        before = self._as_recorded()
        self._keep(record, now)
        changed = self._as_recorded() != before
        if changed:
            self.record(facts.PositionRecorded(**self.told, **self.signed, cited=list(self.cited)))
        return changed

    def _keep(self, record: PositionRecord, now: datetime) -> None:
        before = list(self.paragraphs)
        self._write(
            title=record.title,
            summary=record.summary,
            themes=record.themes,
            paragraphs=record.paragraphs_kept(before),
            evidence=record.evidence,
            no_evidence_reason=None,
            language=record.language,
        )
        self.position_kind, self.decision_class = record.kind, record.decision_class
        self.published_at, self.members_counted = record.published_at, record.members
        if self.paragraphs != before:
            self.text_version += 1
            self._freeze(now if before else record.published_at)
        self.keep_signatories(record)

    def _as_recorded(self) -> tuple[object, ...]:
        text = (self.title, self.summary, self.paragraphs, self.language)
        written = (*text, self.themes, self.evidence, self.position_kind)
        signed = sorted((one.organisation, one.state, one.reservation) for one in self.signatures)
        return (*written, self.decision_class, self.published_at, self.members_counted, signed)

    def edit(
        self,
        coalition: Coalition,
        *,
        by: Actor,
        title: str | None = None,
        summary: str | None = None,
        themes: list[str] | None = None,
        paragraphs: list[tuple[str, str]] | None = None,
        evidence: list[Evidence] | None = None,
        no_evidence_reason: str | None = None,
        language: str | None = None,
        editors: list[Editor] | None = None,
    ) -> None:
        """New words while it is a draft. A paragraph is (pid, text): a known pid is kept, an empty one is given out."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.DRAFT], "be edited")
        self._write(
            title=self.title if title is None else title,
            summary=self.summary if summary is None else summary,
            themes=self.themes if themes is None else themes,
            paragraphs=[(one.pid, one.text) for one in self.paragraphs] if paragraphs is None else paragraphs,
            evidence=self.evidence if evidence is None else evidence,
            no_evidence_reason=self.no_evidence_reason if no_evidence_reason is None else no_evidence_reason,
            language=self.language if language is None else language,
        )
        if editors is not None:
            refuse_unless(
                bool(editors), "VALIDATION", "position.editor_required", "A position has an editor.", field="editors"
            )
            self.editors = editors
        self.record(facts.PositionEdited(**self.told))

    def _write(
        self,
        *,
        title: str,
        summary: str,
        themes: list[str],
        paragraphs: list[tuple[str, str]],
        evidence: list[Evidence],
        no_evidence_reason: str | None,
        language: str | None,
    ) -> None:
        self.title = checked_text("position", "title", title, at_most=POSITION.title_at_most)
        self.summary = checked_text("position", "summary", summary, at_most=POSITION.summary_at_most, at_least=0)
        self.themes = checked_themes("position", themes, at_most=COALITION.themes_at_most)
        self.paragraphs = [self._paragraph(pid, text) for pid, text in paragraphs]
        refuse_unless(
            len({one.pid for one in self.paragraphs}) == len(self.paragraphs),
            "VALIDATION",
            "position.paragraph_twice",
            "A paragraph stands in the text once.",
            field="paragraphs",
        )
        self.evidence = list(evidence)
        self.cited = [UUID(one.ref) for one in evidence if one.kind == EvidenceKind.PROJECT]
        self.no_evidence_reason = no_evidence_reason
        self.language = checked_language("position", language)

    def _paragraph(self, pid: str, text: str) -> Paragraph:
        words = checked_text("position", "paragraph", text, at_most=POSITION.paragraph_at_most)
        if not pid:
            self.last_paragraph += 1
            return Paragraph(f"p{self.last_paragraph}", words)
        refuse_unless(
            any(one.pid == pid for one in self.paragraphs),
            "VALIDATION",
            "position.no_such_paragraph",
            f"The text has no paragraph {pid}.",
            field="paragraphs",
            pid=pid,
        )
        return Paragraph(pid, words)

    def abandon(self, coalition: Coalition, *, reason: str, by: Actor, now: datetime) -> None:
        """Give up before adoption."""
        self.may_abandon(coalition, by)
        words = checked_text("position", "reason", reason, at_most=1_000)
        if self.current_ballot is not None:
            self.current_ballot.give_up(now)
        self._become(PositionState.ABANDONED, by=by, now=now, reason=words)
        self.record(facts.PositionAbandoned(**self.told))

    def may_abandon(self, coalition: Coalition, by: Actor) -> None:
        """The guard of -> ABANDONED."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state(BEFORE_ADOPTION, "be abandoned")

    @property
    def is_public(self) -> bool:
        """Whether it is shown to all who see its coalition."""
        return self.state in PUBLIC_STATES

    def decides(self, coalition: UUID, decision_class: DecisionClass, concerning: UUID | None = None) -> bool:
        """Whether this position is an adopted decision of that coalition and class, about just that thing."""
        same = self.coalition == coalition and self.decision_class == decision_class and self.concerns == concerning
        return same and self.state in DECIDED_STATES

    def allowed_transitions(self, coalition: Coalition, now: datetime, actor: Actor) -> list[Transition]:
        """The states that follow the present one, and what stands in the way of each."""
        guards = {
            PositionState.AMENDMENT: lambda: self.may_open_amendments(coalition, actor),
            PositionState.CONSOLIDATION: lambda: self.may_consolidate(coalition, actor, now),
            PositionState.DECISION: lambda: self.may_open_ballot(coalition, actor),
            PositionState.ADOPTED: lambda: self.may_close_ballot(now),
            PositionState.PUBLISHED: lambda: self.may_publish(coalition, actor, now),
            PositionState.ABANDONED: lambda: self.may_abandon(coalition, actor),
        }
        return [transition(state, guards[state]) for state in FOLLOWING.get(PositionState(self.state), ())]


FOLLOWING = {
    PositionState.DRAFT: (PositionState.AMENDMENT, PositionState.ABANDONED),
    PositionState.AMENDMENT: (PositionState.CONSOLIDATION, PositionState.ABANDONED),
    PositionState.CONSOLIDATION: (PositionState.DECISION, PositionState.ABANDONED),
    PositionState.DECISION: (PositionState.ADOPTED, PositionState.ABANDONED),
    PositionState.RETURNED: (PositionState.AMENDMENT, PositionState.CONSOLIDATION, PositionState.ABANDONED),
    PositionState.SIGN_OFF: (PositionState.PUBLISHED,),
}
