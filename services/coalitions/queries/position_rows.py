"""A position and its parts as plain rows: what is inside the coalition stays there until it is published."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.backbone.perform import Reader
from services.coalitions.domain.amendment import Amendment, collisions
from services.coalitions.domain.ballot import Ballot, BallotState, Stance
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.evidence import Evidence, EvidenceKind
from services.coalitions.domain.follow_up import Delivery
from services.coalitions.domain.position import Position
from services.coalitions.domain.signature import Signature
from services.coalitions.domain.tally import StanceValue
from services.coalitions.domain.weights import counted_weights
from services.coalitions.queries.asked import Row, plain_transitions
from services.coalitions.queries.sight import Sight


def position_row(
    position: Position,
    coalition: Coalition,
    history: list[Row],
    cards: dict[UUID, Row],
    measured: dict[UUID, Row],
    reader: Reader,
    sight: Sight,
) -> Row:
    """The whole position as the asker may see it."""
    inside = sight.is_inside(position.coalition)
    return {
        "id": position.id,
        "version": position.version,
        "slug": position.slug,
        "coalition": position.coalition,
        "visibility": position.visibility if position.is_public else "PRIVATE",
        "kind": position.position_kind,
        "decision_class": position.decision_class,
        "title": position.title,
        "summary": position.summary,
        "themes": position.themes,
        "paragraphs": [asdict(one) for one in position.paragraphs],
        "consolidated": [asdict(one) for one in position.consolidated_text],
        "text_version": position.text_version,
        "texts": [
            {"number": one.number, "frozen_at": one.frozen_at, "paragraphs": [asdict(each) for each in one.paragraphs]}
            for one in position.texts
        ],
        "evidence": [_evidence(one, position, cards, measured) for one in position.evidence],
        "cited": position.cited,
        "no_evidence_reason": position.no_evidence_reason,
        "language": position.language,
        "concerns": position.concerns,
        "editors": [asdict(one) for one in position.editors] if inside else [],
        "state": position.state,
        "drafted_at": position.drafted_at,
        "amendments_close_at": position.amendments_close_at,
        "decision_close_at": position.decision_close_at,
        "sign_off_closes_at": position.sign_off_closes_at,
        "embargo_until": position.embargo_until,
        "supersedes": position.supersedes,
        "published_at": position.published_at,
        "retraction": position.retraction,
        "amendments": [amendment_row(one, position) for one in position.amendments],
        "ballots": [ballot_row(one, position, reader, sight) for one in position.ballots],
        **position.signed,
        "signatures": [_signature(one) for one in position.signatures if one.stands],
        "answers": [_signature(one) for one in position.signatures] if inside else [],
        "replies": [asdict(one) for one in position.replies],
        "deliveries": [_delivery(one) for one in position.deliveries],
        "history": history,
        "allowed_transitions": plain_transitions(position.allowed_transitions(coalition, reader.now, reader.actor)),
    }


def amendment_row(amendment: Amendment, position: Position) -> Row:
    """An amendment with what it collides with."""
    return {
        "id": amendment.id,
        "position": amendment.position,
        "number": amendment.number,
        "base_text_version": amendment.base_text_version,
        "operation": amendment.operation,
        "pid": amendment.pid,
        "new_text": amendment.new_text,
        "final_text": amendment.final_text,
        "rationale": amendment.rationale,
        "organisation": amendment.organisation,
        "co_sponsors": amendment.co_sponsors,
        "state": amendment.state,
        "submitted_at": amendment.submitted_at,
        "decided_at": amendment.decided_at,
        "decision_reason": amendment.decision_reason,
        "promoted_to": amendment.promoted_to,
        "collides_with": [other.id for other in collisions(amendment, position.amendments)],
    }


def ballot_row(ballot: Ballot, position: Position, reader: Reader, sight: Sight) -> Row:
    """A ballot with its count, unless it is open and hides it; then only the asker's own stances are shown."""
    hidden = ballot.hide_results and ballot.state == BallotState.OPEN
    weights = counted_weights({one.organisation: one.weight for one in ballot.electorate})
    own = sight.speaks_for & ballot.eligible
    voted = {stance.organisation for stance in ballot.stances}
    return {
        "id": ballot.id,
        "position": ballot.position,
        "round": ballot.round,
        "text_version": ballot.text_version,
        "decision_class": ballot.rule.decision_class,
        "method": ballot.rule.method,
        "quorum": ballot.rule.quorum,
        "threshold": ballot.rule.threshold,
        "opens_at": ballot.opens_at,
        "closes_at": ballot.closes_at,
        "closed_at": ballot.closed_at,
        "state": ballot.state,
        "hide_results": ballot.hide_results,
        "extended": ballot.extended,
        "voted": len(voted),
        "eligible": len(ballot.electorate),
        "electorate": [
            {"organisation": organisation, "weight": float(weight)} for organisation, weight in weights.items()
        ],
        "counts": None if hidden else [_count(ballot, None), *(_count(ballot, item) for item in ballot.items)],
        "stances": [_stance(one) for one in ballot.stances if not hidden or one.organisation in own],
        "proxies": [asdict(one) for one in ballot.proxies],
        "result": _result(ballot),
        "recount": _recount(position, ballot),
    }


def _count(ballot: Ballot, amendment: UUID | None) -> Row:
    if ballot.result is not None:
        kept = next(one for one in ballot.result.items if one.amendment == amendment)
        return _counted(amendment, kept.heads, {name: Fraction(weight) for name, weight in kept.weights.items()})
    tally = ballot.tally(amendment)
    return _counted(amendment, dict(tally.heads), dict(tally.weights))


def _counted(amendment: UUID | None, heads: dict[str, int], weights: dict[str, Fraction]) -> Row:
    return {
        "amendment": amendment,
        "tallies": [
            {"stance": stance, "heads": heads[stance], "weight": float(weights[stance])} for stance in StanceValue
        ],
    }


def _result(ballot: Ballot) -> Row | None:
    if ballot.result is None:
        return None
    result = ballot.result
    return {
        "outcome": result.outcome,
        "rule": result.rule,
        "quorum_reached": result.quorum_reached,
        "eligible_heads": len(result.eligible),
        "eligible_weight": float(Fraction(result.eligible_weight)),
        "carried": [item.amendment for item in result.items if item.amendment and item.verdict == "CARRIED"],
    }


def _recount(position: Position, ballot: Ballot) -> Row | None:
    found = position.recount(ballot)
    if found is None:
        return None
    return {
        "matches": found.matches,
        "differences": found.differences,
        "late": found.late,
        "uncounted": found.uncounted,
        "counts": [
            _counted(item.amendment, item.heads, {name: Fraction(weight) for name, weight in item.weights.items()})
            for item in found.items
        ],
    }


def _stance(stance: Stance) -> Row:
    return {
        "id": stance.id,
        "number": stance.number,
        "amendment": stance.amendment,
        "organisation": stance.organisation,
        "stance": stance.value,
        "reason": stance.reason,
        "pids": stance.pids,
        "holder": stance.holder,
        "at": stance.at,
    }


def _signature(signature: Signature) -> Row:
    return {
        "organisation": signature.organisation,
        "state": signature.state,
        "reservation": signature.reservation,
        "answered_at": signature.answered_at,
    }


def _delivery(delivery: Delivery) -> Row:
    return {
        "id": delivery.id,
        "target": delivery.target,
        "channel": delivery.channel,
        "sent_on": delivery.sent_on,
        "response": delivery.response,
        "responded_on": delivery.responded_on,
        "review_due_on": delivery.review_due_on,
        "review": delivery.review,
        "reviewed_on": delivery.reviewed_on,
    }


def _evidence(evidence: Evidence, position: Position, cards: dict[UUID, Row], measured: dict[UUID, Row]) -> Row:
    """``measured`` holds, by the id of a quoted metric, it and the latest value of the same indicator."""
    row: dict[str, Any] = {**asdict(evidence), "project": None, "project_lifecycle": None, "metric": None}
    row["weakened"] = [
        {"reason": one.reason, "at": one.at}
        for one in position.weakened
        if (one.kind, one.ref) == (evidence.kind, evidence.ref)
    ]
    if evidence.kind == EvidenceKind.PROJECT:
        card = cards.get(UUID(evidence.ref))
        row |= {"project": evidence.ref, "project_lifecycle": card["lifecycle"] if card else None}
    if evidence.kind == EvidenceKind.METRIC:
        row["metric"] = measured.get(UUID(evidence.ref))
    return row
