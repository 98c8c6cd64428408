"""Call and charter: versions, the ballot that changes them, and what becomes of members that do not accept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.backbone.actor import ANONYMOUS
from services.coalitions.queries.coalitions import coalitions_by_ids
from services.coalitions.queries.positions import differences_by_positions
from services.coalitions.use_cases.accept_charter import accept_charter
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.consolidate_position import consolidate_position
from services.coalitions.use_cases.decide_amendment import decide_amendment
from services.coalitions.use_cases.end_due_acceptances import end_due_acceptances
from services.coalitions.use_cases.open_ballot import open_ballot
from services.coalitions.use_cases.revise_coalition import revise_coalition
from services.coalitions.use_cases.submit_amendment import submit_amendment
from tests.coalitions.network import Coalition, Network


def adopted(network: Network, coalition: Coalition) -> UUID:
    position = coalition.in_decision(decision_class="CALL")
    for voice in coalition.voices:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    return position


def seen(network: Network, coalition: Coalition) -> dict[str, Any]:
    row: dict[str, Any] = network.ask(coalitions_by_ids, coalition.convener, ids=[coalition.id])[0]
    return row


def test_a_new_charter_takes_a_ballot_and_who_does_not_accept_it_observes(network: Network) -> None:
    coalition = network.a_coalition(members=4)
    revise = {"coalition": coalition.id, "charter": "Une charte plus exigeante."}
    for decision in (None, coalition.a_draft(decision_class="CALL")):
        refusal = network.refused(revise_coalition, coalition.convener, **revise, decision=decision)
        assert refusal == ("ILLEGAL_TRANSITION", "coalition.revision_takes_a_ballot")
    decision = adopted(network, coalition)
    network.do(revise_coalition, coalition.convener, **revise, decision=decision)
    row = seen(network, coalition)
    assert [one["version"] for one in row["charters"]] == [1, 2]
    assert all(one["accept_until"] is not None for one in row["memberships"])
    again = network.refused(revise_coalition, coalition.convener, **revise, decision=decision)
    assert again == ("DUPLICATE", "coalition.decision_used")

    for voice, organisation in zip(coalition.voices[1:], coalition.members[1:], strict=True):
        network.do(accept_charter, voice, coalition=coalition.id, organisation=organisation)
    assert network.run(end_due_acceptances) == 0
    network.change(
        "UPDATE memberships SET accept_until = now() - interval '1 day' WHERE accept_until IS NOT NULL"
        " AND coalition = :id",
        id=coalition.id,
    )
    assert network.run(end_due_acceptances) == 1
    row = seen(network, coalition)
    categories = {one["organisation"]: one["category"] for one in row["memberships"]}
    assert categories.pop(str(coalition.members[0])) == "OBSERVER"
    assert set(categories.values()) == {"MEMBER"}
    assert (row["members"], row["steering"]) == (3, [str(coalition.members[1])])
    assert network.facts(f"coalition/{coalition.id}")[-1]["type"] == "coalition.member_became_observer"

    late = {"coalition": coalition.id, "organisation": coalition.members[0]}
    network.do(accept_charter, coalition.voices[0], **late)
    row = seen(network, coalition)
    assert {one["category"] for one in row["memberships"]} == {"MEMBER"}
    told = network.facts(f"coalition/{coalition.id}")[-1]
    assert (told["type"], told["data"]["category"]) == ("coalition.charter_accepted", "MEMBER")
    moves = network.rows(
        "SELECT from_state, to_state FROM history WHERE aspect = 'category' AND subject = :one ORDER BY number",
        one=f"membership/{told['data']['membership']}",
    )
    assert [tuple(move.values()) for move in moves] == [("MEMBER", "OBSERVER"), ("OBSERVER", "MEMBER")]


def test_who_chose_to_observe_stays_an_observer_when_it_accepts_the_charter(network: Network) -> None:
    coalition = network.a_coalition()
    organisation, voice = network.a_member(coalition.id, "OBSERVER")
    network.do(accept_charter, voice, coalition=coalition.id, organisation=organisation)
    categories = {one["organisation"]: one["category"] for one in seen(network, coalition)["memberships"]}
    assert categories[str(organisation)] == "OBSERVER"


def test_a_new_call_is_accepted_anew_too(network: Network) -> None:
    coalition = network.a_coalition()
    decision = adopted(network, coalition)
    revise = {"coalition": coalition.id, "call": "Une maison par canton, dès cette année."}
    network.do(revise_coalition, coalition.convener, **revise, decision=decision)
    assert [one["call"] for one in seen(network, coalition)["charters"]][-1] == revise["call"]
    assert all(one["accept_until"] for one in seen(network, coalition)["memberships"])


def test_the_differences_between_two_versions_are_readable_word_by_word(network: Network) -> None:
    coalition = network.a_coalition()
    position = coalition.an_amendable()
    amendment = network.do(
        submit_amendment,
        coalition.voices[2],
        position=position,
        operation="REPLACE",
        pid="p2",
        new_text="Chaque canton ouvre une maison partagée.",
        rationale="Une par ville laisse les campagnes de côté.",
    )["amendment"]
    accept = {"position": position, "amendment": amendment, "decision": "ACCEPTED", "reason": "D'accord."}
    network.do(decide_amendment, coalition.voices[0], **accept)
    coalition.amendments_close(position)
    network.do(consolidate_position, coalition.convener, position=position)
    network.do(open_ballot, coalition.convener, position=position)
    [found] = network.ask(differences_by_positions, coalition.voices[0], ids=[position], since=1)
    assert [(one["pid"], one["change"]) for one in found] == [("p1", "SAME"), ("p2", "CHANGED"), ("p3", "SAME")]
    assert [(one["change"], one["text"]) for one in found[1]["words"]] == [
        ("SAME", "Chaque "),
        ("REMOVED", "ville"),
        ("ADDED", "canton"),
        ("SAME", " ouvre une maison partagée."),
    ]
    assert network.ask(differences_by_positions, coalition.voices[0], ids=[position], since=1, until=9) == [None]
    assert network.ask(differences_by_positions, ANONYMOUS, ids=[position], since=1) == [None]
