"""Consultations that were held elsewhere: a folder of ``summary.csv``, ``comments.csv`` and ``votes.csv`` each.

These are the files of the open data of Polis. Published tallies are not read: they count people again each time that
they change their mind. Votes are, every one; the service keeps each person's last per statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.imports.lines import Row, csv_records, csv_rows, opened
from gateway.imports.records import Item, Record, Refused, Unusable, each_read, required_text, rewritten, text_of
from gateway.imports.themes import slug_of

VOTES = {"1": "AGREE", "-1": "DISAGREE", "0": "PASS"}
MODERATION = {"1": "ACCEPTED", "-1": "REJECTED", "0": "PENDING"}
STATEMENTS_FILE, VOTES_FILE, SUMMARY_FILE = "comments.csv", "votes.csv", "summary.csv"


@dataclass(frozen=True)
class Deliberation:
    """One consultation on disk."""

    folder: Path

    def request(self) -> dict[str, Any]:
        """What the consultation is, as the coalitions service takes it. It is named for good by its topic."""
        said = self._summary()
        topic = said.get("topic", "").strip() or self.folder.name
        first, last = self._first_and_last()
        return {
            "slug": slug_of(topic) or slug_of(self.folder.name),
            "question": topic,
            "description": said.get("conversation-description", "").strip(),
            "state": "CLOSED",
            "opens_at": first,
            "closes_at": last,
        }

    def statements(self) -> Iterator[Item]:
        """The statements as the service takes them, in the order in which they were made."""
        with opened(self.folder / STATEMENTS_FILE) as file:
            read = list(each_read(csv_records(file), _statement))
        yield from sorted(read, key=lambda item: item.data["at"] if isinstance(item, Record) else "")

    def votes(self) -> Iterator[Item]:
        """Every vote as the service takes them, in the order of the file."""
        with opened(self.folder / VOTES_FILE) as file:
            yield from each_read(csv_records(file), _vote)

    def bytes_of_votes(self) -> int:
        """How large the file of votes is."""
        return (self.folder / VOTES_FILE).stat().st_size

    def _summary(self) -> dict[str, str]:
        path = self.folder / SUMMARY_FILE
        if not path.exists():
            return {}
        with opened(path) as file:
            rows = [row for row in csv_rows(file) if isinstance(row, Row)]
        return {row.cells[0].strip(): row.cells[1] for row in rows if len(row.cells) >= 2}

    def _first_and_last(self) -> tuple[str | None, str | None]:
        """When its first vote was cast and its last."""
        first = last = None
        for item in self.votes():
            if isinstance(item, Record):
                at = item.data["at"]
                first, last = min(first or at, at), max(last or at, at)
        return first, last


def deliberations_in(folder: Path) -> list[Deliberation]:
    """The deliberation in a folder, or those in the folders below it, by name; Unusable when there is none."""
    if not folder.is_dir():
        raise Unusable(f"{folder} is not a folder")
    found = [each for each in (folder, *sorted(folder.iterdir())) if (each / STATEMENTS_FILE).is_file()]
    complete = [Deliberation(each) for each in found if (each / VOTES_FILE).is_file()]
    if not complete:
        raise Unusable(f"{folder} holds no deliberation: a folder with {STATEMENTS_FILE} and {VOTES_FILE}")
    return complete


def _statement(record: Record) -> Record:
    data = record.data
    reference = required_text(data, "comment-id")
    moderated = text_of(data, "moderated") or "0"
    if moderated not in MODERATION:
        raise Refused(f"moderated is none of 1, -1 and 0: {moderated[:20]!r}")
    request = {
        "reference": reference,
        "body": required_text(data, "comment-body"),
        "state": MODERATION[moderated],
        "at": _instant(data),
    }
    return rewritten(record, request, f"statement {reference}")


def _vote(record: Record) -> Record:
    data = record.data
    vote = required_text(data, "vote")
    if vote not in VOTES:
        raise Refused(f"a vote is 1, -1 or 0, not {vote[:20]!r}")
    request = {
        "statement": required_text(data, "comment-id"),
        "voter": required_text(data, "voter-id"),
        "vote": VOTES[vote],
        "at": _instant(data),
        "order": int(record.where.removeprefix("line ")),
    }
    return rewritten(record, request, "")


def _instant(data: dict[str, Any]) -> str:
    """A moment given in milliseconds since 1970, in ISO 8601."""
    given = required_text(data, "timestamp")
    try:
        return datetime.fromtimestamp(int(given) / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        raise Refused(f"timestamp {given[:40]!r} is not a number of milliseconds since 1970") from None
