"""What people are asked and what they say: generated at a size, or as it was said in a real deliberation."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.imports.deliberations import Deliberation, deliberations_in
from gateway.imports.records import Record

#: Figures of acceptance scenario 15 (domain.md section 8).
PEOPLE, VOTES, STATEMENTS = 1_921, 49_997, 197
SAID = ("AGREE", "DISAGREE", "PASS")
#: The longest statement that a consultation takes; a few real ones are longer, and are cut.
LONGEST = 280

#: The place of a statement, and what is said of it.
Cast = tuple[int, str]


@dataclass(frozen=True)
class ToCast:
    """``said`` holds each person's votes in their order; ``turned_down`` the statements that moderators take away."""

    question: str
    statements: list[str]
    said: list[list[Cast]]
    turned_down: frozenset[int] = frozenset()

    @property
    def votes(self) -> int:
        return sum(len(one) for one in self.said)

    def counted(self) -> Counter[Cast]:
        """How many people say what of which statement, each by their last vote."""
        return Counter(cast for one in self.said for cast in dict(one).items())


def generated(people: int = PEOPLE, votes: int = VOTES, statements: int = STATEMENTS) -> ToCast:
    """Always the same votes; many people come back to a statement and change their mind."""
    chance = random.Random(15)
    said: list[list[Cast]] = [[] for _ in range(people)]
    for number in range(votes):
        person = number if number < people else chance.randrange(people)
        said[person].append((chance.randrange(statements), chance.choice(SAID)))
    return ToCast("Que faut-il changer ?", [f"Proposition {number}" for number in range(statements)], said)


def real(folder: Path) -> Iterator[ToCast]:
    """The deliberations in a folder, each vote in the order in which it was cast."""
    for deliberation in deliberations_in(folder):
        yield _held(deliberation)


def _held(deliberation: Deliberation) -> ToCast:
    statements = [item.data for item in deliberation.statements() if isinstance(item, Record)]
    places = {statement["reference"]: place for place, statement in enumerate(statements)}
    votes = [item.data for item in deliberation.votes() if isinstance(item, Record)]
    said: dict[str, list[Cast]] = {}
    for vote in sorted(votes, key=lambda one: (one["at"], one["order"])):
        said.setdefault(vote["voter"], []).append((places[vote["statement"]], vote["vote"]))
    return ToCast(
        question=deliberation.request()["question"],
        statements=[statement["body"][:LONGEST] for statement in statements],
        said=list(said.values()),
        turned_down=frozenset(place for place, one in enumerate(statements) if one["state"] == "REJECTED"),
    )
