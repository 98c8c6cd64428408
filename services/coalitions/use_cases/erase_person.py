"""Erase what the coalitions hold of a person."""

from __future__ import annotations

from services.backbone.erasure import ErasedPerson, ErasureStarted
from services.coalitions.use_cases.ports import CoalitionsWork


def erase_person(fact: ErasureStarted, work: CoalitionsWork) -> None:
    """Put a nameless id in the person's place wherever they stood, and say so.

    Votes in consultations stay counted, of one participant. Kept, under that id: stances, amendments and signatures,
    which are an organisation's; statements that others voted on; coalitions that they convened.
    """
    kept = work.acts.of(fact.person)
    counts = work.put_stand_in(fact.person)
    work.tell_of(ErasedPerson.answering(fact, "coalitions", counts=counts, kept=kept))
