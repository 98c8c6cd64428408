"""How organisations come, stay and go in a coalition: the part of the coalition that minds its memberships."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.rules import BrokenRule, not_found, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.membership import Category, Membership, MembershipState
from services.coalitions.domain.numbers import COALITION
from services.coalitions.domain.permissions import convenes_in_person, refuse_unless_convener, steers
from services.coalitions.domain.policy import Electorate
from services.coalitions.domain.text_rules import checked_text
from services.coalitions.domain.transitions import refuse_illegal


class Members(Aggregate):
    """The memberships of a coalition, and who decides in it; ``Coalition`` holds the attributes."""

    slug: str
    name: str
    themes: list[str]
    visibility: str
    convener: UUID | None
    charter_version: int
    steering: list[UUID]
    memberships: list[Membership]

    @property
    def told(self) -> dict[str, Any]:
        """What every fact of this coalition says of it."""
        return {
            "coalition": self.id,
            "slug": self.slug,
            "name": self.name,
            "themes": list(self.themes),
            "visibility": self.visibility,
        }

    @property
    def deciding(self) -> list[Membership]:
        """The members that vote, amend and sign."""
        return [membership for membership in self.memberships if membership.decides]

    @property
    def steered_by(self) -> set[UUID]:
        """The organisations in steering that decide now; a suspended one does not."""
        return set(self.weights(Electorate.STEERING))

    def membership_of(self, organisation: UUID) -> Membership | None:
        """The organisation's place here, whatever its state."""
        return next((one for one in self.memberships if one.organisation == organisation), None)

    def membership(self, identity: UUID) -> Membership:
        """The membership with this id, or NOT_FOUND."""
        for membership in self.memberships:
            if membership.id == identity:
                return membership
        raise not_found("membership", identity)

    def weights(self, electorate: Electorate) -> dict[UUID, int]:
        """The weights, uncapped, of the organisations that may decide now."""
        return {
            membership.organisation: membership.weight
            for membership in self.deciding
            if electorate == Electorate.MEMBERS or membership.organisation in self.steering
        }

    def mandated(self, speaks_for: Iterable[UUID]) -> bool:
        """Whether one of these organisations is inside the coalition."""
        inside = {membership.organisation for membership in self.memberships if membership.is_inside}
        return not inside.isdisjoint(speaks_for)

    def voice(self, speaks_for: Iterable[UUID], organisation: UUID | None) -> UUID:
        """The member organisation that a person speaks for here, or MANDATE_REQUIRED.

        ``speaks_for`` are the organisations of the person's active mandates in this coalition; ``organisation``
        names one of them and may be left out when there is only one that decides.
        """
        deciding = {membership.organisation for membership in self.deciding}
        voices = [one for one in speaks_for if one in deciding and organisation in (None, one)]
        refuse_unless(
            bool(voices),
            "MANDATE_REQUIRED",
            "coalition.mandate_required",
            "This takes an active mandate of a member of the coalition; observers and allies have no voice.",
        )
        refuse_unless(
            len(voices) == 1,
            "VALIDATION",
            "coalition.name_the_organisation",
            "You speak for several members: name the organisation.",
            field="organisation",
        )
        return voices[0]

    def admit(
        self, identity: UUID, *, by: Actor, now: datetime, weight: int | None = None, speaks_for: Iterable[UUID] = ()
    ) -> Membership:
        """APPLIED -> ADMITTED, by the convener or steering, never by the person who applied."""
        membership = self._decided_by_steering(identity, by, speaks_for)
        refuse_illegal("membership", membership.state, [MembershipState.APPLIED], "be admitted")
        refuse_unless(
            by.is_system or membership.applied_by != by.id,
            "SELF_APPROVAL",
            "membership.self_admission",
            "Somebody else must admit the organisation for which you applied.",
        )
        self._weigh(membership, weight or membership.weight)
        self._move_member(membership, MembershipState.ADMITTED, by=by, now=now)
        self._told_of(facts.MemberAdmitted, membership)
        return membership

    def refuse(
        self, identity: UUID, *, reason: str, by: Actor, now: datetime, speaks_for: Iterable[UUID] = ()
    ) -> Membership:
        """APPLIED -> REFUSED, with a reason."""
        membership = self._decided_by_steering(identity, by, speaks_for)
        refuse_illegal("membership", membership.state, [MembershipState.APPLIED], "be refused")
        words = checked_text("membership", "reason", reason, at_most=1_000)
        self._move_member(membership, MembershipState.REFUSED, by=by, now=now, reason=words)
        self._told_of(facts.MemberRefused, membership)
        return membership

    def decline(self, identity: UUID, *, by: Actor, now: datetime) -> Membership:
        """INVITED -> DECLINED, in the name of the organisation."""
        membership = self.membership(identity)
        refuse_illegal("membership", membership.state, [MembershipState.INVITED], "decline its invitation")
        self._move_member(membership, MembershipState.DECLINED, by=by, now=now)
        self._told_of(facts.InvitationDeclined, membership)
        return membership

    def expire_invitations(self, *, by: Actor, now: datetime) -> int:
        """INVITED -> EXPIRED for those that waited longer than an invitation stands. Answers how many."""
        late = [
            membership
            for membership in self.memberships
            if membership.state == MembershipState.INVITED
            and membership.invited_until is not None
            and membership.invited_until <= now
        ]
        for membership in late:
            self._move_member(membership, MembershipState.EXPIRED, by=by, now=now)
            self._told_of(facts.InvitationExpired, membership)
        return len(late)

    def accept_charter(self, organisation: UUID, *, by: Actor, now: datetime) -> Membership:
        """The organisation accepts the charter as it reads now; late, it is a member again."""
        membership = self.membership_of(organisation)
        if membership is None or membership.is_gone:
            raise not_found("membership", organisation)
        refuse_unless(
            self.charter_version > 0,
            "VALIDATION",
            "coalition.no_charter",
            "The coalition has no charter to accept yet.",
        )
        membership.accepted_charter, membership.accept_until = self.charter_version, None
        if membership.demoted:
            membership.demoted = False
            self._change_category(membership, Category.MEMBER, "membership.charter_accepted", by=by, now=now)
        self._told_of(facts.CharterAccepted, membership, charter_version=self.charter_version)
        return membership

    def ask_acceptance(self, now: datetime) -> None:
        """The call or the charter changed: members have 60 days to accept."""
        for membership in self.memberships:
            if membership.is_inside and membership.category == Category.MEMBER:
                membership.accept_until = now + COALITION.acceptance_within

    def end_acceptance(self, *, by: Actor, now: datetime) -> int:
        """Members that did not accept in time observe from now on. Answers how many."""
        late = [one for one in self.memberships if one.accept_until is not None and one.accept_until <= now]
        for membership in late:
            membership.accept_until, membership.demoted = None, True
            self._change_category(membership, Category.OBSERVER, "membership.charter_not_accepted", by=by, now=now)
            self.steering = [one for one in self.steering if one != membership.organisation]
            self._told_of(facts.MemberBecameObserver, membership)
        return len(late)

    def _change_category(
        self, membership: Membership, category: Category, rule: str, *, by: Actor, now: datetime
    ) -> None:
        self.moved(
            membership.category,
            category,
            by=by,
            at=now,
            aspect="category",
            rule=rule,
            subject=f"membership/{membership.id}",
        )
        membership.category = category

    def suspend(
        self, identity: UUID, *, reason: str, by: Actor, now: datetime, speaks_for: Iterable[UUID] = ()
    ) -> Membership:
        """ADMITTED -> SUSPENDED: the organisation sees, and decides nothing until it is reinstated."""
        membership = self._decided_by_steering(identity, by, speaks_for)
        refuse_illegal("membership", membership.state, [MembershipState.ADMITTED], "be suspended")
        words = checked_text("membership", "reason", reason, at_most=1_000)
        self._move_member(membership, MembershipState.SUSPENDED, by=by, now=now, reason=words)
        self._told_of(facts.MemberSuspended, membership)
        return membership

    def reinstate(self, identity: UUID, *, by: Actor, now: datetime, speaks_for: Iterable[UUID] = ()) -> Membership:
        """SUSPENDED -> ADMITTED."""
        membership = self._decided_by_steering(identity, by, speaks_for)
        refuse_illegal("membership", membership.state, [MembershipState.SUSPENDED], "be reinstated")
        self._move_member(membership, MembershipState.ADMITTED, by=by, now=now)
        self._told_of(facts.MemberReinstated, membership)
        return membership

    def leave(self, identity: UUID, *, by: Actor, now: datetime) -> Membership:
        """ADMITTED | SUSPENDED -> LEFT, in the name of the organisation."""
        membership = self.membership(identity)
        self._go(membership, MembershipState.LEFT, "leave", by=by, now=now)
        self._told_of(facts.MemberLeft, membership)
        return membership

    def expel(self, identity: UUID, *, decided: bool, reason: str, by: Actor, now: datetime) -> Membership:
        """ADMITTED | SUSPENDED -> EXPELLED, which takes a ballot of class CALL."""
        refuse_unless_convener(by, self)
        membership = self.membership(identity)
        if not decided:
            raise BrokenRule(
                "ILLEGAL_TRANSITION",
                "membership.expulsion_takes_a_ballot",
                "Expelling a member takes a ballot of class CALL about it: name the position that decided it.",
                field="decision",
            )
        words = checked_text("membership", "reason", reason, at_most=1_000)
        self._go(membership, MembershipState.EXPELLED, "be expelled", by=by, now=now, reason=words)
        self._told_of(facts.MemberExpelled, membership)
        return membership

    def _go(
        self,
        membership: Membership,
        state: MembershipState,
        act: str,
        *,
        by: Actor,
        now: datetime,
        reason: str | None = None,
    ) -> None:
        refuse_illegal("membership", membership.state, [MembershipState.ADMITTED, MembershipState.SUSPENDED], act)
        self._move_member(membership, state, by=by, now=now, reason=reason)
        membership.accept_until = None
        self.steering = [organisation for organisation in self.steering if organisation != membership.organisation]

    def _decided_by_steering(self, identity: UUID, by: Actor, speaks_for: Iterable[UUID]) -> Membership:
        refuse_unless(
            by.is_system or convenes_in_person(by, self) or steers(by, self, speaks_for),
            "FORBIDDEN",
            "membership.steering_decides",
            "Only the convener or the steering of the coalition decides over its members.",
        )
        return self.membership(identity)

    def _weigh(self, membership: Membership, weight: int) -> None:
        refuse_unless(
            1 <= weight <= COALITION.weight_at_most,
            "VALIDATION",
            "membership.weight",
            f"A weight is a whole number from 1 to {COALITION.weight_at_most}.",
            field="weight",
            at_most=COALITION.weight_at_most,
        )
        membership.weight = weight

    def _move_member(
        self,
        membership: Membership,
        state: MembershipState,
        *,
        by: Actor,
        now: datetime,
        reason: str | None = None,
    ) -> None:
        self.moved(membership.state, state, by=by, at=now, reason=reason, subject=f"membership/{membership.id}")
        membership.state, membership.since = state, now

    def _told_of(self, fact: type[facts.MembershipFact], membership: Membership, **more: Any) -> None:
        self.record(
            fact(
                **self.told,
                membership=membership.id,
                organisation=membership.organisation,
                category=membership.category,
                weight=membership.weight if membership.category == Category.MEMBER else 0,
                **more,
            )
        )
