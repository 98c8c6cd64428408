"""People asked for their opinion: each counts once per statement, by their last vote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.backbone.actor import ANONYMOUS, Actor
from services.backbone.identifiers import new_id
from services.backbone.perform import Performer
from services.coalitions.domain.consultation import Vote
from services.coalitions.domain.vote import CastVote, last_votes
from services.coalitions.queries.consultations import (
    consultation_by_slug,
    consultations_by_themes,
    list_consultations,
    statements_by_consultations,
    statements_by_ids,
)
from services.coalitions.use_cases.add_statement import add_statement
from services.coalitions.use_cases.cast_votes import cast_votes
from services.coalitions.use_cases.close_consultation import close_consultation
from services.coalitions.use_cases.close_due_consultations import close_due_consultations
from services.coalitions.use_cases.moderate_statement import moderate_statement
from services.coalitions.use_cases.open_consultation import open_consultation
from services.coalitions.use_cases.record_consultation import record_consultation
from services.coalitions.use_cases.record_statements import record_statements
from services.coalitions.use_cases.record_votes import record_votes
from tests.coalitions.network import Coalition, Network, a_person

SAYS = ["Un banc à chaque coin de rue.", "Une maison partagée par quartier."]
AT = datetime(2025, 3, 1, 9, tzinfo=UTC)


class Asked:
    """An open consultation of the tests."""

    def __init__(self, network: Network, coalition: Coalition) -> None:
        self.network, self.coalition = network, coalition
        opened = network.do(
            open_consultation,
            coalition.convener,
            coalition=coalition.id,
            question="Comment voulons-nous vieillir ?",
            closes_at=datetime.now(UTC) + timedelta(days=10),
            statements=SAYS,
        )
        self.id: UUID = opened["id"]
        self.slug: str = opened["slug"]
        self.statements: list[str] = [row["id"] for row in self.rows()]

    def rows(self, by: Actor = ANONYMOUS, **more: Any) -> list[dict[str, Any]]:
        [page] = self.network.ask(statements_by_consultations, by, ids=[self.id], **more)
        rows: list[dict[str, Any]] = page["items"]
        return rows

    def vote(self, by: Actor, *votes: str) -> dict[str, Any]:
        given = [{"statement": one, "vote": vote} for one, vote in zip(self.statements, votes, strict=False)]
        return self.network.do(cast_votes, by, consultation=self.id, votes=given)

    def closes(self) -> None:
        self.network.change(
            "UPDATE consultations SET closes_at = now() - interval '1 second' WHERE id = :id", id=self.id
        )


@pytest.fixture
def asked(network: Network) -> Asked:
    return Asked(network, network.a_coalition())


def test_each_person_counts_once_per_statement_by_their_last_vote(network: Network, asked: Asked) -> None:
    people = [a_person() for _ in range(3)]
    for person in people:
        asked.vote(person, "AGREE", "DISAGREE")
    asked.vote(people[0], "DISAGREE")
    asked.vote(people[0], "PASS")
    asked.vote(people[1], "AGREE")
    first, second = asked.rows()
    assert (first["agrees"], first["disagrees"], first["passes"], first["participants"]) == (2, 0, 1, 3)
    assert (second["agrees"], second["disagrees"], second["agreement"]) == (0, 3, 0.0)
    row = network.ask(consultation_by_slug, slug=asked.slug)
    assert (row["voters"], row["votes"]) == (3, 6)
    told = network.facts(f"consultation/{asked.id}")[-1]
    assert (told["type"], told["data"]["voters"], told["data"]["votes"]) == ("consultation.votes_cast", 3, 6)
    assert asked.rows(people[0])[0]["my_vote"] == "PASS"


def test_only_people_vote_and_only_on_accepted_statements_while_it_is_open(network: Network, asked: Asked) -> None:
    person = a_person()
    added = network.do(add_statement, person, consultation=asked.id, body="Des potagers partout.")
    pending = [{"statement": added["statement"], "vote": "AGREE"}]
    accepted = [{"statement": asked.statements[0], "vote": "AGREE"}]
    unknown = [{"statement": new_id(), "vote": "AGREE"}]
    assert network.refused(cast_votes, person, consultation=asked.id, votes=pending)[1] == "statement.not_accepted"
    assert network.refused(cast_votes, person, consultation=asked.id, votes=unknown)[0] == "NOT_FOUND"
    assert network.refused(cast_votes, person, consultation=asked.id, votes=[])[0] == "VALIDATION"
    assert network.refused(cast_votes, ANONYMOUS, consultation=asked.id, votes=accepted)[0] == "UNAUTHENTICATED"
    asked.closes()
    assert network.refused(cast_votes, person, consultation=asked.id, votes=accepted)[0] == "DEADLINE_PASSED"
    assert network.run(close_due_consultations) == 1
    assert network.run(close_due_consultations) == 0
    assert network.refused(cast_votes, person, consultation=asked.id, votes=accepted)[0] == "DEADLINE_PASSED"
    assert network.refused(add_statement, person, consultation=asked.id, body="Trop tard.")[0] == "DEADLINE_PASSED"


def test_a_participants_statement_waits_for_the_convener(network: Network, asked: Asked) -> None:
    person = a_person()
    long = {"consultation": asked.id, "body": "x" * 281}
    assert network.refused(add_statement, person, **long)[1] == "statement.body_too_long"
    added = network.do(add_statement, person, consultation=asked.id, body="Des potagers partout.")
    shown = {"ids": [added["statement"]]}
    assert network.ask(statements_by_ids, **shown) == [None]
    assert network.ask(statements_by_ids, person, **shown)[0]["state"] == "PENDING"
    accept = {"consultation": asked.id, "statement": added["statement"], "decision": "ACCEPTED"}
    assert network.refused(moderate_statement, person, **accept)[0] == "FORBIDDEN"
    network.do(moderate_statement, asked.coalition.convener, **accept)
    assert network.refused(moderate_statement, asked.coalition.convener, **accept)[0] == "ILLEGAL_TRANSITION"
    assert network.ask(statements_by_ids, **shown)[0]["state"] == "ACCEPTED"


def test_only_the_convener_opens_and_closes_a_consultation(network: Network, asked: Asked) -> None:
    wanted = {"coalition": asked.coalition.id, "question": "Une autre ?"}
    past, later = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 5))
    assert network.refused(open_consultation, asked.coalition.voices[0], **wanted, closes_at=later)[0] == "FORBIDDEN"
    assert network.refused(open_consultation, asked.coalition.convener, **wanted, closes_at=past)[0] == "VALIDATION"
    assert network.refused(close_consultation, a_person(), consultation=asked.id)[0] == "FORBIDDEN"
    network.do(close_consultation, asked.coalition.convener, consultation=asked.id)
    again = network.refused(close_consultation, asked.coalition.convener, consultation=asked.id)
    assert again[0] == "ILLEGAL_TRANSITION"


def test_statements_come_in_the_order_asked_page_by_page(network: Network, asked: Asked) -> None:
    people = [a_person() for _ in range(4)]
    for number, person in enumerate(people):
        asked.vote(person, "AGREE" if number % 2 else "DISAGREE", "AGREE")
    assert [row["body"] for row in asked.rows(order_by="MOST_AGREED")] == SAYS[::-1]
    assert [row["body"] for row in asked.rows(order_by="MOST_DIVIDING")] == SAYS
    [page] = network.ask(statements_by_consultations, ids=[asked.id], order_by="MOST_AGREED", first=1)
    [rest] = network.ask(
        statements_by_consultations, ids=[asked.id], order_by="MOST_AGREED", first=1, after=page["cursors"][0]
    )
    assert [row["body"] for row in (*page["items"], *rest["items"])] == SAYS[::-1]
    assert (page["has_next"], rest["has_next"], page["total"]) == (True, False, 2)


def test_consultations_are_found_by_theme_and_coalition(network: Network, asked: Asked) -> None:
    found = network.ask(list_consultations, filter={"coalition": asked.coalition.slug}, search="VIEILLIR")
    assert [row["id"] for row in found["items"]] == [str(asked.id)]
    [page] = network.ask(consultations_by_themes, slugs=["mieux-vieillir"], first=100)
    assert str(asked.id) in [row["id"] for row in page["items"]]


def recorded(network: Network, **more: Any) -> dict[str, Any]:
    name = f"deliberation-{new_id().hex}"
    return network.do(
        record_consultation, slug=name, question="Une question d'ailleurs ?", closes_at=AT, opens_at=AT, **more
    )


def records(*votes: tuple[str, str, str, int]) -> list[dict[str, Any]]:
    return [
        {"statement": statement, "voter": voter, "vote": vote, "at": AT + timedelta(seconds=second), "order": place}
        for place, (statement, voter, vote, second) in enumerate(votes)
    ]


def test_a_recorded_consultation_goes_to_the_coalition_of_imports(network: Network) -> None:
    made = recorded(network)
    assert made["outcome"] == "CREATED"
    row = network.ask(consultation_by_slug, slug=made["slug"])
    assert (row["state"], row["themes"]) == ("CLOSED", ["participation"])
    [coalition] = network.rows("SELECT slug FROM coalitions WHERE id = :id", id=row["coalition"])
    assert coalition["slug"] == "consultations-importees"
    again = {"slug": made["slug"], "question": "Une question d'ailleurs ?", "closes_at": AT, "opens_at": AT}
    assert network.do(record_consultation, **again)["outcome"] == "UNCHANGED"
    assert network.do(record_consultation, **{**again, "question": "Autre ?"})["outcome"] == "CHANGED"
    backward = {**again, "closes_at": AT - timedelta(days=1)}
    assert network.refused(record_consultation, **backward)[1] == "consultation.dates_run_backward"
    unknown = {**again, "slug": "ailleurs", "coalition": "nulle-part"}
    assert network.refused(record_consultation, **unknown)[0] == "NOT_FOUND"
    assert network.refused(record_consultation, a_person(), **{**again, "slug": "autre"})[0] == "FORBIDDEN"


def test_recorded_votes_count_once_each_and_the_same_import_twice_changes_nothing(network: Network) -> None:
    consultation = recorded(network)["id"]
    statements = [{"reference": str(number), "body": f"Proposition {number}", "at": AT} for number in range(2)]
    first = network.do(
        record_statements, consultation=consultation, statements=[*statements, {**statements[0], "body": " "}]
    )
    assert [one["outcome"] for one in first["results"]] == ["CREATED", "CREATED", "REFUSED"]
    votes = records(
        ("0", "a", "AGREE", 1),
        ("0", "a", "DISAGREE", 3),
        ("0", "a", "AGREE", 2),
        ("1", "a", "AGREE", 5),
        ("1", "a", "PASS", 5),
        ("0", "b", "AGREE", 1),
        ("9", "b", "AGREE", 1),
    )
    answer = network.do(record_votes, consultation=consultation, votes=votes)
    assert (answer["added"], answer["changed"], answer["unchanged"]) == (3, 0, 3)
    assert [(one["place"], one["problems"][0]["rule"]) for one in answer["refused"]] == [(6, "vote.unknown_statement")]
    [page] = network.ask(statements_by_consultations, ids=[consultation])
    counts = [(row["agrees"], row["disagrees"], row["passes"]) for row in page["items"]]
    assert counts == [(1, 1, 0), (0, 0, 1)]
    before = network.fingerprint()
    network.do(record_statements, consultation=consultation, statements=statements)
    for part in (votes[:3], votes[3:]):
        network.do(record_votes, consultation=consultation, votes=part)
    assert network.fingerprint() == before


def test_a_dry_run_says_what_would_be_and_leaves_nothing(network: Network) -> None:
    consultation = recorded(network)["id"]
    before = network.fingerprint()
    wanted = [{"reference": "0", "body": "Proposition", "at": AT}]
    answer = network.do(record_statements, consultation=consultation, statements=wanted, dry_run=True)
    assert answer["results"][0]["outcome"] == "CREATED"
    assert network.do(record_consultation, slug="a-sec", question="À sec ?", dry_run=True)["outcome"] == "CREATED"
    assert network.fingerprint() == before


def test_more_than_two_thousand_votes_a_call_are_refused(network: Network) -> None:
    consultation = recorded(network)["id"]
    votes = records(*[("0", str(number), "AGREE", 1) for number in range(2001)])
    assert network.refused(record_votes, consultation=consultation, votes=votes)[1] == "consultation.too_many_votes"


VOTES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from(["AGREE", "DISAGREE", "PASS"]), st.integers(0, 3)),
    min_size=1,
    max_size=25,
)


@given(votes=VOTES, cut=st.integers(0, 25))
@settings(max_examples=25, deadline=None)
def test_votes_count_the_same_in_whatever_batches_they_come(performer: Performer, votes: Any, cut: int) -> None:
    network = Network(performer)
    consultation = recorded(network)["id"]
    wanted = [{"reference": str(number), "body": f"Proposition {number}", "at": AT} for number in range(3)]
    network.do(record_statements, consultation=consultation, statements=wanted)
    lines = records(*[(str(statement), str(voter), vote, second) for statement, voter, vote, second in votes])
    for part in (lines[cut:], lines[:cut]):
        network.do(record_votes, consultation=consultation, votes=part)
    last: dict[tuple[int, int], tuple[int, int, str]] = {}
    for place, (statement, voter, vote, second) in enumerate(votes):
        if (statement, voter) not in last or (second, place) > last[statement, voter][:2]:
            last[statement, voter] = (second, place, vote)
    [page] = network.ask(statements_by_consultations, ids=[consultation])
    for number, row in enumerate(page["items"]):
        said = [vote for (statement, _), (_, _, vote) in last.items() if statement == number]
        assert [row["agrees"], row["disagrees"], row["passes"]] == [said.count(one) for one in Vote]
    [kept] = network.rows("SELECT voters, votes FROM consultations WHERE id = :id", id=consultation)
    assert (kept["voters"], kept["votes"]) == (len({voter for _, voter in last}), len(last))


def test_of_two_votes_of_one_instant_the_higher_order_counts() -> None:
    statement, voter = new_id(), new_id()
    earlier, later = (
        CastVote(statement=statement, voter=voter, vote=vote, at=AT, order=order)
        for vote, order in ((Vote.AGREE, 1), (Vote.PASS, 2))
    )
    assert last_votes([earlier, later]) == last_votes([later, earlier]) == [later]
