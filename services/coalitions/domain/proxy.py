"""A member's trust in another for one ballot: who speaks for whom, at most once and never in chains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.backbone.rules import refuse_unless


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """``organisation`` entrusts its stance in one ballot to ``holder``."""

    organisation: UUID
    holder: UUID
    at: datetime


def given(proxies: Iterable[Proxy], organisation: UUID) -> Proxy | None:
    """The proxy that the organisation gave, if it gave one."""
    return next((one for one in proxies if one.organisation == organisation), None)


def refuse_unless_possible(
    proxies: list[Proxy], organisation: UUID, holder: UUID, eligible: set[UUID], voted: set[UUID]
) -> None:
    """Refuse a proxy that nobody may hold: to oneself, outside, a second one, in a chain, or after voting."""
    refuse_unless(
        {organisation, holder} <= eligible and organisation != holder,
        "VALIDATION",
        "proxy.between_members",
        "A proxy is given by one member to another, both eligible in this ballot.",
        field="holder",
    )
    refuse_unless(
        organisation not in voted,
        "ILLEGAL_TRANSITION",
        "proxy.voted_already",
        "Your organisation has taken its own stance in this ballot.",
    )
    refuse_unless(
        not any(one.holder == organisation or one.organisation == holder for one in proxies),
        "VALIDATION",
        "proxy.no_chains",
        "Who holds a proxy gives none, and who gave one holds none.",
        field="holder",
    )
    refuse_unless(
        not any(one.holder == holder and one.organisation != organisation for one in proxies),
        "DUPLICATE",
        "proxy.holder_has_one",
        "This organisation holds a proxy already, and may hold only one.",
        field="holder",
    )
