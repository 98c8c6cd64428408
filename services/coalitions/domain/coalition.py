"""A coalition: organisations around one common demand, with the charter they accept and the way they decide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import Blocker, BrokenRule, Transition, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.charter import CharterVersion
from services.coalitions.domain.members import Members
from services.coalitions.domain.membership import Category, Membership, MembershipState
from services.coalitions.domain.numbers import COALITION
from services.coalitions.domain.permissions import refuse_unless_convener
from services.coalitions.domain.policy import DEFAULT_POLICY, DecisionRule
from services.coalitions.domain.text_rules import checked_text, checked_themes
from services.coalitions.domain.transitions import refuse_illegal, refuse_when_blocked, transition


class CoalitionState(StrEnum):
    FORMING = "FORMING"
    ACTIVE = "ACTIVE"
    DORMANT = "DORMANT"
    CLOSED = "CLOSED"


class Visibility(StrEnum):
    PUBLIC = "PUBLIC"
    NETWORK = "NETWORK"
    PRIVATE = "PRIVATE"


@dataclass(eq=False, kw_only=True)
class Coalition(Members):
    """``call`` is the common demand; ``steering`` the organisations that decide between two ballots of all."""

    kind: ClassVar[str] = "coalition"

    id: UUID
    version: int = 0
    slug: str
    name: str
    call: str = ""
    charter: str = ""
    charter_version: int = 0
    charters: list[CharterVersion] = field(default_factory=list)
    decisions: list[UUID] = field(default_factory=list)
    themes: list[str]
    visibility: str = Visibility.PUBLIC
    convener: UUID | None
    steering: list[UUID] = field(default_factory=list)
    policy: list[DecisionRule] = field(default_factory=lambda: list(DEFAULT_POLICY))
    state: str = CoalitionState.FORMING
    founded_at: datetime
    memberships: list[Membership] = field(default_factory=list)

    @classmethod
    def found(
        cls,
        *,
        slug: str,
        name: str,
        themes: list[str],
        call: str,
        charter: str,
        visibility: Visibility,
        convener: UUID | None,
        by: Actor,
        now: datetime,
    ) -> Coalition:
        """A new coalition in FORMING, run by its convener."""
        coalition = cls(
            id=new_id(),
            slug=slug,
            name=checked_text("coalition", "name", name, at_most=COALITION.name_at_most),
            themes=checked_themes("coalition", themes, at_most=COALITION.themes_at_most),
            visibility=visibility,
            convener=convener,
            founded_at=now,
        )
        coalition._write(call=call, charter=charter, now=now)
        coalition.moved(None, CoalitionState.FORMING, by=by, at=now)
        coalition.record(facts.CoalitionFounded(**coalition.told))
        return coalition

    def revise(
        self,
        *,
        by: Actor,
        now: datetime,
        name: str | None = None,
        themes: list[str] | None = None,
        call: str | None = None,
        charter: str | None = None,
        decision: UUID | None = None,
    ) -> None:
        """New words. From activation on they take a ballot of class CALL (``decision``: the position that it adopted,
        good for one revision), and the members accept a new call or charter within 60 days.
        """
        refuse_unless_convener(by, self)
        self._refuse_when_closed("be revised")
        if self.state != CoalitionState.FORMING:
            self._use(decision)
        if name is not None:
            self.name = checked_text("coalition", "name", name, at_most=COALITION.name_at_most)
        if themes is not None:
            self.themes = checked_themes("coalition", themes, at_most=COALITION.themes_at_most)
        before = self.charter_version
        self._write(
            call=self.call if call is None else call, charter=self.charter if charter is None else charter, now=now
        )
        if self.state != CoalitionState.FORMING and self.charter_version > before:
            self.ask_acceptance(now)
        self.record(facts.CoalitionRevised(**self.told, charter_version=self.charter_version))

    def _write(self, *, call: str, charter: str, now: datetime) -> None:
        """A new charter is a new version; once the coalition has formed, so is a new call."""
        demand = checked_text("coalition", "call", call, at_most=COALITION.call_at_most, at_least=0)
        text = checked_text("coalition", "charter", charter, at_most=COALITION.charter_at_most, at_least=0)
        agreed = self.state != CoalitionState.FORMING and demand != self.call
        renewed = text != self.charter or agreed
        self.call, self.charter = demand, text
        if renewed:
            self.charter_version += 1
            version = CharterVersion(version=self.charter_version, call=demand, charter=text, since=now)
            self.charters = [*self.charters, version]
        elif self.charters:
            self.charters = [*self.charters[:-1], replace(self.charters[-1], call=demand)]

    def _use(self, decision: UUID | None) -> None:
        if decision is None:
            raise BrokenRule(
                "ILLEGAL_TRANSITION",
                "coalition.revision_takes_a_ballot",
                "Changing the call or the charter takes a ballot of class CALL: name the position that decided it.",
                field="decision",
            )
        refuse_unless(
            decision not in self.decisions,
            "DUPLICATE",
            "coalition.decision_used",
            "This decision was carried out already.",
            field="decision",
        )
        self.decisions = [*self.decisions, decision]

    def choose_steering(self, organisations: list[UUID], *, by: Actor, now: datetime) -> None:
        """The organisations in steering, every one of them a member that decides."""
        refuse_unless_convener(by, self)
        self._refuse_when_closed("choose its steering")
        chosen = list(dict.fromkeys(organisations))
        members = {membership.organisation for membership in self.deciding}
        refuse_unless(
            set(chosen) <= members,
            "VALIDATION",
            "coalition.steering_of_members",
            "Only admitted members can be in steering.",
            field="steering",
        )
        self.steering = chosen
        self.record(facts.SteeringChosen(**self.told, steering=chosen))

    def activate(self, *, by: Actor, now: datetime) -> None:
        """FORMING -> ACTIVE: three members that accepted the charter, two organisations in steering, a call."""
        self._may_activate(by)
        self._become(CoalitionState.ACTIVE, by=by, now=now, rule="coalition.activation")
        self.record(facts.CoalitionActivated(**self.told))

    def rest(self, *, by: Actor, now: datetime) -> None:
        """ACTIVE -> DORMANT, after a long time in which nothing happened."""
        refuse_illegal("coalition", self.state, [CoalitionState.ACTIVE], "rest")
        self._become(CoalitionState.DORMANT, by=by, now=now, rule="coalition.nothing_happened")
        self.record(facts.CoalitionRested(**self.told))

    def wake(self, *, by: Actor, now: datetime) -> None:
        """DORMANT -> ACTIVE, when something happens in it again."""
        refuse_illegal("coalition", self.state, [CoalitionState.DORMANT], "wake")
        self._become(CoalitionState.ACTIVE, by=by, now=now, rule="coalition.something_happened")
        self.record(facts.CoalitionWoken(**self.told))

    def close(self, *, decided: bool, reason: str, by: Actor, now: datetime) -> None:
        """Close for good: decided by a ballot of class CALL, or given up by its convener while it forms."""
        self._may_close(by, decided)
        words = checked_text("coalition", "reason", reason, at_most=1_000)
        self._become(CoalitionState.CLOSED, by=by, now=now, reason=words, rule="coalition.closing")
        self.record(facts.CoalitionClosed(**self.told))

    def invite(self, organisation: UUID, category: Category, *, by: Actor, now: datetime) -> Membership:
        """Invite an organisation; the invitation stands for 30 days."""
        refuse_unless_convener(by, self)
        self._refuse_when_closed("invite")
        self._refuse_second(organisation)
        membership = self._enter(organisation, category, MembershipState.INVITED, by=by, now=now)
        membership.invited_until = now + COALITION.invitation_lasts
        self._told_of(facts.MemberInvited, membership)
        return membership

    def receive_application(
        self,
        organisation: UUID,
        category: Category,
        *,
        verified: bool,
        accepts_charter: bool,
        by: Actor,
        now: datetime,
    ) -> Membership:
        """An organisation asks to come in, or takes up its invitation. Only verified organisations may."""
        self._refuse_when_closed("receive applications")
        refuse_unless(
            verified,
            "VALIDATION",
            "membership.verified_organisations_only",
            "Only an organisation that the network has verified may apply.",
            field="organisation",
        )
        membership = self.membership_of(organisation)
        if membership is not None and membership.state == MembershipState.INVITED:
            self._move_member(membership, MembershipState.APPLIED, by=by, now=now)
            membership.invited_until = None
        else:
            self._refuse_second(organisation)
            membership = self._enter(organisation, category, MembershipState.APPLIED, by=by, now=now)
        membership.applied_by = by.id
        if accepts_charter:
            membership.accepted_charter = self.charter_version
        self._told_of(facts.MemberApplied, membership)
        return membership

    def allowed_transitions(self, now: datetime, actor: Actor) -> list[Transition]:
        """What this coalition may become, and what stands in the way."""
        return [
            transition(CoalitionState.ACTIVE, lambda: self._may_activate(actor)),
            transition(CoalitionState.CLOSED, lambda: self._may_close(actor, decided=False)),
        ]

    def _may_activate(self, by: Actor) -> None:
        refuse_unless_convener(by, self)
        refuse_illegal("coalition", self.state, [CoalitionState.FORMING], "become active")
        refuse_when_blocked(
            "ILLEGAL_TRANSITION",
            "coalition.not_ready",
            "The coalition is not ready to become active.",
            self._missing_for_activity(),
        )

    def _missing_for_activity(self) -> list[Blocker]:
        accepted = [
            one for one in self.deciding if self.charter_version and one.accepted_charter == self.charter_version
        ]
        missing = []
        if len(accepted) < COALITION.founding_members:
            missing.append(
                Blocker(
                    "coalition.members_missing",
                    f"{len(accepted)} of {COALITION.founding_members} members have accepted the charter.",
                    "Admit members and let them accept the charter.",
                )
            )
        if len(self.steering) < COALITION.steering_at_least:
            missing.append(
                Blocker(
                    "coalition.steering_missing",
                    f"{len(self.steering)} of {COALITION.steering_at_least} organisations are in steering.",
                    "Choose the steering among the members.",
                )
            )
        if not self.call:
            missing.append(Blocker("coalition.call_missing", "The coalition has no call.", "Write the common demand."))
        return missing

    def _may_close(self, by: Actor, decided: bool) -> None:
        refuse_unless_convener(by, self)
        self._refuse_when_closed("be closed again")
        if self.state != CoalitionState.FORMING and not decided:
            raise BrokenRule(
                "ILLEGAL_TRANSITION",
                "coalition.closing_takes_a_ballot",
                "Closing a coalition takes a ballot of class CALL about it.",
                blocked_by=(
                    Blocker(
                        "coalition.closing_takes_a_ballot",
                        "No ballot of class CALL about the coalition has decided to close it.",
                        "Adopt a position of class CALL that concerns the coalition, and name it as the decision.",
                    ),
                ),
            )

    def _refuse_when_closed(self, act: str) -> None:
        refuse_illegal(
            "coalition", self.state, [CoalitionState.FORMING, CoalitionState.ACTIVE, CoalitionState.DORMANT], act
        )

    def _become(
        self, state: CoalitionState, *, by: Actor, now: datetime, reason: str | None = None, rule: str | None = None
    ) -> None:
        self.moved(self.state, state, by=by, at=now, reason=reason, rule=rule)
        self.state = state

    def _refuse_second(self, organisation: UUID) -> None:
        present = self.membership_of(organisation)
        refuse_unless(
            present is None or present.is_gone,
            "DUPLICATE",
            "membership.already_there",
            "This organisation is already invited, applying or in the coalition.",
            field="organisation",
        )

    def _enter(
        self, organisation: UUID, category: Category, state: MembershipState, *, by: Actor, now: datetime
    ) -> Membership:
        membership = self.membership_of(organisation)
        if membership is None:
            membership = Membership(
                id=new_id(), coalition=self.id, organisation=organisation, category=category, state=state, since=now
            )
            self.memberships.append(membership)
            self.moved(None, state, by=by, at=now, subject=f"membership/{membership.id}")
        else:
            membership.category, membership.accepted_charter, membership.weight = category, None, 1
            membership.accept_until, membership.demoted = None, False
            self._move_member(membership, state, by=by, now=now)
        return membership
