"""A small network around the coalitions service: people with mandates, verified organisations, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor, Grant
from services.backbone.contracts import Contracts
from services.backbone.database import engine_for, reading_engine_for
from services.backbone.envelope import Envelope, FactActor
from services.backbone.identifiers import new_id
from services.backbone.perform import Call, Performer, person_actor
from services.backbone.receive import Receiver
from services.coalitions.service import CoalitionsService
from services.coalitions.storage.repositories import SqlWork
from services.coalitions.storage.tables import metadata
from services.coalitions.use_cases.accept_charter import accept_charter
from services.coalitions.use_cases.activate_coalition import activate_coalition
from services.coalitions.use_cases.admit_member import admit_member
from services.coalitions.use_cases.apply_for_membership import apply_for_membership
from services.coalitions.use_cases.choose_steering import choose_steering
from services.coalitions.use_cases.consolidate_position import consolidate_position
from services.coalitions.use_cases.draft_position import draft_position
from services.coalitions.use_cases.found_coalition import found_coalition
from services.coalitions.use_cases.invite_member import invite_member
from services.coalitions.use_cases.open_amendments import open_amendments
from services.coalitions.use_cases.open_ballot import open_ballot

Request = dict[str, Any]
TABLES = sorted(set(metadata.tables) - {"inbox", "positions", "waiting", "role_grants"})
TEXT = ["Vieillir chez soi est un droit.", "Chaque ville ouvre une maison partagée.", "Un fonds soutient ces maisons."]


def a_person(*grants: Grant) -> Actor:
    return person_actor(new_id(), *grants)


@contextmanager
def performing(url: str) -> Iterator[Performer]:
    """Runs use cases against the database of a coalitions service."""
    engine, reading = engine_for(url, pool=5, name="tests"), reading_engine_for(url, pool=5, name="tests")
    yield Performer("coalitions", engine, metadata, Contracts.of("coalitions"), SqlWork, reading=reading)
    engine.dispose()
    reading.dispose()


class Network:
    """Does and asks things as different people, against the real database."""

    def __init__(self, performer: Performer) -> None:
        self.performer = performer
        self.receiver = Receiver(performer)
        self.versions: dict[str, int] = {}

    # doing and asking

    def do(self, use_case: Callable[..., Any], by: Actor = SYSTEM, **request: Any) -> dict[str, Any]:
        """The answer of a command that must succeed."""
        outcome = self.performer.perform(use_case, plain(request), Call(actor=by, correlation_id="tests"))
        assert outcome["problems"] == [], outcome["problems"]
        answer: dict[str, Any] = outcome["value"]
        return answer

    def refused(self, use_case: Callable[..., Any], by: Actor = SYSTEM, **request: Any) -> tuple[str, str]:
        """The code and rule of a command that must be refused; nothing is changed and nothing sent."""
        before = self.fingerprint()
        outcome = self.performer.perform(use_case, plain(request), Call(actor=by, correlation_id="tests"))
        assert outcome["value"] is None, outcome
        assert self.fingerprint() == before
        [problem] = outcome["problems"]
        return problem["code"], problem["rule"]

    def ask(self, question: Callable[..., Any], by: Actor = ANONYMOUS, **request: Any) -> Any:
        """The answer of a question, as it crosses the wire."""
        outcome = self.performer.answer(question, plain(request), Call(actor=by, correlation_id="tests"))
        assert outcome["problems"] == [], outcome["problems"]
        return plain(outcome["value"])

    def run(self, job: Callable[..., int]) -> int:
        return self.performer.run_due(job, "tests")

    def tell(self, source: str, type_: str, subject: UUID, **data: Any) -> str:
        """Let a fact of another service arrive, twice, as it may; answers what the first delivery came to."""
        name = f"{source}/{type_.split('.')[0]}/{subject}"
        self.versions[name] = self.versions.get(name, 0) + 1
        envelope = Envelope(
            id=new_id(),
            source=source,
            type=type_,
            subject=f"{type_.split('.')[0]}/{subject}",
            time=datetime.now(UTC),
            dataschema=f"urn:maillage:{source}/{type_}/1",
            actor=FactActor(kind="SYSTEM"),
            correlationid="tests",
            aggregateversion=self.versions[name],
            data=plain(data),
        )
        outcome = self.deliver(envelope)
        before = self.fingerprint()
        assert self.deliver(envelope) == "DUPLICATE"
        assert self.fingerprint() == before
        return outcome

    def tell_itself(self, type_: str, subject: str) -> Envelope:
        """Let the service's own last fact of this type about a subject arrive, with those before it."""
        rows = self.rows("SELECT envelope FROM outbox WHERE subject = :subject ORDER BY version", subject=subject)
        envelopes = [msgspec.convert(row["envelope"], Envelope) for row in rows]
        for envelope in envelopes:
            self.deliver(envelope)
        return [envelope for envelope in envelopes if envelope.type == type_][-1]

    def deliver(self, envelope: Envelope) -> str:
        return self.receiver.receive(reactions().get((envelope.source, envelope.type)), envelope)

    # looking

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        with self.performer.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def change(self, statement: str, **values: Any) -> None:
        """Let time pass for one thing, by moving its dates in the database."""
        with self.performer.engine.begin() as connection:
            connection.execute(text(statement), values)

    def facts(self, subject: str) -> list[dict[str, Any]]:
        rows = self.rows("SELECT envelope FROM outbox WHERE subject = :subject ORDER BY version", subject=subject)
        return [row["envelope"] for row in rows]

    def fingerprint(self) -> list[Any]:
        """Changes whenever anything is stored, changed or sent: rows, and the last transaction of each table."""
        each = (f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM {table}" for table in TABLES)
        return self.rows(" UNION ALL ".join(each))

    # people and organisations

    def an_organisation(self, *, verified: bool = True) -> UUID:
        organisation = new_id()
        slug = f"organisation-{organisation.hex[-8:]}"
        known = {"organisation": organisation, "slug": slug, "name": slug, "kind": "ASSOCIATION"}
        self.tell("people", "organisation.declared", organisation, **known)
        if verified:
            self.tell("people", "organisation.verified", organisation, **known)
        return organisation

    def a_representative(self, organisation: UUID, coalition: UUID) -> Actor:
        person, mandate = a_person(), new_id()
        self.tell(
            "people",
            "mandate.granted",
            mandate,
            mandate=mandate,
            person=person.id,
            organisation=organisation,
            coalition=coalition,
            mandate_kind="REPRESENTATIVE",
            starts_on="2020-01-01",
            ends_on=None,
        )
        return person

    def a_member(self, coalition: UUID, category: str = "MEMBER", weight: int = 1) -> tuple[UUID, Actor]:
        """An organisation inside the coalition, and its representative."""
        organisation = self.an_organisation()
        self.do(invite_member, coalition=coalition, organisation=organisation, category=category)
        applied = self.do(
            apply_for_membership,
            a_person(Grant("ORG_ADMIN", f"organisation/{organisation}")),
            coalition=coalition,
            organisation=organisation,
            category=category,
        )
        self.do(admit_member, coalition=coalition, membership=applied["membership"], weight=weight)
        self.do(accept_charter, coalition=coalition, organisation=organisation)
        return organisation, self.a_representative(organisation, coalition)

    def a_coalition(self, members: int = 3, *, themes: list[str] | None = None, **more: Any) -> Coalition:
        """An active coalition with so many members of weight 1."""
        convener = a_person()
        founded = self.do(
            found_coalition,
            convener,
            name="Mieux vieillir ensemble",
            themes=themes or ["mieux-vieillir"],
            call="Des maisons partagées dans chaque ville.",
            charter="Nous décidons ensemble.",
            **more,
        )
        coalition = Coalition(self, founded["id"], founded["slug"], convener)
        for _ in range(members):
            organisation, voice = self.a_member(founded["id"])
            coalition.members.append(organisation)
            coalition.voices.append(voice)
        self.do(choose_steering, convener, coalition=founded["id"], organisations=coalition.members[:2])
        self.do(activate_coalition, convener, coalition=founded["id"])
        return coalition


class Coalition:
    """A coalition of the tests, with its convener and the voices of its members."""

    def __init__(self, network: Network, id: UUID, slug: str, convener: Actor) -> None:
        self.network, self.id, self.slug, self.convener = network, id, slug, convener
        self.members: list[UUID] = []
        self.voices: list[Actor] = []

    def a_draft(self, **more: Any) -> UUID:
        """A position in DRAFT with editors of two organisations."""
        request: Request = {"paragraphs": TEXT, "no_evidence_reason": "Une position de principe.", **more}
        drafted = self.network.do(
            draft_position,
            self.voices[0],
            coalition=self.id,
            title="Pour des maisons partagées",
            editors=[self.voices[1].id],
            **request,
        )
        identity: UUID = drafted["id"]
        return identity

    def an_amendable(self, **more: Any) -> UUID:
        """A position in AMENDMENT."""
        position = self.a_draft(**more)
        closes_at = datetime.now(UTC) + timedelta(days=6)
        self.network.do(open_amendments, self.voices[0], position=position, closes_at=closes_at)
        return position

    def amendments_close(self, position: UUID) -> None:
        self.network.change(
            "UPDATE common_positions SET amendments_close_at = now() - interval '1 second' WHERE id = :id", id=position
        )

    def in_decision(self, *, hide_results: bool = False, **more: Any) -> UUID:
        """A position in DECISION, with its first ballot open."""
        position = self.an_amendable(**more)
        self.amendments_close(position)
        self.network.do(consolidate_position, self.voices[0], position=position)
        self.network.do(open_ballot, self.convener, position=position, hide_results=hide_results)
        return position

    def ballot_closes(self, position: UUID) -> None:
        self.network.change(
            "UPDATE ballots SET closes_at = now() WHERE position = :id AND state = 'OPEN'",
            id=position,
        )
        self.network.change("UPDATE common_positions SET decision_close_at = now() WHERE id = :id", id=position)


def plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def reactions() -> dict[tuple[str, str], Callable[..., Any]]:
    """The use case that reacts to each fact, as service.py lists them."""
    found: dict[tuple[str, str], Callable[..., Any]] = {}
    for name in dir(CoalitionsService):
        if name.startswith("on_"):
            method = getattr(CoalitionsService, name)
            [entrypoint] = method.nameko_entrypoints
            desk = _Noted()
            method(_Bare(desk), None)
            found[entrypoint.source, entrypoint.fact_type] = desk.use_case
    return found


class _Noted:
    use_case: Callable[..., Any]

    def react(self, use_case: Callable[..., Any], fact: object) -> str:
        self.use_case = use_case
        return "DONE"


class _Bare:
    def __init__(self, desk: _Noted) -> None:
        self.desk = desk
