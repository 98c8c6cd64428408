"""A published position as Markdown, to take away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.http.position_page import decided, named
from gateway.http.position_words import day, said, told

if TYPE_CHECKING:
    from gateway.http.positions import Published

#: What Markdown would read as a mark.
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(found: Published) -> str:
    """The text, its signatories with their reservations, evidence and decisions (CommonMark)."""
    row, language = found.row, found.language
    lines = [f"# {_plain(row['title'])}", ""]
    if row["state"] in ("RETRACTED", "SUPERSEDED"):
        lines += [f"**{said(language, row['state'])}** {_plain(row['retraction'] or '')}".rstrip(), ""]
    signed = said(language, "signed", n=row["signatories"], m=row["members"])
    lines += [f"{_plain(found.coalition.get('name', ''))}. {signed}."]
    lines += [f"{said(language, 'published', date=day(language, row['published_at']))}: <{found.address}>", ""]
    for paragraph in row["paragraphs"]:
        lines += [_plain(paragraph["text"]), ""]
    lines += [f"## {said(language, 'signatories')}", ""]
    for signature in found.signatures:
        lines.append(f"- {_plain(found.name(signature['organisation']))}")
        if signature["reservation"]:
            lines.append(f"  > {told(language, said(language, 'reservation'), _plain(signature['reservation']))}")
    if found.replies:
        lines += ["", f"## {said(language, 'replies')}", ""]
        lines += [
            f"- {told(language, _plain(found.name(one['project'])), _plain(one['reply']))}" for one in found.replies
        ]
    lines += ["", f"## {said(language, 'evidence')}", ""]
    lines += [
        f"- {told(language, said(language, one['kind']), _plain(named(found, one)))}" for one in row["evidence"]
    ] or [_plain(row["no_evidence_reason"] or said(language, "no_evidence"))]
    closed = [ballot for ballot in row["ballots"] if ballot["result"]]
    if closed:
        lines += ["", f"## {said(language, 'decisions')}", ""]
        lines += [f"- {_plain(decided(found, ballot))}" for ballot in closed]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """The words on one line, with nothing in them that Markdown would take for a mark."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))
