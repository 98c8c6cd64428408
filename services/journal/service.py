"""The journal: everything that the services tell, kept in one row each, so that "why is this here" has an answer."""

from __future__ import annotations

from typing import Any

from services.backbone.actor import anyone
from services.backbone.desk import Desk
from services.backbone.entrypoints import job, query, reaction
from services.backbone.envelope import Envelope
from services.backbone.service import Service
from services.journal import queries
from services.journal.storage.repositories import SqlWork
from services.journal.storage.tables import metadata
from services.journal.use_cases.erase_person import erase_person
from services.journal.use_cases.keep_entry import keep_entry
from services.journal.use_cases.keep_role import drop_role, keep_role
from services.journal.use_cases.let_go_of_the_forgotten import let_go_of_the_forgotten

Json = dict[str, Any]


class JournalService(Service):
    """A table of contents. Facts are kept as they come: what was told before the journal was there is not missed."""

    name = "journal"
    desk = Desk(SqlWork, metadata, in_order=False)

    @query(allow=anyone)
    def list_entries(self, request: Json) -> Json:
        return self.desk.answer(queries.list_entries, request)

    @query(allow=anyone)
    def entries_by_ids(self, request: Json) -> Json:
        return self.desk.answer(queries.entries_by_ids, request)

    @query(allow=anyone)
    def consequences_by_ids(self, request: Json) -> Json:
        return self.desk.answer(queries.consequences_by_ids, request)

    @reaction("#", source="people")
    def on_anything_in_people(self, fact: Envelope) -> str:
        return self.desk.react(keep_entry, fact)

    @reaction("#", source="incubator")
    def on_anything_in_incubator(self, fact: Envelope) -> str:
        return self.desk.react(keep_entry, fact)

    @reaction("#", source="coalitions")
    def on_anything_in_coalitions(self, fact: Envelope) -> str:
        return self.desk.react(keep_entry, fact)

    @reaction("#", source="events")
    def on_anything_in_events(self, fact: Envelope) -> str:
        return self.desk.react(keep_entry, fact)

    @reaction("#", source="journal")
    def on_anything_in_journal(self, fact: Envelope) -> str:
        return self.desk.react(keep_entry, fact)

    @reaction("role.granted", source="people")
    def on_role_granted(self, fact: Envelope) -> str:
        return self.desk.react(keep_role, fact)

    @reaction("role.revoked", source="people")
    def on_role_revoked(self, fact: Envelope) -> str:
        return self.desk.react(drop_role, fact)

    @reaction("person.erasure_started", source="people")
    def on_person_erasure_started(self, fact: Envelope) -> str:
        return self.desk.react(erase_person, fact)

    @job(every=3600)
    def forget_the_forgotten(self) -> None:
        self.desk.run_due(let_go_of_the_forgotten)
