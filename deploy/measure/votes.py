"""Consultations at their size, through the public API: everybody signs in and votes over GraphQL.

``python -m deploy.measure.votes`` starts a network apart, lets 1,921 people cast 49,997 votes on 197 statements
(acceptance scenario 15 of domain.md), checks that each person counts once per statement by their last vote, and says
how many seconds it took and how many votes a second. ``python -m deploy.measure.votes FOLDER`` does so with every
deliberation in the folder (``summary.csv``, ``comments.csv``, ``votes.csv``) as well.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
from joserfc.jwk import OKPKey

from deploy.demo.asking import asking
from deploy.demo.load import load
from deploy.local import ports
from deploy.local.issuer import ALGORITHM, Issuer
from deploy.local.stack import Stack
from deploy.measure.votes_to_cast import Cast, ToCast, generated, real
from deploy.story.front_end import FrontEnd, Json

T = TypeVar("T")

#: So many people's requests are under way at once.
CLIENTS = 16
#: In one call, as a front-end sends what somebody said in a few minutes.
A_CALL = 30


#: Where a statement tells how many say so.
COUNTS = {"AGREE": "agrees", "DISAGREE": "disagrees", "PASS": "passes"}


class CountedOtherwise(RuntimeError):
    """The network counts otherwise than each person once per statement, by their last vote."""


@dataclass(frozen=True)
class Voted:
    """What came of it: seconds of signing in and of voting, votes that were cast, and votes that count."""

    question: str
    people: int
    statements: int
    signing_in: float
    seconds: float
    cast: int
    counted: int

    def __str__(self) -> str:
        return (
            f"{self.question}: {self.people} people cast {self.cast} votes on {self.statements} statements in "
            f"{self.seconds:.1f} s: {self.cast / self.seconds:.0f} votes a second; {self.counted} count, one per "
            f"person and statement (signing in took {self.signing_in:.1f} s)"
        )


@dataclass(frozen=True)
class Crowd:
    """People of a network that is asked over HTTP; each is signed in under a number."""

    http: httpx.AsyncClient
    url: str
    issuer: Issuer

    def person(self, name: str, *roles: str) -> FrontEnd:
        """The front-end of somebody."""
        claims = {
            "subject": name, "name": name, "email": f"{name}@voters.example", "locale": "fr", "roles": list(roles),
        }  # fmt: skip
        return FrontEnd(self.http, self.url, self.issuer.token(claims, int(time.time())))


async def hold(crowd: Crowd, coalition: str, asked: ToCast) -> Voted:
    """Ask a coalition's question, let everybody vote, moderate, close, and compare with an independent count."""
    convener = crowd.person("convening", "ADMIN")
    consultation = await _opened(convener, coalition, asked)
    statements = [row["id"] for row in await _statements(convener, consultation)]
    people = [crowd.person(f"voter-{number}") for number in range(len(asked.said))]
    began = time.monotonic()
    await _each(people, lambda person: person.ask("{ viewer { person { id } } }"))
    signed_in = time.monotonic()
    said = list(zip(people, asked.said, strict=True))
    await _each(said, lambda one: _vote(one[0], consultation, statements, one[1]))
    voted = time.monotonic()
    about = {"consultation": consultation["id"]}
    for place in sorted(asked.turned_down):
        await convener.do("moderateStatement", "__typename", **about, statement=statements[place], decision="REJECTED")
    await convener.do("closeConsultation", "__typename", **about)
    counted = await _checked(FrontEnd(crowd.http, crowd.url), consultation, asked)
    return Voted(
        asked.question, len(people), len(statements), signed_in - began, voted - signed_in, asked.votes, counted
    )


async def _opened(convener: FrontEnd, coalition: str, asked: ToCast) -> Json:
    made = await convener.do(
        "openConsultation",
        "consultation { id slug }",
        coalition=coalition,
        question=asked.question,
        closesAt=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
        statements=asked.statements,
    )
    consultation: Json = made["consultation"]
    return consultation


async def _vote(person: FrontEnd, consultation: Json, statements: list[str], said: list[Cast]) -> None:
    for start in range(0, len(said), A_CALL):
        votes = [{"statement": statements[place], "vote": vote} for place, vote in said[start : start + A_CALL]]
        await person.do("castVotes", "__typename", consultation=consultation["id"], votes=votes)


async def _checked(anybody: FrontEnd, consultation: Json, asked: ToCast) -> int:
    """The votes that count, as the network tells anybody; CountedOtherwise when that is not so."""
    found: Counter[Cast] = Counter()
    for place, row in enumerate(await _statements(anybody, consultation)):
        found.update({(place, vote): row[many] for vote, many in COUNTS.items()})
    query = "query($slug: String!) { consultation(slug: $slug) { state voters votes } }"
    totals = (await anybody.ask(query, slug=consultation["slug"]))["consultation"]
    expected = asked.counted()
    wanted = {"state": "CLOSED", "voters": len(asked.said), "votes": expected.total()}
    if +found != expected or totals != wanted:
        raise CountedOtherwise(f"{totals} instead of {wanted}; {len(expected - found)} counts differ")
    return expected.total()


async def _statements(front_end: FrontEnd, consultation: Json) -> list[Json]:
    shown = "statements(first: 100, after: $after) { nodes { id agrees disagrees passes } pageInfo { endCursor } }"
    query = f"query($slug: String!, $after: String) {{ consultation(slug: $slug) {{ {shown} }} }}"
    rows: list[Json] = []
    after = None
    while True:
        data = await front_end.ask(query, slug=consultation["slug"], after=after)
        page = data["consultation"]["statements"]
        if not page["nodes"]:
            return rows
        rows += page["nodes"]
        after = page["pageInfo"]["endCursor"]


async def _each(things: Iterable[T], does: Callable[[T], Awaitable[object]]) -> None:
    """All of it, so many at a time."""
    turn = asyncio.Semaphore(CLIENTS)

    async def one(thing: T) -> None:
        async with turn:
            await does(thing)

    await asyncio.gather(*(one(thing) for thing in things))


def crowd_of(stack: Stack, http: httpx.AsyncClient) -> Crowd:
    """People whom the network's own issuer vouches for."""
    private = (stack.folder / "keys" / "issuer.pem").read_bytes()
    key = OKPKey.import_key(private, {"use": "sig", "alg": ALGORITHM})
    key.ensure_kid()
    return Crowd(http, stack.plan().url, Issuer(stack.plan().issuer_url, "maillage", key))


async def measure(stack: Stack, consultations: Iterable[ToCast], say: Callable[[str], object]) -> None:
    """Hold them one after the other in a network that holds nothing but the demonstration."""
    environment = stack.plan().cli_environment()
    async with asking(environment) as network:
        await load(network, environment["MAILLAGE_ISSUER_URL"], if_empty=True)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        crowd = crowd_of(stack, http)
        found = await crowd.person("convening", "ADMIN").ask('{ coalition(slug: "mieux-vieillir") { id } }')
        for asked in consultations:
            say(str(await hold(crowd, found["coalition"]["id"], asked)))


def main(folders: list[str]) -> int:
    consultations = [generated(), *(asked for folder in folders for asked in real(Path(folder)))]
    with tempfile.TemporaryDirectory(prefix="maillage-") as folder:
        [port] = ports.free_ports(1)
        stack = Stack(Path(folder) / "network", gateway_port=port)
        try:
            stack.up(print)
            asyncio.run(measure(stack, consultations, print))
        finally:
            stack.reset()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
