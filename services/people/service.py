"""The people service: persons, organisations, roles, mandates and the taxonomy of themes."""

from __future__ import annotations

from typing import Any

from services.backbone.actor import anyone, signed_in, the_network, the_service
from services.backbone.desk import Desk
from services.backbone.entrypoints import command, job, query, reaction
from services.backbone.envelope import Envelope
from services.backbone.service import Service
from services.people import queries
from services.people.storage.repositories import SqlWork
from services.people.storage.tables import metadata
from services.people.use_cases.declare_organisation import declare_organisation
from services.people.use_cases.erase_person import erase_person
from services.people.use_cases.expire_mandates import expire_mandates
from services.people.use_cases.grant_mandate import grant_mandate
from services.people.use_cases.grant_role import grant_role
from services.people.use_cases.note_erasure_answer import note_erasure_answer
from services.people.use_cases.record_themes import record_themes
from services.people.use_cases.revoke_mandate import revoke_mandate
from services.people.use_cases.revoke_role import revoke_role
from services.people.use_cases.sign_in import sign_in
from services.people.use_cases.suspend_organisation import suspend_organisation
from services.people.use_cases.verify_organisation import verify_organisation

Json = dict[str, Any]


class PeopleService(Service):
    """A table of contents: one line for each thing that may be asked."""

    name = "people"
    desk = Desk(SqlWork, metadata)

    @command(allow=the_network)
    def sign_in(self, request: Json) -> Json:
        return self.desk.perform(sign_in, request)

    @command(allow=signed_in)
    def declare_organisation(self, request: Json) -> Json:
        return self.desk.perform(declare_organisation, request)

    @command(allow=signed_in)
    def verify_organisation(self, request: Json) -> Json:
        return self.desk.perform(verify_organisation, request)

    @command(allow=signed_in)
    def suspend_organisation(self, request: Json) -> Json:
        return self.desk.perform(suspend_organisation, request)

    @command(allow=signed_in)
    def grant_role(self, request: Json) -> Json:
        return self.desk.perform(grant_role, request)

    @command(allow=signed_in)
    def revoke_role(self, request: Json) -> Json:
        return self.desk.perform(revoke_role, request)

    @command(allow=signed_in)
    def grant_mandate(self, request: Json) -> Json:
        return self.desk.perform(grant_mandate, request)

    @command(allow=signed_in)
    def revoke_mandate(self, request: Json) -> Json:
        return self.desk.perform(revoke_mandate, request)

    @command(allow=signed_in)
    def erase_person(self, request: Json) -> Json:
        return self.desk.perform(erase_person, request)

    @command(allow=the_network)
    def record_themes(self, request: Json) -> Json:
        return self.desk.perform(record_themes, request)

    @query(allow=anyone)
    def persons_by_ids(self, request: Json) -> Json:
        return self.desk.answer(queries.persons_by_ids, request)

    @query(allow=the_service("events"))
    def contacts_by_ids(self, request: Json) -> Json:
        return self.desk.answer(queries.contacts_by_ids, request)

    @query(allow=signed_in)
    def viewer(self, request: Json) -> Json:
        return self.desk.answer(queries.viewer, request)

    @query(allow=anyone)
    def erasures_by_ids(self, request: Json) -> Json:
        return self.desk.answer(queries.erasures_by_ids, request)

    @query(allow=anyone)
    def organisations_by_ids(self, request: Json) -> Json:
        return self.desk.answer(queries.organisations_by_ids, request)

    @query(allow=anyone)
    def organisation_by_slug(self, request: Json) -> Json:
        return self.desk.answer(queries.organisation_by_slug, request)

    @query(allow=anyone)
    def list_organisations(self, request: Json) -> Json:
        return self.desk.answer(queries.list_organisations, request)

    @query(allow=anyone)
    def themes_by_slugs(self, request: Json) -> Json:
        return self.desk.answer(queries.themes_by_slugs, request)

    @query(allow=anyone)
    def list_themes(self, request: Json) -> Json:
        return self.desk.answer(queries.list_themes, request)

    @reaction("person.erased_in", source="incubator")
    def on_person_erased_in_incubator(self, fact: Envelope) -> str:
        return self.desk.react(note_erasure_answer, fact)

    @reaction("person.erased_in", source="coalitions")
    def on_person_erased_in_coalitions(self, fact: Envelope) -> str:
        return self.desk.react(note_erasure_answer, fact)

    @reaction("person.erased_in", source="events")
    def on_person_erased_in_events(self, fact: Envelope) -> str:
        return self.desk.react(note_erasure_answer, fact)

    @reaction("person.erased_in", source="journal")
    def on_person_erased_in_journal(self, fact: Envelope) -> str:
        return self.desk.react(note_erasure_answer, fact)

    @job(every=600)
    def end_mandates_that_are_over(self) -> None:
        self.desk.run_due(expire_mandates)
