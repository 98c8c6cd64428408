"""What a coalition hears of projects, and projects of a coalition; what people say when they are asked.

Scenarios 3 and 15 of domain.md section 8 and the right of reply, through the front door of a running network.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import create_engine, text

from deploy.local.stack import Stack
from deploy.measure.votes import crowd_of, hold
from deploy.measure.votes_to_cast import ToCast, generated
from tests.running import until
from tests.story.front import Formed, Front, Json

GRADES = "Clair, utile, déjà essayé à petite échelle."
STAFF = ("staff", "staff2")


class Incubator:
    """An incubator with two people on its staff."""

    def __init__(self, formed: Formed) -> None:
        self.formed = formed
        self.of = {person: Front(formed.network, person) for person in (*STAFF, "mentor", "founder")}
        formed.people |= self.of
        made = formed["admin"].do(
            "recordIncubators",
            "results { id slug }",
            incubators=[{"slug": f"atelier-{uuid4().hex[:6]}", "name": "L'Atelier"}],
        )["results"][0]
        self.slug = made["slug"]
        for person in STAFF:
            formed["admin"].do(
                "grantRole", "id", person=formed.identity(person), role="INCUBATOR_STAFF", scope=made["id"]
            )

    def admitted(self, name: str) -> Json:
        """A project that applied, was reviewed twice, and is admitted."""
        staff = self.of["staff"]
        call = staff.do_once_known(
            "openCall",
            "call { id grid }",
            incubator=self.slug,
            title="Bien vieillir",
            closesAt=(datetime.now(UTC) + timedelta(days=3)).isoformat(),
        )["call"]
        project: Json = self.of["founder"].do(
            "applyToIncubator",
            "project { id slug }",
            call=call["id"],
            name=name,
            pitch="Des seniors ouvrent une chambre à de jeunes adultes.",
            themes=["mieux-vieillir"],
        )["project"]
        reviewers = [self.formed.identity(person) for person in STAFF]
        staff.do_once_known("assignReviewers", "__typename", project=project["id"], reviewers=reviewers)
        for person in STAFF:
            grades = [{"criterion": one, "score": 4, "comment": GRADES} for one in call["grid"]]
            self.of[person].do("submitReview", "__typename", project=project["id"], grades=grades)
        staff.do("admitProject", "__typename", project=project["id"])
        return project


@pytest.fixture(scope="module")
def incubator(formed: Formed) -> Incubator:
    return Incubator(formed)


def rows(network: Stack, service: str, query: str, **values: Any) -> list[Any]:
    engine = create_engine(network.plan().database_urls()[service])
    with engine.begin() as connection:
        found = connection.execute(text(query), values)
        answer = list(found) if found.returns_rows else []
    engine.dispose()
    return answer


def suggestions(formed: Formed, person: str, project: Json) -> list[Json]:
    shown = "nodes { id state causeType coalition { id } }"
    query = f"query($project: String!) {{ suggestions(filter: {{project: $project}}) {{ {shown} }} }}"
    nodes = formed[person].ask(query, project=project["slug"])["suggestions"]["nodes"]
    return [one for one in nodes if one["coalition"]["id"] == formed.id]


def test_an_admitted_project_is_suggested_once_and_stays_away_after_a_no(formed: Formed, incubator: Incubator) -> None:
    """Scenario 3. That it takes less than a second: tests/coalitions/test_service.py."""
    colette = incubator.admitted("Colette à Villeurbanne")
    [suggested] = until(lambda: suggestions(formed, "convener", colette))
    assert (suggested["state"], suggested["causeType"]) == ("PROPOSED", "project.admitted")
    assert suggestions(formed, "founder", colette) == [suggested]
    assert suggestions(formed, "citizen", colette) == []

    told_again(formed.network, "project.admitted", colette)
    formed["convener"].do(
        "answerSuggestion", "__typename", suggestion=suggested["id"], answer="DISMISSED", reason="Non."
    )
    incubator.of["staff"].do("changeThemes", "__typename", project=colette["id"], themes=["mieux-vieillir", "accueil"])
    heard(formed.network, "project.themes_changed", colette)
    assert suggestions(formed, "convener", colette) == [{**suggested, "state": "DISMISSED"}]
    [sent] = rows(
        formed.network,
        "coalitions",
        "SELECT count(*) FROM outbox WHERE type = 'suggestion.proposed' AND envelope->'data'->>'project_slug' = :slug"
        " AND envelope->'data'->>'coalition_slug' = :coalition",
        slug=colette["slug"],
        coalition=formed.slug,
    )
    assert sent == (1,)


def told_again(network: Stack, type_: str, project: Json) -> None:
    """The incubator's relay sends a fact a second time, as it may after a crash."""
    own = "type = :type AND envelope->'data'->>'slug' = :slug"
    named = {"type": type_, "slug": project["slug"]}
    rows(network, "incubator", f"UPDATE outbox SET published_at = NULL WHERE {own}", **named)
    until(lambda: rows(network, "incubator", f"SELECT 1 FROM outbox WHERE {own} AND published_at IS NOT NULL", **named))


def heard(network: Stack, type_: str, project: Json) -> None:
    """The coalitions have worked on the last fact of this type about the project."""
    [(fact,)] = rows(
        network,
        "incubator",
        "SELECT fact FROM outbox WHERE type = :type AND envelope->'data'->>'slug' = :slug ORDER BY number DESC LIMIT 1",
        type=type_,
        slug=project["slug"],
    )
    until(lambda: rows(network, "coalitions", "SELECT 1 FROM inbox WHERE fact = :fact", fact=fact))


def test_a_quoted_project_replies_before_publication_and_is_read_beside_the_text(
    formed: Formed, incubator: Incubator
) -> None:
    colette = incubator.admitted("Colette à Lyon")
    heard(formed.network, "project.admitted", colette)
    evidence = [{"kind": "PROJECT", "thing": colette["id"], "quote": "84 binômes"}]
    position = formed.in_decision(**{"class": "PLAN"}, evidence=evidence)
    named = {"position": position["id"]}
    formed.say(position, **dict.fromkeys(("member", "member2", "member3", "founder2"), "AGREE"))
    formed.ballot_closes(position)
    for person in ("member", "member2", "member3", "founder2", "steering", "organiser"):
        formed[person].do("signOff", "__typename", **named, answer="SIGNED")
    early = formed["convener"].attempt("publishPosition", "__typename", **named)["problems"][0]
    assert [one["code"] for one in early["blockedBy"]] == ["position.replies_missing"]

    assert formed.seen(position, "replies { text project { slug } }", by="founder") == {
        "replies": [{"text": None, "project": {"slug": colette["slug"]}}]
    }
    words = "Nos chiffres datent de l'an dernier."
    formed["founder"].do_once_known("replyToPosition", "__typename", **named, project=colette["id"], text=words)
    until(lambda: not formed["convener"].attempt("publishPosition", "__typename", **named)["problems"])
    shown = formed.seen(position, "state replies { text answeredAt project { slug } }", by="nobody")
    assert shown["state"] == "PUBLISHED"
    assert [(one["text"], one["project"]["slug"]) for one in shown["replies"]] == [(words, colette["slug"])]
    for address in (f"/positions/{position['slug']}", f"/positions/{position['slug']}.md"):
        assert words in formed["nobody"].http.get(address).text


def test_each_person_counts_once_per_statement_however_often_they_vote(formed: Formed) -> None:
    """Scenario 15 at a hundredth of its size; ``python -m deploy.measure.votes`` holds it whole."""
    asked = generated(people=30, votes=1_200, statements=40)
    asked = ToCast(asked.question, asked.statements, asked.said, turned_down=frozenset({3, 17}))
    assert asked.counted().total() < asked.votes

    async def held() -> Any:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
            return await hold(crowd_of(formed.network, http), formed.id, asked)

    voted = asyncio.run(held())
    assert (voted.people, voted.cast, voted.counted) == (30, 1_200, asked.counted().total())
