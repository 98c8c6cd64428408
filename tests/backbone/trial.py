"""The careful service of tests/backbone/traps on trial: its settings, what it is told and asked, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from services.backbone.envelope import Envelope, FactActor, schema_name
from services.backbone.identifiers import new_id
from services.backbone.migrations import upgrade
from services.backbone.topology import facts_exchange
from services.backbone.wire import encode
from tests.running import Caller, Keys

CAREFUL, PLAIN = "tests.backbone.traps.careful", "tests.backbone.traps.plain"
RELAY = "services.backbone.relay"


def settings_of_trial(new_database: Callable[[str], str], amqp_url: str, keys: Keys) -> dict[str, str]:
    """What a service reads from its environment, with a fresh database that has the tables of people."""
    database = new_database("trial")
    upgrade("people", database)
    return {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": amqp_url,
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(keys.public),
    }


def told(number: int, thing: UUID | None = None, version: int = 1, **data: Any) -> Envelope:
    """A fact to which the careful service reacts."""
    return Envelope(
        id=new_id(),
        source="elsewhere",
        type="thing.told",
        subject=f"thing/{thing or uuid4()}",
        time=datetime.now(UTC),
        dataschema=schema_name("elsewhere", "thing.told", 1),
        actor=FactActor("SYSTEM"),
        correlationid="trial",
        aggregateversion=version,
        data={"number": number, **data},
    )


def tell(caller: Caller, fact: Envelope) -> None:
    caller.send("thing.told", encode(fact), exchange=facts_exchange("elsewhere"), delivery_mode=2)


def tell_plain(caller: Caller, body: str | bytes, type_: str = "thing.told", **properties: Any) -> None:
    caller.send(type_, body, exchange="elsewhere.events", reply_to=None, correlation_id=None, **properties)


def keep_to_tell(settings: dict[str, str], *facts: Envelope) -> None:
    """Write facts into the outbox, as a committed change would have."""
    with psycopg.connect(settings["MAILLAGE_DATABASE_URL"].replace("+psycopg", "")) as connection:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO outbox (fact, type, subject, version, envelope) VALUES (%s, %s, %s, %s, %s)",
                [(one.id, one.type, one.subject, one.aggregateversion, encode(one).decode()) for one in facts],
            )
        connection.execute("SELECT pg_notify('outbox', '')")


def ask(caller: Caller, number: int, headers: dict[str, Any] | None = None, **request: Any) -> str:
    """Ask for a row; returns the correlation id under which the answer comes."""
    body = {"args": [], "kwargs": {"request": {"number": number, **request}}}
    with_passport = {"nameko.passport": caller.keys.passport(), **(headers or {})}
    return caller.send("careful.slowly", json.dumps(body), headers=with_passport, delivery_mode=2)


def rows(settings: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings["MAILLAGE_DATABASE_URL"].replace("+psycopg", "")) as connection:
        return connection.execute(sql.encode()).fetchall()


def done(settings: dict[str, str], number: int) -> int:
    """How often a row was left that was asked for."""
    return len(rows(settings, f"SELECT 1 FROM history WHERE aspect = 'done' AND to_state = '{number}'"))


def effects(settings: dict[str, str], fact: Envelope) -> int:
    """How often a fact took effect on its thing."""
    return len(rows(settings, f"SELECT 1 FROM history WHERE aspect = 'told' AND subject = '{fact.subject}'"))


def all_told(settings: dict[str, str]) -> bool:
    """Whether everything has left the outbox."""
    return rows(settings, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(0,)]


def left_in(caller: Caller, queue: str) -> int:
    return int(caller.channel.queue_declare(queue, passive=True).message_count)
