"""What becomes of a position: replies, weakened evidence, deliveries, and amendments that become positions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import ANONYMOUS, Actor
from services.backbone.identifiers import new_id
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.decide_amendment import decide_amendment
from services.coalitions.use_cases.deliver_position import deliver_position
from services.coalitions.use_cases.note_response import note_response
from services.coalitions.use_cases.promote_amendment import promote_amendment
from services.coalitions.use_cases.publish_position import publish_position
from services.coalitions.use_cases.record_position import record_position
from services.coalitions.use_cases.review_delivery import review_delivery
from services.coalitions.use_cases.sign_off import sign_off
from services.coalitions.use_cases.submit_amendment import submit_amendment
from services.coalitions.use_cases.tell_due_reviews import tell_due_reviews
from tests.coalitions.network import TEXT, Coalition, Network, a_person


@pytest.fixture(scope="module")
def coalition(network: Network) -> Coalition:
    return network.a_coalition(members=3)


def seen(network: Network, position: UUID, by: Actor) -> dict[str, Any]:
    row: dict[str, Any] = network.ask(positions_by_ids, by, ids=[position])[0]
    return row


def a_project(network: Network, *founders: Actor) -> UUID:
    project = new_id()
    card = {"project": project, "slug": "colette", "name": "Colette", "themes": ["x"], "lifecycle": "ACTIVE"}
    network.tell("incubator", "project.recorded", project, **card, founders=[one.id for one in founders])
    return project


def a_metric(network: Network, project: UUID, period: str, value: float | None, indicator: str = "binômes") -> UUID:
    metric = new_id()
    measured = {"project": project, "metric": metric, "indicator": indicator, "period": period, "value": value}
    network.tell("incubator", "project.metric_recorded", project, **measured, unit="binômes", supersedes=None)
    return metric


def published(network: Network, coalition: Coalition, **more: Any) -> UUID:
    made = network.do(
        record_position,
        slug=f"lien-{new_id().hex[-8:]}",
        coalition=coalition.slug,
        title="Compter le lien social comme un soin",
        paragraphs=TEXT,
        published_on="2025-06-18",
        signatories=[{"organisation": one} for one in coalition.members],
        members=3,
        **more,
    )
    identity: UUID = made["id"]
    return identity


def adopted_and_signed(network: Network, coalition: Coalition, *projects: UUID) -> UUID:
    """A position that quotes these projects, waiting for nothing but their replies."""
    evidence = [{"kind": "PROJECT", "thing": project} for project in projects]
    position = coalition.in_decision(decision_class="PLAN", evidence=evidence)
    for voice in coalition.voices:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    for voice in coalition.voices:
        network.do(sign_off, voice, position=position, answer="SIGNED")
    return position


def replied(network: Network, project: UUID, position: UUID) -> None:
    card = {"project": project, "slug": "colette", "name": "Colette"}
    network.tell("incubator", "project.replied", project, **card, position=position)


def test_a_quoted_project_may_reply_and_is_waited_for(network: Network, coalition: Coalition) -> None:
    founder = a_person()
    project, other = a_project(network, founder), a_project(network)
    position = adopted_and_signed(network, coalition, project)
    told = {one["type"]: one["data"] for one in network.facts(f"position/{position}")}
    assert told["position.sign_off_opened"]["cited"] == [str(project)]
    assert told["position.reply_asked"]["projects"] == [str(project)]
    [publication] = seen(network, position, coalition.convener)["allowed_transitions"]
    assert [one["code"] for one in publication["blocked_by"]] == ["position.replies_missing"]
    assert network.refused(publish_position, coalition.convener, position=position)[0] == "ILLEGAL_TRANSITION"
    assert seen(network, position, founder)["state"] == "SIGN_OFF", "who is quoted reads what is said"

    replied(network, other, position)
    replied(network, project, new_id())
    assert seen(network, position, founder)["replies"][0]["answered_at"] is None
    replied(network, project, position)
    replied(network, project, position)
    assert seen(network, position, founder)["replies"][0]["answered_at"] is not None
    assert [one["type"] for one in network.facts(f"position/{position}")].count("position.reply_given") == 1
    network.do(publish_position, coalition.convener, position=position)


def test_silence_of_a_quoted_project_holds_nothing_up_for_ever(network: Network, coalition: Coalition) -> None:
    position = adopted_and_signed(network, coalition, a_project(network))
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    network.change(
        "UPDATE common_positions SET replies = jsonb_set(replies, '{0,closes_at}', to_jsonb(cast(:over AS text)))"
        " WHERE id = :id",
        over=over,
        id=position,
    )
    network.do(publish_position, coalition.convener, position=position)


def test_a_project_that_stops_weakens_the_positions_that_quote_it(network: Network, coalition: Coalition) -> None:
    project = a_project(network)
    position = published(network, coalition, evidence=[{"kind": "PROJECT", "thing": project}])
    network.tell("incubator", "project.stopped", project, project=project, stage="LAUNCH", reason_code="FUNDING")
    [evidence] = seen(network, position, ANONYMOUS)["evidence"]
    assert [one["reason"] for one in evidence["weakened"]] == ["PROJECT_STOPPED"]
    fact = network.facts(f"position/{position}")[-1]
    assert (fact["type"], fact["data"]["thing"], fact["data"]["visibility"]) == (
        "position.evidence_weakened",
        str(project),
        "PUBLIC",
    )


def test_a_quoted_metric_shows_that_it_moved_and_weakens_when_contradicted(
    network: Network, coalition: Coalition
) -> None:
    project = a_project(network)
    quoted = a_metric(network, project, "2026-Q1", 84)
    position = published(network, coalition, evidence=[{"kind": "METRIC", "thing": quoted}])
    for period, value, indicator in (
        ("2026-Q2", 131.0, "binômes"),
        ("2025-Q4", 20.0, "binômes"),
        ("2026-Q2", None, "binômes"),
        ("2026-Q2", 1.0, "nuits"),
    ):
        a_metric(network, project, period, value, indicator)
        assert seen(network, position, ANONYMOUS)["evidence"][0]["weakened"] == []
    a_metric(network, project, "2026-Q3", 70)
    [evidence] = seen(network, position, ANONYMOUS)["evidence"]
    assert [one["reason"] for one in evidence["weakened"]] == ["METRIC_CONTRADICTED"]
    metric = evidence["metric"]
    assert (metric["value"], metric["latest_period"], metric["latest_value"]) == (84, "2026-Q3", 70)
    a_metric(network, project, "2026-Q4", 60)
    assert len(seen(network, position, ANONYMOUS)["evidence"][0]["weakened"]) == 1


def test_a_cancelled_event_proves_nothing_any_more(network: Network, coalition: Coalition) -> None:
    event = new_id()
    network.tell("events", "event.published", event, event=event, state="PUBLISHED")
    position = published(network, coalition, evidence=[{"kind": "EVENT", "thing": event}])
    network.tell("events", "event.cancelled", event, event=event, state="CANCELLED")
    assert seen(network, position, ANONYMOUS)["evidence"][0]["weakened"][0]["reason"] == "EVENT_CANCELLED"


def test_a_delivery_is_answered_and_reviewed_half_a_year_later(network: Network, coalition: Coalition) -> None:
    position = published(network, coalition)
    today = datetime.now(UTC).date()
    sent = {"position": position, "target": "Ministère des Solidarités", "channel": "courrier"}
    assert network.refused(deliver_position, coalition.voices[0], **sent, sent_on=today)[0] == "FORBIDDEN"
    tomorrow = today + timedelta(days=1)
    assert network.refused(deliver_position, coalition.convener, **sent, sent_on=tomorrow)[1] == "delivery.sent_already"
    long_ago, lately = (today - timedelta(days=days) for days in (181, 20))
    for sent_on in (long_ago, lately):
        made = network.do(deliver_position, coalition.convener, **sent, sent_on=sent_on)
    first, second = seen(network, position, ANONYMOUS)["deliveries"]
    assert (second["response"], second["review_due_on"]) == ("NONE", str(lately + timedelta(days=180)))
    answer = {"position": position, "delivery": made["delivery"], "response": "PARTLY_TAKEN_UP"}
    early = network.refused(note_response, coalition.convener, **answer, responded_on=long_ago)
    assert early == ("VALIDATION", "delivery.answered_after_sending")
    assert network.refused(note_response, a_person(), **answer, responded_on=today)[0] == "FORBIDDEN"
    network.do(note_response, coalition.convener, **answer, responded_on=today)
    assert network.run(tell_due_reviews) == 1
    assert network.run(tell_due_reviews) == 0
    due = network.facts(f"position/{position}")[-1]
    assert (due["type"], due["data"]["delivery"]) == ("position.review_due", first["id"])
    review = {"position": position, "delivery": first["id"], "review": "Deux articles de la loi reprennent le texte."}
    network.do(review_delivery, coalition.convener, **review)
    assert network.refused(review_delivery, coalition.convener, **review)[0] == "DUPLICATE"
    assert seen(network, position, ANONYMOUS)["deliveries"][0]["review"] == review["review"]


def test_only_a_published_position_is_delivered(network: Network, coalition: Coalition) -> None:
    sent = {"position": coalition.a_draft(), "target": "Le Sénat", "channel": "courriel", "sent_on": "2026-01-01"}
    assert network.refused(deliver_position, coalition.convener, **sent)[0] == "ILLEGAL_TRANSITION"


def test_a_rejected_amendment_becomes_a_position_of_its_own(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    proposer = coalition.voices[2]
    amendment = network.do(
        submit_amendment,
        proposer,
        position=position,
        operation="REPLACE",
        pid="p2",
        new_text="Chaque canton ouvre une maison.",
        rationale="Une par ville laisse les campagnes de côté.",
    )["amendment"]
    promote = {"position": position, "amendment": amendment, "title": "Une maison par canton"}
    assert network.refused(promote_amendment, proposer, **promote)[1] == "amendment.only_rejected_promoted"
    reject = {"position": position, "amendment": amendment, "decision": "REJECTED", "reason": "Trop cher."}
    network.do(decide_amendment, coalition.voices[0], **reject)
    assert network.refused(promote_amendment, coalition.voices[0], **promote)[0] == "FORBIDDEN"
    made = network.do(promote_amendment, proposer, **promote)
    row = seen(network, made["successor"], proposer)
    assert (row["state"], [one["text"] for one in row["paragraphs"]]) == ("DRAFT", ["Chaque canton ouvre une maison."])
    assert [one["person"] for one in row["editors"]] == [str(proposer.id)]
    [kept] = seen(network, position, proposer)["amendments"]
    assert (kept["state"], kept["promoted_to"]) == ("PROMOTED", str(made["successor"]))
    assert network.refused(promote_amendment, proposer, **promote)[0] == "ILLEGAL_TRANSITION"


def test_an_amendment_is_promoted_within_thirty_days(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    amendment = network.do(
        submit_amendment,
        coalition.voices[2],
        position=position,
        operation="DELETE",
        pid="p1",
        rationale="Ce paragraphe répète le suivant.",
    )["amendment"]
    reject = {"position": position, "amendment": amendment, "decision": "REJECTED", "reason": "Il reste."}
    network.do(decide_amendment, coalition.voices[0], **reject)
    network.change("UPDATE amendments SET decided_at = now() - interval '31 days' WHERE id = :id", id=amendment)
    late = network.refused(promote_amendment, coalition.voices[2], position=position, amendment=amendment, title="Sans")
    assert late == ("DEADLINE_PASSED", "amendment.promotion_over")
