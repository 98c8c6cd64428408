"""A position on its way: drafted, amended, decided, signed, published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import ANONYMOUS, Actor, Grant
from services.backbone.identifiers import new_id
from services.coalitions.queries.positions import list_positions, position_by_slug, positions_by_ids
from services.coalitions.use_cases.abandon_position import abandon_position
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.close_ballot import close_ballot
from services.coalitions.use_cases.close_due_amendments import close_due_amendments
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.co_sponsor_amendment import co_sponsor_amendment
from services.coalitions.use_cases.consolidate_position import consolidate_position
from services.coalitions.use_cases.decide_amendment import decide_amendment
from services.coalitions.use_cases.declare_no_amendment import declare_no_amendment
from services.coalitions.use_cases.draft_position import draft_position
from services.coalitions.use_cases.edit_draft import edit_draft
from services.coalitions.use_cases.end_due_sign_offs import end_due_sign_offs
from services.coalitions.use_cases.extend_amendments import extend_amendments
from services.coalitions.use_cases.extend_ballot import extend_ballot
from services.coalitions.use_cases.leave_coalition import leave_coalition
from services.coalitions.use_cases.open_amendments import open_amendments
from services.coalitions.use_cases.open_ballot import open_ballot
from services.coalitions.use_cases.publish_position import publish_position
from services.coalitions.use_cases.retract_position import retract_position
from services.coalitions.use_cases.sign_off import sign_off
from services.coalitions.use_cases.submit_amendment import submit_amendment
from services.coalitions.use_cases.withdraw_amendment import withdraw_amendment
from services.coalitions.use_cases.withdraw_signature import withdraw_signature
from tests.coalitions.network import Coalition, Network, a_person

WHY = "Parce que cela ne suffit pas encore."


@pytest.fixture
def coalition(network: Network) -> Coalition:
    return network.a_coalition(members=3)


def seen(network: Network, position: UUID, by: Actor) -> dict[str, Any]:
    row: dict[str, Any] = network.ask(positions_by_ids, by, ids=[position])[0]
    return row


def test_a_member_drafts_a_position_on_the_themes_of_its_coalition(network: Network, coalition: Coalition) -> None:
    position = coalition.a_draft()
    row = seen(network, position, coalition.voices[2])
    assert (row["state"], row["themes"]) == ("DRAFT", ["mieux-vieillir"])
    assert [one["pid"] for one in row["paragraphs"]] == ["p1", "p2", "p3"]
    assert [one["person"] for one in row["editors"]] == [str(one.id) for one in coalition.voices[:2]]


def test_nobody_outside_drafts_a_position(network: Network, coalition: Coalition) -> None:
    request: dict[str, Any] = {"coalition": coalition.id, "title": "Un titre"}
    assert network.refused(draft_position, a_person(), **request)[0] == "MANDATE_REQUIRED"
    assert network.refused(draft_position, ANONYMOUS, **request)[0] == "UNAUTHENTICATED"


def test_paragraphs_keep_their_ids_when_a_draft_is_edited(network: Network, coalition: Coalition) -> None:
    position = coalition.a_draft()
    texts = [{"pid": "p3", "text": "Le fonds d'abord."}, {"text": "Puis les villes."}]
    network.do(edit_draft, coalition.voices[1], position=position, paragraphs=texts)
    row = seen(network, position, coalition.voices[0])
    assert [(one["pid"], one["text"]) for one in row["paragraphs"]] == [
        ("p3", "Le fonds d'abord."),
        ("p4", "Puis les villes."),
    ]
    assert network.refused(edit_draft, coalition.voices[2], position=position, title="Autre")[0] == "FORBIDDEN"
    unknown = [{"pid": "p9", "text": "Rien."}]
    assert network.refused(edit_draft, coalition.voices[1], position=position, paragraphs=unknown) == (
        "VALIDATION",
        "position.no_such_paragraph",
    )


def test_a_stale_version_is_refused(network: Network, coalition: Coalition) -> None:
    position = coalition.a_draft()
    network.do(edit_draft, coalition.voices[0], position=position, title="Un", expected_version=1)
    refusal = network.refused(edit_draft, coalition.voices[0], position=position, title="Deux", expected_version=1)
    assert refusal[0] == "STALE_VERSION"


def test_amendments_open_on_two_paragraphs_with_evidence_for_five_days(network: Network, coalition: Coalition) -> None:
    soon, later = datetime.now(UTC) + timedelta(days=4), datetime.now(UTC) + timedelta(days=6)
    editor = coalition.voices[0]
    short = coalition.a_draft(paragraphs=["Un seul."])
    bare = coalition.a_draft(no_evidence_reason=None)
    whole = coalition.a_draft()
    assert network.refused(open_amendments, editor, position=short, closes_at=later)[1] == "position.paragraphs_missing"
    assert network.refused(open_amendments, editor, position=bare, closes_at=later)[1] == "position.evidence_missing"
    assert network.refused(open_amendments, editor, position=whole, closes_at=soon)[1] == (
        "position.amendments_too_short"
    )
    assert network.refused(open_amendments, coalition.voices[2], position=whole, closes_at=later)[0] == "FORBIDDEN"
    network.do(open_amendments, editor, position=whole, closes_at=later)
    [fact] = [fact for fact in network.facts(f"position/{whole}") if fact["type"] == "position.amendment_opened"]
    assert fact["data"]["closes_at"] == later.isoformat().replace("+00:00", "Z")
    assert fact["data"]["visibility"] == "PRIVATE"


def test_two_amendments_of_one_paragraph_collide_until_resolved(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    first, second = (
        network.do(
            submit_amendment,
            voice,
            position=position,
            operation="REPLACE",
            pid="p2",
            new_text=words,
            rationale="Pour dire les choses plus clairement.",
        )["amendment"]
        for voice, words in ((coalition.voices[2], "Une maison par canton."), (coalition.voices[2], "Deux maisons."))
    )
    editor = coalition.voices[0]
    network.do(decide_amendment, editor, position=position, amendment=first, decision="ACCEPTED", reason="D'accord.")
    accept = {"position": position, "amendment": second, "decision": "ACCEPTED", "reason": "Aussi."}
    assert network.refused(decide_amendment, editor, **accept) == ("COLLISION", "amendment.collision")
    row = seen(network, position, editor)
    assert row["amendments"][1]["collides_with"] == [str(first)]
    network.do(decide_amendment, editor, **accept, resolved=[first])
    assert seen(network, position, editor)["consolidated"][1]["text"] == "Deux maisons."


def test_amendments_are_refused_after_closing(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    coalition.amendments_close(position)
    submit: dict[str, Any] = {
        "position": position,
        "operation": "DELETE",
        "pid": "p1",
        "rationale": "Ce paragraphe répète le suivant.",
    }
    assert network.refused(submit_amendment, coalition.voices[2], **submit)[0] == "DEADLINE_PASSED"
    assert network.run(close_due_amendments) == 1
    assert network.run(close_due_amendments) == 0
    assert seen(network, position, coalition.voices[2])["state"] == "CONSOLIDATION"
    assert network.refused(submit_amendment, coalition.voices[2], **submit)[0] == "DEADLINE_PASSED"


def test_an_observer_neither_amends_nor_votes(network: Network, coalition: Coalition) -> None:
    _, observer = network.a_member(coalition.id, "OBSERVER")
    position = coalition.an_amendable()
    submit = {"position": position, "operation": "DELETE", "pid": "p1", "rationale": "Ce paragraphe répète le suivant."}
    assert network.refused(submit_amendment, observer, **submit)[0] == "MANDATE_REQUIRED"
    decided = coalition.in_decision()
    assert network.refused(cast_stance, observer, position=decided, stance="AGREE")[0] == "MANDATE_REQUIRED"


def test_an_amendment_is_withdrawn_only_by_its_proposer(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    amendment = network.do(
        submit_amendment,
        coalition.voices[2],
        position=position,
        operation="INSERT_AFTER",
        pid=None,
        new_text="Préambule.",
        rationale="Il manque un préambule au texte.",
    )["amendment"]
    request = {"position": position, "amendment": amendment}
    assert network.refused(withdraw_amendment, coalition.voices[0], **request)[0] == "FORBIDDEN"
    network.do(withdraw_amendment, coalition.voices[2], **request)
    assert network.refused(withdraw_amendment, coalition.voices[2], **request)[0] == "ILLEGAL_TRANSITION"


def test_an_editor_does_not_accept_the_amendment_of_their_own_organisation(
    network: Network, coalition: Coalition
) -> None:
    position = coalition.an_amendable()
    amendment = network.do(
        submit_amendment,
        coalition.voices[0],
        position=position,
        operation="DELETE",
        pid="p1",
        rationale="Ce paragraphe répète le suivant.",
    )["amendment"]
    request = {"position": position, "amendment": amendment, "decision": "ACCEPTED", "reason": "Oui."}
    assert network.refused(decide_amendment, coalition.voices[0], **request)[0] == "SELF_APPROVAL"
    assert network.refused(decide_amendment, coalition.voices[2], **request)[0] == "FORBIDDEN"
    network.do(decide_amendment, coalition.voices[1], **request)


def test_amendments_close_early_once_every_member_has_none(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    for voice in coalition.voices[:2]:
        network.do(declare_no_amendment, voice, position=position)
    assert network.refused(declare_no_amendment, coalition.voices[0], position=position)[0] == "DUPLICATE"
    assert network.refused(consolidate_position, coalition.voices[0], position=position)[0] == "ILLEGAL_TRANSITION"
    network.do(declare_no_amendment, coalition.voices[2], position=position)
    network.do(consolidate_position, coalition.voices[0], position=position)


def test_the_closing_of_amendments_moves_later_only_once(network: Network, coalition: Coalition) -> None:
    position, editor = coalition.an_amendable(), coalition.voices[0]
    earlier, later = (datetime.now(UTC) + timedelta(days=days) for days in (5, 9))
    assert network.refused(extend_amendments, editor, position=position, closes_at=earlier)[0] == "VALIDATION"
    network.do(extend_amendments, editor, position=position, closes_at=later)
    again = later + timedelta(days=1)
    assert network.refused(extend_amendments, editor, position=position, closes_at=again)[0] == "ILLEGAL_TRANSITION"


def test_no_ballot_opens_while_an_amendment_is_undecided(network: Network, coalition: Coalition) -> None:
    position = coalition.an_amendable()
    network.do(
        submit_amendment,
        coalition.voices[2],
        position=position,
        operation="DELETE",
        pid="p1",
        rationale="Ce paragraphe répète le suivant.",
    )
    coalition.amendments_close(position)
    network.do(consolidate_position, coalition.convener, position=position)
    assert network.refused(open_ballot, coalition.convener, position=position)[1] == "position.amendments_undecided"
    [to_decision, _] = seen(network, position, coalition.convener)["allowed_transitions"]
    assert to_decision["blocked_by"][0]["code"] == "amendment.undecided"


def test_a_rejected_amendment_with_three_co_sponsors_becomes_an_item_of_the_ballot(network: Network) -> None:
    coalition = network.a_coalition(members=5)
    position = coalition.an_amendable()
    amendment = network.do(
        submit_amendment,
        coalition.voices[4],
        position=position,
        operation="REPLACE",
        pid="p3",
        new_text="Un impôt soutient ces maisons.",
        rationale="Un fonds ne suffira pas dans la durée.",
    )["amendment"]
    for voice in coalition.voices[1:4]:
        network.do(co_sponsor_amendment, voice, position=position, amendment=amendment)
    twice = network.refused(co_sponsor_amendment, coalition.voices[1], position=position, amendment=amendment)
    assert twice[0] == "DUPLICATE"
    reject = {"position": position, "amendment": amendment, "decision": "REJECTED", "reason": "Trop tôt."}
    network.do(decide_amendment, coalition.voices[0], **reject)
    assert seen(network, position, coalition.convener)["amendments"][0]["state"] == "TO_VOTE"
    coalition.amendments_close(position)
    network.do(consolidate_position, coalition.convener, position=position)
    network.do(open_ballot, coalition.convener, position=position)
    for voice in coalition.voices:
        network.do(cast_stance, voice, position=position, stance="AGREE")
        network.do(cast_stance, voice, position=position, stance="AGREE", amendment=amendment)
    coalition.ballot_closes(position)
    network.do(close_ballot, coalition.convener, position=position)
    row = seen(network, position, coalition.convener)
    assert row["amendments"][0]["state"] == "ACCEPTED"
    assert row["paragraphs"][2]["text"] == "Un impôt soutient ces maisons."
    assert row["ballots"][0]["result"]["carried"] == [str(amendment)]


def test_disagreeing_takes_a_reason(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    for reason in (None, "  non  ", "\u200b" * 9):
        refusal = network.refused(cast_stance, coalition.voices[0], position=position, stance="DISAGREE", reason=reason)
        assert refusal == ("VALIDATION", "stance.reason_required")
    network.do(cast_stance, coalition.voices[0], position=position, stance="DISAGREE", reason=WHY)


def test_the_last_stance_of_two_representatives_counts_and_both_are_kept(
    network: Network, coalition: Coalition
) -> None:
    position = coalition.in_decision()
    alternate = network.a_representative(coalition.members[0], coalition.id)
    network.do(cast_stance, coalition.voices[0], position=position, stance="AGREE")
    network.do(cast_stance, alternate, position=position, stance="ABSTAIN")
    [ballot] = seen(network, position, coalition.voices[1])["ballots"]
    heads = {one["stance"]: one["heads"] for one in ballot["counts"][0]["tallies"]}
    assert heads == {"AGREE": 0, "ABSTAIN": 1, "DISAGREE": 0, "BLOCK": 0}
    assert [one["stance"] for one in ballot["stances"]] == ["AGREE", "ABSTAIN"]


def test_nobody_votes_after_the_closing_time(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    coalition.ballot_closes(position)
    refusal = network.refused(cast_stance, coalition.voices[0], position=position, stance="AGREE")
    assert refusal == ("DEADLINE_PASSED", "ballot.closed")


def test_a_ballot_closes_only_when_it_is_time(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    assert network.refused(close_ballot, coalition.convener, position=position)[1] == "ballot.still_open"


def test_hidden_results_stay_hidden_until_the_close(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision(hide_results=True)
    network.do(cast_stance, coalition.voices[0], position=position, stance="AGREE")
    [ballot] = seen(network, position, coalition.voices[1])["ballots"]
    assert (ballot["counts"], ballot["stances"], ballot["voted"]) == (None, [], 1)
    [own] = seen(network, position, coalition.voices[0])["ballots"]
    assert [one["stance"] for one in own["stances"]] == ["AGREE"]
    assert network.facts(f"position/{position}")[-1]["data"]["counts"] is None
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    [closed] = seen(network, position, coalition.voices[1])["ballots"]
    assert closed["counts"] is not None
    assert len(closed["stances"]) == 1


def test_a_ballot_is_extended_once_by_at_most_its_length(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    far, near = (datetime.now(UTC) + timedelta(days=days) for days in (30, 15))
    assert network.refused(extend_ballot, coalition.convener, position=position, closes_at=far)[0] == "VALIDATION"
    network.do(extend_ballot, coalition.convener, position=position, closes_at=near)
    again = near + timedelta(hours=1)
    refusal = network.refused(extend_ballot, coalition.convener, position=position, closes_at=again)
    assert refusal[1] == "ballot.extended_once"


def test_a_quorum_missed_returns_once_then_rejects(network: Network) -> None:
    coalition = network.a_coalition(members=10)
    position = coalition.in_decision(decision_class="PLAN")
    for state in ("RETURNED", "REJECTED"):
        for voice in coalition.voices[:4]:
            network.do(cast_stance, voice, position=position, stance="AGREE")
        coalition.ballot_closes(position)
        assert network.run(close_due_ballots) == 1
        row = seen(network, position, coalition.convener)
        assert (row["state"], row["ballots"][-1]["result"]["quorum_reached"]) == (state, False)
        if state == "RETURNED":
            network.do(consolidate_position, coalition.convener, position=position)
            network.do(open_ballot, coalition.convener, position=position)
            assert seen(network, position, coalition.convener)["ballots"][-1]["voted"] == 0


def test_a_block_returns_the_text_and_once_lifted_it_is_adopted(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    blocking = {"stance": "BLOCK", "reason": WHY, "pids": ["p2"]}
    for voice in coalition.voices[:2]:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    network.do(cast_stance, coalition.voices[2], position=position, **blocking)
    edit = network.refused(edit_draft, coalition.voices[0], position=position, title="Autre")
    assert edit == ("ILLEGAL_TRANSITION", "position.illegal_transition")
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    assert seen(network, position, coalition.convener)["state"] == "RETURNED"
    later = datetime.now(UTC) + timedelta(days=6)
    network.do(open_amendments, coalition.convener, position=position, closes_at=later)
    elsewhere = {
        "position": position,
        "operation": "DELETE",
        "pid": "p1",
        "rationale": "Ce paragraphe est de trop ici.",
    }
    assert network.refused(submit_amendment, coalition.voices[2], **elsewhere)[1] == "amendment.paragraph_not_reopened"
    amendment = network.do(submit_amendment, coalition.voices[2], **{**elsewhere, "pid": "p2"})["amendment"]
    network.do(
        decide_amendment,
        coalition.voices[0],
        position=position,
        amendment=amendment,
        decision="ACCEPTED_MODIFIED",
        modified_text="Chaque ville qui le veut.",
        reason="Un compromis.",
    )
    coalition.amendments_close(position)
    network.run(close_due_amendments)
    network.do(open_ballot, coalition.convener, position=position)
    for voice in coalition.voices:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    coalition.ballot_closes(position)
    network.do(close_ballot, coalition.convener, position=position)
    row = seen(network, position, coalition.convener)
    assert row["state"] == "SIGN_OFF"
    assert row["paragraphs"][1] == {"pid": "p2", "text": "Chaque ville qui le veut."}
    assert [change["to"] for change in row["history"]] == [
        "DRAFT", "AMENDMENT", "CONSOLIDATION", "DECISION", "RETURNED", "AMENDMENT", "CONSOLIDATION", "DECISION",
        "ADOPTED", "SIGN_OFF",
    ]  # fmt: skip


def test_a_member_that_leaves_during_a_ballot_loses_its_stance(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    network.do(cast_stance, coalition.voices[2], position=position, stance="BLOCK", reason=WHY)
    for voice in coalition.voices[:2]:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    [membership] = network.rows("SELECT id FROM memberships WHERE organisation = :one", one=coalition.members[2])
    administrator = a_person(Grant("ORG_ADMIN", f"organisation/{coalition.members[2]}"))
    network.do(leave_coalition, administrator, coalition=coalition.id, membership=membership["id"])
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    row = seen(network, position, coalition.convener)
    assert (row["state"], row["ballots"][0]["result"]["eligible_heads"]) == ("SIGN_OFF", 2)


def test_three_of_six_sign_and_the_silent_are_not_listed(network: Network) -> None:
    coalition = network.a_coalition(members=6)
    position = coalition.in_decision()
    for voice in coalition.voices:
        network.do(cast_stance, voice, position=position, stance="AGREE")
    coalition.ballot_closes(position)
    network.run(close_due_ballots)
    network.do(sign_off, coalition.voices[0], position=position, answer="SIGNED")
    assert network.refused(publish_position, coalition.convener, position=position)[1] == (
        "position.not_ready_to_publish"
    )
    network.do(sign_off, coalition.voices[1], position=position, answer="SIGNED")
    reserved = {"answer": "SIGNED_WITH_RESERVATION", "reservation": "Sauf le troisième paragraphe."}
    empty = {**reserved, "reservation": " "}
    assert network.refused(sign_off, coalition.voices[2], position=position, **empty)[0] == "VALIDATION"
    network.do(sign_off, coalition.voices[2], position=position, **reserved)
    network.do(sign_off, coalition.voices[3], position=position, answer="DECLINED")
    assert network.refused(sign_off, a_person(), position=position, answer="SIGNED")[0] == "NOT_FOUND"
    network.change(
        "UPDATE common_positions SET sign_off_closes_at = now() - interval '1 second' WHERE id = :id", id=position
    )
    assert network.refused(sign_off, coalition.voices[4], position=position, answer="SIGNED")[0] == "DEADLINE_PASSED"
    assert network.run(end_due_sign_offs) == 1
    assert network.run(end_due_sign_offs) == 0
    network.do(publish_position, coalition.convener, position=position)
    row = seen(network, position, ANONYMOUS)
    assert (row["signatories"], row["members"]) == (3, 6)
    assert sorted(one["reservation"] or "" for one in row["signatures"]) == ["", "", "Sauf le troisième paragraphe."]
    assert (row["answers"], row["editors"]) == ([], [])
    fact = network.facts(f"position/{position}")[-1]
    assert fact["type"] == "position.published"
    assert (fact["data"]["signatories"], fact["data"]["members"], fact["data"]["visibility"]) == (3, 6, "PUBLIC")
    network.do(withdraw_signature, coalition.voices[0], position=position)
    assert seen(network, position, ANONYMOUS)["signatories"] == 2
    assert network.refused(withdraw_signature, coalition.voices[0], position=position)[0] == "ILLEGAL_TRANSITION"
    retract = {"position": position, "reason": "Dépassée.", "decision": position}
    assert network.refused(retract_position, coalition.convener, **retract)[1] == ("position.retraction_takes_a_ballot")


def test_what_is_not_published_is_shown_inside_the_coalition_only(network: Network, coalition: Coalition) -> None:
    position = coalition.in_decision()
    stranger, elsewhere = a_person(), network.a_coalition(members=3)
    slug = seen(network, position, coalition.convener)["slug"]
    for outsider in (ANONYMOUS, stranger, elsewhere.voices[0], elsewhere.convener):
        assert network.ask(positions_by_ids, outsider, ids=[position]) == [None]
        assert network.ask(position_by_slug, outsider, slug=slug) is None
        listed = network.ask(list_positions, outsider, filter={"coalition": coalition.slug})
        assert (listed["items"], listed["total"]) == ([], 0)
    for outsider in (stranger, elsewhere.voices[0]):
        assert network.refused(cast_stance, outsider, position=position, stance="AGREE")[0] == "NOT_FOUND"
        assert network.refused(close_ballot, outsider, position=position)[0] == "NOT_FOUND"
    for insider in (coalition.convener, coalition.voices[2], a_person(Grant("DIRECTOR"))):
        assert network.ask(position_by_slug, insider, slug=slug)["id"] == str(position)


def test_an_administrator_runs_the_agenda_but_does_not_vote(network: Network, coalition: Coalition) -> None:
    administrator = a_person(Grant("ADMIN"))
    position = coalition.in_decision()
    assert network.refused(cast_stance, administrator, position=position, stance="AGREE")[0] == "MANDATE_REQUIRED"
    network.do(abandon_position, administrator, position=position, reason="Demande de la coalition.")
    assert network.run(close_due_ballots) == 0


def test_an_unknown_position_is_not_found(network: Network) -> None:
    assert network.refused(open_ballot, a_person(), position=new_id()) == ("NOT_FOUND", "position.not_found")
