"""What a position may stand on: things that are known here, not private, and that can prove something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.backbone.identifiers import new_id
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.use_cases.close_consultation import close_consultation
from services.coalitions.use_cases.draft_position import draft_position
from services.coalitions.use_cases.open_consultation import open_consultation
from tests.coalitions.network import Coalition, Network


@pytest.fixture(scope="module")
def coalition(network: Network) -> Coalition:
    return network.a_coalition()


def an_event(network: Network, **told: Any) -> UUID:
    event = new_id()
    network.tell("events", "event.published", event, event=event, **{"state": "PUBLISHED", **told})
    return event


def refused(network: Network, coalition: Coalition, kind: str, thing: UUID | None, **more: Any) -> tuple[str, str]:
    evidence = [{"kind": kind, "thing": thing, **more}]
    return network.refused(draft_position, coalition.voices[0], coalition=coalition.id, title="?", evidence=evidence)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("PROJECT", "project.not_found"),
        ("METRIC", "measurement.not_found"),
        ("EVENT", "event.not_found"),
        ("CONSULTATION", "consultation.not_found"),
    ],
)
def test_what_nobody_knows_is_no_evidence(network: Network, coalition: Coalition, kind: str, rule: str) -> None:
    assert refused(network, coalition, kind, new_id()) == ("NOT_FOUND", rule)


def test_a_gathering_is_evidence_unless_it_is_private_or_was_cancelled(network: Network, coalition: Coalition) -> None:
    private = an_event(network, visibility="PRIVATE")
    assert refused(network, coalition, "EVENT", private) == ("NOT_FOUND", "event.not_found")
    event = an_event(network)
    position = coalition.a_draft(evidence=[{"kind": "EVENT", "thing": event}])
    [row] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    assert [one["ref"] for one in row["evidence"]] == [str(event)]
    network.tell("events", "event.held", event, event=event, state="HELD")
    coalition.a_draft(evidence=[{"kind": "EVENT", "thing": event}])
    network.tell("events", "event.cancelled", event, event=event, state="CANCELLED")
    assert refused(network, coalition, "EVENT", event) == ("VALIDATION", "evidence.event_cancelled")


def test_a_consultation_is_evidence_once_it_is_closed(network: Network, coalition: Coalition) -> None:
    consultation: UUID = network.do(
        open_consultation,
        coalition.convener,
        coalition=coalition.id,
        question="Que faut-il ?",
        closes_at=datetime.now(UTC) + timedelta(days=2),
        statements=["Un banc."],
    )["id"]
    assert refused(network, coalition, "CONSULTATION", consultation) == (
        "VALIDATION",
        "evidence.consultation_not_closed",
    )
    network.do(close_consultation, coalition.convener, consultation=consultation)
    position = coalition.a_draft(evidence=[{"kind": "CONSULTATION", "thing": consultation, "quote": "9 sur 10"}])
    [row] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    [evidence] = row["evidence"]
    assert (evidence["kind"], evidence["ref"], evidence["quote"]) == ("CONSULTATION", str(consultation), "9 sur 10")


def test_a_consultation_of_a_coalition_that_one_does_not_see_is_no_evidence(
    network: Network, coalition: Coalition
) -> None:
    elsewhere = network.a_coalition(visibility="PRIVATE")
    consultation = network.do(
        open_consultation,
        elsewhere.convener,
        coalition=elsewhere.id,
        question="Entre nous ?",
        closes_at=datetime.now(UTC) + timedelta(days=2),
    )["id"]
    network.do(close_consultation, elsewhere.convener, consultation=consultation)
    assert refused(network, coalition, "CONSULTATION", consultation) == ("NOT_FOUND", "consultation.not_found")


def test_a_version_that_is_quoted_was_there(network: Network, coalition: Coalition) -> None:
    """Every fact about a thing is heard, also those that mean nothing here: the last one's place is its version."""
    event, project, metric = an_event(network), new_id(), new_id()
    network.tell("events", "event.registration_confirmed", event, event=event)
    card = {"project": project, "slug": f"p-{project.hex}", "name": "Colette", "themes": [], "lifecycle": "ACTIVE"}
    network.tell("incubator", "project.recorded", project, **card)
    measured = {"metric": metric, "project": project, "indicator": "binômes", "period": "2026", "unit": "binôme"}
    network.tell("incubator", "project.metric_recorded", project, **measured, value=84)
    consultation = network.do(
        open_consultation, coalition.convener, coalition=coalition.id, question="Que faut-il ?",
        closes_at=datetime.now(UTC) + timedelta(days=2),
    )["id"]  # fmt: skip
    closed = network.do(close_consultation, coalition.convener, consultation=consultation)["version"]
    for kind, thing, newest in (("EVENT", event, 2), ("PROJECT", project, 2), ("CONSULTATION", consultation, closed)):
        for pinned in (1, newest):
            position = coalition.a_draft(evidence=[{"kind": kind, "thing": thing, "pinned_version": pinned}])
            [row] = network.ask(positions_by_ids, coalition.convener, ids=[position])
            assert row["evidence"][0]["pinned_version"] == pinned
        for pinned in (-1, 0, newest + 1):
            assert refused(network, coalition, kind, thing, pinned_version=pinned) == (
                "VALIDATION",
                "evidence.no_such_version",
            )
    without = ("VALIDATION", "evidence.no_versions")
    assert refused(network, coalition, "METRIC", metric, pinned_version=1) == without
    assert refused(network, coalition, "URL", None, url="https://page.example", pinned_version=1) == without
