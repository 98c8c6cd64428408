"""How members change the text of a position: opening, submitting, supporting, deciding, consolidating."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import Blocker, BrokenRule, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.amendment import (
    ACCEPTED,
    Amendment,
    AmendmentState,
    Decision,
    Operation,
    collisions,
)
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.numbers import POSITION
from services.coalitions.domain.policy import Electorate
from services.coalitions.domain.position_parts import PositionParts, PositionState
from services.coalitions.domain.text import Paragraph, consolidated
from services.coalitions.domain.text_rules import checked_text


class Amending(PositionParts):
    """The behaviour of a position from DRAFT to the end of CONSOLIDATION."""

    no_evidence_reason: str | None

    def open_amendments(self, coalition: Coalition, closes_at: datetime, *, by: Actor, now: datetime) -> None:
        """DRAFT | RETURNED -> AMENDMENT: members may change the frozen text until the closing time."""
        self.may_open_amendments(coalition, by)
        refuse_unless(
            closes_at >= now + POSITION.amendments_last,
            "VALIDATION",
            "position.amendments_too_short",
            f"Amendments stay open for {POSITION.amendments_last.days} days or more.",
            field="closes_at",
            days=POSITION.amendments_last.days,
        )
        if self.state == PositionState.DRAFT:
            self.text_version = 1
            self._freeze(now)
        else:
            self.open_pids = self._blocked_pids()
        self.amendments_close_at, self.amendments_extended, self.no_amendment = closes_at, False, []
        self._become(PositionState.AMENDMENT, by=by, now=now)
        self.record(facts.AmendmentsOpened(**self.told, closes_at=closes_at, text_version=self.text_version))

    def may_open_amendments(self, coalition: Coalition, by: Actor) -> None:
        """The guard of DRAFT | RETURNED -> AMENDMENT, but for the closing time."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.DRAFT, PositionState.RETURNED], "be opened to amendments")
        refuse_unless(
            len(self.paragraphs) >= POSITION.paragraphs_at_least,
            "VALIDATION",
            "position.paragraphs_missing",
            f"A position has {POSITION.paragraphs_at_least} paragraphs or more.",
            field="paragraphs",
            at_least=POSITION.paragraphs_at_least,
        )
        refuse_unless(
            bool(self.evidence) or bool(self.no_evidence_reason),
            "VALIDATION",
            "position.evidence_missing",
            "A position names its evidence, or says why there is none.",
            field="evidence",
        )

    def extend_amendments(self, coalition: Coalition, closes_at: datetime, *, by: Actor, now: datetime) -> None:
        """Close later, once; never earlier."""
        self._refuse_unless_led(by, coalition)
        self._refuse_late(now)
        refuse_unless(
            not self.amendments_extended,
            "ILLEGAL_TRANSITION",
            "position.amendments_extended_once",
            "The closing of amendments may move only once.",
        )
        refuse_unless(
            self.amendments_close_at is not None and closes_at > self.amendments_close_at,
            "VALIDATION",
            "position.closing_moves_later",
            "The closing of amendments may move later, never earlier.",
            field="closes_at",
        )
        self.amendments_close_at, self.amendments_extended = closes_at, True
        self.record(facts.AmendmentsExtended(**self.told, closes_at=closes_at))

    def submit_amendment(
        self,
        *,
        organisation: UUID,
        operation: Operation,
        pid: str | None,
        new_text: str,
        rationale: str,
        by: Actor,
        person: UUID,
        now: datetime,
    ) -> Amendment:
        """A member proposes a change to the frozen text."""
        self._refuse_late(now)
        self._refuse_unless_open_to_change(operation, pid)
        text = checked_text(
            "amendment",
            "new_text",
            new_text,
            at_most=POSITION.paragraph_at_most,
            at_least=0 if operation == Operation.DELETE else 1,
        )
        words = checked_text("amendment", "rationale", rationale, at_most=2_000, at_least=POSITION.rationale_at_least)
        theirs = [
            one for one in self.amendments if one.organisation == organisation and one.state == AmendmentState.SUBMITTED
        ]
        refuse_unless(
            len(theirs) < POSITION.open_amendments_each,
            "VALIDATION",
            "amendment.too_many_open",
            f"An organisation has {POSITION.open_amendments_each} open amendments at most.",
            at_most=POSITION.open_amendments_each,
        )
        amendment = Amendment(
            id=new_id(),
            position=self.id,
            number=len(self.amendments) + 1,
            base_text_version=self.text_version,
            operation=operation,
            pid=None if operation == Operation.GLOBAL else pid,
            new_text="" if operation == Operation.DELETE else text,
            rationale=words,
            organisation=organisation,
            submitted_by=person,
            submitted_at=now,
        )
        self.amendments.append(amendment)
        self.no_amendment = [one for one in self.no_amendment if one != organisation]
        self._moved_amendment(amendment, None, by=by, now=now)
        self.record(
            facts.AmendmentSubmitted(
                **self._told_of(amendment),
                operation=amendment.operation,
                pid=amendment.pid,
                organisation=organisation,
            )
        )
        return amendment

    def withdraw_amendment(self, identity: UUID, organisation: UUID, *, by: Actor, now: datetime) -> Amendment:
        """SUBMITTED -> WITHDRAWN, by the organisation that proposed it."""
        amendment = self.amendment(identity)
        self._refuse_state([PositionState.AMENDMENT, PositionState.CONSOLIDATION], "lose an amendment")
        refuse_unless(
            amendment.organisation == organisation,
            "FORBIDDEN",
            "amendment.proposer_only",
            "Only the organisation that proposed the amendment may withdraw it.",
        )
        self._refuse_decided(amendment)
        self._set(amendment, AmendmentState.WITHDRAWN, by=by, now=now)
        self.record(facts.AmendmentWithdrawn(**self._told_of(amendment)))
        return amendment

    def co_sponsor(
        self, identity: UUID, organisation: UUID, coalition: Coalition, *, by: Actor, now: datetime
    ) -> Amendment:
        """Another member supports an amendment; enough of them bring a rejected one to the vote."""
        amendment = self.amendment(identity)
        self._refuse_state([PositionState.AMENDMENT, PositionState.CONSOLIDATION], "see its amendments supported")
        refuse_unless(
            amendment.state in (AmendmentState.SUBMITTED, AmendmentState.REJECTED, AmendmentState.TO_VOTE),
            "ILLEGAL_TRANSITION",
            "amendment.not_in_play",
            "This amendment is settled.",
        )
        refuse_unless(
            organisation != amendment.organisation and organisation not in amendment.co_sponsors,
            "DUPLICATE",
            "amendment.already_supported",
            "Your organisation stands behind this amendment already.",
        )
        amendment.co_sponsors = [*amendment.co_sponsors, organisation]
        if amendment.state == AmendmentState.REJECTED:
            self._bring_to_vote(amendment, coalition, by=by, now=now)
        self.record(
            facts.AmendmentCoSponsored(
                **self._told_of(amendment),
                organisation=organisation,
                sponsors=len(amendment.co_sponsors),
                state=amendment.state,
            )
        )
        return amendment

    def decide_amendment(
        self,
        identity: UUID,
        decision: Decision,
        *,
        reason: str,
        modified_text: str | None,
        resolved: list[UUID],
        coalition: Coalition,
        speaks_for: set[UUID],
        by: Actor,
        now: datetime,
    ) -> Amendment:
        """An editor accepts, accepts with changes or rejects. ``resolved`` names the collisions that were settled."""
        refuse_unless(
            self.is_editor(by) or by.is_system,
            "FORBIDDEN",
            "amendment.editors_decide",
            "Only an editor of the position decides over its amendments.",
        )
        self._refuse_state([PositionState.AMENDMENT, PositionState.CONSOLIDATION], "have its amendments decided")
        amendment = self.amendment(identity)
        self._refuse_decided(amendment)
        words = checked_text("amendment", "reason", reason, at_most=2_000)
        if decision != Decision.REJECTED:
            self._refuse_acceptance(amendment, resolved, speaks_for)
        if decision == Decision.ACCEPTED_MODIFIED:
            amendment.final_text = checked_text(
                "amendment", "modified_text", modified_text or "", at_most=POSITION.paragraph_at_most
            )
        if decision != Decision.REJECTED:
            amendment.applied_order = 1 + max(one.applied_order for one in self.amendments)
        amendment.decided_at, amendment.decided_by, amendment.decision_reason = now, by.id, words
        self._set(amendment, AmendmentState(decision), by=by, now=now, reason=words)
        if decision == Decision.REJECTED:
            self._bring_to_vote(amendment, coalition, by=by, now=now)
        self.record(facts.AmendmentDecided(**self._told_of(amendment), state=amendment.state))
        return amendment

    def promote(self, identity: UUID, organisation: UUID, successor: UUID, *, by: Actor, now: datetime) -> Amendment:
        """REJECTED | TO_VOTE -> PROMOTED: its proposer makes a position of its own of it (``successor``)."""
        amendment = self.amendment(identity)
        self.may_promote(amendment, organisation, now)
        amendment.promoted_to = successor
        self._set(amendment, AmendmentState.PROMOTED, by=by, now=now)
        self.record(facts.AmendmentPromoted(**self._told_of(amendment), successor=successor))
        return amendment

    def may_promote(self, amendment: Amendment, organisation: UUID, now: datetime) -> None:
        """The guard of REJECTED | TO_VOTE -> PROMOTED; what is being voted on is not promoted."""
        refuse_unless(
            amendment.organisation == organisation,
            "FORBIDDEN",
            "amendment.proposer_promotes",
            "Only the organisation that proposed the amendment may make a position of it.",
        )
        refuse_unless(
            amendment.state == AmendmentState.REJECTED
            or (amendment.state == AmendmentState.TO_VOTE and self.state != PositionState.DECISION),
            "ILLEGAL_TRANSITION",
            "amendment.only_rejected_promoted",
            "Only a rejected amendment becomes a position of its own.",
        )
        refuse_unless(
            amendment.decided_at is not None and now <= amendment.decided_at + POSITION.promotion_within,
            "DEADLINE_PASSED",
            "amendment.promotion_over",
            f"A rejected amendment is promoted within {POSITION.promotion_within.days} days.",
            days=POSITION.promotion_within.days,
        )

    def declare_no_amendment(self, organisation: UUID, *, by: Actor, now: datetime) -> None:
        """A member says that it has no amendment; when all do, the closing need not be waited for."""
        self._refuse_late(now)
        refuse_unless(
            organisation not in self.no_amendment,
            "DUPLICATE",
            "position.no_amendment_declared",
            "Your organisation declared this already.",
        )
        self.no_amendment = [*self.no_amendment, organisation]
        self.record(facts.NoAmendmentDeclared(**self.told, organisation=organisation))

    def consolidate(self, coalition: Coalition, *, by: Actor, now: datetime) -> None:
        """AMENDMENT -> CONSOLIDATION at the closing time; RETURNED -> CONSOLIDATION when nothing is to be amended."""
        self.may_consolidate(coalition, by, now)
        self._become(PositionState.CONSOLIDATION, by=by, now=now)
        self.record(facts.ConsolidationBegan(**self.told, undecided=len(self.undecided)))

    def may_consolidate(self, coalition: Coalition, by: Actor, now: datetime) -> None:
        """The guard of -> CONSOLIDATION."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.AMENDMENT, PositionState.RETURNED], "be consolidated")
        silent = set(coalition.weights(Electorate.MEMBERS)) - set(self.no_amendment)
        refuse_unless(
            self.state == PositionState.RETURNED or self.amendments_are_due(now) or not silent,
            "ILLEGAL_TRANSITION",
            "position.amendments_still_open",
            "Amendments are open until their closing time, unless every member has declared that it has none.",
        )

    def amendments_are_due(self, now: datetime) -> bool:
        return self.amendments_close_at is not None and now >= self.amendments_close_at

    @property
    def undecided(self) -> list[Amendment]:
        return [one for one in self.amendments if one.state == AmendmentState.SUBMITTED]

    @property
    def consolidated_text(self) -> list[Paragraph]:
        """The text as it reads with what has been accepted of the amendments to its current version."""
        accepted = [one for one in self.amendments if one.is_accepted and one.base_text_version == self.text_version]
        return consolidated(self.paragraphs, accepted)

    def blockers_of_decision(self) -> list[Blocker]:
        """What must be settled before the text can be decided on."""
        return [
            Blocker(
                "amendment.undecided",
                f"Amendment {amendment.number} is undecided.",
                "Accept it, accept it with changes, reject it, or let its proposer withdraw it.",
            )
            for amendment in self.undecided
        ]

    def _refuse_late(self, now: datetime) -> None:
        late = self.state == PositionState.CONSOLIDATION or (
            self.state == PositionState.AMENDMENT and self.amendments_are_due(now)
        )
        refuse_unless(not late, "DEADLINE_PASSED", "position.amendments_closed", "Amendments are closed.")
        self._refuse_state([PositionState.AMENDMENT], "be amended")

    def _refuse_unless_open_to_change(self, operation: Operation, pid: str | None) -> None:
        known = {paragraph.pid for paragraph in self.paragraphs}
        whole = operation == Operation.GLOBAL or (operation == Operation.INSERT_AFTER and pid is None)
        refuse_unless(
            whole or pid in known,
            "VALIDATION",
            "amendment.no_such_paragraph",
            "The text has no such paragraph.",
            field="pid",
        )
        refuse_unless(
            self.open_pids is None or pid in self.open_pids,
            "VALIDATION",
            "amendment.paragraph_not_reopened",
            "Amendments are open again only on the paragraphs that blocks named.",
            field="pid",
        )

    def _refuse_decided(self, amendment: Amendment) -> None:
        refuse_unless(
            amendment.state == AmendmentState.SUBMITTED,
            "ILLEGAL_TRANSITION",
            "amendment.illegal_transition",
            f"The amendment is {amendment.state} already.",
            state=amendment.state,
        )

    def _refuse_acceptance(self, amendment: Amendment, resolved: list[UUID], speaks_for: set[UUID]) -> None:
        organisations = {editor.organisation for editor in self.editors if editor.organisation is not None}
        refuse_unless(
            len(organisations) >= POSITION.editing_organisations,
            "ILLEGAL_TRANSITION",
            "amendment.editors_of_two_organisations",
            "Accepting an amendment takes editors of two organisations or more.",
            at_least=POSITION.editing_organisations,
        )
        refuse_unless(
            amendment.organisation not in speaks_for,
            "SELF_APPROVAL",
            "amendment.self_acceptance",
            "An editor of another organisation must accept your amendment.",
        )
        collides = [one for one in collisions(amendment, self.amendments) if one.state in ACCEPTED]
        unresolved = [one for one in collides if one.id not in resolved]
        if unresolved:
            raise BrokenRule(
                "COLLISION",
                "amendment.collision",
                "Another amendment of the same paragraph was accepted: name it as resolved, or reject this one.",
                field="resolved",
                blocked_by=tuple(
                    Blocker(
                        "amendment.collision",
                        f"Amendment {one.number} was accepted on the same paragraph.",
                        "Name it among the resolved collisions.",
                    )
                    for one in unresolved
                ),
            )

    def _bring_to_vote(self, amendment: Amendment, coalition: Coalition, *, by: Actor, now: datetime) -> None:
        members = len(coalition.weights(Electorate.MEMBERS))
        needed = max(POSITION.sponsors_at_least, -(-members * POSITION.sponsors_share // 100))
        if len(amendment.co_sponsors) >= needed:
            self._set(amendment, AmendmentState.TO_VOTE, by=by, now=now)

    def _blocked_pids(self) -> list[str] | None:
        blocks = [] if not self.ballots else self.ballots[-1].last_stances().values()
        named = {pid for stance in blocks if stance.value == "BLOCK" for pid in stance.pids}
        return sorted(named) or None

    def _set(
        self, amendment: Amendment, state: AmendmentState, *, by: Actor, now: datetime, reason: str | None = None
    ) -> None:
        before, amendment.state = amendment.state, state
        self._moved_amendment(amendment, before, by=by, now=now, reason=reason)

    def _moved_amendment(
        self, amendment: Amendment, before: str | None, *, by: Actor, now: datetime, reason: str | None = None
    ) -> None:
        self.moved(before, amendment.state, by=by, at=now, reason=reason, subject=f"amendment/{amendment.id}")

    def _told_of(self, amendment: Amendment) -> dict[str, Any]:
        return {**self.told, "amendment": amendment.id, "number": amendment.number}
