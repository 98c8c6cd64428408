"""How an adopted position is signed, published and, one day, withdrawn from the stage."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import Blocker, BrokenRule, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.deciding import Deciding
from services.coalitions.domain.numbers import POSITION
from services.coalitions.domain.position_parts import PositionState
from services.coalitions.domain.position_record import PositionRecord
from services.coalitions.domain.signature import Signature, SignatureState, SignOffAnswer
from services.coalitions.domain.text_rules import checked_text
from services.coalitions.domain.transitions import refuse_when_blocked


class Signing(Deciding):
    """The behaviour of a position from SIGN_OFF on."""

    published_at: datetime | None
    retraction: str | None
    members_counted: int | None

    def sign_off(
        self,
        *,
        organisation: UUID,
        person: UUID,
        answer: SignOffAnswer,
        reservation: str | None,
        by: Actor,
        now: datetime,
    ) -> Signature:
        """A member signs, signs with a reservation that is printed, or declines. It may answer anew until the end."""
        self._refuse_state([PositionState.SIGN_OFF], "be signed")
        refuse_unless(
            not self.sign_off_is_due(now), "DEADLINE_PASSED", "signature.time_over", "The time to sign is over."
        )
        signature = self._signature_of(organisation)
        with_reservation = answer == SignOffAnswer.SIGNED_WITH_RESERVATION
        refuse_unless(
            with_reservation or not reservation,
            "VALIDATION",
            "signature.reservation_only_when_signing_with_one",
            "A reservation is given only with SIGNED_WITH_RESERVATION.",
            field="reservation",
        )
        words = None
        if with_reservation:
            words = _printed(reservation or "")
        self._answer(signature, SignatureState(answer), by=by, now=now)
        signature.reservation, signature.signed_by = words, person
        self.record(facts.SignatureGiven(**self.told, organisation=organisation, answer=answer.value, **self.signed))
        return signature

    def withdraw_signature(self, *, organisation: UUID, by: Actor, now: datetime) -> Signature:
        """A signature that stood is taken back; the page and the count follow."""
        self._refuse_state([PositionState.SIGN_OFF, PositionState.PUBLISHED], "lose a signature")
        signature = self._signature_of(organisation)
        refuse_unless(
            signature.stands, "ILLEGAL_TRANSITION", "signature.none_to_withdraw", "Your organisation has not signed."
        )
        self._answer(signature, SignatureState.WITHDRAWN, by=by, now=now)
        signature.reservation = None
        self.record(facts.SignatureWithdrawn(**self.told, organisation=organisation, **self.signed))
        return signature

    def end_sign_off(self, *, by: Actor, now: datetime) -> int:
        """When the time is over, who was silent is NO_ANSWER. Answers how many were."""
        self._refuse_state([PositionState.SIGN_OFF], "end its sign-off")
        refuse_unless(
            self.sign_off_is_due(now), "ILLEGAL_TRANSITION", "signature.time_left", "There is time left to sign."
        )
        silent = [one for one in self.signatures if one.state == SignatureState.PENDING]
        for signature in silent:
            self._answer(signature, SignatureState.NO_ANSWER, by=by, now=now)
        self.record(facts.SignOffEnded(**self.told, **self.signed))
        return len(silent)

    def publish(self, coalition: Coalition, *, by: Actor, now: datetime) -> None:
        """SIGN_OFF -> PUBLISHED, as "signed by n of m"."""
        self.may_publish(coalition, by, now)
        self._become(PositionState.PUBLISHED, by=by, now=now)
        self.published_at = now
        self.record(facts.PositionPublished(**self.told, **self.signed, cited=list(self.cited), recorded=False))

    def may_publish(self, coalition: Coalition, by: Actor, now: datetime) -> None:
        """The guard of SIGN_OFF -> PUBLISHED."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.SIGN_OFF], "be published")
        refuse_when_blocked(
            "ILLEGAL_TRANSITION",
            "position.not_ready_to_publish",
            "The position is not ready to be published.",
            self._missing_for_publication(now),
        )

    def supersede(self, successor: UUID, *, by: Actor, now: datetime) -> None:
        """PUBLISHED -> SUPERSEDED, when a newer position takes its place."""
        self._refuse_state([PositionState.PUBLISHED], "be superseded")
        self._become(PositionState.SUPERSEDED, by=by, now=now)
        self.record(facts.PositionSuperseded(**self.told, by=successor))

    def retract(self, coalition: Coalition, *, decision: UUID | None, reason: str, by: Actor, now: datetime) -> None:
        """PUBLISHED -> RETRACTED by a ballot of class POLICY (``decision``: the position that it adopted)."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.PUBLISHED], "be retracted")
        if decision is None:
            raise BrokenRule(
                "ILLEGAL_TRANSITION",
                "position.retraction_takes_a_ballot",
                "Retracting a position takes a ballot of class POLICY about it: name the position that decided it.",
                field="decision",
            )
        self.retraction = checked_text("position", "reason", reason, at_most=1_000)
        self._become(PositionState.RETRACTED, by=by, now=now, reason=self.retraction)
        self.record(facts.PositionRetracted(**self.told, decision=decision))

    def sign_off_is_due(self, now: datetime) -> bool:
        return self.sign_off_closes_at is not None and now >= self.sign_off_closes_at

    @property
    def signed(self) -> dict[str, Any]:
        """How many signed, of how many that were asked (of a recorded position only the signatories are named)."""
        asked = len(self.signatures) if self.members_counted is None else self.members_counted
        return {"signatories": sum(one.stands for one in self.signatures), "members": asked}

    def keep_signatories(self, record: PositionRecord) -> None:
        """The signatures of a record; one that was withdrawn here stays withdrawn."""
        present = {one.organisation: one for one in self.signatures}
        signatures = []
        for signatory in record.signatories:
            signature = present.get(signatory.organisation) or Signature(
                id=new_id(), position=self.id, organisation=signatory.organisation
            )
            if signature.state != SignatureState.WITHDRAWN:
                words = _printed(signatory.reservation)
                signature.state = SignatureState.SIGNED_WITH_RESERVATION if words else SignatureState.SIGNED
                signature.reservation, signature.answered_at = words, record.published_at
            signatures.append(signature)
        self.signatures = signatures

    def _missing_for_publication(self, now: datetime) -> list[Blocker]:
        asked, signatories = len(self.signatures), self.signed["signatories"]
        needed = max(POSITION.signatories_at_least, -(-asked // 2))
        pending = sum(one.state == SignatureState.PENDING for one in self.signatures)
        missing = []
        if pending and not self.sign_off_is_due(now):
            missing.append(
                Blocker("position.answers_missing", f"{pending} members have not answered yet.", "Wait for them.")
            )
        awaited = sum(reply.is_awaited(now) for reply in self.replies)
        if awaited:
            missing.append(
                Blocker(
                    "position.replies_missing",
                    f"{awaited} quoted projects may still reply.",
                    "Wait for their replies, or for the time to be over.",
                )
            )
        if signatories < needed:
            missing.append(
                Blocker(
                    "position.signatories_missing",
                    f"{signatories} of {asked} members have signed; {needed} are needed.",
                    None,
                )
            )
        if self.embargo_until is not None and now < self.embargo_until:
            missing.append(
                Blocker("position.embargo", f"It is under embargo until {self.embargo_until.isoformat()}.", None)
            )
        return missing

    def _signature_of(self, organisation: UUID) -> Signature:
        for signature in self.signatures:
            if signature.organisation == organisation:
                return signature
        raise BrokenRule(
            "MANDATE_REQUIRED", "signature.not_asked", "Your organisation was not a member when the sign-off opened."
        )

    def _answer(self, signature: Signature, state: SignatureState, *, by: Actor, now: datetime) -> None:
        self.moved(signature.state, state, by=by, at=now, subject=f"signature/{signature.id}")
        signature.state, signature.answered_at = state, now


def _printed(reservation: str | None) -> str | None:
    """A reservation as it may be printed."""
    if reservation is None:
        return None
    return checked_text("signature", "reservation", reservation, at_most=POSITION.reservation_at_most)
