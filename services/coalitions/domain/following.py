"""What becomes of a position: replies of those it quotes, evidence that weakens, deliveries and their answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import not_found, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.evidence import EvidenceKind
from services.coalitions.domain.follow_up import Delivery, Response, WeakenedEvidence, Weakness
from services.coalitions.domain.numbers import POSITION
from services.coalitions.domain.position_parts import PositionState
from services.coalitions.domain.signing import Signing
from services.coalitions.domain.text_rules import checked_text

#: Evidence of a position in one of these matters to nobody any more.
OVER = frozenset({PositionState.REJECTED, PositionState.ABANDONED, PositionState.SUPERSEDED, PositionState.RETRACTED})


class Following(Signing):
    """The behaviour of a position beside its own way."""

    weakened: list[WeakenedEvidence]
    deliveries: list[Delivery]

    def note_reply(self, project: UUID, *, now: datetime) -> bool:
        """A quoted project replied; whether that is news. Replying anew changes words that are kept elsewhere."""
        asked = next((one for one in self.replies if one.project == project and one.answered_at is None), None)
        if asked is None:
            return False
        self.replies = [replace(one, answered_at=now) if one is asked else one for one in self.replies]
        self.record(facts.ReplyGiven(**self.told, project=project))
        return True

    def weaken(self, kind: EvidenceKind, ref: str, reason: Weakness, *, now: datetime) -> bool:
        """Flag evidence that no longer bears what it bore; whether that is news."""
        known = any((one.ref, one.reason) == (ref, reason) for one in self.weakened)
        stands = any((one.kind, one.ref) == (kind, ref) for one in self.evidence)
        if known or not stands or self.state in OVER:
            return False
        self.weakened = [*self.weakened, WeakenedEvidence(kind=kind, ref=ref, reason=reason, at=now)]
        self.record(
            facts.EvidenceWeakened(
                **self.told, evidence_kind=kind.value, thing=UUID(ref), reason_code=reason.value, cited=list(self.cited)
            )
        )
        return True

    def deliver(
        self, coalition: Coalition, *, target: str, channel: str, sent_on: date, by: Actor, now: datetime
    ) -> Delivery:
        """Note to whom the published position was sent; a review is due half a year later."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.PUBLISHED], "be delivered")
        refuse_unless(
            sent_on <= now.date(),
            "VALIDATION",
            "delivery.sent_already",
            "A delivery is noted once it was sent.",
            field="sent_on",
        )
        delivery = Delivery(
            id=new_id(),
            position=self.id,
            target=checked_text("delivery", "target", target, at_most=POSITION.target_at_most),
            channel=checked_text("delivery", "channel", channel, at_most=POSITION.target_at_most),
            sent_on=sent_on,
            review_due_on=sent_on + POSITION.review_after,
        )
        self.deliveries.append(delivery)
        self.moved(None, delivery.response, by=by, at=now, subject=f"delivery/{delivery.id}")
        self.record(facts.PositionDelivered(**self.told, delivery=delivery.id, review_due_on=delivery.review_due_on))
        return delivery

    def note_response(
        self, coalition: Coalition, identity: UUID, response: Response, *, responded_on: date, by: Actor, now: datetime
    ) -> Delivery:
        """Note what was answered; a later answer takes the place of an earlier one."""
        self._refuse_unless_led(by, coalition)
        delivery = self.delivery(identity)
        refuse_unless(
            delivery.sent_on <= responded_on <= now.date(),
            "VALIDATION",
            "delivery.answered_after_sending",
            "An answer comes after the sending, and is noted once it came.",
            field="responded_on",
        )
        self.moved(delivery.response, response, by=by, at=now, subject=f"delivery/{delivery.id}")
        delivery.response, delivery.responded_on = response, responded_on
        self.record(facts.ResponseNoted(**self.told, delivery=delivery.id, response=response.value))
        return delivery

    def review(self, coalition: Coalition, identity: UUID, text: str, *, by: Actor, now: datetime) -> Delivery:
        """Say what came of a delivery."""
        self._refuse_unless_led(by, coalition)
        delivery = self.delivery(identity)
        refuse_unless(
            delivery.review is None, "DUPLICATE", "delivery.reviewed_already", "This delivery was reviewed already."
        )
        delivery.review = checked_text("delivery", "review", text, at_most=POSITION.review_at_most)
        delivery.reviewed_on = now.date()
        self.record(facts.DeliveryReviewed(**self.told, delivery=delivery.id, response=delivery.response))
        return delivery

    def tell_due_reviews(self, now: datetime) -> int:
        """Say once of each delivery that its review is due. Answers of how many."""
        due = [
            one
            for one in self.deliveries
            if one.review is None and one.review_told_at is None and one.review_due_on <= now.date()
        ]
        for delivery in due:
            delivery.review_told_at = now
            self.record(facts.ReviewDue(**self.told, delivery=delivery.id, due_on=delivery.review_due_on))
        return len(due)

    def delivery(self, identity: UUID) -> Delivery:
        """The delivery with this id, or NOT_FOUND."""
        for delivery in self.deliveries:
            if delivery.id == identity:
                return delivery
        raise not_found("delivery", identity)
