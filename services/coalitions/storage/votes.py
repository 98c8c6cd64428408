"""The votes of consultations: tens of thousands of rows, kept by whole sets."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.coalitions.domain.consultation import Vote
from services.coalitions.domain.vote import CastVote, VoteCount

NUMBERS = {Vote.AGREE: 1, Vote.DISAGREE: -1, Vote.PASS: 0}

_KEEP_VOTERS = text(
    "INSERT INTO voters (consultation, voter) "
    "SELECT :consultation, voter FROM unnest(CAST(:voters AS uuid[])) AS voter "
    "ON CONFLICT DO NOTHING"
)

# A later vote takes the place of the earlier one; the same vote again, or an older one, changes nothing.
_KEEP_VOTES = text(
    'INSERT INTO votes (consultation, statement, voter, vote, at, "order") '
    "SELECT :consultation, * FROM unnest(CAST(:statements AS uuid[]), CAST(:voters AS uuid[]), "
    "CAST(:values AS smallint[]), CAST(:instants AS timestamptz[]), CAST(:orders AS integer[])) "
    "ON CONFLICT (statement, voter) DO UPDATE "
    'SET vote = excluded.vote, at = excluded.at, "order" = excluded."order" '
    'WHERE (excluded.at, excluded."order") >= (votes.at, votes."order") '
    'AND (excluded.at, excluded."order", excluded.vote) IS DISTINCT FROM (votes.at, votes."order", votes.vote) '
    "RETURNING (xmax = 0) AS added"
)


class SqlVotes:
    """One row per person and statement: the last vote."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, consultation: UUID, votes: list[CastVote]) -> VoteCount:
        """Keep votes of one consultation, each (person, statement) once in the list."""
        if not votes:
            return VoteCount(voters=0, added=0, changed=0, unchanged=0)
        voters = self._session.execute(
            _KEEP_VOTERS, {"consultation": consultation, "voters": sorted({vote.voter for vote in votes})}
        )
        ordered = sorted(votes, key=lambda vote: (vote.statement, vote.voter))
        rows = self._session.execute(
            _KEEP_VOTES,
            {
                "consultation": consultation,
                "statements": [vote.statement for vote in ordered],
                "voters": [vote.voter for vote in ordered],
                "values": [NUMBERS[vote.vote] for vote in ordered],
                "instants": [vote.at for vote in ordered],
                "orders": [vote.order for vote in ordered],
            },
        ).all()
        added = sum(row.added for row in rows)
        return VoteCount(
            voters=voters.rowcount,  # type: ignore[attr-defined]
            added=added,
            changed=len(rows) - added,
            unchanged=len(votes) - len(rows),
        )
