"""Organisations in steering decide through those who hold their mandates."""

from __future__ import annotations

from services.backbone.actor import Grant
from services.coalitions.use_cases.admit_member import admit_member
from services.coalitions.use_cases.apply_for_membership import apply_for_membership
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.reinstate_member import reinstate_member
from services.coalitions.use_cases.suspend_member import suspend_member
from tests.coalitions.network import Network, a_person


def test_the_mandate_of_an_organisation_in_steering_admits_and_suspends(network: Network) -> None:
    coalition = network.a_coalition(members=3)
    newcomer = network.an_organisation()
    administrator = a_person(Grant("ORG_ADMIN", f"organisation/{newcomer}"))
    applied = network.do(apply_for_membership, administrator, coalition=coalition.id, organisation=newcomer)
    request = {"coalition": coalition.id, "membership": applied["membership"]}
    steering, other = coalition.voices[0], coalition.voices[2]
    assert network.refused(admit_member, other, **request) == ("FORBIDDEN", "membership.steering_decides")
    network.do(admit_member, steering, **request)
    assert network.refused(suspend_member, other, **request, reason="Cotisation.")[0] == "FORBIDDEN"
    network.do(suspend_member, steering, **request, reason="Cotisation impayée.")
    network.do(reinstate_member, steering, **request)


def test_a_suspended_organisation_steers_no_more(network: Network) -> None:
    coalition = network.a_coalition(members=3)
    [own] = network.rows(
        "SELECT id FROM memberships WHERE coalition = :one AND organisation = :two",
        one=coalition.id,
        two=coalition.members[0],
    )
    request = {"coalition": coalition.id, "membership": own["id"]}
    network.do(suspend_member, coalition.convener, **request, reason="Cotisation impayée.")
    assert network.refused(reinstate_member, coalition.voices[0], **request)[0] == "FORBIDDEN"


def test_only_organisations_in_steering_vote_on_a_word_to_the_press(network: Network) -> None:
    coalition = network.a_coalition(members=3)
    position = coalition.in_decision(decision_class="PRESS")
    for voice in coalition.voices[:2]:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    refusal = network.refused(cast_stance, coalition.voices[2], position=position, stance="AGREE")
    assert refusal == ("MANDATE_REQUIRED", "ballot.not_eligible")
