"""Ballots that open at a moment to come, and counts that may be hidden but never shown again before the close."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import Actor
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.use_cases.begin_due_ballots import begin_due_ballots
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.consolidate_position import consolidate_position
from services.coalitions.use_cases.give_proxy import give_proxy
from services.coalitions.use_cases.hide_ballot_results import hide_ballot_results
from services.coalitions.use_cases.open_ballot import open_ballot
from tests.coalitions.network import Coalition, Network


@pytest.fixture(scope="module")
def coalition(network: Network) -> Coalition:
    return network.a_coalition(members=3)


def ballot_of(network: Network, position: UUID, by: Actor) -> dict[str, Any]:
    [row] = network.ask(positions_by_ids, by, ids=[position])
    ballot: dict[str, Any] = row["ballots"][-1]
    return ballot


def consolidated(network: Network, coalition: Coalition) -> UUID:
    position = coalition.an_amendable(decision_class="PLAN")
    coalition.amendments_close(position)
    network.do(consolidate_position, coalition.convener, position=position)
    return position


def its_time_comes(network: Network, position: UUID) -> None:
    network.change("UPDATE ballots SET opens_at = now() WHERE position = :id", id=position)


def scheduled(network: Network, coalition: Coalition) -> UUID:
    position = consolidated(network, coalition)
    opens_at = datetime.now(UTC) + timedelta(days=2)
    network.do(open_ballot, coalition.convener, position=position, opens_at=opens_at)
    return position


def told(network: Network, position: UUID) -> list[str]:
    return [fact["type"] for fact in network.facts(f"position/{position}")]


def test_a_scheduled_ballot_takes_no_stance_until_it_opens(network: Network, coalition: Coalition) -> None:
    position = scheduled(network, coalition)
    ballot = ballot_of(network, position, coalition.convener)
    opens_at, closes_at = (datetime.fromisoformat(ballot[when]) for when in ("opens_at", "closes_at"))
    assert (ballot["state"], ballot["eligible"], closes_at - opens_at) == ("SCHEDULED", 3, timedelta(days=7))
    assert told(network, position)[-1] == "position.ballot_scheduled"

    vote = {"position": position, "stance": "AGREE"}
    early = ("ILLEGAL_TRANSITION", "ballot.not_open_yet")
    assert network.refused(cast_stance, coalition.voices[0], **vote) == early
    assert network.refused(give_proxy, coalition.voices[0], position=position, holder=coalition.members[1]) == early
    assert network.run(begin_due_ballots) == 0

    its_time_comes(network, position)
    network.do(cast_stance, coalition.voices[0], **vote)
    assert network.run(begin_due_ballots) == 1
    assert network.run(begin_due_ballots) == 0
    assert ballot_of(network, position, coalition.convener)["state"] == "OPEN"
    assert told(network, position)[-1] == "position.ballot_opened"
    network.do(cast_stance, coalition.voices[1], **vote)
    coalition.ballot_closes(position)
    assert network.run(close_due_ballots) == 1
    closed = ballot_of(network, position, coalition.convener)
    assert (closed["state"], closed["result"]["outcome"], closed["recount"]["matches"]) == ("CLOSED", "ADOPTED", True)


def test_a_ballot_whose_opening_was_missed_is_opened_and_closed_when_somebody_looks(
    network: Network, coalition: Coalition
) -> None:
    position = scheduled(network, coalition)
    its_time_comes(network, position)
    network.change("UPDATE ballots SET closes_at = now() WHERE position = :id", id=position)
    network.change("UPDATE common_positions SET decision_close_at = now() WHERE id = :id", id=position)
    assert network.run(close_due_ballots) == 1
    assert told(network, position)[-2:] == ["position.ballot_opened", "position.ballot_closed"]
    [ballot] = network.rows("SELECT id FROM ballots WHERE position = :id", id=position)
    moves = network.rows(
        "SELECT from_state, to_state FROM history WHERE subject = :one ORDER BY number", one=f"ballot/{ballot['id']}"
    )
    assert [tuple(move.values()) for move in moves] == [
        (None, "SCHEDULED"),
        ("SCHEDULED", "OPEN"),
        ("OPEN", "CLOSED"),
    ]


def test_a_ballot_is_scheduled_for_a_moment_to_come(network: Network, coalition: Coalition) -> None:
    position = consolidated(network, coalition)
    past = {"position": position, "opens_at": datetime.now(UTC) - timedelta(minutes=1)}
    assert network.refused(open_ballot, coalition.convener, **past) == ("VALIDATION", "ballot.opens_in_the_past")
    soon = datetime.now(UTC) + timedelta(days=2)
    short = {"position": position, "opens_at": soon, "closes_at": soon + timedelta(days=6)}
    assert network.refused(open_ballot, coalition.convener, **short) == ("VALIDATION", "ballot.too_short")


def test_a_count_may_be_hidden_but_is_never_shown_again_before_the_close(
    network: Network, coalition: Coalition
) -> None:
    position = coalition.in_decision(decision_class="PLAN")
    network.do(cast_stance, coalition.voices[0], position=position, stance="AGREE")
    other = coalition.voices[1]
    assert ballot_of(network, position, other)["counts"] is not None
    assert network.refused(hide_ballot_results, coalition.voices[2], position=position)[0] == "FORBIDDEN"
    network.do(hide_ballot_results, coalition.convener, position=position)
    assert told(network, position)[-1] == "position.ballot_hidden"
    hidden = ballot_of(network, position, other)
    assert (hidden["hide_results"], hidden["counts"], hidden["stances"]) == (True, None, [])
    again = network.refused(hide_ballot_results, coalition.convener, position=position)
    assert again == ("DUPLICATE", "ballot.hidden_already")
    coalition.ballot_closes(position)
    late = network.refused(hide_ballot_results, coalition.convener, position=position)
    assert late == ("DEADLINE_PASSED", "ballot.closed")
    network.run(close_due_ballots)
    assert ballot_of(network, position, other)["counts"] is not None
