"""Keep which organisations there are, and which of them are verified."""

from __future__ import annotations

from services.coalitions.received import OrganisationTold
from services.coalitions.use_cases.ports import CoalitionsWork


def keep_declared_organisation(fact: OrganisationTold, work: CoalitionsWork) -> None:
    """It may not apply anywhere yet."""
    work.organisations.keep(fact.organisation, slug=fact.slug, name=fact.name, state="DECLARED")


def keep_verified_organisation(fact: OrganisationTold, work: CoalitionsWork) -> None:
    """It may apply for membership."""
    work.organisations.keep(fact.organisation, slug=fact.slug, name=fact.name, state="VERIFIED")


def keep_suspended_organisation(fact: OrganisationTold, work: CoalitionsWork) -> None:
    """It may not apply any more."""
    work.organisations.keep(fact.organisation, slug=fact.slug, name=fact.name, state="SUSPENDED")


def keep_closed_organisation(fact: OrganisationTold, work: CoalitionsWork) -> None:
    """It exists no more."""
    work.organisations.keep(fact.organisation, slug=fact.slug, name=fact.name, state="CLOSED")
