"""Erase what the events service holds of a person who leaves the network."""

from __future__ import annotations

from services.backbone.erasure import ErasedPerson, ErasureStarted
from services.events.use_cases.erase_my_data import erase_participation
from services.events.use_cases.ports import EventsWork


def erase_person(fact: ErasureStarted, work: EventsWork) -> None:
    """As when somebody erases their own data here; then their place in public goes to a nameless id too, and say so.

    Kept, under that id: the gatherings that they organised and those that they facilitated.
    """
    counts = erase_participation(fact.person, work)
    kept = work.private.public_roles_of(fact.person)
    counts += work.put_stand_in(fact.person)
    work.tell_of(ErasedPerson.answering(fact, "events", counts=counts, kept=kept))
