"""The people of these tests, and the projects that they work on."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.backbone.actor import Actor, ActorKind, Grant
from services.incubator.use_cases.open_call import open_call
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_project import record_project
from tests.bench import Bench


def person(*grants: Grant, id: UUID | None = None) -> Actor:
    return Actor(ActorKind.PERSON, id or uuid4(), frozenset(grants))


ADMIN = person(Grant("ADMIN"))
DIRECTOR = person(Grant("DIRECTOR"))
STRANGER = person()

IDEA_GATE = ("interviews_10", "problem_statement", "team_2", "impact_hypothesis")


class House:
    """One incubator with its staff, and Colette in it: two founders and a mentor.

    ``known``: the ids of those among them who are somebody already.
    """

    def __init__(self, bench: Bench, slug: str = "makesense", **known: UUID) -> None:
        self.bench = bench
        self.slug = slug
        [made] = bench.perform(record_incubators, incubators=[{"slug": slug, "name": slug.title()}])["results"]
        self.id = UUID(made["id"])
        staff = Grant("INCUBATOR_STAFF", f"incubator/{self.id}")
        self.staff, self.other_staff = (person(staff, id=known.get(one)) for one in ("staff", "other_staff"))
        self.founder, self.co_founder, self.mentor = (
            person(id=known.get(one)) for one in ("founder", "co_founder", "mentor")
        )

    def colette(self, **other: Any) -> str:
        """Colette, recorded by the staff; ACTIVE at IDEA unless said otherwise."""
        said: dict[str, Any] = {
            "incubator": self.slug,
            "name": "Colette",
            "pitch": "Des seniors ouvrent leur porte à des jeunes qui cherchent une chambre.",
            "themes": ["mieux-vieillir"],
            "city": "Paris",
            "founders": [self.founder.id, self.co_founder.id],
            "mentors": [self.mentor.id],
        }
        return str(self.bench.perform(record_project, by=self.staff, **{**said, **other})["id"])

    def call(self, **other: Any) -> str:
        """An open call with one mandatory question."""
        said: dict[str, Any] = {
            "incubator": self.slug,
            "title": "Appel de printemps",
            "closes_at": self.bench.clock.now + timedelta(days=30),
            "questions": [
                {"code": "why", "label": "Pourquoi vous ?"},
                {"code": "more", "label": "Autre chose ?", "mandatory": False},
            ],
        }
        return str(self.bench.perform(open_call, by=self.staff, **{**said, **other})["id"])

    def meet_gate(self, project: str, *criteria: str) -> None:
        """Evidence of these criteria, or of all of the gate out of IDEA."""
        for criterion in criteria or IDEA_GATE:
            self.bench.perform(
                record_evidence, by=self.founder, project=project, criterion=criterion, kind="URL",
                ref=f"https://colette.example/{criterion}",
            )  # fmt: skip
