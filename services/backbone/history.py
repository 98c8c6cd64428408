"""What became of a thing, as it was written down when it happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

_COLUMNS = "subject, aspect, from_state, to_state, actor_kind, actor_id, reason, rule, waived, at"


def histories_of(connection: Connection, subjects: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The moves of several things, oldest first, by subject (``project/<id>``)."""
    wanted = list(subjects)
    found: dict[str, list[dict[str, Any]]] = {subject: [] for subject in wanted}
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM history WHERE subject = ANY(:subjects) ORDER BY number"), {"subjects": wanted}
    )
    for row in rows:
        found[row.subject].append(
            {
                "at": row.at,
                "aspect": row.aspect,
                "from": row.from_state,
                "to": row.to_state,
                "actor": {"kind": row.actor_kind, "id": row.actor_id},
                "reason": row.reason,
                "rule": row.rule,
                "waived": row.waived,
            }
        )
    return found


def history_of(connection: Connection, subject: str) -> list[dict[str, Any]]:
    """The moves of one thing, oldest first: ``{at, aspect, from, to, actor, reason, rule, waived}``."""
    return histories_of(connection, [subject])[subject]
