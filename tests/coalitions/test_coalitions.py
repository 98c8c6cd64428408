"""A coalition and the organisations in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import ANONYMOUS, Grant
from services.backbone.identifiers import new_id
from services.coalitions.queries.coalitions import coalition_by_slug, coalitions_by_themes, list_coalitions
from services.coalitions.use_cases.accept_charter import accept_charter
from services.coalitions.use_cases.activate_coalition import activate_coalition
from services.coalitions.use_cases.admit_member import admit_member
from services.coalitions.use_cases.apply_for_membership import apply_for_membership
from services.coalitions.use_cases.choose_steering import choose_steering
from services.coalitions.use_cases.close_coalition import close_coalition
from services.coalitions.use_cases.decline_invitation import decline_invitation
from services.coalitions.use_cases.expel_member import expel_member
from services.coalitions.use_cases.expire_invitations import expire_invitations
from services.coalitions.use_cases.found_coalition import found_coalition
from services.coalitions.use_cases.invite_member import invite_member
from services.coalitions.use_cases.leave_coalition import leave_coalition
from services.coalitions.use_cases.refuse_member import refuse_member
from services.coalitions.use_cases.reinstate_member import reinstate_member
from services.coalitions.use_cases.rest_idle_coalitions import rest_idle_coalitions
from services.coalitions.use_cases.revise_coalition import revise_coalition
from services.coalitions.use_cases.suspend_member import suspend_member
from tests.coalitions.network import Coalition, Network, a_person

FOUNDED: dict[str, Any] = {"name": "Un toit d'abord", "themes": ["sans-abrisme"]}


def administrator_of(organisation: UUID) -> Any:
    return a_person(Grant("ORG_ADMIN", f"organisation/{organisation}"))


def membership_of(network: Network, coalition: Coalition, place: int) -> UUID:
    [row] = network.rows(
        "SELECT id FROM memberships WHERE coalition = :coalition AND organisation = :organisation",
        coalition=coalition.id,
        organisation=coalition.members[place],
    )
    identity: UUID = row["id"]
    return identity


def state_of(network: Network, membership: UUID) -> str:
    [row] = network.rows("SELECT state FROM memberships WHERE id = :id", id=membership)
    return str(row["state"])


def test_who_founds_a_coalition_convenes_it(network: Network) -> None:
    founder = a_person()
    founded = network.do(found_coalition, founder, **FOUNDED)
    row = network.ask(coalition_by_slug, founder, slug=founded["slug"])
    assert (row["state"], row["convener"]) == ("FORMING", str(founder.id))
    [fact] = network.facts(f"coalition/{founded['id']}")
    assert (fact["type"], fact["data"]["themes"]) == ("coalition.founded", ["sans-abrisme"])


def test_two_coalitions_of_one_name_have_two_slugs(network: Network) -> None:
    first, second = (network.do(found_coalition, a_person(), name="Deux fois", themes=["accueil"]) for _ in range(2))
    assert (first["slug"], second["slug"]) == ("deux-fois", "deux-fois-2")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"name": " "}, "coalition.name_too_short"),
        ({"name": "n" * 201}, "coalition.name_too_long"),
        ({"themes": []}, "coalition.themes"),
        ({"themes": ["a", "b", "c", "d"]}, "coalition.themes"),
    ],
)
def test_a_coalition_without_a_name_or_with_too_many_themes_is_refused(
    network: Network, change: dict[str, Any], rule: str
) -> None:
    assert network.refused(found_coalition, a_person(), **{**FOUNDED, **change}) == ("VALIDATION", rule)


def test_nobody_founds_a_coalition_anonymously(network: Network) -> None:
    assert network.refused(found_coalition, ANONYMOUS, **FOUNDED)[0] == "UNAUTHENTICATED"


def test_a_coalition_becomes_active_with_members_steering_and_a_call(network: Network) -> None:
    convener = a_person()
    founded = network.do(found_coalition, convener, **FOUNDED, charter="Ensemble.")
    identity = founded["id"]
    assert network.refused(activate_coalition, convener, coalition=identity)[1] == "coalition.not_ready"
    row = network.ask(coalition_by_slug, convener, slug=founded["slug"])
    [to_active, _] = row["allowed_transitions"]
    assert [blocker["code"] for blocker in to_active["blocked_by"]] == [
        "coalition.members_missing",
        "coalition.steering_missing",
        "coalition.call_missing",
    ]
    members = [network.a_member(identity)[0] for _ in range(3)]
    network.do(choose_steering, convener, coalition=identity, organisations=members[:2])
    network.do(revise_coalition, convener, coalition=identity, call="Un logement d'abord.")
    assert network.refused(activate_coalition, a_person(), coalition=identity)[0] == "FORBIDDEN"
    network.do(activate_coalition, convener, coalition=identity)
    assert network.facts(f"coalition/{identity}")[-1]["type"] == "coalition.activated"
    assert network.refused(revise_coalition, convener, coalition=identity, call="Autre.")[0] == "ILLEGAL_TRANSITION"


def test_a_new_charter_asks_for_acceptance_anew(network: Network) -> None:
    convener = a_person()
    identity = network.do(found_coalition, convener, **FOUNDED, call="Un toit.", charter="Un.")["id"]
    members = [network.a_member(identity)[0] for _ in range(3)]
    network.do(choose_steering, convener, coalition=identity, organisations=members[:2])
    network.do(revise_coalition, convener, coalition=identity, charter="Deux.")
    assert network.refused(activate_coalition, convener, coalition=identity)[1] == "coalition.not_ready"
    for member in members:
        network.do(accept_charter, administrator_of(member), coalition=identity, organisation=member)
    network.do(activate_coalition, convener, coalition=identity)


def test_only_members_steer(network: Network) -> None:
    coalition = network.a_coalition()
    observer, _ = network.a_member(coalition.id, "OBSERVER")
    request = {"coalition": coalition.id, "organisations": [observer]}
    assert network.refused(choose_steering, coalition.convener, **request)[1] == "coalition.steering_of_members"


def test_an_unverified_organisation_does_not_apply(network: Network) -> None:
    coalition = network.a_coalition()
    organisation = network.an_organisation(verified=False)
    request = {"coalition": coalition.id, "organisation": organisation}
    assert network.refused(apply_for_membership, administrator_of(organisation), **request)[1] == (
        "membership.verified_organisations_only"
    )
    assert network.refused(apply_for_membership, a_person(), **request)[0] == "FORBIDDEN"


def test_an_invitation_is_taken_up_declined_or_lapses(network: Network) -> None:
    coalition = network.a_coalition()
    guests = [network.an_organisation() for _ in range(3)]
    invited = [
        network.do(invite_member, coalition.convener, coalition=coalition.id, organisation=guest)["membership"]
        for guest in guests
    ]
    twice = network.refused(invite_member, coalition.convener, coalition=coalition.id, organisation=guests[0])
    assert twice == ("DUPLICATE", "membership.already_there")
    assert network.refused(invite_member, a_person(), coalition=coalition.id, organisation=new_id())[0] == "FORBIDDEN"
    by = administrator_of(guests[0])
    applied = network.do(apply_for_membership, by, coalition=coalition.id, organisation=guests[0])
    assert applied["membership"] == invited[0]
    declined = {"coalition": coalition.id, "membership": invited[1]}
    assert network.refused(decline_invitation, coalition.voices[0], **declined)[0] == "FORBIDDEN"
    network.do(decline_invitation, administrator_of(guests[1]), **declined)
    network.change("UPDATE memberships SET invited_until = now() - interval '1 hour' WHERE id = :id", id=invited[2])
    assert network.run(expire_invitations) == 1
    assert network.run(expire_invitations) == 0
    assert [state_of(network, one) for one in invited] == ["APPLIED", "DECLINED", "EXPIRED"]


def test_nobody_admits_the_organisation_for_which_they_applied(network: Network) -> None:
    organisation = network.an_organisation()
    convener = administrator_of(organisation)
    coalition = network.do(found_coalition, convener, **FOUNDED)["id"]
    applied = network.do(apply_for_membership, convener, coalition=coalition, organisation=organisation)
    request = {"coalition": coalition, "membership": applied["membership"]}
    assert network.refused(admit_member, convener, **request)[0] == "SELF_APPROVAL"
    assert network.refused(admit_member, a_person(), **request)[0] == "FORBIDDEN"
    assert network.refused(admit_member, a_person(Grant("ADMIN")), **request)[0] == "FORBIDDEN"
    steering = a_person(Grant("STEERING", f"coalition/{coalition}"))
    assert network.refused(admit_member, steering, **request, weight=6)[0] == "VALIDATION"
    network.do(admit_member, steering, **request, weight=5)
    assert network.refused(refuse_member, steering, **request, reason="Trop tard.")[0] == "ILLEGAL_TRANSITION"


def test_a_refused_organisation_may_apply_again(network: Network) -> None:
    coalition = network.a_coalition()
    organisation = network.an_organisation()
    by = administrator_of(organisation)
    applied = network.do(apply_for_membership, by, coalition=coalition.id, organisation=organisation)
    request = {"coalition": coalition.id, "membership": applied["membership"]}
    assert network.refused(refuse_member, coalition.convener, **request, reason=" ")[0] == "VALIDATION"
    network.do(refuse_member, coalition.convener, **request, reason="Hors de l'appel.")
    again = network.do(apply_for_membership, by, coalition=coalition.id, organisation=organisation)
    assert again["membership"] == applied["membership"]


def test_a_member_is_suspended_reinstated_and_leaves(network: Network) -> None:
    coalition = network.a_coalition()
    membership = membership_of(network, coalition, 0)
    request = {"coalition": coalition.id, "membership": membership}
    network.do(suspend_member, coalition.convener, **request, reason="Cotisation.")
    assert network.refused(suspend_member, coalition.convener, **request, reason="Encore.")[0] == "ILLEGAL_TRANSITION"
    network.do(reinstate_member, coalition.convener, **request)
    assert network.refused(leave_coalition, coalition.convener, **request)[0] == "FORBIDDEN"
    network.do(leave_coalition, administrator_of(coalition.members[0]), **request)
    row = network.ask(coalition_by_slug, coalition.convener, slug=coalition.slug)
    assert (row["members"], row["steering"]) == (2, [str(coalition.members[1])])


def test_expelling_and_closing_take_a_ballot(network: Network) -> None:
    coalition = network.a_coalition()
    request = {"coalition": coalition.id, "membership": membership_of(network, coalition, 0), "reason": "Décidé."}
    assert network.refused(expel_member, coalition.convener, **request)[1] == "membership.expulsion_takes_a_ballot"
    undecided = coalition.a_draft(decision_class="CALL", concerns=coalition.members[0])
    other = coalition.a_draft(decision_class="CALL", concerns=coalition.members[1])
    new_words = coalition.a_draft(decision_class="CALL")
    closing = coalition.a_draft(decision_class="CALL", concerns=coalition.id)
    assert network.refused(expel_member, coalition.convener, **request, decision=undecided)[0] == "ILLEGAL_TRANSITION"
    close = {"coalition": coalition.id, "reason": "Notre demande est entendue."}
    assert network.refused(close_coalition, coalition.convener, **close)[1] == "coalition.closing_takes_a_ballot"
    for decision in (undecided, other, new_words, closing):
        network.change("UPDATE common_positions SET state = 'ADOPTED' WHERE id = :id", id=decision)
    for decision in (other, new_words, closing):
        refusal = network.refused(expel_member, coalition.convener, **request, decision=decision)
        assert refusal[1] == "membership.expulsion_takes_a_ballot"
    network.do(expel_member, coalition.convener, **request, decision=undecided)
    for decision in (undecided, new_words):
        refusal = network.refused(close_coalition, coalition.convener, **close, decision=decision)
        assert refusal[1] == "coalition.closing_takes_a_ballot", "nobody votes on one thing and finds another done"
    words = {"coalition": coalition.id, "call": "Une autre demande."}
    refusal = network.refused(revise_coalition, coalition.convener, **words, decision=closing)
    assert refusal[1] == "coalition.revision_takes_a_ballot"
    network.do(revise_coalition, coalition.convener, **words, decision=new_words)
    network.do(close_coalition, coalition.convener, **close, decision=closing)
    assert network.refused(invite_member, coalition.convener, coalition=coalition.id, organisation=new_id())[0] == (
        "ILLEGAL_TRANSITION"
    )


def test_a_quiet_coalition_rests_and_an_event_wakes_it(network: Network) -> None:
    coalition = network.a_coalition()
    long_ago = "UPDATE coalition_activity SET last_at = now() - interval '181 days' WHERE coalition = :id"
    network.change(long_ago, id=coalition.id)
    assert network.run(rest_idle_coalitions) == 1
    assert network.run(rest_idle_coalitions) == 0
    event = new_id()
    network.tell("events", "event.held", event, event=event, state="HELD", coalition=coalition.id)
    assert network.ask(coalition_by_slug, slug=coalition.slug)["state"] == "ACTIVE"
    elsewhere = new_id()
    assert network.tell("events", "event.held", elsewhere, event=elsewhere, state="HELD", coalition=None) == "DONE"


def test_a_ballot_keeps_a_coalition_awake(network: Network) -> None:
    coalition = network.a_coalition()
    position = coalition.in_decision()
    network.change(
        "UPDATE coalition_activity SET last_at = now() - interval '181 days' WHERE coalition = :id", id=coalition.id
    )
    network.tell_itself("position.ballot_opened", f"position/{position}")
    assert network.run(rest_idle_coalitions) == 0


def test_a_private_coalition_is_shown_inside_only(network: Network) -> None:
    coalition = network.a_coalition(visibility="PRIVATE", themes=["discret"])
    for outsider in (ANONYMOUS, a_person(), network.a_coalition().voices[0]):
        assert network.ask(coalition_by_slug, outsider, slug=coalition.slug) is None
        assert network.ask(list_coalitions, outsider, filter={"theme": "discret"})["total"] == 0
        assert network.ask(coalitions_by_themes, outsider, slugs=["discret"])[0]["items"] == []
    assert network.refused(activate_coalition, a_person(), coalition=coalition.id)[0] == "NOT_FOUND"
    for insider in (coalition.convener, coalition.voices[0], a_person(Grant("ADMIN"))):
        assert network.ask(coalition_by_slug, insider, slug=coalition.slug)["slug"] == coalition.slug


def test_an_invited_organisation_sees_the_private_coalition_that_invites_it(network: Network) -> None:
    coalition = network.a_coalition(visibility="PRIVATE")
    guest = network.an_organisation()
    assert network.ask(coalition_by_slug, administrator_of(guest), slug=coalition.slug) is None
    network.do(invite_member, coalition.convener, coalition=coalition.id, organisation=guest)
    row = network.ask(coalition_by_slug, administrator_of(guest), slug=coalition.slug)
    assert [one["state"] for one in row["memberships"]] == ["ADMITTED"] * 3 + ["INVITED"]
    assert network.ask(coalition_by_slug, administrator_of(new_id()), slug=coalition.slug) is None


def test_those_on_their_way_in_are_shown_inside_only(network: Network) -> None:
    coalition = network.a_coalition()
    network.do(invite_member, coalition.convener, coalition=coalition.id, organisation=new_id())
    inside = network.ask(coalition_by_slug, coalition.voices[0], slug=coalition.slug)["memberships"]
    outside = network.ask(coalition_by_slug, slug=coalition.slug)["memberships"]
    assert (len(inside), len(outside)) == (4, 3)


def test_coalitions_are_found_by_theme_state_and_words(network: Network) -> None:
    network.do(found_coalition, a_person(), name="Été à l'Île", themes=["cherche"], call="Des vélos pour tous.")
    found = network.ask(list_coalitions, filter={"theme": "cherche", "state": ["FORMING"]}, search="ETE A L'ILE")
    assert [row["name"] for row in found["items"]] == ["Été à l'Île"]
    assert network.ask(list_coalitions, filter={"theme": "cherche"}, search="velos")["total"] == 1
    assert network.ask(list_coalitions, filter={"theme": "cherche"}, search="100%")["total"] == 0
