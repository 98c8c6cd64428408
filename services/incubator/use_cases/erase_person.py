"""Erase what the incubators hold of a person."""

from __future__ import annotations

from collections import Counter

from services.backbone.erasure import ErasedPerson, ErasureStarted
from services.incubator.domain.leaving import leave
from services.incubator.use_cases.ports import IncubatorWork


def erase_person(fact: ErasureStarted, work: IncubatorWork) -> None:
    """Leave every project, put a nameless id in the person's place wherever they stood, and say so.

    Kept, under that id: projects that they founded alone, reviews that they gave, decisions that they took and replies
    that they signed for a project; what others decided upon must not be arguable afterwards.
    """
    counts: Counter[str] = Counter()
    kept = work.projects.kept_of(fact.person)
    for project in work.projects.with_part_of(fact.person):
        counts += leave(project, fact.person, work.now)
    counts += work.put_stand_in(fact.person)
    work.tell_of(ErasedPerson.answering(fact, "incubator", counts=counts, kept=kept))
