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
    """``thing`` is the id of the project, metric, event or consultation; ``url`` an address, for kind URL.

    ``pinned_version`` is the version of the thing that is quoted. A measurement has none: a correction is another one.
    """

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
        _check_version(given, None)
        if given.url is None or not given.url.startswith(("https://", "http://")):
            raise BrokenRule(
                "VALIDATION", "evidence.address", "An address begins with https:// or http://.", field="evidence"
            )
        return given.url
    if given.thing is None:
        raise BrokenRule("VALIDATION", "evidence.thing", "Evidence names the thing that it is.", field="evidence")
    _check_version(given, CHECKS[given.kind](given.thing, work))
    return str(given.thing)


def _check_version(given: EvidenceGiven, newest: int | None) -> None:
    """What is quoted was there: a version up to the newest that was heard of; every fact of the thing is heard."""
    pinned = given.pinned_version
    if pinned is None:
        return
    refuse_unless(
        newest is not None,
        "VALIDATION",
        "evidence.no_versions",
        "Addresses and measurements have no versions: quote the words, or the measurement of that time.",
        field="evidence",
    )
    refuse_unless(
        1 <= pinned <= (newest or 0),
        "VALIDATION",
        "evidence.no_such_version",
        f"There is no version {pinned}; the newest that is known here is {newest}.",
        field="evidence",
        pinned=pinned,
        newest=newest,
    )


def _check_project(thing: UUID, work: CoalitionsWork) -> int | None:
    """Refuse what is no evidence; the newest version of it that is known, as from the other checks."""
    project = work.projects.known(thing)
    if project is None or project.visibility == "PRIVATE":
        raise not_found("project", thing)
    return work.versions.newest("incubator", f"project/{thing}")


def _check_metric(thing: UUID, work: CoalitionsWork) -> int | None:
    if not work.metrics.is_known(thing):
        raise not_found("measurement", thing)
    return None


def _check_event(thing: UUID, work: CoalitionsWork) -> int | None:
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
    return work.versions.newest("events", f"event/{thing}")


def _check_consultation(thing: UUID, work: CoalitionsWork) -> int | None:
    consultation = consultation_in_hand(work, thing).consultation
    refuse_unless(
        consultation.state == ConsultationState.CLOSED,
        "VALIDATION",
        "evidence.consultation_not_closed",
        "A consultation is evidence once it is closed.",
        field="evidence",
    )
    return consultation.version


CHECKS = {
    EvidenceKind.PROJECT: _check_project,
    EvidenceKind.METRIC: _check_metric,
    EvidenceKind.EVENT: _check_event,
    EvidenceKind.CONSULTATION: _check_consultation,
}
