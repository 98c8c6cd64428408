"""The text of a position: paragraphs with stable ids, versions of it, and what amendments make of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from uuid import UUID

from services.coalitions.domain.amendment import Amendment, Operation


@dataclass(frozen=True)
class Paragraph:
    """A paragraph and the id that it keeps through every version of the text."""

    pid: str
    text: str


@dataclass(eq=False, kw_only=True)
class TextVersion:
    """The whole text as it was frozen under a number."""

    id: UUID
    position: UUID
    number: int
    paragraphs: list[Paragraph]
    frozen_at: datetime


class ParagraphChange(StrEnum):
    SAME = "SAME"
    CHANGED = "CHANGED"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True)
class Difference:
    """What became of one paragraph between two versions."""

    pid: str
    change: ParagraphChange
    before: str | None
    after: str | None


def consolidated(paragraphs: Sequence[Paragraph], accepted: Iterable[Amendment]) -> list[Paragraph]:
    """The original with the accepted amendments, applied in the order in which they were accepted.

    Each original paragraph stands as last replaced (or not at all, when deleted outright), followed by what was
    inserted after it, in order. Insertions without a paragraph stand first. A GLOBAL amendment takes the place of the
    whole text; what is accepted after it is applied on top. New paragraphs are named after their amendment: ``a3``,
    or ``a3.1``.
    """
    kept: dict[str, str | None] = {paragraph.pid: paragraph.text for paragraph in paragraphs}
    inserted: dict[str | None, list[Paragraph]] = {None: [], **{paragraph.pid: [] for paragraph in paragraphs}}
    for amendment in sorted(accepted, key=lambda one: one.applied_order):
        text = amendment.applied_text
        if amendment.operation == Operation.GLOBAL:
            kept = dict.fromkeys(kept)
            inserted = {None: _pieces(amendment.number, text), **{pid: [] for pid in kept}}
        elif amendment.operation == Operation.INSERT_AFTER:
            inserted[amendment.pid].append(Paragraph(f"a{amendment.number}", text))
        elif amendment.pid is not None:
            kept[amendment.pid] = text or None
    result = list(inserted[None])
    for pid, kept_text in kept.items():
        if kept_text is not None:
            result.append(Paragraph(pid, kept_text))
        result.extend(inserted[pid])
    return result


def differences(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[Difference]:
    """What changed from one version to another, paragraph by paragraph, in the order of the later one.

    A removed paragraph stands where it stood, after the paragraph that preceded it.
    """
    old, new = {one.pid: one.text for one in before}, {one.pid: one.text for one in after}
    order = [one.pid for one in after]
    for index, paragraph in enumerate(before):
        if paragraph.pid not in new:
            preceding = before[index - 1].pid if index else None
            order.insert(order.index(preceding) + 1 if preceding else 0, paragraph.pid)
    return [Difference(pid, _change(old.get(pid), new.get(pid)), old.get(pid), new.get(pid)) for pid in order]


def word_differences(before: str, after: str) -> list[tuple[ParagraphChange, str]]:
    """What changed within a paragraph, word by word, in reading order: SAME, REMOVED and ADDED pieces."""
    old, new = _words(before), _words(after)
    pieces: list[tuple[ParagraphChange, str]] = []
    for _, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[i:j] == new[k:n]:
            pieces.append((ParagraphChange.SAME, "".join(old[i:j])))
            continue
        pieces += [(ParagraphChange.REMOVED, "".join(old[i:j]))] if i < j else []
        pieces += [(ParagraphChange.ADDED, "".join(new[k:n]))] if k < n else []
    return pieces


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _change(before: str | None, after: str | None) -> ParagraphChange:
    if before is None:
        return ParagraphChange.ADDED
    if after is None:
        return ParagraphChange.REMOVED
    return ParagraphChange.SAME if before == after else ParagraphChange.CHANGED


def _pieces(number: int, text: str) -> list[Paragraph]:
    pieces = [piece.strip() for piece in text.split("\n\n") if piece.strip()]
    return [Paragraph(f"a{number}.{index}", piece) for index, piece in enumerate(pieces, start=1)]
