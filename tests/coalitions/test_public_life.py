"""A position that is published: when it may be, what takes its place, and how it leaves the stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import ANONYMOUS
from services.coalitions.queries.positions import positions_by_ids
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.draft_position import draft_position
from services.coalitions.use_cases.edit_draft import edit_draft
from services.coalitions.use_cases.publish_position import publish_position
from services.coalitions.use_cases.retract_position import retract_position
from services.coalitions.use_cases.sign_off import sign_off
from tests.coalitions.network import Coalition, Network


@pytest.fixture(scope="module")
def coalition(network: Network) -> Coalition:
    return network.a_coalition(members=3)


def signed(network: Network, coalition: Coalition, decision_class: str = "PLAN", **more: Any) -> UUID:
    """Adopted and signed by all."""
    position = coalition.in_decision(decision_class=decision_class, **more)
    for voice in coalition.voices:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    for voice in coalition.voices:
        network.do(sign_off, voice, position=position, answer="SIGNED")
    return position


def published(network: Network, coalition: Coalition, decision_class: str = "PLAN", **more: Any) -> UUID:
    position = signed(network, coalition, decision_class, **more)
    network.do(publish_position, coalition.convener, position=position)
    return position


def seen(network: Network, position: UUID) -> dict[str, Any] | None:
    [row] = network.ask(positions_by_ids, ANONYMOUS, ids=[position])
    return row  # type: ignore[no-any-return]


def test_what_is_under_embargo_waits_until_it_is_over(network: Network, coalition: Coalition) -> None:
    embargo = datetime.now(UTC) + timedelta(days=3)
    position = signed(network, coalition, embargo_until=embargo)
    refusal = network.refused(publish_position, coalition.convener, position=position)
    assert refusal == ("ILLEGAL_TRANSITION", "position.not_ready_to_publish")
    [row] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    [publication] = row["allowed_transitions"]
    assert [one["code"] for one in publication["blocked_by"]] == ["position.embargo"]
    assert seen(network, position) is None
    network.change("UPDATE common_positions SET embargo_until = now() WHERE id = :id", id=position)
    network.do(publish_position, coalition.convener, position=position)
    row = seen(network, position)
    assert row is not None
    assert row["state"] == "PUBLISHED"


def test_a_newer_position_takes_the_place_of_an_older_one_when_it_is_published(
    network: Network, coalition: Coalition
) -> None:
    older = published(network, coalition)
    newer = signed(network, coalition, supersedes=older)
    before = seen(network, older)
    assert before is not None
    assert before["state"] == "PUBLISHED"
    network.do(publish_position, coalition.convener, position=newer)
    after = seen(network, older)
    assert after is not None
    assert (after["state"], len(after["paragraphs"]), after["signatories"]) == ("SUPERSEDED", 3, 3)
    fact = network.facts(f"position/{older}")[-1]
    assert (fact["type"], fact["data"]["by"]) == ("position.superseded", str(newer))


def test_only_what_this_coalition_published_can_be_superseded(network: Network, coalition: Coalition) -> None:
    elsewhere = published(network, network.a_coalition(members=3))
    for refusal, supersedes in (
        (("VALIDATION", "position.supersedes_unpublished"), coalition.a_draft()),
        (("NOT_FOUND", "position.not_found"), elsewhere),
        (("NOT_FOUND", "position.not_found"), coalition.members[0]),
    ):
        request = {"coalition": coalition.id, "title": "Mieux", "supersedes": supersedes}
        assert network.refused(draft_position, coalition.voices[0], **request) == refusal


def test_a_position_is_retracted_by_a_ballot_of_class_policy_and_stays_readable(
    network: Network, coalition: Coalition
) -> None:
    position = published(network, coalition)
    retract = {"position": position, "reason": "Les chiffres étaient faux."}
    needed = ("ILLEGAL_TRANSITION", "position.retraction_takes_a_ballot")
    of_another_class = signed(network, coalition, "PLAN")
    undecided = coalition.in_decision(decision_class="POLICY", concerns=position)
    about_something_else = signed(network, coalition, "POLICY")
    about_another = signed(network, coalition, "POLICY", concerns=published(network, coalition))
    for decision in (None, position, of_another_class, undecided, about_something_else, about_another):
        assert network.refused(retract_position, coalition.convener, **retract, decision=decision) == needed
    decision = signed(network, coalition, "POLICY", concerns=position)
    network.do(retract_position, coalition.convener, **retract, decision=decision)
    row = seen(network, position)
    assert row is not None
    assert (row["state"], row["retraction"], len(row["paragraphs"])) == ("RETRACTED", retract["reason"], 3)
    fact = network.facts(f"position/{position}")[-1]
    assert (fact["type"], fact["data"]["decision"]) == ("position.retracted", str(decision))
    again = network.refused(retract_position, coalition.convener, **retract, decision=decision)
    assert again[0] == "ILLEGAL_TRANSITION"


def test_a_decision_says_in_its_draft_what_it_acts_on(network: Network, coalition: Coalition) -> None:
    position = published(network, coalition)
    elsewhere = network.a_coalition()
    drafted = coalition.a_draft(decision_class="POLICY", concerns=position)
    assert seen(network, drafted) is None
    [row] = network.ask(positions_by_ids, coalition.convener, ids=[drafted])
    assert row["concerns"] == str(position)
    for refusal, decision_class, concerns in (
        (("NOT_FOUND", "position.not_found"), "POLICY", coalition.members[0]),
        (("NOT_FOUND", "position.not_found"), "POLICY", published(network, elsewhere)),
        (("VALIDATION", "position.concern_not_published"), "POLICY", drafted),
        (("NOT_FOUND", "member.not_found"), "CALL", position),
        (("NOT_FOUND", "member.not_found"), "CALL", elsewhere.members[0]),
        (("NOT_FOUND", "member.not_found"), "CALL", elsewhere.id),
        (("NOT_FOUND", "position.not_found"), "POLICY", coalition.id),
        (("VALIDATION", "position.concerns_nothing"), "PLAN", position),
    ):
        request = {"coalition": coalition.id, "title": "?", "decision_class": decision_class, "concerns": concerns}
        assert network.refused(draft_position, coalition.voices[0], **request) == refusal


def test_a_position_says_in_which_language_it_is(network: Network, coalition: Coalition) -> None:
    position = coalition.a_draft(language="fr")
    for language in ("français", "", "x", "fr FR"):
        edit = {"position": position, "language": language}
        assert network.refused(edit_draft, coalition.voices[0], **edit) == ("VALIDATION", "position.language")
    network.do(edit_draft, coalition.voices[0], position=position, language="pt-BR")
    network.do(edit_draft, coalition.voices[0], position=position, title="Outra coisa")
    [row] = network.ask(positions_by_ids, coalition.convener, ids=[position])
    assert (row["title"], row["language"]) == ("Outra coisa", "pt-BR")
