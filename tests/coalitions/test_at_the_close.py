"""Two hundred clients vote at the very second at which the ballot closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import cycle, islice
from threading import Barrier, Semaphore
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.contracts import Contracts
from services.backbone.database import engine_for
from services.backbone.perform import Call, Performer
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.storage.repositories import SqlWork
from services.coalitions.storage.tables import metadata
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from tests.coalitions.network import Network

CLIENTS = 200
#: Commands that one instance of the service works on at once; the other clients wait for their turn, as in its queue.
WORKERS = 16
SAID = ("AGREE", "ABSTAIN", "DISAGREE", "AGREE", "AGREE")


def test_the_result_equals_the_recount_no_vote_is_late_and_none_counts_twice(network: Network) -> None:
    coalition = network.a_coalition(members=10)
    voices = list(zip(coalition.members, coalition.voices, strict=True))
    voices += [(one, network.a_representative(one, coalition.id)) for one in coalition.members]
    position = coalition.in_decision(decision_class="PLAN")
    [row] = network.rows("SELECT clock_timestamp() AS now")
    closes_at: datetime = row["now"] + timedelta(seconds=1.5)
    network.change("UPDATE ballots SET closes_at = :at WHERE position = :id", at=closes_at, id=position)
    network.change("UPDATE common_positions SET decision_close_at = :at WHERE id = :id", at=closes_at, id=position)

    together, turn = Barrier(CLIENTS), Semaphore(WORKERS)
    engine = engine_for(network.performer.engine.url.render_as_string(hide_password=False), pool=WORKERS, name="tests")
    service = Performer("coalitions", engine, metadata, Contracts.of("coalitions"), SqlWork)

    def votes(number: int, organisation: UUID, voice: Actor) -> list[tuple[UUID, str]]:
        """One client votes again and again until it is told that the ballot is closed."""
        kept = []
        together.wait()
        for stance in cycle(SAID[number % len(SAID) :] + SAID[: number % len(SAID)]):
            request = {"position": str(position), "stance": stance, "reason": "Parce que c'est l'heure."}
            with turn:
                answer = service.perform(cast_stance, request, Call(actor=voice, correlation_id="tests"))
            if answer["problems"]:
                assert {one["code"] for one in answer["problems"]} <= {"DEADLINE_PASSED", "ILLEGAL_TRANSITION"}
                return kept
            kept.append((answer["value"]["stance"], stance))
        raise AssertionError("a ballot closes")

    with ThreadPoolExecutor(CLIENTS + 2) as clients:
        voting = [
            clients.submit(votes, number, organisation, voice)
            for number, (organisation, voice) in enumerate(islice(cycle(voices), CLIENTS))
        ]
        closing = [clients.submit(_close_when_due, network, position) for _ in range(2)]
        accepted = [kept for client in voting for kept in client.result()]
        assert sum(one.result() for one in closing) == 1, "closed once, whoever came first"

    engine.dispose()
    [seen] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    [ballot] = seen["ballots"]
    stances = ballot["stances"]
    assert len(accepted) > 0
    assert {str(identity) for identity, _ in accepted} == {one["id"] for one in _rows(network, position)}
    assert [one["number"] for one in stances] == list(range(1, len(accepted) + 1))
    assert all(datetime.fromisoformat(one["at"]) < closes_at for one in stances)
    assert ballot["recount"]["matches"], ballot["recount"]
    last = {one["organisation"]: one["stance"] for one in stances}
    heads = {one["stance"]: one["heads"] for one in ballot["counts"][0]["tallies"]}
    assert heads == {said: list(last.values()).count(said) for said in ("AGREE", "ABSTAIN", "DISAGREE", "BLOCK")}


def _close_when_due(network: Network, position: UUID) -> int:
    """As the job of one instance: looks again and again until the ballot is closed."""
    closed = 0
    while not network.rows("SELECT 1 FROM ballots WHERE position = :id AND state = 'CLOSED'", id=position):
        closed += network.run(close_due_ballots)
    return closed


def _rows(network: Network, position: UUID) -> list[dict[str, Any]]:
    return network.rows(
        "SELECT stances.id::text AS id FROM stances JOIN ballots ON ballots.id = ballot WHERE position = :id",
        id=position,
    )
