"""What every service has beside its own methods: health, its dead letters, the copy of role grants, and tidying up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from services.backbone.actor import the_network
from services.backbone.dead_letters import dead_letter, dead_letters, discard_dead_letter
from services.backbone.entrypoints import command, job, query, reaction
from services.backbone.envelope import Envelope
from services.backbone.grants import drop_role_grant, keep_role_grant
from services.backbone.health import Health
from services.backbone.work import Work


class Service:
    """The parent of a service class. A subclass sets ``name`` and ``desk`` and lists its methods."""

    name: str
    desk: Any
    health = Health()

    @query(allow=the_network)
    def dead_letters(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.desk.answer(dead_letters, request)

    @query(allow=the_network)
    def dead_letter(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.desk.answer(dead_letter, request)

    @command(allow=the_network)
    def replay_dead_letter(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.desk.replay(type(self), request)

    @command(allow=the_network)
    def discard_dead_letter(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.desk.perform(discard_dead_letter, request)

    @job(every=3600)
    def forget_the_past(self) -> None:
        """Rows that have served are dropped once nobody can need them."""
        self.desk.run_due(prune)


class KnowsRoles(Service):
    """A service that decides by roles, as all do but the one that grants them."""

    @reaction("role.granted", source="people")
    def on_role_granted(self, fact: Envelope) -> str:
        return str(self.desk.react(keep_role_grant, fact))

    @reaction("role.revoked", source="people")
    def on_role_revoked(self, fact: Envelope) -> str:
        return str(self.desk.react(drop_role_grant, fact))


def prune(work: Work) -> int:
    """Drop facts published 7 days ago, inbox rows of 30 days and answers of 48 hours, 5,000 at a time."""
    dropped = 0
    for table, column, age in (
        ("outbox", "published_at", "7 days"),
        ("inbox", "received_at", "30 days"),
        ("command_log", "created_at", "48 hours"),
    ):
        result = work.session.execute(
            text(
                f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} "
                f"WHERE {column} < now() - interval '{age}' LIMIT 5000)"
            )
        )
        dropped += result.rowcount  # type: ignore[attr-defined]
    return dropped
