"""Evidence named by a command, checked against what this service knows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.backbone.rules import BrokenRule, not_found, refuse_unless
from services.coalitions.domain.consultation import ConsultationState
from services.coalitions.domain.evidence import Evidence, EvidenceKind
from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True, kw_only=True)
class EvidenceGiven:
    """``thing`` is the id of the project, metric, event or consultation; ``url`` an address, for kind URL."""

    kind: EvidenceKind
    thing: UUID | None = None
    url: str | None = None
    pinned_version: int | None = None
    quote: str | None = None


def checked_evidence(given: list[EvidenceGiven], work: CoalitionsWork) -> list[Evidence]:
    """The evidence: known here, and not private. A cancelled gathering and an open consultation prove nothing."""
    return [
        Evidence(kind=one.kind, ref=_ref(one, work), pinned_version=one.pinned_version, quote=one.quote)
        for one in given
    ]


def _ref(given: EvidenceGiven, work: CoalitionsWork) -> str:
    if given.kind == EvidenceKind.URL:
        if given.url is None or not given.url.startswith(("https://", "http://")):
            raise BrokenRule(
                "VALIDATION", "evidence.address", "An address begins with https:// or http://.", field="evidence"
            )
        return given.url
    if given.thing is None:
        raise BrokenRule("VALIDATION", "evidence.thing", "Evidence names the thing that it is.", field="evidence")
    CHECKS[given.kind](given.thing, work)
    return str(given.thing)


def _check_project(thing: UUID, work: CoalitionsWork) -> None:
    project = work.projects.known(thing)
    if project is None or project.visibility == "PRIVATE":
        raise not_found("project", thing)


def _check_metric(thing: UUID, work: CoalitionsWork) -> None:
    if not work.metrics.is_known(thing):
        raise not_found("measurement", thing)


def _check_event(thing: UUID, work: CoalitionsWork) -> None:
    state = work.events.state_of(thing)
    if state is None:
        raise not_found("event", thing)
    refuse_unless(
        state != "CANCELLED",
        "VALIDATION",
        "evidence.event_cancelled",
        "A gathering that was cancelled proves nothing.",
        field="evidence",
    )


def _check_consultation(thing: UUID, work: CoalitionsWork) -> None:
    consultation = consultation_in_hand(work, thing).consultation
    refuse_unless(
        consultation.state == ConsultationState.CLOSED,
        "VALIDATION",
        "evidence.consultation_not_closed",
        "A consultation is evidence once it is closed.",
        field="evidence",
    )


CHECKS = {
    EvidenceKind.PROJECT: _check_project,
    EvidenceKind.METRIC: _check_metric,
    EvidenceKind.EVENT: _check_event,
    EvidenceKind.CONSULTATION: _check_consultation,
}
