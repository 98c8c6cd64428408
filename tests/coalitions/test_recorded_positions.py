"""Positions that were published before they came here, kept as their records tell them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import ANONYMOUS, Grant
from services.backbone.identifiers import new_id
from services.coalitions.queries.positions import position_by_slug, positions_by_projects, positions_by_themes
from services.coalitions.use_cases.record_position import record_position
from services.coalitions.use_cases.withdraw_signature import withdraw_signature
from tests.coalitions.network import TEXT, Coalition, Network, a_person

ADMIN = a_person(Grant("ADMIN"))


@pytest.fixture(scope="module")
def coalition(network: Network) -> Coalition:
    return network.a_coalition(members=4)


def a_project(network: Network) -> UUID:
    project = new_id()
    card = {"project": project, "slug": "colette", "name": "Colette", "themes": ["x"], "lifecycle": "ACTIVE"}
    network.tell("incubator", "project.recorded", project, **card)
    return project


def a_record(coalition: Coalition, /, **more: Any) -> dict[str, Any]:
    first, second, third, *_ = coalition.members
    return {
        "slug": f"lien-social-{new_id().hex[-8:]}",
        "coalition": coalition.slug,
        "title": "Compter le lien social comme un soin",
        "summary": "Une aide de plus.",
        "paragraphs": TEXT,
        "published_on": "2025-06-18",
        "signatories": [
            {"organisation": first},
            {"organisation": second},
            {"organisation": third, "reservation": "Nous aurions voulu davantage."},
        ],
        "members": 7,
        **more,
    }


def test_a_recorded_position_is_published_signed_and_quoted_for_anybody(network: Network, coalition: Coalition) -> None:
    project, theme = a_project(network), f"theme-{new_id().hex[-8:]}"
    record = a_record(coalition, evidence=[{"kind": "PROJECT", "thing": project}], themes=[theme])
    made = network.do(record_position, ADMIN, **record)
    row = network.ask(position_by_slug, ANONYMOUS, slug=record["slug"])
    assert (row["state"], row["signatories"], row["members"]) == ("PUBLISHED", 3, 7)
    assert row["published_at"] == "2025-06-18T00:00:00Z"
    assert [one["reservation"] for one in row["signatures"] if one["reservation"]] == ["Nous aurions voulu davantage."]
    [move] = row["history"]
    assert (move["from"], move["to"], move["rule"], move["at"]) == (
        None,
        "PUBLISHED",
        "position.record",
        "2025-06-18T00:00:00Z",
    )
    [fact] = network.facts(f"position/{made['id']}")
    told = fact["data"]
    assert (fact["type"], told["cited"], told["recorded"]) == ("position.published", [str(project)], True)
    assert (told["signatories"], told["members"]) == (3, 7)
    [[quoting]] = network.ask(positions_by_projects, ANONYMOUS, ids=[project])
    [on_theme] = network.ask(positions_by_themes, ANONYMOUS, slugs=[theme])
    assert quoting["id"] == on_theme["items"][0]["id"] == str(made["id"])


def test_a_record_is_kept_once_and_brought_up_to_date(network: Network, coalition: Coalition) -> None:
    record = a_record(coalition)
    first = network.do(record_position, **record)
    assert first["outcome"] == "CREATED"
    again = network.do(record_position, **record)
    assert (again["id"], again["outcome"], again["version"]) == (first["id"], "UNCHANGED", first["version"])
    changed = {**record, "paragraphs": [*TEXT[1:], "Et chaque année, un bilan."], "members": 8}
    assert network.do(record_position, **changed)["outcome"] == "CHANGED"
    row = network.ask(position_by_slug, ANONYMOUS, slug=record["slug"])
    assert [one["pid"] for one in row["paragraphs"]] == ["p2", "p3", "p4"]
    assert (row["members"], [one["number"] for one in row["texts"]]) == (8, [1, 2])
    assert [fact["type"] for fact in network.facts(f"position/{first['id']}")] == [
        "position.published",
        "position.recorded",
    ]


def test_a_signature_withdrawn_here_stays_withdrawn(network: Network, coalition: Coalition) -> None:
    record = a_record(coalition)
    made = network.do(record_position, **record)
    network.do(withdraw_signature, coalition.voices[0], position=made["id"])
    network.do(record_position, **{**record, "members": 8})
    row = network.ask(position_by_slug, ANONYMOUS, slug=record["slug"])
    assert (row["signatories"], row["members"]) == (2, 8)


def test_only_the_network_records_a_position(network: Network, coalition: Coalition) -> None:
    for person in (coalition.convener, coalition.voices[0], a_person(Grant("DIRECTOR"))):
        assert network.refused(record_position, person, **a_record(coalition)) == (
            "FORBIDDEN",
            "position.network_records",
        )


def test_a_record_that_cannot_have_been_so_is_refused(network: Network, coalition: Coalition) -> None:
    twice = [{"organisation": coalition.members[0]}] * 2
    wrong: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"published_on": "2999-01-01"}, ("VALIDATION", "position.record_to_come")),
        ({"paragraphs": []}, ("VALIDATION", "position.record_without_text")),
        ({"members": 2}, ("VALIDATION", "position.record_of_signatories")),
        ({"signatories": twice}, ("VALIDATION", "position.record_of_signatories")),
        ({"signatories": []}, ("VALIDATION", "position.record_of_signatories")),
        ({"signatories": [{"organisation": new_id()}]}, ("NOT_FOUND", "organisation.not_found")),
        ({"coalition": "nulle-part"}, ("NOT_FOUND", "coalition.not_found")),
        ({"evidence": [{"kind": "PROJECT", "thing": new_id()}]}, ("NOT_FOUND", "project.not_found")),
    ]
    for change, refusal in wrong:
        assert network.refused(record_position, **a_record(coalition, **change)) == refusal


def test_no_record_changes_a_position_that_went_its_way_here(network: Network, coalition: Coalition) -> None:
    position = coalition.a_draft()
    [row] = network.rows("SELECT slug FROM common_positions WHERE id = :id", id=position)
    refusal = network.refused(record_position, **a_record(coalition, slug=row["slug"]))
    assert refusal == ("DUPLICATE", "position.not_a_record")
