"""Evidence named by a command, checked against what this service knows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.backbone.rules import BrokenRule, not_found
from services.coalitions.domain.evidence import Evidence, EvidenceKind
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
    """The evidence; a quoted project must be known and not private, a consultation must exist."""
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
    if given.kind == EvidenceKind.PROJECT:
        project = work.projects.known(given.thing)
        if project is None or project.visibility == "PRIVATE":
            raise not_found("project", given.thing)
    if given.kind == EvidenceKind.CONSULTATION and work.consultations.find(id=given.thing) is None:
        raise not_found("consultation", given.thing)
    return str(given.thing)
