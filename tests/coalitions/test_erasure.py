"""A person is erased from the coalitions: what they voted still counts, and nobody can tell whose it was."""

from __future__ import annotations

import json
from typing import Any

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.coalitions.queries.consultations import statements_by_consultations
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.storage.tables import metadata
from services.coalitions.use_cases.add_statement import add_statement
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.cast_votes import cast_votes
from tests.coalitions.network import Network, a_person
from tests.coalitions.test_consultations import Asked

#: What the backbone keeps for a time only.
FOR_A_TIME = {"outbox", "inbox", "positions", "waiting", "command_log"}


def erase(network: Network, one: Actor) -> dict[str, Any]:
    """Let the erasure begin, delivered twice; what the coalitions answer."""
    assert one.id is not None
    outcome = network.tell("people", "person.erasure_started", one.id, person=one.id, request=new_id())
    assert outcome == "DONE"
    [told] = network.facts(f"person/{one.id}")
    assert (told["type"], told["aggregateversion"]) == ("person.erased_in", 1)
    data: dict[str, Any] = told["data"]
    return data


def tables_with(network: Network, one: Actor) -> set[str]:
    return {
        table
        for table in set(metadata.tables) - FOR_A_TIME
        if network.rows(f'SELECT 1 FROM "{table}" AS row WHERE strpos(row::text, :person) > 0', person=str(one.id))
    }


def test_votes_stay_counted_of_one_participant_without_the_person(network: Network) -> None:
    asked = Asked(network, network.a_coalition())
    one, other = a_person(), a_person()
    for voter, vote in ((one, "AGREE"), (other, "DISAGREE")):
        votes = [{"statement": statement, "vote": vote} for statement in asked.statements]
        network.do(cast_votes, voter, consultation=asked.id, votes=votes)
    network.do(add_statement, one, consultation=asked.id, body="Des bancs avec un dossier.")
    before = network.ask(statements_by_consultations, ids=[asked.id])
    head = network.rows("SELECT voters, votes FROM consultations WHERE id = :id", id=asked.id)

    answer = erase(network, one)

    assert tables_with(network, one) == set()
    assert network.ask(statements_by_consultations, ids=[asked.id]) == before
    assert network.rows("SELECT voters, votes FROM consultations WHERE id = :id", id=asked.id) == head
    voters = network.rows("SELECT DISTINCT voter FROM votes WHERE consultation = :id", id=asked.id)
    assert len(voters) == 2
    assert {row["voter"] for row in voters} > {other.id}
    assert (answer["counts"]["votes"], answer["counts"]["voters"]) == (2, 1)
    assert answer["kept"] == {"statements_in_consultations": 1}


def test_an_organisations_stance_and_the_positions_record_stay_as_they_are(network: Network) -> None:
    coalition = network.a_coalition()
    position = coalition.in_decision()
    voice = coalition.voices[0]  # an editor of the position too
    network.do(cast_stance, voice, position=position, stance="AGREE")
    [before] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    ballots = "SELECT id FROM ballots WHERE position = :id"
    stance = f"SELECT organisation, value, reason, at FROM stances WHERE ballot IN ({ballots})"
    cast = network.rows(stance, id=position)

    answer = erase(network, voice)

    assert tables_with(network, voice) == set()
    assert network.rows(stance, id=position) == cast
    [after] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    [stand_in] = {one["person"] for one in after["editors"]} - {one["person"] for one in before["editors"]}
    assert json.dumps(after) == json.dumps(before).replace(str(voice.id), stand_in)
    assert answer["kept"] == {"stances_of_organisations": 1}


def test_a_coalition_goes_on_when_its_convener_is_erased(network: Network) -> None:
    coalition = network.a_coalition()
    answer = erase(network, coalition.convener)
    assert tables_with(network, coalition.convener) == set()
    assert answer["kept"] == {"coalitions_convened": 1}
    assert network.rows("SELECT state FROM coalitions WHERE id = :id", id=coalition.id) == [{"state": "ACTIVE"}]
