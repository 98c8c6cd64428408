"""Two hundred clients vote at the very second at which the ballot closes: through the broker, at two instances."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.demo.asking import Asking, asking
from gateway.calls import Answer
from gateway.identity.principal import Principal
from gateway.problems import Failure
from services.backbone.actor import Actor
from services.backbone.migrations import upgrade
from services.coalitions.queries.positions import positions_by_ids
from tests.coalitions.network import Network, performing
from tests.running import Keys, running

CLIENTS, INSTANCES = 200, 2
#: So many votes are in before the closing time is set to the next second, so that voting is at its height.
BEFORE = 50
SAID = ("AGREE", "ABSTAIN", "DISAGREE", "AGREE", "AGREE")


@pytest.fixture
def settings(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], tmp_path: Path
) -> Iterator[dict[str, str]]:
    """What two running instances of the service, and whoever calls them, are told."""
    keys = Keys.make(tmp_path)
    private = tmp_path / "passport.pem"
    private.write_bytes(keys.key.as_pem(private=True))
    database = new_database("coalitions")
    upgrade("coalitions", database)
    told = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": new_vhost("closing"),
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
        "MAILLAGE_PASSPORT_PRIVATE_KEY": str(private),
    }
    with ExitStack() as instances:
        for _ in range(INSTANCES):
            instances.enter_context(running("services.coalitions", ready="started", **told))
        yield told


@pytest.fixture
def network(settings: dict[str, str]) -> Iterator[Network]:
    """Looks into the database of these instances."""
    with performing(settings["MAILLAGE_DATABASE_URL"]) as performer:
        yield Network(performer)


class Voting:
    """What two hundred clients were told about their votes."""

    def __init__(self, network: Network, position: UUID) -> None:
        self.network, self.position = network, position
        self.accepted: list[str] = []
        self.late = 0
        self.closes_at: datetime | None = None

    async def client(self, by: Asking, voice: Actor, number: int) -> None:
        """Votes again and again until it is told that the ballot is closed."""
        principal = Principal("PERSON", str(voice.id))
        for stance in islice(cycle(SAID), number % len(SAID), None):
            request = {"position": str(self.position), "stance": stance, "reason": "Parce que c'est l'heure."}
            answer = await self.answered(by, principal, request)
            if answer.problems:
                assert {one.code for one in answer.problems} <= {"DEADLINE_PASSED", "ILLEGAL_TRANSITION"}
                self.late += 1
                return
            self.accepted.append(answer.value["stance"])
            if len(self.accepted) == BEFORE:
                self.close_in_a_second()

    async def answered(self, by: Asking, principal: Principal, request: dict[str, str]) -> Answer:
        """The answer to one vote; who waited in vain asks again under the same key, as the API says."""
        named: dict[str, Any] = {
            "principal": principal,
            "correlation_id": "tests",
            "command": True,
            "idempotency_key": uuid4().hex,
        }
        while True:
            try:
                return await by.rpc.call("coalitions", "cast_stance", request, **named)
            except Failure as failure:
                if failure.code != "OUTCOME_UNKNOWN":
                    raise

    def close_in_a_second(self) -> None:
        [row] = self.network.rows("SELECT clock_timestamp() + interval '1 second' AS at")
        closes_at = self.closes_at = row["at"]
        change, about = self.network.change, {"at": closes_at, "id": self.position}
        change("UPDATE ballots SET closes_at = :at WHERE position = :id", **about)
        change("UPDATE common_positions SET decision_close_at = :at WHERE id = :id", **about)

    async def until_it_is_closed(self) -> None:
        """The instances' own jobs close it, whichever comes first."""
        closed = "SELECT 1 FROM ballots WHERE position = :id AND state = 'CLOSED'"
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(self.network.rows, closed, id=self.position):
                pass


def test_the_result_equals_the_recount_no_vote_is_late_and_none_counts_twice(
    network: Network, settings: dict[str, str]
) -> None:
    coalition = network.a_coalition(members=10)
    voices = list(coalition.voices) + [network.a_representative(one, coalition.id) for one in coalition.members]
    voting = Voting(network, coalition.in_decision(decision_class="PLAN"))

    async def all_at_once() -> None:
        async with asking(settings) as by:
            clients = enumerate(islice(cycle(voices), CLIENTS))
            await asyncio.gather(*(voting.client(by, voice, number) for number, voice in clients))
            await voting.until_it_is_closed()

    asyncio.run(all_at_once())

    [seen] = network.ask(positions_by_ids, coalition.convener, ids=[voting.position])
    [ballot] = seen["ballots"]
    stances = ballot["stances"]
    assert len(voting.accepted) >= BEFORE
    assert voting.late == CLIENTS, "every client was told at last that it is over"
    assert {one["id"] for one in stances} == set(voting.accepted)
    assert [one["number"] for one in stances] == list(range(1, len(voting.accepted) + 1))
    assert voting.closes_at is not None
    assert all(datetime.fromisoformat(one["at"]) < voting.closes_at for one in stances)
    assert max(datetime.fromisoformat(one["at"]) for one in stances) > voting.closes_at - timedelta(seconds=1)
    assert ballot["recount"]["matches"], ballot["recount"]
    last = {one["organisation"]: one["stance"] for one in stances}
    heads = {one["stance"]: one["heads"] for one in ballot["counts"][0]["tallies"]}
    assert heads == {said: list(last.values()).count(said) for said in ("AGREE", "ABSTAIN", "DISAGREE", "BLOCK")}
    told = [fact["type"] for fact in network.facts(f"position/{voting.position}")]
    assert told.count("position.ballot_closed") == 1, "closed once, whoever came first"
    assert told.count("position.stance_cast") == len(voting.accepted)
