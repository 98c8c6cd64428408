"""Editors named by a command, with the organisations for which they write."""

from __future__ import annotations

from uuid import UUID

from services.backbone.rules import BrokenRule
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.position_parts import Editor
from services.coalitions.use_cases.ports import CoalitionsWork


def named_editors(persons: list[UUID], coalition: Coalition, work: CoalitionsWork) -> list[Editor]:
    """The persons as editors: each holds a mandate of a member of the coalition, or convenes it."""
    return [_editor(person, coalition, work) for person in dict.fromkeys(persons)]


def _editor(person: UUID, coalition: Coalition, work: CoalitionsWork) -> Editor:
    deciding = {membership.organisation for membership in coalition.deciding}
    voices = sorted(deciding & work.mandates.organisations_of(person, coalition.id, work.now.date()))
    if voices:
        return Editor(person=person, organisation=voices[0])
    if person == coalition.convener:
        return Editor(person=person, organisation=None)
    raise BrokenRule(
        "MANDATE_REQUIRED",
        "position.editor_needs_mandate",
        "An editor holds an active mandate of a member of the coalition.",
        field="editors",
    )
