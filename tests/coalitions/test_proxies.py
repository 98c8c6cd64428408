"""Proxies in a ballot, and the recount that proves its result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.backbone.identifiers import new_id
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.give_proxy import give_proxy
from services.coalitions.use_cases.leave_coalition import leave_coalition
from services.coalitions.use_cases.withdraw_proxy import withdraw_proxy
from tests.coalitions.network import Coalition, Network

WHY = "Parce que cela ne suffit pas encore."


@pytest.fixture(scope="module")
def coalition(network: Network) -> Coalition:
    return network.a_coalition(members=4)


@pytest.fixture
def position(coalition: Coalition) -> UUID:
    return coalition.in_decision(decision_class="PLAN")


def ballot_of(network: Network, coalition: Coalition, position: UUID) -> dict[str, Any]:
    [row] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    ballot: dict[str, Any] = row["ballots"][-1]
    return ballot


def heads(ballot: dict[str, Any]) -> dict[str, int]:
    return {one["stance"]: one["heads"] for one in ballot["counts"][0]["tallies"] if one["heads"]}


def test_the_holder_speaks_for_the_member_that_entrusted_it(
    network: Network, coalition: Coalition, position: UUID
) -> None:
    first, second, *_ = coalition.members
    by_proxy = {"position": position, "stance": "AGREE", "organisation": first}
    assert network.refused(cast_stance, coalition.voices[1], **by_proxy)[0] == "MANDATE_REQUIRED"
    network.do(give_proxy, coalition.voices[0], position=position, holder=second)
    network.do(cast_stance, coalition.voices[1], **by_proxy)
    network.do(cast_stance, coalition.voices[1], position=position, stance="DISAGREE", reason=WHY)
    ballot = ballot_of(network, coalition, position)
    assert heads(ballot) == {"AGREE": 1, "DISAGREE": 1}
    assert [(one["organisation"], one["holder"]) for one in ballot["stances"]] == [
        (str(first), str(second)),
        (str(second), None),
    ]
    assert network.facts(f"position/{position}")[-3]["type"] == "position.proxy_given"


def test_voting_directly_cancels_the_proxy(network: Network, coalition: Coalition, position: UUID) -> None:
    first, second, *_ = coalition.members
    network.do(give_proxy, coalition.voices[0], position=position, holder=second)
    by_proxy = {"position": position, "organisation": first}
    network.do(cast_stance, coalition.voices[1], **by_proxy, stance="AGREE")
    network.do(cast_stance, coalition.voices[0], position=position, stance="ABSTAIN")
    assert network.refused(cast_stance, coalition.voices[1], **by_proxy, stance="AGREE")[0] == "MANDATE_REQUIRED"
    ballot = ballot_of(network, coalition, position)
    assert (heads(ballot), ballot["proxies"]) == ({"ABSTAIN": 1}, [])
    again = network.refused(give_proxy, coalition.voices[0], position=position, holder=second)
    assert again == ("ILLEGAL_TRANSITION", "proxy.voted_already")


def test_a_holder_has_one_proxy_and_there_are_no_chains(network: Network, coalition: Coalition, position: UUID) -> None:
    first, second, third, fourth = coalition.members
    network.do(give_proxy, coalition.voices[0], position=position, holder=second)
    for giver, holder, rule in (
        (coalition.voices[2], second, "proxy.holder_has_one"),
        (coalition.voices[1], third, "proxy.no_chains"),
        (coalition.voices[2], first, "proxy.no_chains"),
        (coalition.voices[2], third, "proxy.between_members"),
        (coalition.voices[2], new_id(), "proxy.between_members"),
    ):
        assert network.refused(give_proxy, giver, position=position, holder=holder)[1] == rule
    network.do(give_proxy, coalition.voices[0], position=position, holder=fourth)
    network.do(give_proxy, coalition.voices[2], position=position, holder=second)
    assert len(ballot_of(network, coalition, position)["proxies"]) == 2


def test_a_proxy_is_taken_back_and_not_given_once_the_ballot_is_over(
    network: Network, coalition: Coalition, position: UUID
) -> None:
    giver, request = coalition.voices[0], {"position": position}
    assert network.refused(withdraw_proxy, giver, **request) == ("ILLEGAL_TRANSITION", "proxy.none_given")
    network.do(give_proxy, giver, **request, holder=coalition.members[1])
    network.do(withdraw_proxy, giver, **request)
    assert ballot_of(network, coalition, position)["proxies"] == []
    coalition.ballot_closes(position)
    late = network.refused(give_proxy, giver, **request, holder=coalition.members[1])
    assert late == ("DEADLINE_PASSED", "ballot.closed")


def test_the_recount_proves_the_result_and_shows_what_was_altered(network: Network) -> None:
    coalition = network.a_coalition(members=5)
    position = coalition.in_decision(decision_class="PLAN")
    for voice, stance in zip(coalition.voices, ("AGREE", "DISAGREE", "AGREE", "ABSTAIN", "AGREE"), strict=True):
        network.do(cast_stance, voice, position=position, stance=stance, reason=WHY)
    network.do(cast_stance, coalition.voices[1], position=position, stance="AGREE")
    assert ballot_of(network, coalition, position)["recount"] is None
    [leaving] = network.rows("SELECT id FROM memberships WHERE organisation = :one", one=coalition.members[4])
    network.do(leave_coalition, coalition=coalition.id, membership=leaving["id"])
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    ballot = ballot_of(network, coalition, position)
    recount = ballot["recount"]
    assert (recount["matches"], recount["differences"], recount["uncounted"]) == (True, [], 2)
    assert recount["counts"] == ballot["counts"]
    network.change(
        "UPDATE stances SET value = 'DISAGREE' WHERE organisation = :one AND number = 1", one=coalition.members[0]
    )
    altered = ballot_of(network, coalition, position)["recount"]
    assert (altered["matches"], altered["differences"]) == (False, ["item 0"])
