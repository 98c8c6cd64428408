"""A consultation at its size, through the public API: 1,921 people cast 49,997 votes on 197 statements.

``python -m deploy.measure.votes`` starts a network apart, signs everybody in, votes over GraphQL, checks that each
person counts once per statement by their last vote, and says how many seconds it took and how many votes a second.
The figures are those of acceptance scenario 15 (domain.md section 8); the votes are generated, always the same ones.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from deploy.demo.asking import asking
from deploy.demo.load import load
from deploy.local import ports
from deploy.local.issuer import ALGORITHM, Issuer
from deploy.local.stack import Stack
from deploy.story.front_end import FrontEnd, Json

PEOPLE, VOTES, STATEMENTS = 1_921, 49_997, 197
CLIENTS = 16
SAID = ("AGREE", "DISAGREE", "PASS")
#: In one call, as a front-end sends what somebody said in a few minutes.
A_CALL = 30

Cast = tuple[int, str]


class CountedOtherwise(RuntimeError):
    """The network counts otherwise than each person once per statement, by their last vote."""


@dataclass(frozen=True)
class Voted:
    """What came of it: seconds of voting alone, votes that were cast, and votes that count."""

    seconds: float
    signing_in: float
    cast: int
    counted: int
    voters: int

    def __str__(self) -> str:
        return (
            f"{self.voters} people cast {self.cast} votes on {STATEMENTS} statements in {self.seconds:.1f} s: "
            f"{self.cast / self.seconds:.0f} votes a second; {self.counted} count, one per person and statement "
            f"(signing in took {self.signing_in:.1f} s)"
        )


def generated() -> list[list[Cast]]:
    """Each person's votes in their order; many come back to a statement and change their mind."""
    chance = random.Random(15)
    votes: list[list[Cast]] = [[] for _ in range(PEOPLE)]
    for number in range(VOTES):
        person = number if number < PEOPLE else chance.randrange(PEOPLE)
        votes[person].append((chance.randrange(STATEMENTS), chance.choice(SAID)))
    return votes


async def measure(stack: Stack) -> Voted:
    """Vote in a network that holds nothing but the demonstration."""
    environment = stack.plan().cli_environment()
    async with asking(environment) as network:
        await load(network, environment["MAILLAGE_ISSUER_URL"], if_empty=True)
    issuer = _issuer(stack)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        url = stack.plan().url

        def front_end(number: int, *roles: str) -> FrontEnd:
            subject, now = f"voter-{number}", int(time.time())
            person = {
                "subject": subject, "name": subject, "email": f"{subject}@voters.example", "locale": "fr",
                "roles": list(roles),
            }  # fmt: skip
            return FrontEnd(http, url, issuer.token(person, now))

        consultation, statements = await _consultation(front_end(PEOPLE, "ADMIN"))
        people = [front_end(number) for number in range(PEOPLE)]
        began = time.monotonic()
        await _each([person.ask("{ viewer { person { id } } }") for person in people])
        signed_in = time.monotonic()
        votes = generated()
        await _each([_vote(person, consultation, statements, said) for person, said in zip(people, votes, strict=True)])
        ended = time.monotonic()
        counted, voters = await _checked(front_end(PEOPLE, "ADMIN"), consultation, votes, statements)
        return Voted(ended - signed_in, signed_in - began, VOTES, counted, voters)


async def _consultation(convener: FrontEnd) -> tuple[Json, list[str]]:
    coalition = (await convener.ask('{ coalition(slug: "mieux-vieillir") { id } }'))["coalition"]
    made = await convener.do(
        "openConsultation",
        "consultation { id slug }",
        coalition=coalition["id"],
        question="Que faut-il changer ?",
        closesAt=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
        statements=[f"Proposition {number}" for number in range(STATEMENTS)],
    )
    consultation: Json = made["consultation"]
    by_body = {row["body"]: row["id"] for row in await _statements(convener, consultation)}
    return consultation, [by_body[f"Proposition {number}"] for number in range(STATEMENTS)]


async def _vote(person: FrontEnd, consultation: Json, statements: list[str], said: list[Cast]) -> None:
    for start in range(0, len(said), A_CALL):
        votes = [{"statement": statements[one], "vote": vote} for one, vote in said[start : start + A_CALL]]
        await person.do("castVotes", "__typename", consultation=consultation["id"], votes=votes)


async def _checked(
    front_end: FrontEnd, consultation: Json, votes: list[list[Cast]], statements: list[str]
) -> tuple[int, int]:
    """Votes that count and people that voted, as the network says; CountedOtherwise when that is not so."""
    expected: Counter[tuple[str, str]] = Counter()
    for said in votes:
        expected.update((statements[statement], vote) for statement, vote in dict(said).items())
    found: Counter[tuple[str, str]] = Counter()
    for row in await _statements(front_end, consultation):
        for vote, many in (("AGREE", "agrees"), ("DISAGREE", "disagrees"), ("PASS", "passes")):
            found[row["id"], vote] = row[many]
    query = "query($slug: String!) { consultation(slug: $slug) { voters votes } }"
    totals = (await front_end.ask(query, slug=consultation["slug"]))["consultation"]
    if +found != +expected or totals != {"voters": PEOPLE, "votes": expected.total()}:
        raise CountedOtherwise(f"{totals} instead of {PEOPLE} voters and {expected.total()} votes")
    return totals["votes"], totals["voters"]


async def _statements(front_end: FrontEnd, consultation: Json) -> list[Json]:
    shown = "statements(first: 100, after: $after) { nodes { id body agrees disagrees passes } pageInfo { endCursor } }"
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


async def _each(work: list[Any]) -> None:
    """All of it, so many at a time."""
    turn = asyncio.Semaphore(CLIENTS)

    async def one(task: Any) -> None:
        async with turn:
            await task

    await asyncio.gather(*(one(task) for task in work))


def _issuer(stack: Stack) -> Issuer:
    private = (stack.folder / "keys" / "issuer.pem").read_bytes()
    key = OKPKey.import_key(private, {"use": "sig", "alg": ALGORITHM})
    key.ensure_kid()
    return Issuer(stack.plan().issuer_url, "maillage", key)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="maillage-") as folder:
        [port] = ports.free_ports(1)
        stack = Stack(Path(folder) / "network", gateway_port=port)
        try:
            stack.up(print)
            print(asyncio.run(measure(stack)))
        finally:
            stack.reset()
    return 0


if __name__ == "__main__":
    sys.exit(main())
