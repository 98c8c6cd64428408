"""Keep who speaks for which organisation in which coalition."""

from __future__ import annotations

from services.coalitions.received import MandateEnded, MandateGranted
from services.coalitions.use_cases.ports import CoalitionsWork


def keep_mandate(fact: MandateGranted, work: CoalitionsWork) -> None:
    """The person may vote, amend and sign for the organisation, if it is a member."""
    work.mandates.keep(
        fact.mandate,
        person=fact.person,
        organisation=fact.organisation,
        coalition=fact.coalition,
        mandate_kind=fact.mandate_kind,
        starts_on=fact.starts_on,
        ends_on=fact.ends_on,
    )


def end_mandate(fact: MandateEnded, work: CoalitionsWork) -> None:
    """The person speaks for the organisation no more; what was said stays said."""
    work.mandates.end(fact.mandate)
